"""Proving the second factor again for an act that cannot be undone: within five minutes of it, not only at sign-in.

For a whole page, put ``@proved`` under ``@allow.staff``::

    @blueprint.post("/<uuid:batch_id>/export")
    @allow.staff("batches.export")
    @proved
    def export(batch_id): ...

When the factor was given longer ago, the person is asked for a code (or a passkey), and the same form is then sent
again with everything that was typed; the view itself notices nothing. ``@proved_to_look`` asks before the page is shown
too. Files cannot be carried over, and passwords are not: such a form has a field of its own (``macros/proof.html``) and
calls ``require`` in its transaction, as do pages where only one of several answers needs the proof.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, TypeVar, cast

from flask import g, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.staff import account, asked
from portal.staff.models import StaffMember, StaffSession
from portal.vault import Vault
from portal.web import Staff, runtime, staff

FRESH = timedelta(minutes=5)
CODE = "proof_code"
PASSKEY = "proof_passkey"
ONLY_LOOKING = "proof_only"  # the page was asked for, nothing was sent yet
View = TypeVar("View", bound=Callable[..., Any])


def is_fresh(staff: Staff, now: datetime) -> bool:
    """Whether a factor was proved in this session within the last five minutes."""
    return now - staff.proved_at < FRESH


def require(session: Session, vault: Vault, staff: Staff, code: str, now: datetime) -> bool:
    """Whether the act may go on: the factor was proved just now, or this code proves it and is then used up.

    A wrong code counts as a wrong sign-in does; keep the transaction either way.
    """
    if is_fresh(staff, now):
        return True
    # The row's lock: two requests with the same code come one after the other, and the second finds it used.
    member = session.get_one(StaffMember, staff.id, with_for_update=True)
    if not code or not account.check_code(session, runtime(), member, code):
        return False
    session.get_one(StaffSession, staff.session_id).proved_at = now
    return True


def _by_passkey(session: Session, staff: Staff, answer: str, now: datetime) -> bool:
    """The same by a passkey of this person."""
    member = session.get_one(StaffMember, staff.id, with_for_update=True)
    if not asked.answered(session, member, answer):
        return False
    session.get_one(StaffSession, staff.session_id).proved_at = now
    return True


def proved(view: View) -> View:
    """Let a form through only within five minutes of the second factor; else ask for it, and then go on."""
    return _asking(view, looking=False)


def proved_to_look(view: View) -> View:
    """The same, and the page is not even shown without it."""
    return _asking(view, looking=True)


def _asking(view: View, *, looking: bool) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        sends = request.method not in ("GET", "HEAD")
        if not sends and not looking:
            return view(*args, **kwargs)
        answer = _ask_unless_fresh()
        return view(*args, **kwargs) if answer is None else answer

    guarded.portal_proved = True  # type: ignore[attr-defined]
    return cast(View, guarded)


def _ask_unless_fresh() -> Response | tuple[str, int] | None:
    opened, now = runtime(), runtime().clock()
    if not is_fresh(staff(), now):
        code, answer = request.form.get(CODE, ""), request.form.get(PASSKEY, "")
        with opened.database.transaction() as session:
            if answer:
                passed = _by_passkey(session, staff(), answer, now)
            else:
                passed = require(session, opened.vault, staff(), code[:16], now)
        if not passed:
            return _question(refused=bool(code or answer)), 422 if code or answer else 200
        g.staff = replace(staff(), proved_at=now)
    if ONLY_LOOKING in request.form:
        return redirect(request.full_path.rstrip("?"), 303)
    return None


def _question(*, refused: bool) -> str:
    """The page that asks, holding what was typed; passwords are typed anew."""
    own = ("csrf_token", CODE, PASSKEY)
    carried = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in own and not name.endswith("password")
    ]
    if request.method == "GET":
        carried = [(ONLY_LOOKING, "1")]
    with runtime().database.reading() as session:
        options = asked.ask(session, session.get_one(StaffMember, staff().id))
    return render_template(
        "staff/proof.html",
        carried=carried,
        address=request.full_path.rstrip("?"),
        refused=refused,
        options=options,
    )

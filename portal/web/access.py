"""Who may come in, decided in one place before any view runs.

Every view declares whom it admits: ``@allow.anybody``, ``@allow.claimant``, ``@allow.party`` or ``@allow.staff(...)``.
A view without a declaration stops the application from starting. Which *objects* a person may touch stands in
``portal.claims.access``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import structlog
from flask import Flask, abort, current_app, g, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.errors import PortalError
from portal.web import rights

log = structlog.get_logger()
View = TypeVar("View", bound=Callable[..., Any])


class Undeclared(PortalError):
    """A view does not say whom it admits."""


@dataclass(frozen=True)
class Claimant:
    """Somebody who proved a contact of one claim in this browser.

    ``party`` is empty for the claimant and names a representative who came in by an invitation.
    """

    claim_id: UUID
    session_id: UUID
    party: str = ""


@dataclass(frozen=True)
class Staff:
    """A signed-in member of the firm's staff; ``enrolled`` is False until a second factor is set up."""

    id: UUID
    name: str
    roles: frozenset[str]
    language: str
    session_id: UUID
    proved_at: datetime
    enrolled: bool = True
    ends_at: datetime | None = None
    act: str = "claims.read"

    @property
    def jurisdictions(self) -> tuple[str, ...]:
        """The jurisdictions in which this person may do what the request does: ``act``, as its view declares it.

        So every query that starts from the person is held to the act too. Administrators have none.
        """
        return rights.places(self.roles, self.act)

    def may(self, act: str, jurisdiction: str | None = None) -> bool:
        """Whether this person may do an act, in one jurisdiction or anywhere."""
        return rights.may(self.roles, act, jurisdiction)

    def sees(self, field: str, jurisdiction: str) -> bool:
        """Whether this person may see a group of a claim's fields unmasked."""
        return rights.sees(self.roles, field, jurisdiction)

    def doing(self, act: str) -> Staff:
        """The same person looking at what another act reaches, for counts and links to other pages."""
        return replace(self, act=act)


@dataclass(frozen=True)
class Admission:
    """Whom a view admits."""

    kind: str
    act: str = ""
    enrolling: bool = False


class allow:
    """Declarations of whom a view admits."""

    @staticmethod
    def anybody(view: View) -> View:
        """A public page."""
        return _declare(view, Admission("anybody"))

    @staticmethod
    def claimant(view: View) -> View:
        """Only the claimant, with a live session; others are sent to prove a contact.

        A representative who came in by an invitation is shown to their own page: they read, sign and change nothing.
        """
        return _declare(view, Admission("claimant"))

    @staticmethod
    def party(view: View) -> View:
        """The claimant, or a representative of the claim who came in by an invitation."""
        return _declare(view, Admission("party"))

    @staticmethod
    def staff(act: str, *, enrolling: bool = False) -> Callable[[View], View]:
        """Only signed-in staff whose rights allow the act (``authorisation.toml``), and of objects only those in the
        jurisdictions where they do; ``enrolling``: no second factor yet. Raises KeyError for an unknown act."""
        rights.matrix().acts[act]
        return lambda view: _declare(view, Admission("staff", act, enrolling))


def _declare(view: View, admission: Admission) -> View:
    view.portal_admission = admission  # type: ignore[attr-defined]
    return view


def claimant() -> Claimant:
    """The claimant of this request; only called from views that admit claimants."""
    found: Claimant = g.claimant
    return found


def staff() -> Staff:
    """The staff member of this request; only called from views that admit staff."""
    found: Staff = g.staff
    return found


def guard(app: Flask) -> None:
    """Enforce the declarations on every request. ``app.extensions`` names how sessions are found:
    ``portal.claimant`` and ``portal.staff`` are functions of no argument, set by identity and staff."""
    app.before_request(_admit)


def check_declared(app: Flask) -> None:
    """Raise Undeclared, naming the views, unless each one says whom it admits."""
    silent = sorted(
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint != "static" and not hasattr(view, "portal_admission")
    )
    if silent:
        raise Undeclared("views that do not say whom they admit: " + ", ".join(silent))


def _admit() -> Response | None:
    g.claimant = g.staff = None
    view = current_app.view_functions.get(request.endpoint or "")
    admission: Admission | None = getattr(view, "portal_admission", None)
    if admission is None or admission.kind == "anybody":
        return None
    return _admit_staff(admission) if admission.kind == "staff" else _admit_claimant(admission)


def _admit_claimant(admission: Admission) -> Response | None:
    g.claimant = current_app.extensions["portal.claimant"]()
    if g.claimant is not None:
        if g.claimant.party and admission.kind != "party":
            return redirect(url_for("claims.joined"), 303)
        return None
    if request.accept_mimetypes.best == "application/json":
        return _signed_out()
    held = current_app.extensions.get("portal.hold")
    answer = redirect(url_for("identity.start", again=1), 303)
    return held(answer) if held and request.method == "POST" else answer


def _signed_out() -> Response:
    """What a script is told: it would follow a redirect without anybody seeing where to."""
    sentence = _("Your session has ended. Please sign in again in a new window; what arrived is kept.")
    answer = jsonify(error=sentence, signed_out=True)
    answer.status_code = 401
    return answer


def _admit_staff(admission: Admission) -> Response | None:
    g.staff = current_app.extensions["portal.staff"]()
    if g.staff is None:
        return redirect(url_for("staff.sign_in"), 303)
    if not g.staff.enrolled and not admission.enrolling:
        return redirect(url_for("staff.enrol"), 303)
    g.staff = g.staff.doing(admission.act)
    if not g.staff.may(admission.act):
        log.warning("access.refused", endpoint=request.endpoint, staff=str(g.staff.id))
        abort(403)
    return None

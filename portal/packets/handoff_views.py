"""The phone's pages of a hand-off. Nobody signs in here, and nothing of the claimant shows."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask import session as cookie
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from portal.claims import access, parties, sealed
from portal.claims.models import Claim
from portal.packets import handoff
from portal.packets import reading as readings_of
from portal.packets.device import device_class
from portal.packets.forms import DrawnForm
from portal.packets.handoff import Ended, Refused
from portal.packets.models import Handoff
from portal.packets.reading import ToRead
from portal.web import allow, runtime
from portal.web.language import PREFIX
from portal.web.limits import limiter

blueprint = Blueprint("handoff", __name__, url_prefix=f"{PREFIX}/hand")
_OPENED = "hand"  # the phone's cookie: which hand-off this browser opened

Answer = str | Response | tuple[str, int]
# Plain statuses: an unknown address is not there, a spent one is gone, another phone's is in conflict.
_STATUS = {Ended.UNKNOWN: 404, Ended.ELSEWHERE: 409}


@blueprint.errorhandler(Refused)
def refused(error: Refused) -> tuple[str, int]:
    """Why the address does nothing more, and what helps."""
    return render_template("packets/handoff_ended.html", why=error.why), _STATUS.get(error.why, 410)


@blueprint.get("/<token>")
@allow.anybody
@limiter.limit("60 per minute")
def phone(token: str) -> Answer:
    """What is to be signed; with the pad once this browser has opened the address."""
    with runtime().database.reading() as session:
        found = handoff.find(session, runtime(), token)
        claim, entries, bound = _bound(session, found)
        if found.drawn_at is not None and _opened_here() == found.id:
            return render_template("packets/handoff_done.html", **_shown(found, claim, entries))
        _check(found, bound)
        return _page(token, found, claim, entries, DrawnForm())


@blueprint.post("/<token>/open")
@allow.anybody
@limiter.limit("30 per minute")
def open_address(token: str) -> Answer:
    """Bind the address to this phone. By a press, for some apps look at an address before they show it."""
    with runtime().database.transaction() as session:
        found = handoff.find(session, runtime(), token, to_change=True)
        _claim, _entries, bound = _bound(session, found)
        _check(found, bound)
        handoff.open_here(found, runtime().clock())
        cookie[_OPENED] = str(found.id)
    return redirect(url_for("handoff.phone", token=token), 303)


@blueprint.post("/<token>")
@allow.anybody
@limiter.limit("30 per minute")
def draw(token: str) -> Answer:
    """Take what was drawn."""
    form = DrawnForm()
    with runtime().database.transaction() as session:
        found = handoff.find(session, runtime(), token, to_change=True)
        claim, entries, bound = _bound(session, found)
        _check(found, bound)
        if found.opened_at is None:
            return redirect(url_for("handoff.phone", token=token), 303)
        if not form.validate():
            return _page(token, found, claim, entries, form), 422
        device = device_class(request.user_agent.string)
        handoff.draw(session, runtime(), found, claim, form.drawn, device, runtime().clock())
    return redirect(url_for("handoff.phone", token=token), 303)


def _bound(session: Session, found: Handoff) -> tuple[Claim, list[ToRead], str]:
    """The claim, what whoever asked for the address has to sign of it now, and the hash that stands for it.

    Raises Refused where the claim was erased.
    """
    try:
        claim = access.handed_claim(session, found.claim_id)
    except NotFound as error:
        raise Refused(Ended.UNKNOWN) from error
    published = runtime().matters.current()
    particulars = sealed.read_latest(session, runtime().vault, claim)
    for seat in (
        "",
        *(one.seat for one in parties.signers(published.matter, claim, particulars) if one.seat),
    ):
        entries = readings_of.reading_list(session, runtime(), published, claim, seat)
        shown = handoff.shown_in(entries, found.jurisdiction, seat)
        if shown == found.shown:
            return claim, entries, shown
    return claim, [], ""


def _check(found: Handoff, shown: str) -> None:
    handoff.check(found, shown, _opened_here(), runtime().clock())


def _page(token: str, found: Handoff, claim: Claim, entries: list[ToRead], form: DrawnForm) -> str:
    return render_template(
        "packets/handoff.html",
        token=token,
        form=form,
        opened=found.opened_at is not None,
        site=runtime().settings.site_address,
        **_shown(found, claim, entries),
    )


def _shown(found: Handoff, claim: Claim, entries: list[ToRead]) -> dict[str, Any]:
    """All that a phone may see of a claim."""
    return {
        "firm": runtime().matters.current().matter.counsel(found.jurisdiction).name,
        "titles": [one.document.title for one in entries if one.jurisdiction == found.jurisdiction],
        "number": claim.number,
    }


def _opened_here() -> UUID | None:
    with suppress(ValueError, TypeError, AttributeError):
        return UUID(cookie.get(_OPENED, ""))
    return None

"""What a claimant does with a claim beside filling it in: answer a request, withdraw, delete a draft."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.claims import access, overview, service
from portal.claims.blueprint import pages
from portal.claims.models import Claim
from portal.claims.overview import Standing
from portal.claims.states import ClaimState
from portal.claims.telling import tell_of
from portal.identity import browser
from portal.matters.placeholders import legal_date
from portal.web import allow, claimant, runtime


@pages.get("/claim/withdraw/<any(kr, us):jurisdiction>")
@allow.claimant
def withdraw(jurisdiction: str) -> str | Response:
    """What withdrawing means, and the button."""
    with runtime().database.reading() as reading:
        claim = access.own_claim(reading, claimant())
        standing = _standing(reading, claim, jurisdiction)
    return render_template("claims/withdraw.html", claim=claim, standing=standing)


@pages.post("/claim/withdraw/<any(kr, us):jurisdiction>")
@allow.claimant
def confirm_withdrawal(jurisdiction: str) -> Response:
    """Withdraw, and tell the claimant so by message; a second press changes nothing more."""
    with runtime().database.transaction() as writing:
        claim = access.own_claim(writing, claimant(), to_change=True)
        engagement = claim.engagement(jurisdiction)
        if engagement is not None and _standing(writing, claim, jurisdiction).can_withdraw:
            service.withdraw(writing, engagement, now=runtime().clock())
            date = legal_date(runtime().clock().astimezone(service.SEOUL).date(), claim.language)
            tell_of(writing, runtime(), engagement, "withdrawn", date=date)
            flash(_("Your claim was withdrawn. A message confirms it."), "good")
    return redirect(url_for("claims.overview"), 303)


@pages.post("/claim/answered/<any(kr, us):jurisdiction>")
@allow.claimant
def answered(jurisdiction: str) -> Response:
    """Tell counsel that what was asked for is there; a second press finds it told."""
    with runtime().database.transaction() as writing:
        claim = access.own_claim(writing, claimant(), to_change=True)
        engagement = claim.engagement(jurisdiction) or abort(404)
        if engagement.state is ClaimState.INFORMATION_REQUESTED:
            service.answer_request(writing, engagement, now=runtime().clock())
            flash(_("Thank you. Counsel goes on with the review."), "good")
    return redirect(url_for("claims.overview"), 303)


@pages.get("/claim/delete")
@allow.claimant
def discard() -> str | Response:
    """What deleting a draft means, and the button; what was signed is withdrawn instead."""
    with runtime().database.reading() as reading:
        claim = access.own_claim(reading, claimant())
    return (
        render_template("claims/discard.html") if claim.draft else redirect(url_for("claims.overview"), 303)
    )


@pages.post("/claim/delete")
@allow.claimant
def confirm_discarding() -> Response:
    """Erase a draft at once."""
    with runtime().database.transaction() as writing:
        claim = access.own_claim(writing, claimant(), to_change=True)
        if not claim.draft:
            return redirect(url_for("claims.overview"), 303)
        service.erase(
            writing, runtime().vault, claim, actor=service.claimant_of(claim), now=runtime().clock()
        )
    return browser.sign_out(redirect(url_for("identity.signed_out", deleted=1), 303))


def _standing(session: Session, claim: Claim, jurisdiction: str) -> Standing:
    standings = overview.read(session, runtime(), claim).standings
    found = next((one for one in standings if one.jurisdiction == jurisdiction and one.signed), None)
    return found or abort(404)

"""What a claimant does with a claim beside filling it in: answer a request, drop changes, delete a draft."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.claims import access, service
from portal.claims.blueprint import pages
from portal.claims.states import ClaimState
from portal.identity import browser
from portal.web import allow, claimant, runtime


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


@pages.post("/claim/changes/drop")
@allow.claimant
def drop_changes() -> Response:
    """Take back changes of a signed claim's details that are not signed; what was signed counts on."""
    with runtime().database.transaction() as writing:
        claim = access.own_claim(writing, claimant(), to_change=True)
        service.drop_amendment(claim, runtime().clock())
    flash(_("Your changes were dropped. What you signed counts on."), "good")
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

"""What a claimant does with a claim beside filling it in: drop changes, choose a language, delete a draft."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.claims import access, corrections, service
from portal.claims.blueprint import pages
from portal.identity import browser
from portal.web import allow, claimant, runtime
from portal.web.language import LANGUAGES


@pages.route("/claim/language", methods=["GET", "POST"])
@allow.claimant
def our_language() -> str | Response:
    """In which language messages and letters of this claim are written; the pages go by their address."""
    with runtime().database.transaction() as writing:
        claim = access.own_claim(writing, claimant(), to_change=request.method == "POST")
        chosen = request.form.get("language", "")
        if request.method == "POST" and chosen in LANGUAGES:
            service.choose_language(claim, chosen)
            flash(_("Saved."), "good")
            return redirect(url_for("claims.overview"), 303)
    return render_template("claims/language.html", claim=claim)


@pages.post("/claim/changes/drop")
@allow.claimant
def drop_changes() -> Response:
    """Take back changes of a signed claim's details that are not signed; what was signed counts on."""
    with runtime().database.transaction() as writing:
        claim = access.own_claim(writing, claimant(), to_change=True)
        service.drop_amendment(claim, runtime().clock())
        corrections.settle(writing, claim, confirmed=False, now=runtime().clock())
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

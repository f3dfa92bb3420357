"""The claimant's pages of changing a claim's e-mail address or phone: the new one is proved, the old one is told."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import identity
from portal.claims import access, contacts, entrance, sealed
from portal.claims.blueprint import pages
from portal.claims.models import Claim
from portal.claims.particulars import Particulars, VerifiedContact
from portal.identity import asking, browser
from portal.identity.forms import ContactForm
from portal.web import allow, claimant, runtime
from portal.web.limits import limiter

Answer = str | Response | tuple[str, int]
PURPOSE: identity.service.Purpose = "contact"


@pages.route("/claim/contact", methods=["GET", "POST"])
@allow.claimant
@limiter.limit("20 per hour", methods=["POST"], key_func=lambda: str(claimant().claim_id))
def contact() -> Answer:
    """The contacts that open this claim, and a form for another one; a code goes to it before it counts."""
    _claim, particulars = _own()
    form = ContactForm()
    if request.method == "GET":
        return _page(form, particulars)
    if not form.validate():
        return _page(form, particulars), 422
    if form.contact.value in {one.value for one in particulars.contacts}:
        form.asked.errors = [_("This is your contact already.")]
        return _page(form, particulars), 422
    try:
        asking.send(form.contact, "contact", silent=form.filled_by_a_program)
    except asking.Crowded as crowded:
        return crowded.page
    except identity.TooManyCodes as error:
        asking.refused(form, error)
        return _page(form, particulars), 429
    return redirect(url_for("claims.contact_code"), 303)


@pages.route("/claim/contact/code", methods=["GET", "POST"])
@allow.claimant
@limiter.limit(entrance.tries_per_address, methods=["POST"])
def contact_code() -> Answer:
    """Ask for the code that went to the new contact; with it the contact counts."""
    again = url_for("claims.contact")
    proof = entrance.proof_by_code(PURPOSE, again)
    if not isinstance(proof, identity.Proof):
        return proof
    try:
        with runtime().database.transaction() as writing:
            claim = access.own_claim(writing, claimant(), to_change=True)
            now, mine = runtime().clock(), sealed.read(writing, runtime().vault, claim).contacts
            if proof.value in {one.value for one in mine}:
                return redirect(again, 303)  # a code that was asked for another reason
            identity.spend(writing, proof, now)
            proved = VerifiedContact(kind=proof.kind, value=proof.value, verified_at=proof.proved_at)
            contacts.change_contact(writing, runtime(), claim, proved, now)
    except identity.ProofSpent:
        return redirect(again, 303)
    browser.forget_code(PURPOSE)
    flash(_("Changed. From now on our messages go to the new contact; the old one is told."), "good")
    return redirect(url_for("claims.contact"), 303)


def _own() -> tuple[Claim, Particulars]:
    with runtime().database.reading() as reading:
        claim = access.own_claim(reading, claimant())
        return claim, sealed.read(reading, runtime().vault, claim)


def _page(form: ContactForm, particulars: Particulars) -> str:
    return render_template(
        "claims/contact.html",
        form=form,
        particulars=particulars,
        hours=runtime().settings.recovery_hours,
        wanted=request.args.get("by") in ("email", "phone") or request.method == "POST",
    )

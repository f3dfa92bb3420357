"""Where a claimant asks for a code. Entering it opens or resumes a claim: ``portal.claims.entrance``."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from portal.identity import asking, browser, pressure, service
from portal.identity.forms import ContactForm
from portal.messages.sms import sends_sms
from portal.web import allow, language, runtime
from portal.web.limits import limiter
from portal.web.shown import masked_contact

pages = Blueprint("identity", __name__, url_prefix=language.PREFIX)
Answer = str | Response | tuple[str, int]


def _per_address() -> str:
    return f"{runtime().settings.codes_per_address_hour} per hour"


@pages.route("/claim/start", methods=["GET", "POST"])
@allow.anybody
@limiter.limit(_per_address, methods=["POST"])
def start() -> Answer:
    """Ask for an e-mail address or phone and send a code to it; whether it has a claim shows nowhere."""
    form = ContactForm()
    if request.method == "GET":
        # Somebody who is signed in answered the check for another person: the contact need not be typed again.
        if session.pop("another", None) and session.get("tracks") and browser.claimant_here():
            return redirect(url_for("claims.choose"), 303)
        return _page(form)
    if not form.validate():
        return _page(form), 422
    try:
        asking.send(form.contact, silent=form.filled_by_a_program)
    except asking.Crowded as crowded:
        return crowded.page
    except pressure.TooManyCodes as error:
        asking.refused(form, error)
        return _page(form), 429
    return redirect(url_for("claims.code"), 303)


@pages.post("/claim/sign-out")
@allow.anybody
def sign_out() -> Response:
    """Leave; a copied cookie is worth nothing afterwards."""
    return browser.sign_out(redirect(url_for("identity.signed_out"), 303))


@pages.get("/claim/signed-out")
@allow.anybody
def signed_out() -> str:
    """Say that the person has left, and how to come back."""
    return render_template("identity/signed_out.html")


@pages.get("/status")
@allow.anybody
def status() -> str:
    """Where to see how a claim stands."""
    return render_template("identity/status.html", texts=sends_sms(runtime().settings))


def _page(form: ContactForm) -> str:
    with runtime().database.reading() as reading:
        proof = service.standing_proof(
            reading, runtime(), code_id=browser.asked_code(), browser=browser.visitor()
        )
        ahead = asking.work_ahead(reading)
    return render_template(
        "identity/start.html",
        form=form,
        again=request.args.get("again") == "1",
        signed_in=browser.claimant_here() is not None,
        proved=masked_contact(proof.value) if proof else "",
        answered=bool(session.get("answers")),
        ahead=ahead,
    )

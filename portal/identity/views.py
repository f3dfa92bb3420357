"""Where a claimant asks for a code. Entering it opens or resumes a claim: ``portal.claims.entrance``."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.identity import browser, service
from portal.identity.forms import EmailForm
from portal.web import allow, language, runtime
from portal.web.limits import limiter
from portal.web.shown import masked_email

pages = Blueprint("identity", __name__, url_prefix=language.PREFIX)
Answer = str | Response | tuple[str, int]


def _per_address() -> str:
    return f"{runtime().settings.codes_per_address_hour} per hour"


@pages.route("/claim/start", methods=["GET", "POST"])
@allow.anybody
@limiter.limit(_per_address, methods=["POST"])
def start() -> Answer:
    """Ask for an e-mail address and send a code to it; whether it has a claim shows nowhere."""
    form = EmailForm()
    if request.method == "GET":
        return _page(form)
    if not form.validate():
        return _page(form), 422
    try:
        with runtime().database.transaction() as writing:
            code = service.send_code(
                writing,
                runtime(),
                runtime().matters.current().matter,
                email=form.address,
                browser=browser.visitor(),
                language=language.current(),
            )
    except service.TooManyCodes:
        form.email.errors = [_("Too many codes were asked for. Please wait an hour and try again.")]
        return _page(form), 429
    browser.remember_code(code.id)
    session["sent_to"] = masked_email(form.address)
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
    return render_template("identity/status.html")


def _page(form: EmailForm) -> str:
    return render_template(
        "identity/start.html",
        form=form,
        again=request.args.get("again") == "1",
        signed_in=browser.claimant_here() is not None,
        proved=_proved(),
        answered=bool(session.get("answers")),
    )


def _proved() -> str:
    """The address that this browser proved and made no use of yet, masked."""
    with runtime().database.reading() as reading:
        proof = service.standing_proof(
            reading, runtime(), code_id=browser.asked_code(), browser=browser.visitor()
        )
    return masked_email(proof.email) if proof else ""

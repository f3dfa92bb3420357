"""The pages of a lost mailbox: phone, code, number with birth date, one answer; and what a contact sees of it."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from portal import identity
from portal.claims import access, contacts, recovery
from portal.claims.blueprint import pages
from portal.claims.entrance import Answer, open_claim, proof_by_code, tries_per_address
from portal.claims.fields import date_parts
from portal.claims.numbers import read_number
from portal.claims.visitors import Basis, basis_of
from portal.identity import Proof, asking, browser, end_all, pressure
from portal.identity.forms import ContactForm
from portal.web import allow, claimant, runtime
from portal.web.limits import limiter
from portal.web.typed import Line, Needed, refuse


class PhoneForm(ContactForm):
    """The phone number of the claim, and nothing else."""

    kind = "phone"


class FactsForm(FlaskForm):
    """What goes with the phone: which claim, and a fact that whoever found the phone does not know."""

    number = Line(_l("Claim number"), [Needed(_l("Enter the claim number."))], longest=30)
    birth = date_parts(
        _l("Date of birth of the person whose claim it is"), needed=_l("Enter the date of birth.")
    )
    found = ""

    def validate_number(self, field: Line) -> None:
        """A number as this matter gives them."""
        prefix = runtime().matters.current().matter.toml.prefix
        self.found = read_number(field.data, prefix) or ""
        if not self.found:
            raise refuse(
                _(
                    "This is no claim number of this matter. It looks like %(example)s.",
                    example=f"{prefix}-7K3M-9QXA",
                )
            )


def _per_address() -> str:
    return f"{runtime().settings.codes_per_address_hour} per hour"


@pages.route("/claim/recover", methods=["GET", "POST"])
@allow.anybody
@limiter.limit(_per_address, methods=["POST"])
def recover() -> Answer:
    """What this way takes, and the phone number to which a code is sent."""
    form = PhoneForm()
    if request.method == "GET":
        return _phone_page(form)
    if not form.texts or not form.validate():
        return _phone_page(form), 422
    try:
        asking.send(form.contact, "recover", silent=form.filled_by_a_program)
    except asking.Crowded as crowded:
        return crowded.page
    except pressure.TooManyCodes as error:
        form.phone.errors = [
            _(
                "No more text messages can be sent at the moment. Please try again later, or call the law firm."
            )
            if isinstance(error, pressure.TooManyTexts)
            else _("Too many codes were asked for. Please wait an hour and try again.")
        ]
        return _phone_page(form), 429
    return redirect(url_for("claims.recover_code"), 303)


@pages.route("/claim/recover/code", methods=["GET", "POST"])
@allow.anybody
@limiter.limit(tries_per_address, methods=["POST"])
def recover_code() -> Answer:
    """The code that came to the phone."""
    proof = proof_by_code("recover", url_for("claims.recover"))
    return redirect(url_for("claims.recover_facts"), 303) if isinstance(proof, Proof) else proof


@pages.route("/claim/recover/facts", methods=["GET", "POST"])
@allow.anybody
@limiter.limit(_per_address, methods=["POST"])
def recover_facts() -> Answer:
    """Claim number and birth date. Whether they belong to the phone shows only once the wait is over."""
    proof = _proof()
    if proof is None:
        return redirect(url_for("claims.recover"), 303)
    form = FactsForm()
    if request.method == "GET" or not form.validate():
        page = render_template("claims/recover_facts.html", form=form)
        return (page, 422) if form.errors else page
    born = form.birth.form.value
    try:
        with runtime().database.transaction() as writing:
            claim = recovery.ask(writing, runtime(), proof, form.found, born, runtime().clock())
            token = open_claim(writing, claim, Basis(proof.contact, proof.proved_at)) if claim else ""
    except identity.ProofSpent:
        return redirect(url_for("claims.recover"), 303)
    browser.forget_code("recover")
    if not token:
        return redirect(url_for("claims.recover_asked"), 303)
    answer = browser.admit(redirect(url_for("claims.overview"), 303), token)
    flash(_("Your claim is open again. From now on codes and messages come to this phone."), "good")
    return answer


@pages.get("/claim/recover/asked")
@allow.anybody
def recover_asked() -> str:
    """The one answer, whatever was entered."""
    return render_template("claims/recover_asked.html", hours=runtime().settings.recovery_hours)


@pages.get("/claim/alarm")
@allow.claimant
def alarm() -> Answer:
    """What was begun or changed about how this claim is opened, with a button to stop it."""
    now = runtime().clock()
    with runtime().database.reading() as reading:
        claim = access.own_claim(reading, claimant())
        pending = recovery.pending_for(reading, claim)
        replaced = contacts.replaced_at(reading, runtime(), claim, now)
        basis = basis_of(reading, claimant())
    if pending is None and not replaced:
        return redirect(url_for("claims.overview"), 303)
    old = basis is not None and basis.contact.value in {one.value for one in replaced}
    return render_template("claims/alarm.html", claim=claim, pending=pending, replaced=replaced, old=old)


@pages.post("/claim/alarm")
@allow.claimant
def not_me() -> Response:
    """Stop a recovery, take back an exchange of the contact that opened this session, or say that it is right."""
    now = runtime().clock()
    with runtime().database.transaction() as writing:
        claim = access.own_claim(writing, claimant(), to_change=True)
        basis = basis_of(writing, claimant()) or abort(404)
        if request.form.get("mine"):
            contacts.settle(writing, runtime(), claim, basis.contact, now)
            return redirect(url_for("claims.overview"), 303)
        stopped = recovery.cancel(writing, claim, now)
        restored = contacts.restore(writing, runtime(), claim, basis.contact, now)
        if stopped or restored:
            end_all(writing, claim.id, now)
            token = open_claim(writing, claim, basis)
    if not stopped and not restored:
        return redirect(url_for("claims.overview"), 303)
    answer = browser.admit(redirect(url_for("claims.overview"), 303), token)
    flash(
        _("It is stopped. Everybody else was signed out, and your contact opens this claim as before."),
        "good",
    )
    return answer


def _proof() -> Proof | None:
    with runtime().database.reading() as reading:
        return identity.standing_proof(
            reading,
            runtime(),
            code_id=browser.asked_code("recover"),
            browser=browser.visitor(),
            purpose="recover",
        )


def _phone_page(form: ContactForm) -> str:
    with runtime().database.reading() as reading:
        ahead = asking.work_ahead(reading)
    return render_template(
        "claims/recover.html", form=form, ahead=ahead, hours=runtime().settings.recovery_hours
    )

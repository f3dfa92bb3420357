"""The claimant's pages of a draft that somebody else took in: recognise its claimant, have each part checked."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal import identity
from portal.claims import access, sealed, service, taken_in, ways
from portal.claims.blueprint import pages
from portal.claims.entrance import Answer, open_way, tries_per_address
from portal.claims.errors import ClaimError
from portal.claims.fields import date_parts
from portal.claims.models import Claim
from portal.claims.particulars import Particulars
from portal.claims.review import NOTHING, Group, summary
from portal.claims.visitors import Basis, basis_here
from portal.claims.ways import Way
from portal.eligibility.path import find_path
from portal.identity import browser
from portal.web import allow, claimant, runtime
from portal.web.limits import limiter
from portal.web.typed import Line, Needed, Several


class BirthDateForm(FlaskForm):
    """The fact that is asked for before a draft is shown: its birth date."""

    birth = date_parts(
        _l("Date of birth of the person whose claim it is"), needed=_l("Enter the date of birth.")
    )


class NameOnlyForm(FlaskForm):
    """The same where no birth date is held: the name."""

    name = Line(_l("Name of the person whose claim it is"), [Needed(_l("Enter the name."))], longest=150)


class ConfirmForm(FlaskForm):
    """One box for each part that holds something; all of them are to be checked."""

    parts = Several(_l("What I checked"), validate_choice=False)


@pages.route("/claim/recognise/<number>", methods=["GET", "POST"])
@allow.anybody
@limiter.limit(tries_per_address, methods=["POST"])
def recognise(number: str) -> Answer:
    """Before a draft is shown to whoever proved a contact that only staff or a list gave: a fact that it holds.

    Telephone numbers are given to other people after some years, and addresses are misheard.
    """
    published, now = runtime().matters.current(), runtime().clock()
    form: BirthDateForm | NameOnlyForm
    try:
        with runtime().database.transaction() as writing:
            basis = basis_here(writing, to_spend=request.method == "POST")
            way = _way(writing, published.matter.slug, basis, number)
            if basis is None or way is None:
                return redirect(url_for("identity.start"), 303)
            asked = taken_in.asks(way.particulars)
            form = NameOnlyForm() if asked == "name" else BirthDateForm()
            if asked and not form.validate_on_submit():
                return _recognise_page(form, number), (422 if form.is_submitted() else 200)
            if asked and not _knows(form, way.particulars):
                return _missed(form, way.claim, number)
            token = open_way(writing, way, basis)
            service.prolong(way.claim, published.matter, now)
    except (identity.ProofSpent, ClaimError):
        return redirect(url_for("identity.start"), 303)
    return browser.admit(redirect(url_for("claims.confirm_taken_in"), 303), token)


@pages.route("/claim/confirm", methods=["GET", "POST"])
@allow.claimant
def confirm_taken_in() -> Answer:
    """Everything that was taken in, part by part, each to be checked; then it counts as the claimant's own."""
    with runtime().database.reading() as reading:
        claim = access.own_claim(reading, claimant())
        particulars = sealed.read(reading, runtime().vault, claim)
        answers = sealed.read_answers(reading, runtime().vault, claim)
    if not claim.unconfirmed or not claim.draft:
        return redirect(url_for("claims.overview"), 303)
    matter = runtime().matters.current().matter
    groups = _held(claim, particulars)
    open_questions = find_path(matter.questions, answers).next is not None
    form = ConfirmForm()
    if form.validate_on_submit():
        if open_questions:
            form.parts.errors = [_("Answer the questions first: they decide what you can take part in.")]
        elif {one.step for one in groups} - set(form.parts.data or ()):
            form.parts.errors = [_("Check each part and mark it, or change what is not right.")]
        else:
            _confirm()
            flash(_("Thank you. It counts as your own now; go on with what is missing."), "good")
            return redirect(url_for("claims.overview"), 303)
    page = render_template(
        "claims/taken_in.html",
        form=form,
        claim=claim,
        groups=groups,
        marked=set(form.parts.data or ()),
        open_questions=open_questions,
        tracks=[track for track in matter.tracks if track.id in claim.tracks],
    )
    return page, (422 if form.parts.errors else 200)


@pages.post("/claim/confirm/questions")
@allow.claimant
def questions_of_taken_in() -> Response:
    """To the questions of the check, with those answered that were answered for the claimant."""
    with runtime().database.reading() as reading:
        claim = access.own_claim(reading, claimant())
        answers = sealed.read_answers(reading, runtime().vault, claim)
    session["answers"] = dict(answers)
    session["tracks"] = list(claim.tracks)
    return redirect(url_for("eligibility.check"), 303)


def _confirm() -> None:
    now = runtime().clock()
    with runtime().database.transaction() as writing:
        claim = access.own_claim(writing, claimant(), to_change=True)
        if claim.draft:
            service.refit(writing, runtime().vault, claim, now)
            service.prolong(claim, runtime().matters.current().matter, now)
        taken_in.confirm(writing, claim, by="code", actor=service.claimant_of(claim), now=now)


def _way(writing: Session, slug: str, basis: Basis | None, number: str) -> Way | None:
    """The draft of that number among those that the proved contact leads to."""
    if basis is None:
        return None
    found = ways.ways_in(writing, runtime().vault, slug, basis.contact, runtime().clock(), to_open=True)
    return next((one for one in found if one.taken_in and one.claim.number == number), None)


def _knows(form: BirthDateForm | NameOnlyForm, particulars: Particulars) -> bool:
    if isinstance(form, NameOnlyForm):
        return taken_in.knows(particulars, name=form.name.data or "")
    return taken_in.knows(particulars, birth=form.birth.form.value)


def _missed(form: Any, claim: Claim, number: str) -> Answer:
    left = taken_in.miss(claim)
    if not left:
        return render_template("claims/recognise_closed.html"), 403
    sentence = ngettext(
        "This is not what we have noted. You have %(num)s try left.",
        "This is not what we have noted. You have %(num)s tries left.",
        left,
    )
    if isinstance(form, NameOnlyForm):
        form.name.errors = [sentence]
    else:
        form.birth.form.form_errors.append(sentence)
    return _recognise_page(form, number), 422


def _recognise_page(form: Any, number: str) -> str:
    return render_template("claims/recognise.html", form=form, number=number)


def _held(claim: Claim, particulars: Particulars) -> list[Group]:
    """The steps that hold something, as the page of looking through shows them."""
    matter = runtime().matters.current().matter
    own = ("confirm", "phrase")
    return [
        group
        for group in summary(claim, particulars, matter)
        if group.step not in own and any(value != NOTHING for _label, value in group.rows)
    ]

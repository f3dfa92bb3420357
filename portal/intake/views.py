"""Staff's pages for people on the telephone and at the counter: the check, the draft, and its details."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal import audit
from portal.audit import Actor
from portal.claims import joinder, saving, sealed, service, steps
from portal.claims.errors import ClaimError
from portal.claims.forms import ADDRESS_FORMS, StepForm
from portal.claims.models import Claim
from portal.claims.particulars import Joinder, Particulars
from portal.claims.review import NOTHING, summary
from portal.eligibility.path import find_path
from portal.eligibility.rules import decide
from portal.eligibility.views import open_tracks
from portal.intake import access, assisting
from portal.intake.forms import TalkForm, answers_form, joinder_form
from portal.intake.models import AssistedIntake
from portal.matters.matter import Matter
from portal.web import allow, language, runtime, staff

blueprint = Blueprint("intake", __name__, url_prefix="/staff/intake")
Answer = str | Response | tuple[str, int]
FRAME = "staff/layout.html"
_ANSWERS = "intake answers"  # in the signed cookie, as a visitor's are; they identify nobody
SHOWN = 50


@blueprint.get("")
@allow.staff("intake.assist")
def index() -> str:
    """What one's office took in, the newest first, and how each stands."""
    before = request.args.get("before", type=UUID)
    query = access.intakes_seen_by(staff()).order_by(AssistedIntake.id.desc())
    if before:
        query = query.where(AssistedIntake.id < before)
    with runtime().database.reading() as reading:
        found = reading.scalars(query.limit(SHOWN + 1)).all()
        rows = [{"intake": one, "claim": reading.get_one(Claim, one.claim_id)} for one in found[:SHOWN]]
    return render_template("intake/index.html", rows=rows, more=len(found) > SHOWN, before=before)


@blueprint.post("/new")
@allow.staff("intake.assist")
def new() -> Response:
    """Begin with the next person: nothing of the one before is left."""
    session.pop(_ANSWERS, None)
    return redirect(url_for("intake.questions"), 303)


@blueprint.route("/questions", methods=["GET", "POST"])
@allow.staff("intake.assist")
def questions() -> Answer:
    """The questions of the check, all that are asked so far on one page."""
    matter, lang = _matter(), language.current()
    path = find_path(matter.questions, session.get(_ANSWERS) or {})
    form = answers_form(path.questions, path.answers, lang)
    if form.validate_on_submit():
        path = find_path(matter.questions, {**path.answers, **form.given})
        session[_ANSWERS] = dict(path.answers)
        if path.next is None:
            return redirect(url_for("intake.begin"), 303)
        missing = [one.id for one in path.questions if one.id not in path.answers]
        again = answers_form(path.questions, path.answers, lang)
        for name in missing:
            again[name].errors = [_("Choose one answer.")]
        return render_template("intake/questions.html", form=again, path=path, missing=True), 422
    return render_template("intake/questions.html", form=form, path=path, missing=False)


@blueprint.route("/begin", methods=["GET", "POST"])
@allow.staff("intake.assist")
def begin() -> Answer:
    """What the check says for each action, and the draft to be made."""
    published = runtime().matters.current()
    path = find_path(published.matter.questions, session.get(_ANSWERS) or {})
    if path.next is not None:
        return redirect(url_for("intake.questions"), 303)
    form = TalkForm(language="ko", way="phone")
    mine = [one for one in open_tracks(published.matter) if one.jurisdiction in staff().jurisdictions]
    form.tracks.choices = [(one.id, one.name[language.current()]) for one in mine]
    if form.validate_on_submit():
        talk = assisting.Talk(
            form.way.data,
            form.language.data,
            form.email.data or "",
            getattr(form, "numbers", {}).get("phone", ""),
            form.note.data or "",
        )
        with runtime().database.transaction() as writing:
            claim = assisting.begin(
                writing, runtime().vault, published, talk, path.answers, form.tracks.data, staff().id,
                runtime().clock(),
            )  # fmt: skip
        session.pop(_ANSWERS, None)
        return redirect(url_for("intake.draft", claim_id=claim.id), 303)
    decisions = [
        one for one in decide(published.matter.rules, path.answers) if one.track in {t.id for t in mine}
    ]
    page = render_template("intake/begin.html", form=form, decisions=decisions, matter=published.matter)
    return page, (422 if form.errors else 200)


@blueprint.get("/<uuid:claim_id>")
@allow.staff("intake.assist")
def draft(claim_id: UUID) -> str:
    """What was typed so far and what is missing; once the claimant has come, only that they have."""
    matter = _matter()
    with runtime().database.transaction() as writing:
        intake, claim = access.seen_intake(writing, staff(), claim_id)
        is_open = access.is_open(claim)
        particulars = sealed.read(writing, runtime().vault, claim) if is_open else Particulars()
        note = assisting.note_of(writing, runtime().vault, intake, claim)
        _record(writing, claim, "intake.read")
    groups = {one.step: one for one in summary(claim, particulars, matter)} if is_open else {}
    typed = [groups[one.name] for one in assisting.steps_typed(matter, claim)] if is_open else []
    return render_template(
        "intake/draft.html",
        intake=intake,
        claim=claim,
        is_open=is_open,
        groups=typed,
        lacking=assisting.lacking(matter, claim, particulars) if is_open else [],
        given=particulars.unproved,
        note=note,
        nothing=NOTHING,
        jurisdictions=[
            one.jurisdiction for one in claim.engagements if one.jurisdiction in staff().jurisdictions
        ],
        tracks=[track for track in matter.tracks if track.id in claim.tracks],
    )


@blueprint.route("/<uuid:claim_id>/details/<name>", methods=["GET", "POST"])
@allow.staff("intake.assist")
def step(claim_id: UUID, name: str) -> Answer:
    """One step, with the form that the claimant's own page has."""
    matter = _matter()
    with runtime().database.reading() as reading:
        _intake, claim = access.seen_intake(reading, staff(), claim_id)
        if not access.is_open(claim):
            abort(404)
        particulars = sealed.read(reading, runtime().vault, claim)
        answers = sealed.read_answers(reading, runtime().vault, claim)
    if steps.step_of(matter, claim, name) is None or name in assisting.THEIRS | assisting.ON_OTHER_PAGES:
        abort(404)
    if name == "joinder":
        return redirect(url_for("intake.declare", claim_id=claim_id), 303)
    wanted = request.form.get("where") or request.args.get("in", "")
    where = wanted if wanted in ADDRESS_FORMS else saving.place_of(claim, particulars, answers)
    kind = saving.form_class(name, where)
    form = kind(request.form or None, data=kind.shown(claim, particulars))
    form.answers, form.claim_holds = answers, particulars
    form.prepare(claim, matter)
    rearranged = getattr(form, "rearrange", None)
    if rearranged and ("add" in request.form or "remove" in request.form):
        remove = request.form.get("remove", "")
        rearranged("add" in request.form, int(remove) if remove.isdecimal() and len(remove) < 4 else None)
    elif request.method == "POST" and form.validate():
        return _save(claim_id, name, form, matter)
    elif request.method == "GET":
        form.seen.data = saving.seen_mark(runtime().vault, kind, claim, particulars)
    page = render_template(
        f"claims/steps/{name}.html",
        frame=FRAME,
        form=form,
        claim=claim,
        elsewhere=None,
        back=url_for("intake.draft", claim_id=claim_id),
    )
    return page, (422 if request.method == "POST" and not rearranged else 200)


@blueprint.route("/<uuid:claim_id>/declare", methods=["GET", "POST"])
@allow.staff("intake.assist")
def declare(claim_id: UUID) -> Answer:
    """The questions about other suits, all that are asked so far on one page."""
    matter, lang = _matter(), language.current()
    with runtime().database.transaction() as writing:
        _intake, claim = access.seen_intake(writing, staff(), claim_id, to_change=True)
        if steps.step_of(matter, claim, "joinder") is None:
            abort(404)
        said = sealed.read(writing, runtime().vault, claim).joinder or Joinder()
        asked = joinder.asked(matter, claim.tracks, said.answers)
        form = joinder_form(asked, said.answers, said.details, lang)
        complete = False
        if form.validate_on_submit():
            given = _declared(matter, claim, form, said)
            service.amend(
                writing,
                runtime().vault,
                claim,
                lambda held: held.model_copy(update={"joinder": given}),
                seen_revision=claim.revision,
                now=runtime().clock(),
            )
            _record(writing, claim, "intake.typed", step="joinder")
            held = sealed.read(writing, runtime().vault, claim)
            complete = joinder.complete(matter, claim, held)
            asked = joinder.asked(matter, claim.tracks, given.answers)
            form = joinder_form(asked, given.answers, given.details, lang)
    if complete:
        return redirect(url_for("intake.draft", claim_id=claim_id), 303)
    sent = request.method == "POST"
    for name in form.names if sent else ():
        if not form[name].data:
            form[name].errors = [_("Choose an answer.")]
    page = render_template("intake/declare.html", form=form, claim=claim, questions=asked, sent=sent)
    return page, (422 if sent else 200)


@blueprint.post("/<uuid:claim_id>/tell")
@allow.staff("intake.assist")
def tell(claim_id: UUID) -> Response:
    """Write to the claimant that the draft waits for them to confirm it."""
    with runtime().database.transaction() as writing:
        intake, claim = access.seen_intake(writing, staff(), claim_id, to_change=True)
        told = assisting.ask_to_confirm(writing, runtime(), intake, claim, actor())
    if told:
        flash(_("The person is asked to come in, check it and sign."), "good")
    else:
        flash(_("There is no address that takes messages. Have it signed on paper."), "bad")
    return redirect(url_for("intake.draft", claim_id=claim_id), 303)


def actor() -> Actor:
    """The staff member as an actor in the audit chain."""
    return Actor("staff", staff().id)


def _save(claim_id: UUID, name: str, form: StepForm, matter: Matter) -> Answer:
    try:
        with runtime().database.transaction() as writing:
            _intake, claim = access.seen_intake(writing, staff(), claim_id, to_change=True)
            form.prepare(claim, matter)
            service.prolong(claim, matter, runtime().clock())
            saving.save(writing, runtime().vault, claim, form, {form.seen.data or ""}, runtime().clock())
            held = sealed.read(writing, runtime().vault, claim)
            _record(writing, claim, "intake.typed", step=name)
    except ClaimError:
        flash(_("Somebody else saved this page meanwhile. Look at it again."), "wait")
        return redirect(url_for("intake.step", claim_id=claim_id, name=name), 303)
    following = _after(matter, claim, held, name)
    if following:
        return redirect(url_for("intake.step", claim_id=claim_id, name=following), 303)
    return redirect(url_for("intake.draft", claim_id=claim_id), 303)


def _after(matter: Matter, claim: Claim, particulars: Particulars, name: str) -> str | None:
    """The next step in order that holds nothing yet, so that a talk goes on without pressing more than needed."""
    typed = assisting.steps_typed(matter, claim)
    place = next((at for at, one in enumerate(typed) if one.name == name), len(typed))
    return next((one.name for one in typed[place + 1 :] if not one.done(matter, claim, particulars)), None)


def _declared(matter: Matter, claim: Claim, form: Any, said: Joinder) -> Joinder:
    for name in form.names:
        if value := form[name].data:
            words = form[f"{name}-details"].data or ""
            said = joinder.answered(matter, tuple(claim.tracks), said, name, value, words)
    return said


def _record(writing: Session, claim: Claim, action: str, **detail: str) -> None:
    audit.record(writing, now=runtime().clock(), actor=actor(), action=action, subject=claim.id, **detail)


def _matter() -> Matter:
    return runtime().matters.current().matter

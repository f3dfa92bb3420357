"""The claimant's pages about other suits: the matter's questions one by one, and the map of what goes together."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.claims import access, joinder, sealed, service, step_pages, steps
from portal.claims.blueprint import pages
from portal.claims.errors import AlreadySubmitted, LastTrack, StaleSave
from portal.claims.forms import StepForm
from portal.claims.joinder_forms import DetailsForm, QuestionForm, details_form, question_form
from portal.claims.models import Claim
from portal.claims.particulars import Joinder, Particulars
from portal.claims.review import declared_rows
from portal.matters.joinder import JoinderQuestion
from portal.matters.matter import Matter
from portal.web import allow, claimant, language, runtime
from portal.web.held import release

Answer = str | Response | tuple[str, int]
STAGE = 4


@pages.get("/claim/joinder", endpoint="joinder")
@allow.claimant
def show_map() -> Answer:
    """The map; before everything is answered, the first open question."""
    claim, particulars, check = _opened()
    matter = _matter(claim)
    open_question = joinder.next_question(matter, claim.tracks, particulars.joinder)
    if open_question:
        return redirect(_question_url(open_question.id), 303)
    following = steps.following(matter, claim, "joinder")
    return render_template(
        "claims/joinder.html",
        claim=claim,
        found=joinder.map_of(matter, claim, particulars),
        blocked=joinder.blocking(matter, claim, particulars),
        contradictions=joinder.contradictions(matter, claim, particulars, check),
        alone=len(claim.tracks) == 1,
        onward=_onward(claim, following),
        stage=STAGE,
        stages=steps.STAGES,
    )


@pages.route("/claim/joinder/<thing>", methods=["GET", "POST"])
@allow.claimant
def joinder_question(thing: str) -> Answer:
    """One question, with the answer that the eligibility check gave chosen beforehand."""
    claim, particulars, check = _opened()
    question = _question(claim, particulars, thing)
    form = step_pages.shown(question_form(question), claim, particulars)
    before = joinder.from_check(question, check)
    if request.method == "GET" and before and form.answer.data is None:
        form.answer.data = before.value
    if request.method == "GET" or not form.validate():
        return _question_page(form, claim, particulars, prefilled=before), _status()
    return _saved(form, claim, particulars)


@pages.route("/claim/joinder/<thing>/details", methods=["GET", "POST"])
@allow.claimant
def joinder_details(thing: str) -> Answer:
    """The words beside an answer."""
    claim, particulars, _check = _opened()
    question = _question(claim, particulars, thing)
    said = particulars.joinder or Joinder()
    option = question.option(said.answers.get(thing, ""))
    if option is None or option.details is None:
        return redirect(_question_url(thing), 303)
    form = step_pages.shown(details_form(question, needed=option.details_needed), claim, particulars)
    form.details.label.text = option.details[language.current()]
    if request.method == "GET" or not form.validate():
        return _details_page(form, claim, option.text[language.current()]), _status()
    return _saved(form, claim, particulars)


@pages.post("/claim/joinder/leave")
@allow.claimant
def leave_track() -> Answer:
    """Leave one track out, so that the others can be signed."""
    track = request.form.get("track", "")[:60]
    matter = runtime().matters.current().matter
    try:
        with runtime().database.transaction() as writing:
            claim = access.own_claim(writing, claimant(), to_change=True)
            service.leave_track(writing, matter, claim, track, runtime().clock())
    except (AlreadySubmitted, LastTrack):
        return redirect(url_for("claims.joinder"), 303)
    name = matter.track(track).name[language.current()]
    flash(_("Left out: %(track)s. You can choose it again in the check until you sign.", track=name), "good")
    return redirect(url_for("claims.joinder"), 303)


def _opened() -> tuple[Claim, Particulars, dict[str, str]]:
    with runtime().database.reading() as reading:
        claim = access.own_claim(reading, claimant())
        particulars = sealed.read_latest(reading, runtime().vault, claim)
        check = sealed.read_answers(reading, runtime().vault, claim)
    if not service.may_amend(claim):
        abort(redirect(url_for("claims.overview"), 303))
    return claim, particulars, check


def _matter(claim: Claim) -> Matter:
    matter = runtime().matters.current().matter
    if steps.step_of(matter, claim, "joinder") is None:
        abort(404)
    return matter


def _question(claim: Claim, particulars: Particulars, question_id: str) -> JoinderQuestion:
    """A question that this person is asked. What their answers do not call for is not there."""
    said = particulars.joinder or Joinder()
    asked = joinder.asked(_matter(claim), claim.tracks, said.answers)
    return next((one for one in asked if one.id == question_id), None) or abort(404)


def _saved(form: QuestionForm | DetailsForm, claim: Claim, particulars: Particulars) -> Answer:
    details = isinstance(form, DetailsForm)
    try:
        step_pages.save("joinder-details" if details else "joinder", form)
    except StaleSave:
        return _stale(form)
    except AlreadySubmitted:
        return redirect(url_for("claims.overview"), 303)
    chosen = None if isinstance(form, DetailsForm) else form.question.option(form.answer.data)
    if chosen and chosen.details:
        place = url_for("claims.joinder_details", thing=form.question.id, next=request.args.get("next"))
        return release(redirect(place, 303))
    return release(redirect(_after(claim, particulars, form.question), 303))


def _after(claim: Claim, particulars: Particulars, question: JoinderQuestion) -> str:
    """The next question in order while the declaration is made for the first time, else the map."""
    before = joinder.next_question(_matter(claim), claim.tracks, particulars.joinder)
    if request.args.get("next") == "map" or before is None:
        return url_for("claims.joinder")
    with runtime().database.reading() as reading:
        claim = access.own_claim(reading, claimant())
        saved = sealed.read_latest(reading, runtime().vault, claim)
    following = joinder.next_question(_matter(claim), claim.tracks, saved.joinder)
    return _question_url(following.id) if following else url_for("claims.joinder")


def _stale(form: QuestionForm | DetailsForm) -> Answer:
    """Show what another device saved; only another press overwrites it."""
    claim, particulars = step_pages.saved_elsewhere(form)
    rows = declared_rows(
        one
        for one in joinder.declared(_matter(claim), claim.tracks, particulars.joinder)
        if one.question.id == form.question.id
    )
    if isinstance(form, DetailsForm):
        return _details_page(form, claim, "", elsewhere=rows), 409
    return _question_page(form, claim, particulars, elsewhere=rows), 409


def _question_page(
    form: QuestionForm,
    claim: Claim,
    particulars: Particulars,
    *,
    prefilled: Any = None,
    elsewhere: Any = None,
) -> str:
    said_so_far = particulars.joinder or Joinder()
    asked = joinder.asked(_matter(claim), claim.tracks, said_so_far.answers)
    place = [one.id for one in asked].index(form.question.id)
    return _page(
        "claims/joinder_question.html",
        form,
        claim,
        back=_question_url(asked[place - 1].id) if place else _back(claim),
        question=form.question,
        number=place + 1,
        total=len(asked),
        prefilled=prefilled and form.question.id not in said_so_far.answers,
        elsewhere=elsewhere,
    )


def _details_page(form: DetailsForm, claim: Claim, answer: str, elsewhere: Any = None) -> str:
    back = _question_url(form.question.id)
    return _page(
        "claims/joinder_details.html", form, claim, back=back, question=form.question, answer=answer,
        elsewhere=elsewhere,
    )  # fmt: skip


def _page(template: str, form: StepForm, claim: Claim, *, back: str, **more: Any) -> str:
    to_map = request.args.get("next") == "map"
    place = url_for("claims.joinder") if to_map else back
    return render_template(
        template, form=form, claim=claim, back=place, stage=STAGE, stages=steps.STAGES, **more
    )


def _back(claim: Claim) -> str:
    if not claim.draft:
        return url_for("claims.review")
    previous = steps.before(_matter(claim), claim, "joinder")
    return url_for("claims.step", name=previous) if previous else url_for("claims.overview")


def _onward(claim: Claim, following: str | None) -> str:
    if request.args.get("next") == "review" or not claim.draft:
        return url_for("claims.review")
    return url_for("claims.step", name=following) if following else url_for("evidence.index")


def _question_url(question_id: str) -> str:
    return url_for("claims.joinder_question", thing=question_id)


def _status() -> int:
    return 422 if request.method == "POST" else 200

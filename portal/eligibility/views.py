"""The check of eligibility. No account and no database: answers travel in the signed cookie."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from flask import (
    Blueprint,
    abort,
    redirect,
    render_template,
    url_for,
)
from werkzeug.wrappers import Response

from portal.eligibility import visit
from portal.eligibility.forms import AnswerForm, TracksForm
from portal.eligibility.path import Path
from portal.eligibility.rules import Decision, decide
from portal.matters.matter import Matter
from portal.matters.model import Track
from portal.matters.questions import Outcome, Question
from portal.web import allow, runtime
from portal.web.language import PREFIX, current, preferred

SEOUL = ZoneInfo("Asia/Seoul")
blueprint = Blueprint("eligibility", __name__, url_prefix=PREFIX)


@allow.anybody
def front_door() -> Response:
    """Without a language in the address: to the page in the one that the browser asks for."""
    answer = redirect(url_for("eligibility.matter_page", lang=preferred()))
    answer.vary.add("Accept-Language")
    return answer


@blueprint.get("/check")
@allow.anybody
def check() -> Response:
    """To the first open question, or to the result."""
    return _onward(visit.path(_matter()))


@blueprint.route("/check/<question_id>", methods=["GET", "POST"])
@allow.anybody
def question(question_id: str) -> Response | str | tuple[str, int]:
    """One question on one page."""
    matter = _matter()
    asked = _question(matter, question_id)
    path = visit.path(matter)
    if not path.reaches(asked):
        return _onward(path)
    form = AnswerForm(answer=path.answers.get(asked.id)).offer(asked, current())
    if form.validate_on_submit():
        return _onward(visit.answer(matter, asked.id, form.answer.data))
    page = render_template("eligibility/question.html", question=asked, path=path, form=form)
    return (page, 422) if form.errors else page


@blueprint.route("/check/result", methods=["GET", "POST"])
@allow.anybody
def result() -> Response | str | tuple[str, int]:
    """One decision per track with its reasons, and the choice of tracks to go on with."""
    matter = _matter()
    path = visit.path(matter)
    if path.next:
        return _onward(path)
    decisions = decide(matter.rules, path.answers)
    takes_claims = open_tracks(matter)
    form = TracksForm(tracks=visit.chosen() or _promising(decisions)).offer(takes_claims, current())
    if form.validate_on_submit():
        visit.choose(matter, form.tracks.data)
        return redirect(url_for("identity.start"), 303)
    page = render_template(
        "eligibility/result.html", decisions=decisions, open_tracks=takes_claims, path=path, form=form
    )
    return (page, 422) if form.errors else page


@blueprint.post("/check/again")
@allow.anybody
def again() -> Response:
    """Forget the answers and start with the first question."""
    visit.forget()
    return redirect(url_for("eligibility.check"), 303)


def _onward(path: Path) -> Response:
    if path.next is None:
        return redirect(url_for("eligibility.result"), 303)
    return redirect(url_for("eligibility.question", question_id=path.next.id), 303)


def _matter() -> Matter:
    return runtime().matters.current().matter


def _question(matter: Matter, question_id: str) -> Question:
    try:
        return matter.question(question_id)
    except KeyError:
        abort(404)


def open_tracks(matter: Matter) -> tuple[Track, ...]:
    """The tracks that take claims today."""
    return tuple(track for track in matter.tracks if track.is_open(_today()))


def _today() -> date:
    return runtime().clock().astimezone(SEOUL).date()


def _promising(decisions: tuple[Decision, ...]) -> list[str]:
    return [decision.track for decision in decisions if decision.outcome is not Outcome.NOT_ELIGIBLE]

"""The forms of the declaration about other suits: one for each question, and one for the words beside its answer."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import InputRequired

from portal.claims import joinder
from portal.claims.forms import StepForm
from portal.claims.models import Claim
from portal.claims.particulars import Joinder, Particulars
from portal.matters.joinder import JoinderQuestion
from portal.matters.matter import Matter
from portal.web import language
from portal.web.typed import Line, refuse

LONGEST_DETAILS = 300


class QuestionForm(StepForm):
    """One question of the matter's joinder.toml."""

    answer = RadioField(_l("What is true for you"), [InputRequired(_l("Choose an answer."))])
    question: JoinderQuestion
    tracks: tuple[str, ...] = ()
    matter: Matter

    def prepare(self, claim: Claim, matter: Matter) -> None:
        self.tracks, self.matter = tuple(claim.tracks), matter
        lang = language.current()
        self.answer.label.text = self.question.text[lang]
        self.answer.choices = [(one.value, one.text[lang]) for one in self.question.options]

    @classmethod
    def shown(cls, claim: Claim, particulars: Particulars) -> dict[str, Any]:
        said = particulars.joinder or Joinder()
        return {"answer": said.answers.get(cls.question.id)}

    def apply(self, particulars: Particulars) -> Particulars:
        before, name = particulars.joinder or Joinder(), self.question.id
        # Words belong to the answer beside which they were written.
        kept = before.details.get(name, "") if before.answers.get(name) == self.answer.data else ""
        return _with_answer(self, particulars, self.answer.data, kept)


class DetailsForm(StepForm):
    """The words beside an answer, such as which lawyer."""

    details = Line(_l("In your words"), longest=LONGEST_DETAILS)
    question: JoinderQuestion
    tracks: tuple[str, ...] = ()
    matter: Matter
    needed = False

    def prepare(self, claim: Claim, matter: Matter) -> None:
        self.tracks, self.matter = tuple(claim.tracks), matter

    def validate_details(self, field: Line) -> None:
        if self.needed and not field.data:
            raise refuse(_("Counsel needs this to see whether the two go together. A few words are enough."))

    @classmethod
    def shown(cls, claim: Claim, particulars: Particulars) -> dict[str, Any]:
        said = particulars.joinder or Joinder()
        return {"details": said.details.get(cls.question.id, "")}

    def apply(self, particulars: Particulars) -> Particulars:
        said = particulars.joinder or Joinder()
        return _with_answer(
            self, particulars, said.answers.get(self.question.id, ""), self.details.data or ""
        )


def question_form(question: JoinderQuestion) -> type[QuestionForm]:
    """The form of one question; its name tells the questions' saved versions apart."""
    return type(f"QuestionForm_{question.id}", (QuestionForm,), {"question": question})


def details_form(question: JoinderQuestion, *, needed: bool) -> type[DetailsForm]:
    """The form for the words beside the answer to one question."""
    return type(f"DetailsForm_{question.id}", (DetailsForm,), {"question": question, "needed": needed})


def _with_answer(
    form: QuestionForm | DetailsForm, particulars: Particulars, value: str, details: str
) -> Particulars:
    said = joinder.answered(form.matter, form.tracks, particulars.joinder, form.question.id, value, details)
    return particulars.model_copy(update={"joinder": said})

"""The two forms of the check: one answer, and the choice of tracks."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.validators import DataRequired

from portal.matters.model import Track
from portal.matters.questions import Question
from portal.web.typed import Several


class AnswerForm(FlaskForm):
    """One question with its options."""

    # WTForms itself would say "Not a valid choice" beside our own sentence.
    answer = RadioField(validators=[DataRequired(_l("Choose one answer."))], validate_choice=False)

    def offer(self, question: Question, lang: str) -> AnswerForm:
        """Word the form for a question; an answer that it does not offer counts as none."""
        self.answer.label.text = question.text[lang]
        self.answer.choices = [(option.value, option.text[lang]) for option in question.options]
        if self.answer.data is not None and question.option(self.answer.data) is None:
            self.answer.data = None
        return self


class TracksForm(FlaskForm):
    """The tracks that a person wants to go on with."""

    tracks = Several(validators=[DataRequired(_l("Choose at least one action to go on with."))])

    def offer(self, tracks: Iterable[Track], lang: str) -> TracksForm:
        """Offer only tracks that take claims."""
        self.tracks.label.text = _l("Actions")
        self.tracks.choices = [(track.id, track.name[lang]) for track in tracks]
        return self

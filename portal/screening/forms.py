"""Forms of the pages on pairs and conflicts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Regexp, ValidationError

from portal.screening.conflicts import Settlement


class JudgeForm(FlaskForm):
    """Nothing to fill in; the buttons say it."""


class SettleForm(FlaskForm):
    """What becomes of the hits, and why."""

    how = RadioField(
        _l("What is it?"),
        choices=[
            (Settlement.APART.value, _l("Not the same person")),
            (Settlement.WAIVED.value, _l("A conflict that counsel waives")),
            (Settlement.DECLINED.value, _l("A conflict: the claim is declined")),
        ],
        validators=[InputRequired(_l("Choose one."))],
    )
    reason = TextAreaField(
        _l("Reason, kept sealed with the check"),
        validators=[InputRequired(_l("Give the reason.")), Length(max=2000)],
    )

    def __init__(self, *args: object, may_waive: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if not may_waive:
            self.how.choices = [one for one in self.how.choices if one[0] != Settlement.WAIVED.value]

    def validate_reason(self, field: TextAreaField) -> None:
        """Long enough that another lawyer understands it in a year."""
        if len((field.data or "").strip()) < 10:
            raise ValidationError(_("Give the reason in at least ten characters."))


class ListForm(FlaskForm):
    """A list to take in."""

    jurisdiction = SelectField(_l("Office"))
    name = StringField(
        _l("Name of the list"),
        description=_l(
            "Such as: former clients, or parties of pending cases. A list of the same name is replaced."
        ),
        validators=[
            InputRequired(_l("Name the list.")),
            Length(max=80),
            Regexp(r"^[^\x00-\x1f\x7f]*$", message=_l("Name the list.")),
        ],
    )
    dated = DateField(_l("As of"), validators=[InputRequired(_l("Choose a date."))])
    file = FileField(
        _l("CSV file"),
        description=_l(
            "UTF-8 or CP949, as Excel saves it, with a heading in the first line: name; and if you have them, name in "
            "Latin letters, in Hanja, date of birth and relation."
        ),
        validators=[FileRequired(_l("Choose a file."))],
    )

    def __init__(
        self, *args: object, offices: Sequence[tuple[str, str]], today: date, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        self.jurisdiction.choices = list(offices)
        self._today = today

    def validate_dated(self, field: DateField) -> None:
        """A list cannot be from tomorrow."""
        if field.data and field.data > self._today:
            raise ValidationError(_("The date lies ahead."))

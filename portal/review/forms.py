"""Forms of the staff's decisions."""

from datetime import date, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

LONGEST_CURE = timedelta(days=180)
BETWEEN = __("Write between %(min)d and %(max)d characters.")


class AcceptForm(FlaskForm):
    """Nothing to fill in."""


class AskForm(FlaskForm):
    """What is asked, and by when."""

    text = TextAreaField(
        __("What do you need from the claimant?"),
        validators=[InputRequired(__("Say what you need.")), Length(10, 2000, BETWEEN)],
    )
    until = DateField(__("Answer by"), validators=[InputRequired(__("Choose a date."))])

    def __init__(self, *args: object, today: date, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def validate_until(self, field: DateField) -> None:
        """A day still to come, within half a year."""
        if field.data and not self._today < field.data <= self._today + LONGEST_CURE:
            raise ValidationError(_("Choose a day after today, within six months."))


class DeclineForm(FlaskForm):
    """Why the firm does not act."""

    text = TextAreaField(
        __("Reason, as the claimant will read it"),
        validators=[InputRequired(__("Give the reason.")), Length(10, 2000, BETWEEN)],
    )


class DownloadForm(FlaskForm):
    """Why a file leaves the portal (안전성 확보조치 기준 제8조 제2항)."""

    reason = StringField(
        __("Reason for the download"),
        validators=[InputRequired(__("State the reason.")), Length(10, 300, BETWEEN)],
    )

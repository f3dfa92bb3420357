"""Forms of the staff's decisions."""

from datetime import date, timedelta

from flask import request
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


class PaperForm(FlaskForm):
    """Which pages were seen to be signed, or which are asked for again and why. `complaint` is about the marks."""

    reason = TextAreaField(__("Reason, as the claimant will read it"), validators=[Length(max=2000)])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.complaint = ""

    @property
    def again(self) -> bool:
        """Whether pages are asked for again."""
        return request.form.get("act") == "again"

    @property
    def pages_signed(self) -> set[int]:
        """Pages seen to bear a signature."""
        return set(request.form.getlist("signed", type=int))

    @property
    def pages_again(self) -> set[int]:
        """Pages that are asked for again."""
        return set(request.form.getlist("again", type=int))

    def validate_reason(self, field: TextAreaField) -> None:
        """Asking again needs pages and a reason."""
        if not self.again:
            return
        if not self.pages_again:
            self.complaint = _("Mark the pages that you ask for again.")
            raise ValidationError(self.complaint)
        if len((field.data or "").strip()) < 10:
            raise ValidationError(_("Give the reason."))

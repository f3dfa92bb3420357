"""Forms of the staff's decisions."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from wtforms import DateField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from portal.matters.matter import Matter
from portal.review.verdicts import Verdict
from portal.web.language import current

LONGEST_CURE = timedelta(days=180)
BETWEEN = __("Write between %(min)d and %(max)d characters.")


class AcceptForm(FlaskForm):
    """Nothing to fill in."""


class _Reasoned(FlaskForm):
    """Common reasons of the matter to pick, and words of one's own; one of the two is needed."""

    use = ""
    kind = ""
    lacking = ""
    reasons = SelectMultipleField(__("Common reasons"), validate_choice=True)

    def __init__(self, *args: object, matter: Matter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.text.id = f"{self.kind}-text"  # several such forms stand on one page
        self._known = {one.id: one for one in matter.review.reasons if one.use == self.use}
        self.reasons.choices = [(one.id, one.name[current()]) for one in self._known.values()]

    def said(self, language: str) -> str:
        """What was picked, in a language, and what was written, as the claimant reads it."""
        picked = [self._known[one].text[language] for one in self.reasons.data or ()]
        return "\n\n".join(part for part in (*picked, (self.text.data or "").strip()) if part)

    def validate_text(self, field: TextAreaField) -> None:
        """Long enough to mean something, unless a reason was picked."""
        written = len((field.data or "").strip())
        if not written and not self.reasons.data:
            raise ValidationError(self.lacking)
        if written and not 10 <= written <= 2000:
            raise ValidationError(str(BETWEEN) % {"min": 10, "max": 2000})


class AskForm(_Reasoned):
    """What is asked, and by when."""

    use = kind = "ask"
    lacking = __("Say what you need.")
    text = TextAreaField(__("What do you need from the claimant?"))
    until = DateField(__("Answer by"), validators=[InputRequired(__("Choose a date."))])

    def __init__(self, *args: object, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def validate_until(self, field: DateField) -> None:
        """A day still to come, within half a year."""
        if field.data and not self._today < field.data <= self._today + LONGEST_CURE:
            raise ValidationError(_("Choose a day after today, within six months."))


class DeclineForm(_Reasoned):
    """Why the firm does not act."""

    use = kind = "decline"
    lacking = __("Give the reason.")
    text = TextAreaField(__("Reason, as the claimant will read it"))


class TracksForm(DeclineForm):
    """Which tracks are accepted and which declined; the reason is for those that are declined."""

    kind = "tracks"

    def __init__(self, *args: object, tracks: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._tracks = tracks
        self.complaint = ""

    @property
    def chosen(self) -> dict[str, str]:
        """``accept`` or ``decline`` for each track for which it was said."""
        said = {track: request.form.get(f"track-{track}", "") for track in self._tracks}
        return {track: verdict for track, verdict in said.items() if verdict in ("accept", "decline")}

    @property
    def declined(self) -> list[str]:
        """The tracks that are declined."""
        return [track for track, verdict in self.chosen.items() if verdict == "decline"]

    def validate(self, extra_validators: Any = None) -> bool:
        """Every track needs a decision, and those declined a reason."""
        if len(self.chosen) < len(self._tracks):
            self.complaint = _("Decide each track.")
        valid = super().validate(extra_validators) if self.declined else True
        return valid and not self.complaint

    def verdict(self, language: str) -> Verdict:
        """What the valid form decides."""
        reason = self.said(language) if self.declined else ""
        return Verdict({track: reason if track in self.declined else "" for track in self._tracks})


class NoteForm(FlaskForm):
    """Words for the record: why a decision is sent back, or a redaction withdrawn."""

    note = TextAreaField(__("Why"), validators=[InputRequired(__("Say why.")), Length(5, 1000, BETWEEN)])


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

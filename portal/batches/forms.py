"""Forms of the pages on batches."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from portal.batches.handing_models import Recipient
from portal.batches.models import Batch
from portal.batches.profiles import PROFILES
from portal.batches.selection import Criteria
from portal.batches.service import SHORTEST_REASON
from portal.claims.numbers import read_number
from portal.matters.matter import Matter

MOST_NUMBERS = 10_000
BETWEEN = __("Write between %(min)d and %(max)d characters.")


class WholeNumber(IntegerField):
    """A number of claims. More than nine figures are none, and would not fit what checks them."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            if any(len(value) > 9 for value in valuelist):
                raise ValueError("too long")
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Enter a whole number.")) from error


class SelectionForm(FlaskForm):
    """Which claims to look at. Sent by GET: it changes nothing, and its address can be kept."""

    class Meta:
        csrf = False

    jurisdiction = SelectField(__("Jurisdiction"))
    track = SelectField(__("Track"))
    accepted_from = DateField(__("Accepted from"), validators=[Optional()])
    accepted_to = DateField(__("Accepted until"), validators=[Optional()])
    limit = WholeNumber(__("At most"), validators=[Optional(), NumberRange(min=1, max=1_000_000)])
    order = SelectField(__("Order"), default="accepted")
    supplements = StringField(
        __("Supplement to batch"),
        description=__("Its number. Takes only claims of that batch which were signed anew since."),
        validators=[Optional(), Length(max=32)],
    )
    numbers = TextAreaField(
        __("Only these claim numbers"),
        description=__("One on each line. Leave empty to take all accepted claims."),
        validators=[Length(max=20 * MOST_NUMBERS)],
    )

    def __init__(self, matter: Matter, jurisdictions: tuple[str, ...], lang: str, formdata: Any) -> None:
        super().__init__(formdata)
        self._matter = matter
        self.jurisdiction.choices = [(one, matter.counsel(one).name[lang]) for one in jurisdictions]
        tracks = [track for track in matter.tracks if track.jurisdiction in jurisdictions]
        self.track.choices = [("", __("All tracks")), *((track.id, track.name[lang]) for track in tracks)]
        self.jurisdiction.data = self.jurisdiction.data or jurisdictions[0]
        self.track.data = self.track.data or ""
        self.order.choices = [
            ("accepted", __("The longest accepted first")),
            ("number", __("By claim number")),
        ]
        self.order.data = self.order.data or "accepted"

    def validate_numbers(self, field: TextAreaField) -> None:
        """Only what can be a claim number; typing mistakes are found before anything is searched."""
        wrong = [word for word in _words(field.data) if read_number(word, self._matter.toml.prefix) is None]
        if wrong:
            raise ValidationError(__("Not a claim number: %(number)s", number=wrong[0][:30]))

    @property
    def criteria(self) -> Criteria:
        """The choice, once valid."""
        prefix = self._matter.toml.prefix
        numbers = (read_number(word, prefix) for word in _words(self.numbers.data))
        return Criteria(
            matter=self._matter.slug,
            jurisdiction=self.jurisdiction.data,
            track=self.track.data or None,
            accepted_from=self.accepted_from.data,
            accepted_to=self.accepted_to.data,
            numbers=tuple(dict.fromkeys(number for number in numbers if number)),
            limit=self.limit.data,
            order=self.order.data,
            supplements=(self.supplements.data or "").strip().upper() or None,
        )


class FreezeForm(FlaskForm):
    """The number of claims that was shown; if it has changed, the page is shown again."""

    expected = WholeNumber(validators=[InputRequired(), NumberRange(min=1)])


class ExportForm(FlaskForm):
    """For whom and in which language a volume is written."""

    purpose = StringField(
        __("Purpose"),
        description=__("For whom and for what. It stands in the manifest; name no claimant."),
        validators=[InputRequired(__("State the purpose.")), Length(SHORTEST_REASON, 300, BETWEEN)],
    )
    language = RadioField(
        __("Language of the register"),
        choices=[("ko", "한국어"), ("en", "English"), ("both", "한국어 / English")],
        default="both",
    )
    profile = SelectField(__("What for"), default="standard")
    recipient = SelectField(__("Recipient"), default="")
    replaces = WholeNumber(
        __("In place of production"),
        description=__("Only where this recipient has these packets already: the number in the ledger."),
        validators=[Optional(), NumberRange(min=1)],
    )


PROFILE_NAMES = {
    "standard": __("Packets and register"),
    "kr-filing": __("Filing with a Korean court"),
    "us-production": __("Production to a US reviewer"),
    "hand-over": __("Hand-over to another office"),
}


def export_form(batch: Batch, recipients: Sequence[Recipient], **given: Any) -> ExportForm:
    """The form for a volume of this batch, with the profiles and recipients that its jurisdiction has."""
    form = ExportForm(**given)
    offered = [one.name for one in PROFILES.values() if batch.jurisdiction in one.jurisdictions]
    form.profile.choices = [(name, PROFILE_NAMES[name]) for name in offered]
    form.profile.data = form.profile.data or "standard"
    people = [(str(one.id), f"{one.name}, {one.office}") for one in recipients]
    form.recipient.choices = [("", __("Nobody yet: for this office")), *people]
    form.recipient.data = form.recipient.data or ""
    return form


class FiledForm(FlaskForm):
    """Counsel handed the batch over."""

    sure = BooleanField(
        __("Counsel has filed this batch with the court or handed it over."),
        validators=[InputRequired(__("Confirm that the batch was handed over."))],
    )


class AgainForm(FlaskForm):
    """Nothing to fill in."""


class DownloadForm(FlaskForm):
    """Why a volume leaves the portal (안전성 확보조치 기준 제8조 제2항)."""

    reason = StringField(
        __("Reason for the download"),
        validators=[InputRequired(__("State the reason.")), Length(SHORTEST_REASON, 300, BETWEEN)],
    )
    part = WholeNumber(__("Part"), validators=[Optional(), NumberRange(min=1)])
    passphrase = StringField(__("Passphrase"), validators=[Optional(), Length(24, 60, BETWEEN)])


class RecallForm(FlaskForm):
    """How the recipient confirmed that they know."""

    note = StringField(
        __("How they confirmed it"),
        validators=[InputRequired(__("Say how they confirmed it.")), Length(3, 300, BETWEEN)],
    )


def _words(text: str | None) -> list[str]:
    # A number may be typed with spaces inside, so that only line breaks and commas part two of them.
    return [word.strip() for word in re.split(r"[\r\n,;\t]+", text or "") if word.strip()]

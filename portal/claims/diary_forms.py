"""The forms of the harm diary: when an incident happened, and what of it can be counted and told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FormField, RadioField

from portal.claims import diary, diary_words
from portal.claims.diary import CURRENCIES, EARLIEST, MOST_MINUTES, NotAnAmount
from portal.claims.fields import Checked, DateForm, parts_of
from portal.claims.forms import StepForm
from portal.claims.models import Claim
from portal.claims.particulars import Incident, Money, Particulars
from portal.matters.matter import Matter
from portal.web.typed import Line, Lines, halfwidth, refuse

LONGEST_TEXT = 1_000
LONGEST_REPORT = 200


class _DayForm(DateForm):
    """A day of this century: an incident of the matter cannot be older, and not of tomorrow."""

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if self.value is not None and self.value < EARLIEST:
            return self._refuse(_("Enter a day from %(year)s to today.", year=EARLIEST.year))
        return True


class _NeededDay(_DayForm):
    needed = _l("Enter the day. If you are not sure, enter the day you think it was.")


class IncidentForm(StepForm):
    """One page about one entry. ``asks`` is what its kind asks for, and what it already says."""

    incident_id = ""
    kind_id = ""
    asks: frozenset[str] = frozenset()

    @classmethod
    def held(cls, particulars: Particulars) -> Incident | None:
        """The entry as it is saved."""
        return diary.find(particulars, cls.incident_id)


class WhenForm(IncidentForm):
    """The day on which it happened, and the last one where it went on."""

    on = FormField(_NeededDay, _l("When did it happen?"))
    until = FormField(_DayForm, _l("Until when, if it went on"))

    def prepare(self, claim: Claim, matter: Matter) -> None:
        if "until" in self and "until" not in self.asks:
            del self.until

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if "until" in self and self.until.form.value and self.until.form.value < self.on.form.value:
            self.until.form.form_errors.append(_("The last day cannot come before the first."))
            return False
        return True

    @classmethod
    def shown(cls, claim: Claim, particulars: Particulars) -> dict[str, Any]:
        held = cls.held(particulars)
        if held is None:
            return {}
        return {"on": parts_of(held.on), "until": parts_of(held.until), "kind": held.kind}

    def apply(self, particulars: Particulars) -> Particulars:
        first = self.on.form.value
        last = self.until.form.value if "until" in self else None
        held = self.held(particulars) or Incident(id=self.incident_id, kind=self.kind_id, on=first)
        said = {"kind": self.kind_id, "on": first, "until": None if last == first else last}
        return diary.put(particulars, held.model_copy(update=said))


class WhatForm(IncidentForm):
    """What happened in the claimant's words, and what it cost."""

    text = Lines(_l("What happened?"), longest=LONGEST_TEXT)
    money = Checked(_l("Money lost or spent"), 40)
    currency = RadioField(
        _l("Currency"), choices=[("KRW", _l("Korean won")), ("USD", _l("US dollars"))], default="KRW"
    )
    hours = Checked(_l("Hours"), 5)
    minutes = Checked(_l("Minutes"), 5)
    reported = Line(_l("Where did you report it, and under which number?"), longest=LONGEST_REPORT)
    lost: Money | None = None

    def prepare(self, claim: Claim, matter: Matter) -> None:
        unasked = {"money": ("money", "currency"), "minutes": ("hours", "minutes"), "reported": ("reported",)}
        for ask, names in unasked.items():
            for name in names if ask not in self.asks else ():
                if name in self:
                    del self[name]

    def validate_money(self, field: Checked) -> None:
        self.lost = None
        if not field.data:
            return
        currency = next((one for one in CURRENCIES if one == self.currency.data), CURRENCIES[0])
        try:
            self.lost = diary.read_money(field.data, currency)
        except NotAnAmount as error:
            raise refuse(diary_words.refusal(error)) from None

    def validate_hours(self, field: Checked) -> None:
        if _figure(field.data) is None:
            raise refuse(_("Enter the hours in figures, like 2."))

    def validate_minutes(self, field: Checked) -> None:
        if _figure(field.data) is None:
            raise refuse(_("Enter the minutes in figures, like 30."))
        if self._spent() > MOST_MINUTES:
            raise refuse(_("This is more time than can be taken here. Check the hours."))

    def _spent(self) -> int:
        if "minutes" not in self:
            return 0
        return (_figure(self.hours.data) or 0) * 60 + (_figure(self.minutes.data) or 0)

    @classmethod
    def shown(cls, claim: Claim, particulars: Particulars) -> dict[str, Any]:
        held = cls.held(particulars)
        if held is None:
            return {}
        hours, minutes = divmod(held.minutes, 60)
        usual = "USD" if claim.residence == "US" else "KRW"
        return {
            "text": held.text,
            "money": diary.written(held.lost) if held.lost else "",
            "currency": held.lost.currency if held.lost else usual,
            "hours": str(hours) if hours else "",
            "minutes": str(minutes) if minutes else "",
            "reported": held.reported,
        }

    def apply(self, particulars: Particulars) -> Particulars:
        held = self.held(particulars)
        if held is None:
            return particulars  # removed on another device: there is nothing to say it of
        said: dict[str, Any] = {"text": self.text.data or ""}
        if "money" in self:
            said["lost"] = self.lost
        if "minutes" in self:
            said["minutes"] = self._spent()
        if "reported" in self:
            said["reported"] = self.reported.data or ""
        return diary.put(particulars, held.model_copy(update=said))


def when_form(incident_id: str, kind_id: str, asks: frozenset[str]) -> type[WhenForm]:
    """The form for the day of one entry; its name tells the entries' saved versions apart."""
    given = {"incident_id": incident_id, "kind_id": kind_id, "asks": asks}
    return type(f"WhenForm_{incident_id}", (WhenForm,), given)


def what_form(incident_id: str, kind_id: str, asks: frozenset[str]) -> type[WhatForm]:
    """The form for what happened in one entry."""
    given = {"incident_id": incident_id, "kind_id": kind_id, "asks": asks}
    return type(f"WhatForm_{incident_id}", (WhatForm,), given)


def _figure(typed: str | None) -> int | None:
    """A number of any width of figures; 0 for an empty field, None for anything else."""
    plain = halfwidth(typed or "").strip()
    if not plain:
        return 0
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 5 else None

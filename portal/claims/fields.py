"""Fields and checks that the claim's forms share."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import phonenumbers
from flask_babel import gettext as _
from wtforms import Form, FormField, StringField
from wtforms.validators import StopValidation, ValidationError

from portal.claims.service import SEOUL
from portal.identity import NotAnAddress, normalised_email
from portal.web import runtime
from portal.web.phones import read_phone
from portal.web.typed import Line, Short, halfwidth, has_resident_number, refuse

EARLIEST = date(1900, 1, 1)
_WRITTEN_DATE = re.compile(r"\s*(\d{4})[-./년\s]{1,3}(\d{1,2})[-./월\s]{1,3}(\d{1,2})[.일\s]{0,3}")
_NAME_MARKS = " -'’.·,"
# Generous: some people have six given names, and the packets wrap what does not fit on one line.
LONGEST_HANGUL, LONGEST_HANJA, LONGEST_PASSPORT = 100, 60, 150


def today() -> date:
    """The KST date."""
    return runtime().clock().astimezone(SEOUL).date()


class DatePart(StringField):
    """Year, month or day in figures of any width; anything longer is somebody's mistake and not shown back."""

    def process_formdata(self, values: Sequence[str]) -> None:
        """Plain figures, or nothing."""
        typed = halfwidth(values[0][:8]).strip() if values else ""
        self.data = typed if len(typed) <= 4 else ""
        self.overlong = len(typed) > 4


class DateForm(Form):
    """A date in three fields; ``value`` is it once valid, None where nothing was entered and nothing is needed."""

    year = DatePart()
    month = DatePart()
    day = DatePart()
    value: date | None = None
    needed = ""

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Whether the three make a date from 1900 to today."""
        parts = [self.year.data or "", self.month.data or "", self.day.data or ""]
        if not any(parts) and not any(getattr(part, "overlong", False) for part in self):
            return self._refuse(self.needed) if self.needed else True
        if not all(part.isascii() and part.isdigit() for part in parts):
            return self._refuse(_("Enter the year with four figures, the month and the day in figures."))
        try:
            found = date(*(int(part) for part in parts))
        except ValueError:
            return self._refuse(_("This date does not exist. Check year, month and day."))
        if not EARLIEST <= found <= today():
            return self._refuse(_("Enter a date from 1900 to today."))
        self.value = found
        return True

    def _refuse(self, sentence: str) -> bool:
        self.form_errors.append(str(sentence))
        return False


def date_parts(label: Any, *, needed: Any = "") -> FormField:
    """A field of three for one date; ``needed`` is what to say when it is left empty."""
    return FormField(type("DateParts", (DateForm,), {"needed": needed}), label)


def parts_of(value: date | None) -> dict[str, str] | None:
    """A date as the three fields show it."""
    return {"year": str(value.year), "month": str(value.month), "day": str(value.day)} if value else None


def written_date(text: str) -> date | None:
    """A date written in one field, as 2025-11-29 or 2025. 11. 29.; None when it is none."""
    found = _WRITTEN_DATE.fullmatch(halfwidth(text[:40]))
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


def amount(text: str) -> Decimal | None:
    """A positive number with at most four places, thousands separated or not; None when it is none."""
    plain = halfwidth(text[:40]).replace(",", "").replace("$", "").strip()
    if not re.fullmatch(r"\d{1,10}(\.\d{1,4})?", plain, re.ASCII):
        return None
    try:
        return Decimal(plain) or None
    except InvalidOperation:
        return None


def is_hangul(name: str) -> bool:
    """Whether a name has Hangul syllables only, and what stands between its parts."""
    return all("가" <= c <= "힣" or c in _NAME_MARKS for c in name)


def is_hanja(name: str) -> bool:
    """Whether a name has Hanja only."""
    return all(_is_hanja(c) or c == " " for c in name)


def is_latin(name: str) -> bool:
    """Whether a name has Latin letters only, and what stands between its parts."""
    return all(c in _NAME_MARKS or _is_latin(c) for c in name)


def of_hangul(_form: Any, field: Line) -> None:
    """Only Hangul syllables and what stands between the parts of a name."""
    if field.data and not is_hangul(field.data):
        raise refuse(_("Write this name in Hangul, without other letters."))


def of_hanja(_form: Any, field: Line) -> None:
    """Only Hanja."""
    if field.data and not is_hanja(field.data):
        raise refuse(_("Write this name in Hanja, without other letters."))


def of_latin(_form: Any, field: Line) -> None:
    """Only Latin letters and what stands between the parts of a name."""
    if field.data and not is_latin(field.data):
        raise refuse(_("Write this name in Latin letters, as in the passport."))


def at_least_two(_form: Any, field: Line) -> None:
    """Two characters that are letters or figures."""
    if field.data and sum(c.isalnum() for c in field.data) < 2:
        raise refuse(_("Enter at least two letters."))


def a_letter(_form: Any, field: Line) -> None:
    """One letter at least: there are people with one name, and names of one letter."""
    if field.data and not any(c.isalpha() for c in field.data):
        raise refuse(_("Enter a name with letters in it."))


class Phone:
    """Turns what was typed into E.164; a number without its country's code is Korean, or else of ``also``."""

    def __init__(self, needed: Any = "") -> None:
        self.needed = needed
        self.field_flags = {"required": True} if needed else {}

    def __call__(self, form: Any, field: Line) -> None:
        if not field.data:
            if self.needed:
                raise StopValidation(str(self.needed))
            return
        number = read_phone(field.data, getattr(form, "phone_country", ""))
        if number is None:
            raise refuse(
                _(
                    "Enter a phone number like 010-1234-5678, or with its country's code, like +1 212 736 5000."
                )
            )
        form.numbers = {**getattr(form, "numbers", {}), field.short_name: number}


def shown_phone(number: str) -> str:
    """A stored number as people write it: 010-1234-5678, or +1 212-736-5000."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    korean = parsed.country_code == 82
    style = (
        phonenumbers.PhoneNumberFormat.NATIONAL if korean else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(parsed, style)


class Email:
    """Turns what was typed into its normalised form; may be left empty."""

    def __call__(self, _form: Any, field: Line) -> None:
        if not field.data:
            return
        try:
            field.data = normalised_email(field.data)
        except NotAnAddress:
            raise ValidationError(_("Enter an e-mail address like name@example.com.")) from None


class Checked(StringField):
    """A short field for a number or date in a row of a table: figures of any width, no personal words."""

    def __init__(self, label: Any = None, longest: int = 40, **more: Any) -> None:
        super().__init__(label, [Short(longest)], **more)

    def process_formdata(self, values: Sequence[str]) -> None:
        """One line; what looks like a registration number is not shown back."""
        typed = values[0].strip()[:200] if values else ""
        self.data = "" if has_resident_number(typed) else typed


def _is_hanja(character: str) -> bool:
    return unicodedata.name(character, "").startswith("CJK ")


def _is_latin(character: str) -> bool:
    return unicodedata.name(character, "").startswith("LATIN ")

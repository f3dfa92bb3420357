"""A row of a list becomes a person: fields are read and checked as on the claimant's own pages, or told of.

Pure. What is wrong with a cell is a finding that names its column and never its content.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import phonenumbers
from pydantic import ValidationError

from portal.claims.fields import (
    EARLIEST,
    LONGEST_HANGUL,
    LONGEST_HANJA,
    LONGEST_PASSPORT,
    is_hangul,
    is_hanja,
    is_latin,
    written_date,
)
from portal.claims.forms import LONGEST_LINE
from portal.claims.particulars import AccountFacts, Address, Particulars, PersonName, UnprovedContact
from portal.identity import NotAnAddress, normalised_email
from portal.intake.mapping import EXCEL, Column, Mapping
from portal.intake.tables import LONGEST_CELL, Cell, Line
from portal.web.typed import halfwidth, has_resident_number, tidy, unprintable

_EPOCH = date(1899, 12, 30)  # day 0 of Excel's calendar, as it counts from March 1900 on
_SERIALS = range(367, 80_000)  # 1901 to 2119: a number of days, not a date written without marks
_NAMES = {
    "name.hangul": (is_hangul, LONGEST_HANGUL),
    "name.hanja": (is_hanja, LONGEST_HANJA),
    "name.passport": (is_latin, LONGEST_PASSPORT),
}


class Weight(StrEnum):
    """What follows from a finding."""

    REFUSED = "refused"  # no draft is made of the row
    LEFT_OUT = "left_out"  # the draft is made without this cell
    NOTE = "note"  # only worth knowing


@dataclass(frozen=True)
class Finding:
    """Something about a row. ``code`` names a sentence of words.toml, ``other`` another row of the same list."""

    code: str
    weight: Weight
    column: str = ""
    other: int = 0


@dataclass(frozen=True)
class Person:
    """What a row says of one person."""

    particulars: Particulars
    answers: dict[str, str]
    tracks: tuple[str, ...]
    language: str

    @property
    def said(self) -> str:
        """All of it as one text, the same for the same content whatever file it stood in."""
        kept = self.particulars.model_dump(mode="json", exclude_defaults=True)
        parts = [kept, self.answers, self.tracks, self.language]
        return json.dumps(parts, sort_keys=True, ensure_ascii=False)


@dataclass(frozen=True)
class Row:
    """One row as read: a person, or none where a finding refuses it."""

    number: int
    person: Person | None
    findings: tuple[Finding, ...] = ()


class _Unfit(Exception):
    """A cell that cannot be read; the code says why."""


def read_row(line: Line, mapping: Mapping, today: date) -> Row:
    """What a row says, by the mapping. ``today`` is the KST date: no birth or notice lies after it."""
    reader = _Reader(line, mapping, today)
    person = reader.person()
    refused = any(one.weight is Weight.REFUSED for one in reader.findings)
    return Row(line.number, None if refused else person, tuple(reader.findings))


@dataclass
class _Reader:
    line: Line
    mapping: Mapping
    today: date
    findings: list[Finding] = field(default_factory=list)

    def person(self) -> Person:
        said = {
            column.field: value for name, column in self._columns() if (value := self._read(name, column))
        }
        name = self._name(said)
        contacts = [
            UnprovedContact(kind=kind, value=str(said[kind])) for kind in ("email", "phone") if kind in said
        ]
        if not contacts:
            self._find("no_contact", Weight.REFUSED)
        answers = dict(self.mapping.claim.answers)
        answers |= {
            one.partition(".")[2]: str(value) for one, value in said.items() if one.startswith("answers.")
        }
        tracks = said.get("tracks") or self.mapping.claim.tracks
        if not tracks:
            self._find("no_tracks", Weight.REFUSED)
        account = {
            one: said[f"account.{one}"]
            for one in ("email", "phone", "noticed_on")
            if f"account.{one}" in said
        }
        particulars = Particulars(
            unproved=tuple(contacts),
            name=name,
            birth_date=said.get("birth_date"),
            phone=said.get("phone", ""),
            address=self._address(said, answers),
            account=AccountFacts(**account) if account else None,
        )
        language = str(said.get("language") or self.mapping.claim.language)
        return Person(particulars, answers, tuple(tracks), language)  # type: ignore[arg-type]

    def _columns(self) -> list[tuple[str, Column]]:
        return list(self.mapping.columns.items())

    def _find(self, code: str, weight: Weight, column: str = "") -> None:
        self.findings.append(Finding(code, weight, column))

    def _read(self, name: str, column: Column) -> object:
        """The value of one cell in its one form; None where it is empty or cannot be used."""
        if name in self.line.merged and name not in self.line.cells:
            self._find("merged", _weight(column), name)
            return None
        value = self.line.cells.get(name)
        if value is None or (isinstance(value, str) and value in self.mapping.file.empty):
            return None
        text = written(value)
        if len(text) > LONGEST_CELL:
            self._find("too_long", _weight(column), name)
            return None
        if has_resident_number(text):
            self._find("resident_number", Weight.REFUSED, name)
            return None
        if text.startswith("#") and text.rstrip("!?").isupper() and text[1:2].isupper():
            self._find("cell_error", _weight(column), name)
            return None
        try:
            return self._value(column, value, tidy(text), name)
        except _Unfit as unfit:
            self._find(str(unfit), _weight(column), name)
            return None

    def _value(self, column: Column, raw: Cell, text: str, name: str) -> object:
        kind = column.field
        if kind in ("birth_date", "account.noticed_on"):
            return self._date(raw, text, column)
        if kind.endswith("phone"):
            number, restored = read_number(text, column.country)
            if restored:
                self._find("zero_restored", Weight.NOTE, name)
            return number
        if kind.endswith("email"):
            return _email(text)
        if kind in ("language", "tracks") or kind.startswith("answers."):
            return _choice(column, text)
        if unprintable(text):
            raise _Unfit("unprintable")
        if kind in _NAMES:
            return _named(text, *_NAMES[kind])
        if len(text) > LONGEST_LINE:
            raise _Unfit("too_long")
        return text

    def _date(self, raw: Cell, text: str, column: Column) -> date:
        found = read_date(raw, text, column.formats)
        if found is None or not EARLIEST <= found <= self.today:
            raise _Unfit("bad_date")
        return found

    def _name(self, said: dict[str, object]) -> PersonName | None:
        """The name; one column for all scripts is told by its letters."""
        parts = {one.partition(".")[2]: str(said[one]) for one in _NAMES if one in said}
        if "name" in said:
            text = str(said["name"])
            column = next(name for name, one in self._columns() if one.field == "name")
            for kind, (fits, longest) in _NAMES.items():
                if fits(text) and len(text) <= longest and any(c.isalpha() for c in text):
                    parts.setdefault(kind.partition(".")[2], text)
                    break
            else:
                self._find("not_a_name", Weight.REFUSED, column)
        return PersonName(**parts) if parts else None

    def _address(self, said: dict[str, object], answers: dict[str, str]) -> Address | None:
        parts = {
            one.partition(".")[2]: str(value) for one, value in said.items() if one.startswith("address.")
        }
        if not parts.keys() - {"country"}:
            return None
        lived = {"kr": "KR", "us": "US"}.get(answers.get("residence", ""), "KR")
        parts["country"] = parts.get("country", lived).upper()
        code = halfwidth(parts.get("postcode", ""))
        if parts["country"] == "KR" and code.isascii() and code.isdigit() and len(code) in (4, 5):
            parts["postcode"] = code.zfill(5)  # a leading zero is what spreadsheets drop
        complete = {
            "KR": len(parts.get("postcode", "")) == 5,
            "US": bool(parts.get("city") and parts.get("region") and code),
        }.get(parts["country"], bool(parts.get("city")))
        try:
            if complete and parts.get("line1") and len(parts["country"]) == 2:
                return Address(**parts)
        except ValidationError:
            pass
        self._find("bad_address", Weight.LEFT_OUT)
        return None


def _weight(column: Column) -> Weight:
    """Without its name or its actions a draft would be of somebody else; without another cell it is less full."""
    needed = column.field.startswith("name") or column.field == "tracks"
    return Weight.REFUSED if needed else Weight.LEFT_OUT


def written(value: Cell) -> str:
    """A cell as text: whole numbers without a decimal point, days as ISO 8601."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value)


def read_date(raw: Cell, text: str, formats: tuple[str, ...]) -> date | None:
    """A day however the list writes it; two-digit years are taken to lie in the past hundred years."""
    if isinstance(raw, datetime | date):
        return raw.date() if isinstance(raw, datetime) else raw
    plain = halfwidth(text)
    if found := written_date(plain):
        return found
    for one in formats:
        if one == EXCEL:
            continue
        try:
            return _past(datetime.strptime(plain, one).replace(tzinfo=UTC).date(), one)
        except ValueError:
            continue
    if EXCEL in formats and plain.isascii() and plain.isdigit() and int(plain[:9]) in _SERIALS:
        return _EPOCH + timedelta(days=int(plain))
    return None


def _past(found: date, form: str) -> date:
    # POSIX reads %y from 69 on as 19xx; lists of people hold births before that.
    return found.replace(year=found.year - 100) if "%y" in form and found.year > 2012 else found


def read_number(text: str, country: str) -> tuple[str, bool]:
    """A telephone number in E.164, and whether a Korean leading zero had been lost. Raises _Unfit."""
    plain = halfwidth(text)
    lost = (
        country == "KR" and plain[:1] == "1" and plain.isascii() and plain.isdigit() and len(plain) in (9, 10)
    )
    try:
        number = phonenumbers.parse(f"0{plain}" if lost else plain, country)
    except phonenumbers.NumberParseException:
        raise _Unfit("bad_phone") from None
    if not phonenumbers.is_valid_number(number):
        raise _Unfit("bad_phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), lost


def _email(text: str) -> str:
    try:
        return normalised_email(text)
    except NotAnAddress:
        raise _Unfit("bad_email") from None


def _choice(column: Column, text: str) -> object:
    """What a column's text means; without a table of meanings, the text itself where the portal knows it."""
    if text in column.values:
        return column.values[text]
    if not column.values and column.field == "language" and text in ("ko", "en"):
        return text
    raise _Unfit("bad_choice")


def _named(text: str, fits: Callable[[str], bool], longest: int) -> str:
    if not fits(text) or len(text) > longest or not any(c.isalpha() for c in text):
        raise _Unfit("not_a_name")
    return text

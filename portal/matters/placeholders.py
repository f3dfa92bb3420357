"""The facts of a matter that its legal texts may name as {{ placeholders }}."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from babel.dates import format_date

from portal.matters.bilingual import Language
from portal.matters.model import Fee, MatterToml

_DATE_PATTERNS = {"ko": "y. M. d.", "en": "MMMM d, y"}


def legal_date(day: date, language: str) -> str:
    """A date as legal texts of that language write it: 2025. 11. 29. or November 29, 2025."""
    return format_date(day, _DATE_PATTERNS[language], locale=language)


def placeholders(matter: MatterToml, language: Language) -> dict[str, str]:
    """Every placeholder of the matter with its value in one language."""
    found = {
        "matter.name": matter.name[language],
        "matter.short_name": matter.short_name[language],
        "defendant.name": matter.defendant.name[language],
        "defendant.detail": matter.defendant.detail[language],
    }
    for part in (_counsel, _courts, _tracks, _fees, _deadlines, _retention):
        found.update(part(matter, language))
    return found


def _counsel(matter: MatterToml, language: Language) -> Iterator[tuple[str, str]]:
    for firm in matter.counsel:
        name = f"counsel.{firm.jurisdiction}"
        yield f"{name}.phone", firm.phone
        yield f"{name}.email", firm.email
        for field in ("name", "address", "responsible_lawyer", "registration", "advertising"):
            yield f"{name}.{field}", getattr(firm, field)[language]


def _courts(matter: MatterToml, language: Language) -> Iterator[tuple[str, str]]:
    for court in matter.courts:
        yield f"court.{court.id}.name", court.name[language]


def _tracks(matter: MatterToml, language: Language) -> Iterator[tuple[str, str]]:
    for track in matter.tracks:
        for field in ("name", "summary", "case_name"):
            yield f"track.{track.id}.{field}", getattr(track, field)[language]
        yield f"track.{track.id}.opens", legal_date(track.opens, language)
        if track.closes:
            yield f"track.{track.id}.closes", legal_date(track.closes, language)


def fee_names(fees: tuple[Fee, ...]) -> Iterator[tuple[str, Fee]]:
    """Each fee under its id, or else under its place among those of its jurisdiction: kr.1, kr.2, us.1."""
    places = {"kr": 0, "us": 0}
    for fee in fees:
        places[fee.jurisdiction] += 1
        yield fee.id or f"{fee.jurisdiction}.{places[fee.jurisdiction]}", fee


def _fees(matter: MatterToml, language: Language) -> Iterator[tuple[str, str]]:
    for name, fee in fee_names(matter.fees):
        yield f"fee.{name}", fee.value[language]
        yield f"fee.{name}.label", fee.label[language]


def _deadlines(matter: MatterToml, language: Language) -> Iterator[tuple[str, str]]:
    for deadline in matter.deadlines:
        yield f"deadline.{deadline.id}.date", legal_date(deadline.date, language)
        yield f"deadline.{deadline.id}.text", deadline.text[language]


def _retention(matter: MatterToml, _language: Language) -> Iterator[tuple[str, str]]:
    for name, value in matter.retention.model_dump().items():
        yield f"retention.{name}", str(value)

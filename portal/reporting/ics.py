"""Dates as a calendar file (RFC 5545). It names the matter's dates and no person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from portal.reporting.dates import Standing

MEDIA_TYPE = "text/calendar; charset=utf-8"
LONGEST = 75  # octets in one line, RFC 5545, 3.1


def calendar(found: Iterable[Standing], slug: str, title: str, lang: str, now: datetime) -> bytes:
    """One event a date, a whole day where no hour is set, with an alarm for each warning."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//claims portal//dates//EN", "CALSCALE:GREGORIAN"]
    lines.append(f"X-WR-CALNAME:{_text(title)}")
    for one in found:
        lines += _event(one, slug, lang, now)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def _event(one: Standing, slug: str, lang: str, now: datetime) -> Iterator[str]:
    told = [one.of.note[lang] if one.of.note else "", one.of.source[lang]]
    yield "BEGIN:VEVENT"
    yield f"UID:{one.of.id}.{slug}@claims-portal"
    yield f"DTSTAMP:{_utc(now)}"
    if one.of.at is None:
        yield f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{one.day + timedelta(days=1):%Y%m%d}"
    else:
        yield f"DTSTART:{_utc(one.ends)}"
        yield f"DTEND:{_utc(one.ends)}"
    yield f"SUMMARY:{_text(one.of.title[lang])}"
    yield f"DESCRIPTION:{_text(chr(10).join(line for line in told if line))}"
    yield "TRANSP:TRANSPARENT"
    for days in one.of.warn_days:
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_text(one.of.title[lang])}")
        yield from (f"TRIGGER:-P{days}D", "END:VALARM")
    yield "END:VEVENT"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\n").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets, none of which cuts a character."""
    piece, size = "", 0
    for character in line:
        width = len(character.encode())
        if size + width > LONGEST:
            yield piece
            piece, size = " ", 1
        piece, size = piece + character, size + width
    yield piece

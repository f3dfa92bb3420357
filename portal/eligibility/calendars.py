"""Days as they matter to people in two countries, and the periods of the law that a matter counts. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from portal.matters import business_days
from portal.matters.business_days import CountedDay
from portal.matters.page import Assumption, Clock, Disclosure
from portal.web.language import HOME_ZONES

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_KOREAN = re.compile(r"(\d{4})\s*[.년/]\s*(\d{1,2})\s*[.월/]\s*(\d{1,2})\s*[.일]?")
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_LONGEST_TYPED: Final = 20


@dataclass(frozen=True)
class LastDay:
    """The last day of a period in one jurisdiction, and when it is over in both countries."""

    date: date
    jurisdiction: str

    @property
    def over(self) -> dict[str, datetime]:
        """The moment at which the day is over, by country, as clocks there show it."""
        end = datetime.combine(self.date + timedelta(days=1), time(), HOME_ZONES[self.jurisdiction])
        return {place: end.astimezone(zone) for place, zone in HOME_ZONES.items()}

    def left(self, now: datetime) -> int:
        """Days that are left, today not counted; below 0 once it has passed."""
        return (self.date - now.astimezone(HOME_ZONES[self.jurisdiction]).date()).days


@dataclass(frozen=True)
class Ending:
    """When a clock ends for somebody; `longest` if it is the longest period that ends it."""

    begun: date
    last: LastDay
    longest: bool


def ending(clock: Clock, begun: date) -> Ending:
    """When a period that began on this day ends. The day itself is not counted."""
    end, longest = anniversary(begun, clock.years), None
    if clock.longest_years and clock.longest_from:
        longest = anniversary(clock.longest_from, clock.longest_years)
    if longest and longest < end:
        return Ending(begun, LastDay(longest, clock.jurisdiction), longest=True)
    return Ending(begun, LastDay(end, clock.jurisdiction), longest=False)


def anniversary(day: date, years: int) -> date:
    """The same day of a later year; the last of the month where that year has no such day (민법 제160조 제3항)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, day.month, day.day - 1)


Slip = Literal["unreadable", "early", "late"]


def read_day(typed: str, earliest: date, today: date) -> date | Slip:
    """A day as browsers or people write it: 2025-11-29, 2025. 11. 29., 11/29/2025; or what is wrong with it."""
    plain = typed.strip()[:_LONGEST_TYPED]
    found = _ISO.fullmatch(plain) or _KOREAN.fullmatch(plain)
    parts = found.groups() if found else None
    if american := _AMERICAN.fullmatch(plain):
        parts = (american[3], american[1], american[2])
    try:
        day = date(*(int(part) for part in parts or ()))
    except (TypeError, ValueError):
        return "unreadable"
    if day < earliest:
        return "early"
    return "late" if day > today else day


@dataclass(frozen=True)
class Count:
    """One assumption with the days that are counted from it, the last of which is the last day to disclose."""

    assumption: Assumption
    days: tuple[CountedDay, ...]
    due: LastDay
    filed_on: int

    @property
    def weekday(self) -> bool:
        """Whether the assumed day is itself a business day."""
        return not business_days.not_counted(self.assumption.date)


def counts(disclosure: Disclosure) -> tuple[Count, ...]:
    """The calculation for each day from which a matter assumes that the period ran."""
    return tuple(
        _count(one, disclosure.business_days, disclosure.filed, disclosure.closed)
        for one in disclosure.assumptions
    )


def _count(assumption: Assumption, length: int, filed: date, closed: Collection[date]) -> Count:
    days = business_days.up_to(assumption.date, length, closed)
    number = business_days.number_of(filed, assumption.date, closed)
    return Count(assumption, days, LastDay(days[-1].date, "us"), number)

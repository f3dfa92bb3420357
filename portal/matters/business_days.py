"""Business days in the United States: weekends and federal holidays are none. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final

SATURDAY: Final = 5
_LONGEST = 3_000  # days that a count may span; a matter with a slip in a year must not keep a page waiting


@dataclass(frozen=True)
class CountedDay:
    """A day of a count: `number` is its place among the business days, None where it is none; `why` then says
    `weekend`, `closed`, or a holiday's English name."""

    date: date
    number: int | None = None
    why: str = ""


def counted(start: date, closed: Collection[date] = ()) -> Iterator[CountedDay]:
    """The days after `start`, without end, business days numbered from 1.

    Where `start` is itself no business day, the first one after it is the first that counts, as for every other start
    (General Instruction B.1 of Form 8-K begins the period "on, and includes, the first business day thereafter").
    """
    number = 0
    for offset in range(1, _LONGEST):
        day = start + timedelta(days=offset)
        if why := not_counted(day, closed):
            yield CountedDay(day, why=why)
        else:
            number += 1
            yield CountedDay(day, number)


def up_to(start: date, days: int, closed: Collection[date] = ()) -> tuple[CountedDay, ...]:
    """The days after `start` up to the business day with this number, which is the last."""
    found = []
    for day in counted(start, closed):
        found.append(day)
        if day.number == days:
            break
    return tuple(found)


def number_of(day: date, start: date, closed: Collection[date] = ()) -> int:
    """How many business days lie after `start` up to and including `day`."""
    return sum(
        not not_counted(start + timedelta(days=offset), closed) for offset in range(1, (day - start).days + 1)
    )


def not_counted(day: date, closed: Collection[date] = ()) -> str:
    """Why this is no business day, empty if it is one."""
    if day.weekday() >= SATURDAY:
        return "weekend"
    return "closed" if day in closed else _federal_holidays(day.year).get(day, "")


@cache
def _federal_holidays(year: int) -> dict[date, str]:
    """5 U.S.C. 6103, with the weekdays on which holidays of a weekend are observed."""
    import holidays  # loads every country: only where a matter counts at all

    return dict(holidays.country_holidays("US", years=year).items())

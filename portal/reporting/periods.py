"""Stretches of days that numbers are shown by: days, weeks from Monday, months. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, get_args

By = Literal["day", "week", "month"]
WAYS: Final[tuple[By, ...]] = get_args(By)
HOW_MANY: Final[dict[By, int]] = {"day": 30, "week": 26, "month": 12}


@dataclass(frozen=True)
class Stretch:
    """The days from the first to the last, both in it."""

    first: date
    last: date

    def days(self) -> Iterator[date]:
        """Each day."""
        return (self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))


def stretches(by: By, today: date, *, whole: bool = False) -> list[Stretch]:
    """The last stretches up to today, the oldest first; ``whole``: only those that are over."""
    found = [_around(by, today)]
    if whole:
        found = [_around(by, found[0].first - timedelta(days=1))]
    while len(found) < HOW_MANY[by]:
        found.append(_around(by, found[-1].first - timedelta(days=1)))
    return found[::-1]


def _around(by: By, day: date) -> Stretch:
    if by == "day":
        return Stretch(day, day)
    if by == "week":
        monday = day - timedelta(days=day.weekday())
        return Stretch(monday, monday + timedelta(days=6))
    first = day.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return Stretch(first, following - timedelta(days=1))

"""A matter's dates: counted step by step, and how they stand now in both offices. Pure but for the two calendars."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from portal.matters.deadlines import Count, DeadlinesToml, MatterDate
from portal.web.calendars import DAY, works
from portal.web.language import HOME_ZONES

MINUTE = timedelta(minutes=1)
SHOWN_ONE_BY_ONE = 15  # business days; longer counts show only the days left out
StepKind = Literal["start", "counted", "skipped", "nominal", "moved", "due"]


@dataclass(frozen=True)
class Step:
    """One day of a count: where it begins, a business day with its number, a day left out, the day on which the period
    ends by the number alone, a last day that is no working day, and the day that is due."""

    kind: StepKind
    day: date
    number: int = 0


@dataclass(frozen=True)
class Standing:
    """A date as it stands at a moment. ``left`` and ``working_left`` are days by office: today is not counted, the day
    itself is, as each office's own calendar has it; below 0 once it has passed."""

    of: MatterDate
    day: date
    steps: tuple[Step, ...]
    ends: datetime
    left: dict[str, int]
    working_left: dict[str, int]

    @property
    def last_minute(self) -> datetime:
        """The last minute, which is easier to read than the midnight after it; of an hour the hour itself."""
        return self.ends if self.of.at is not None else self.ends - MINUTE

    @property
    def days(self) -> int:
        """Days left where the date has to be kept."""
        return self.left[self.of.jurisdiction]

    @property
    def passed(self) -> bool:
        """Whether it is over."""
        return self.days < 0

    @property
    def warned(self) -> bool:
        """Whether it lies within its longest period of warning."""
        return 0 <= self.days <= max(self.of.warn_days)

    @property
    def near(self) -> bool:
        """Whether it lies within a week."""
        return 0 <= self.days <= 7


def standings(deadlines: DeadlinesToml, jurisdictions: Iterable[str], now: datetime) -> list[Standing]:
    """The dates of these jurisdictions, the next to come first and what has passed at the end, the latest first."""
    offices = set(jurisdictions)
    found = [standing(deadlines, one, now) for one in deadlines.dates if one.jurisdiction in offices]
    ahead = sorted((one for one in found if not one.passed), key=lambda one: one.ends)
    return ahead + sorted((one for one in found if one.passed), key=lambda one: one.ends, reverse=True)


def standing(deadlines: DeadlinesToml, one: MatterDate, now: datetime) -> Standing:
    """How a date stands now."""
    steps = tuple(_steps(deadlines, one))
    day = steps[-1].day
    ends = _moment(one, day)
    seen = {place: (ends - MINUTE).astimezone(zone).date() for place, zone in HOME_ZONES.items()}
    today = {place: now.astimezone(zone).date() for place, zone in HOME_ZONES.items()}
    over = now >= ends
    return Standing(
        of=one,
        day=day,
        steps=steps,
        ends=ends,
        left={
            place: min(-1, _left(seen, today, place)) if over else _left(seen, today, place) for place in seen
        },
        working_left={place: _working(today[place], seen[place], place) for place in seen},
    )


def _left(seen: dict[str, date], today: dict[str, date], place: str) -> int:
    return (seen[place] - today[place]).days


def day_of(deadlines: DeadlinesToml, one: MatterDate) -> date:
    """The day of a date, counted where it is not fixed."""
    return tuple(_steps(deadlines, one))[-1].day


def _steps(deadlines: DeadlinesToml, one: MatterDate) -> Iterator[Step]:
    if one.on is not None:
        yield Step("due", one.on)
    elif one.count is not None:
        start = one.count.start or day_of(deadlines, deadlines.named(one.count.after or ""))
        yield from _counted(one.count, start, one.jurisdiction)


def _counted(count: Count, start: date, jurisdiction: str) -> Iterator[Step]:
    yield Step("start", start)
    if count.unit == "business_days":
        steps = list(_business_days(count, start, jurisdiction))
        shown = abs(count.number) <= SHOWN_ONE_BY_ONE
        yield from (one for one in steps[:-1] if shown or (one.kind == "skipped" and one.day.weekday() < 5))
        yield Step("due", steps[-1].day, steps[-1].number)
        return
    nominal = _nominal(count, start)
    moves = list(_moves(count, nominal, jurisdiction))
    if moves:
        yield Step("nominal", nominal)
    yield from (Step("moved", day) for day in moves)
    yield Step("due", moves[-1] + _direction(count) if moves else nominal)


def _business_days(count: Count, start: date, jurisdiction: str) -> Iterator[Step]:
    forward = DAY if count.number > 0 else -DAY
    day, number = start, 0
    while number < abs(count.number):
        day += forward
        if works(day, jurisdiction):
            number += 1
            yield Step("counted", day, number)
        else:
            yield Step("skipped", day)


def _nominal(count: Count, start: date) -> date:
    """The day on which the period ends by the number alone: of months the same day, or the month's last where it has
    no such day (민법 제160조 제2항, 제3항)."""
    if count.unit == "days":
        return start + timedelta(days=count.number)
    months = count.number * (12 if count.unit == "years" else 1)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _moves(count: Count, nominal: date, jurisdiction: str) -> Iterator[date]:
    """The days that cannot be the last one, from the nominal day on."""
    day = nominal
    while count.holidays != "stays" and not works(day, jurisdiction):
        yield day
        day += _direction(count)


def _direction(count: Count) -> timedelta:
    return -DAY if count.holidays == "previous" else DAY


def _moment(one: MatterDate, day: date) -> datetime:
    zone = HOME_ZONES[one.jurisdiction]
    if one.at is not None:
        return datetime.combine(day, one.at, zone)
    return datetime.combine(day + DAY, time(), zone)


def _working(today: date, day: date, jurisdiction: str) -> int:
    """Working days of an office after today up to the day."""
    return sum(works(today + timedelta(days=n), jurisdiction) for n in range(1, (day - today).days + 1))


def due_warnings(found: Iterable[Standing], now: datetime) -> list[Standing]:
    """The dates to speak of in today's digest: within a week, or whose next warning fell due since the last working day
    before today, so that no warning is lost over a weekend and none is repeated for months."""
    return [one for one in found if not one.passed and (one.near or _falls_due(one, now))]


def _falls_due(one: Standing, now: datetime) -> bool:
    place = one.of.jurisdiction
    before = now.astimezone(HOME_ZONES[place]).date() - DAY
    passed = 1
    while not works(before, place):
        before, passed = before - DAY, passed + 1
    return any(one.days <= days < one.days + passed for days in one.of.warn_days)

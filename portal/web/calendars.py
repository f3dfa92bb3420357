"""Days and moments where counsel sit: Seoul and New York, with the days on which each office works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from babel.dates import format_datetime
from flask import Flask
from flask_babel import gettext as _

from portal.web import language
from portal.web.language import HOME_ZONES

if TYPE_CHECKING:
    from holidays import HolidayBase

DAY = timedelta(days=1)


def install(app: Flask) -> None:
    """Make them filters in templates."""
    app.jinja_env.filters["in_both_zones"] = in_both_zones


@dataclass(frozen=True)
class There:
    """A moment as a clock of one office shows it."""

    jurisdiction: str
    place: str
    text: str


@dataclass(frozen=True)
class Due:
    """A day until whose end an office waits for an answer.

    ``late`` is in days, 0 until the day is over there. ``works_on`` is the first working day after it, where the office
    does not work on the day itself: what comes by then is as good (민법 제161조; FRCP 6(a) counts alike).
    """

    day: date
    jurisdiction: str
    ends: datetime
    late: int
    left: int
    works_on: date | None

    @property
    def last_minute(self) -> datetime:
        """The day's last minute there, which is easier to read than the midnight after it."""
        return self.ends - timedelta(minutes=1)

    @property
    def weekday(self) -> str:
        """The day's name in the reader's language."""
        return format_datetime(datetime.combine(self.day, time()), "EEEE", locale=language.current())


def place(jurisdiction: str) -> str:
    """Where counsel of a jurisdiction sit, in the reader's language."""
    return {"kr": _("Seoul"), "us": _("New York")}[jurisdiction]


def in_both_zones(moment: datetime) -> tuple[There, ...]:
    """The moment in both offices, that of the reader's language first."""
    order = ("kr", "us") if language.current() == "ko" else ("us", "kr")
    return tuple(There(one, place(one), _clock(moment, one)) for one in order)


def due(day: date, jurisdiction: str, now: datetime) -> Due:
    """How a day that an office named stands now."""
    zone = HOME_ZONES[jurisdiction]
    ends = datetime.combine(day + DAY, time(), zone)
    today = now.astimezone(zone).date()
    off = not works(day, jurisdiction)
    return Due(
        day=day,
        jurisdiction=jurisdiction,
        ends=ends,
        late=max(0, (today - day).days),
        left=max(0, (day - today).days),
        works_on=_next_working(day, jurisdiction) if off else None,
    )


def works(day: date, jurisdiction: str) -> bool:
    """Whether an office works on a day: no weekend, no public holiday with its substitutes."""
    return day.weekday() < 5 and day not in _holidays(jurisdiction)


def day_off(day: date, jurisdiction: str) -> str:
    """Why an office does not work on a day: `weekend`, or the holiday's name as the country's calendar has it (of US
    holidays in English; ``eligibility.pages.not_counted_word`` says them in words). Empty where it works."""
    if works(day, jurisdiction):
        return ""
    spoken = language.current() if jurisdiction == "kr" else "en"
    return _holidays(jurisdiction, spoken).get(day) or "weekend"


def _next_working(day: date, jurisdiction: str) -> date:
    following = day + DAY
    while not works(following, jurisdiction):
        following += DAY
    return following


@cache
def _holidays(jurisdiction: str, spoken: str = "en") -> HolidayBase:
    # Loaded only where a day is looked up: most pages ask for none.
    import holidays

    return holidays.country_holidays(jurisdiction.upper(), language={"ko": "ko", "en": "en_US"}[spoken])


def _clock(moment: datetime, jurisdiction: str) -> str:
    pattern = "y. M. d. (E) B h:mm" if language.current() == "ko" else "EEE d MMMM y, h:mm a"
    local: Any = moment.astimezone(HOME_ZONES[jurisdiction])
    return format_datetime(local, pattern, locale=language.current())

"""Dates and times of day: 2025. 11. 29., 2025년 11월 29일, November 29, 2025, 29 November 2025, 22:52."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from portal.matters.drift.figure import Figure, Sheet

_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MONTHS = {name[:3].lower(): number for number, name in enumerate(_NAMES, 1)}
_MONTH = rf"(?P<month>{'|'.join(_NAMES)}|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_TO = r"(?:\s*(?:to|through|until|and|–|-|~)\s*)"

_FULL = [
    re.compile(r"(?<![\d-])(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?![\d-])"),
    re.compile(r"(?<!\d)(?P<year>\d{4})\.\s*(?P<month>\d{1,2})\.\s*(?P<day>\d{1,2})\.?(?!\d)"),
    re.compile(r"(?<!\d)(?P<year>\d{4})년\s*(?P<month>\d{1,2})월\s*(?P<day>\d{1,2})일"),
    re.compile(rf"\b{_MONTH}\s+{_DAY},?\s+(?P<year>\d{{4}})\b"),
    re.compile(rf"\b{_DAY}(?:\s+of)?\s+{_MONTH},?\s+(?P<year>\d{{4}})\b"),
]
_DAYS_OF_ONE_MONTH = re.compile(
    rf"\b{_MONTH}\s+(?P<first>\d{{1,2}}){_TO}(?P<day>\d{{1,2}}),\s+(?P<year>\d{{4}})\b"
)
_LATER_DAY = re.compile(r"\0(?:부터|에서|\s|~|–)+(?P<day>\d{1,2})일")
_WITHOUT_YEAR = [
    re.compile(r"(?<![\d.\-])(?P<month>\d{1,2})\.\s(?P<day>\d{1,2})\.(?!\s?\d)"),
    re.compile(r"(?<!\d)(?P<month>\d{1,2})월\s*(?P<day>\d{1,2})일"),
    re.compile(rf"\b{_MONTH}\s+{_DAY}\b(?!\d|,\s+\d{{4}})"),
    re.compile(rf"\b{_DAY}(?:\s+of)?\s+{_MONTH}\b"),
]
_MONTH_OF_YEAR = [
    re.compile(r"(?<!\d)(?P<year>\d{4})년\s*(?P<month>\d{1,2})월(?!\s*\d)"),
    re.compile(r"(?<![\d.])(?P<year>\d{4})\.\s(?P<month>\d{1,2})\.(?!\s?\d)"),
    re.compile(rf"\b{_MONTH},?\s+(?P<year>\d{{4}})\b"),
]
_CLOCK = re.compile(
    r"(?<![\d:])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2})?(?:\s*(?P<half>[ap])\.?m\b\.?)?(?![\d:])",
    re.I | re.A,
)
_HOUR = re.compile(r"(?:(?P<half>오전|오후)\s*)?(?P<hour>\d{1,2})시(?!간)(?:\s*(?P<minute>\d{1,2})분)?")
_ONLY_HOUR = re.compile(r"\b(?P<hour>\d{1,2})\s*(?P<half>[ap])\.?m\b\.?", re.I | re.A)


def read_dates(sheet: Sheet) -> None:
    """Takes all dates and times. One without a year has that of the date beside it, as both languages write ranges."""
    before = len(sheet.figures)
    for pattern in _FULL:
        sheet.take(pattern, _full)
    sheet.take(_DAYS_OF_ONE_MONTH, _days_of_one_month)
    for pattern in _WITHOUT_YEAR:
        sheet.take(pattern, _without_year)
    sheet.take(_LATER_DAY, lambda match: _later_day(match, sheet))
    for pattern in _MONTH_OF_YEAR:
        sheet.take(pattern, _month_of_year)
    dates = sorted(sheet.figures[before:], key=lambda figure: figure.start)
    sheet.figures[before:] = list(_with_years(dates, sheet.text))
    for pattern in (_CLOCK, _HOUR, _ONLY_HOUR):
        sheet.take(pattern, _time)


def _figure(match: re.Match[str], value: str) -> Figure:
    return Figure("date", value, match[0].strip("\0 "), match.start(), match.end())


def _month(match: re.Match[str]) -> int:
    said = match["month"]
    return int(said) if said.isdigit() else _MONTHS[said[:3].lower()]


def _possible(month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= 31


def _full(match: re.Match[str]) -> Iterator[Figure]:
    month, day = _month(match), int(match["day"])
    if _possible(month, day):
        yield _figure(match, f"{match['year']}-{month:02}-{day:02}")


def _days_of_one_month(match: re.Match[str]) -> Iterator[Figure]:
    for day in (match["first"], match["day"]):
        yield _figure(match, f"{match['year']}-{_month(match):02}-{int(day):02}")


def _without_year(match: re.Match[str]) -> Iterator[Figure]:
    month, day = _month(match), int(match["day"])
    if _possible(month, day):
        yield _figure(match, f"-{month:02}-{day:02}")


def _later_day(match: re.Match[str], sheet: Sheet) -> Iterator[Figure]:
    """부터 30일: the day of a range whose month was said at its beginning."""
    begun = [figure for figure in sheet.figures if figure.kind == "date" and figure.end == match.start() + 1]
    for figure in begun:
        yield _figure(match, f"{figure.value[:-2]}{int(match['day']):02}")


def _month_of_year(match: re.Match[str]) -> Iterator[Figure]:
    month = _month(match)
    if 1 <= month <= 12:
        yield _figure(match, f"{match['year']}-{month:02}")


def _with_years(dates: list[Figure], text: str) -> Iterator[Figure]:
    for index, one in enumerate(dates):
        if not one.value.startswith("-"):
            yield one
            continue
        following = dates[index + 1] if index + 1 < len(dates) else None
        before = [date for date in dates[:index] if not date.value.startswith("-")]
        if following and re.fullmatch(_TO, text[one.end : following.start]) and following.value[0] != "-":
            yield replace(one, value=following.value[:4] + one.value)
        elif before:
            yield replace(one, value=before[-1].value[:4] + one.value)
        else:
            later = [date for date in dates[index:] if not date.value.startswith("-")]
            yield replace(one, value=(later[0].value[:4] if later else "") + one.value)


def _time(match: re.Match[str]) -> Iterator[Figure]:
    hour, minute = int(match["hour"]), int(match.groupdict().get("minute") or 0)
    half = (match["half"] or "").lower()
    if half in ("p", "오후") and hour < 12:
        hour += 12
    elif half in ("a", "오전") and hour == 12:
        hour = 0
    if hour <= 24 and minute < 60:
        yield Figure("time", f"{hour:02}:{minute:02}", match[0].strip(), match.start(), match.end())

"""Dates are counted by each country's own calendar, through holidays, year ends and changed clocks."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from portal.matters.check import check
from portal.matters.checks import deadlines
from portal.matters.deadlines import Count, DeadlinesToml, MatterDate
from portal.matters.folder import read_folder
from portal.matters.reading import FolderReader, read
from portal.reporting import dates, ics
from tests.conftest import ROOT

SEOUL, NEW_YORK = ZoneInfo("Asia/Seoul"), ZoneInfo("America/New_York")
BOTH = {"ko": "글", "en": "text"}


def a_date(
    jurisdiction="kr", *, on=None, at=None, date_id="one", warn_days=(30, 7, 1), **count
) -> MatterDate:
    if count:
        count = {"start_text": BOTH if "start" in count else None, "rule": BOTH, **count}
    return MatterDate(
        id=date_id, jurisdiction=jurisdiction, kind="filing", title=BOTH, on=on, at=at, sure="B",
        source=BOTH, warn_days=warn_days, count=Count(**count) if count else None,
    )  # fmt: skip


def day_of(one: MatterDate, *others: MatterDate) -> date:
    return dates.day_of(DeadlinesToml(dates=(one, *others)), one)


def standing(one: MatterDate, now: datetime) -> dates.Standing:
    return dates.standing(DeadlinesToml(dates=(one,)), one, now)


@pytest.mark.parametrize(
    ("jurisdiction", "start", "number", "unit", "expected"),
    [
        # Seollal 2026: 16 to 18 February, Monday to Wednesday.
        ("kr", date(2026, 2, 2), 14, "days", date(2026, 2, 19)),
        ("kr", date(2026, 2, 13), 2, "business_days", date(2026, 2, 20)),
        # 1 March 2026 is a Sunday, so its substitute is Monday, 2 March.
        ("kr", date(2026, 2, 1), 1, "months", date(2026, 3, 3)),
        # 3 October; Chuseok 2025, 5 (Sunday) to 7 October, with its substitute on the 8th; Hangul Day on the 9th.
        ("kr", date(2025, 10, 2), 1, "business_days", date(2025, 10, 10)),
        ("kr", date(2025, 10, 2), 1, "days", date(2025, 10, 10)),
        # The same days in New York are working days.
        ("us", date(2025, 10, 2), 1, "days", date(2025, 10, 3)),
        # Washington's Birthday, 16 February 2026, and the lead plaintiffs' 60 days.
        ("us", date(2025, 12, 18), 60, "days", date(2026, 2, 17)),
        # Independence Day 2026 is a Saturday, observed on Friday the 3rd.
        ("us", date(2026, 7, 1), 2, "days", date(2026, 7, 6)),
        ("us", date(2026, 7, 2), 1, "business_days", date(2026, 7, 6)),
        # The year's end: Thursday, 1 January 2026 is a holiday in both countries.
        ("kr", date(2025, 12, 31), 1, "days", date(2026, 1, 2)),
        ("us", date(2025, 12, 30), 2, "business_days", date(2026, 1, 2)),
        # 29 February: the month's last day where the year has none.
        ("us", date(2024, 2, 29), 1, "years", date(2025, 2, 28)),
        ("us", date(2025, 10, 31), 1, "months", date(2025, 12, 1)),  # 30 November is a Sunday
        ("kr", date(2025, 11, 29), 3, "years", date(2028, 11, 29)),
    ],
)  # fmt: skip
def test_a_period_ends_on_a_working_day(jurisdiction, start, number, unit, expected):
    assert day_of(a_date(jurisdiction, start=start, number=number, unit=unit)) == expected


def test_days_before_an_event_go_back_over_days_off():
    # FRCP 6(a)(5): counting before an event goes on backwards from a day off.
    one = a_date("us", start=date(2026, 7, 18), number=-14, unit="days", holidays="previous")
    assert day_of(one) == date(2026, 7, 2)


def test_a_date_counts_from_another_one():
    first = a_date("us", start=date(2025, 12, 18), number=60, unit="days", date_id="first")
    then = a_date("us", after="first", number=10, unit="business_days", date_id="then")
    assert day_of(then, first) == date(2026, 3, 3)


def test_every_step_of_a_count_can_be_followed():
    one = a_date("us", start=date(2025, 12, 18), number=60, unit="days")
    steps = standing(one, datetime(2026, 1, 5, tzinfo=UTC)).steps
    assert [(step.kind, step.day) for step in steps] == [
        ("start", date(2025, 12, 18)),
        ("nominal", date(2026, 2, 16)),
        ("moved", date(2026, 2, 16)),
        ("due", date(2026, 2, 17)),
    ]


def test_a_day_ends_where_the_office_is_and_is_left_by_each_calendar():
    one = a_date("kr", on=date(2026, 2, 19))
    # In New York it is still the 12th, in Seoul the 13th.
    found = standing(one, datetime(2026, 2, 12, 16, 0, tzinfo=UTC))
    assert found.ends == datetime(2026, 2, 20, tzinfo=SEOUL)
    assert found.left == {"kr": 6, "us": 7}
    assert found.working_left == {"kr": 1, "us": 4}  # Seollal in Seoul, Washington's Birthday in New York


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25)],  # clocks in New York go forward, and back
)
def test_the_end_of_a_day_is_right_when_clocks_change(day, hours):
    ends = standing(a_date("us", on=day), datetime(2026, 1, 1, tzinfo=UTC)).ends
    begun = datetime.combine(day, time(), NEW_YORK)
    assert (ends.astimezone(UTC) - begun.astimezone(UTC)).total_seconds() == hours * 3600


def test_an_hour_is_over_at_that_hour_and_no_later():
    one = a_date("us", on=date(2026, 3, 9), at=time(17, 0))
    assert (
        standing(one, datetime(2026, 3, 9, 20, 59, tzinfo=UTC)).days == 0
    )  # 16:59 after the change of clocks
    assert standing(one, datetime(2026, 3, 9, 21, 0, tzinfo=UTC)).passed
    assert standing(one, datetime(2026, 3, 9, 20, 59, tzinfo=UTC)).left["kr"] == 0  # 06:00 on the 10th there


def test_a_warning_over_a_weekend_is_given_once_on_the_working_day_after():
    one = a_date("kr", on=date(2026, 6, 30), warn_days=(30,))  # thirty days before is Sunday, 31 May
    friday = datetime(2026, 5, 29, tzinfo=UTC)
    assert not dates.due_warnings([standing(one, friday)], friday)
    monday = datetime(2026, 6, 1, tzinfo=UTC)
    assert dates.due_warnings([standing(one, monday)], monday)
    tuesday = datetime(2026, 6, 2, tzinfo=UTC)
    assert not dates.due_warnings([standing(one, tuesday)], tuesday)


def test_a_calendar_program_reads_the_file():
    now = datetime(2026, 11, 24, 3, tzinfo=UTC)
    long = MatterDate(
        id="long", jurisdiction="kr", kind="filing", title={"ko": "마감, 쉼표; 그리고 " + "긴 제목" * 12, "en": "x"},
        on=date(2026, 12, 1), sure="C", source=BOTH, warn_days=(7,),
    )  # fmt: skip
    hour = a_date("us", on=date(2026, 12, 1), at=time(17), date_id="hour")
    content = ics.calendar(
        dates.standings(DeadlinesToml(dates=(long, hour)), ("kr", "us"), now), "case", "사건", "ko", now
    )
    lines = content.split(b"\r\n")
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert max(map(len, lines)) <= 75
    unfolded = content.replace(b"\r\n ", b"").decode()
    assert "SUMMARY:마감\\, 쉼표\\; 그리고 " + "긴 제목" * 12 in unfolded
    assert "DTSTART;VALUE=DATE:20261201\r\nDTEND;VALUE=DATE:20261202" in unfolded
    assert "DTSTART:20261201T220000Z" in unfolded  # 17:00 in New York's winter
    assert unfolded.count("BEGIN:VEVENT") == 2
    assert "TRIGGER:-P7D" in unfolded


def problems(source: str) -> list[str]:
    """What is wrong with the dates alone: the rest of the matter takes long to check."""
    reader = FolderReader({"deadlines.toml": source.encode()})
    reader.read()
    found = deadlines.findings(reader.deadlines) if reader.deadlines else ()
    said = [one.reason for one in reader.problems if one.file == "deadlines.toml"]
    return [*said, *(one.reason for one in found)]


DATE = """
[[dates]]
id = "{id}"
jurisdiction = "us"
kind = "filing"
title = {{ ko = "마감", en = "Last day" }}
sure = "C"
source = "FRCP"
{more}
"""
COUNT = 'count = {{ number = 3, unit = "days", {start}, rule = "FRCP 6" }}'


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        (DATE.format(id="a", more="on = 2026-01-01") * 2, 'date "a" stands twice'),
        (DATE.format(id="a", more=COUNT.format(start='after = "b"')), 'is counted from "b", which is no date here'),
        (DATE.format(id="a", more=COUNT.format(start='after = "a"')), "is counted from itself in the end"),
        (DATE.format(id="a", more=""), 'a date is fixed by "on" or has a "count", not both'),
        (DATE.format(id="a", more=COUNT.format(start="start = 2026-01-01")), '"start" and "start_text" go together'),
    ],
)  # fmt: skip
def test_the_author_is_told_what_is_wrong_with_a_date(source, complaint):
    assert any(complaint in reason for reason in problems(source))


def test_the_sample_matter_has_sound_dates_that_are_counted_right():
    assert not check(ROOT / "matters/coupang-2025")
    matter, _problems = read(read_folder(ROOT / "matters/coupang-2025"), "0")
    assert matter
    by_id = {one.id: dates.day_of(matter.deadlines, one) for one in matter.deadlines.dates}
    assert by_id["us-lead-plaintiff"] == date(2026, 2, 17)  # the day that was reported
    assert by_id["kr-limitation-noticed"] == date(2028, 11, 20)

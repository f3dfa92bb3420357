"""Periods of the law and business days, as pages show them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.eligibility.calendars import LastDay, anniversary, counts, ending, read_day
from portal.matters.business_days import counted, not_counted, number_of, up_to
from portal.matters.folder import read_folder, read_matter
from tests.conftest import ROOT

TOML = read_matter(read_folder(ROOT / "matters" / "coupang-2025")).toml
(CLOCK,) = TOML.clocks
TODAY = date(2026, 11, 24)


def test_three_years_from_knowledge_end_with_the_same_day_and_ten_years_end_them_all() -> None:
    usual = ending(CLOCK, date(2025, 11, 29))
    assert (usual.last.date, usual.longest) == (date(2028, 11, 29), False)
    late = ending(CLOCK, date(2034, 1, 5))
    assert (late.last.date, late.longest) == (date(2035, 6, 24), True)
    assert anniversary(date(2028, 2, 29), 3) == date(2031, 2, 28)  # 민법 제160조 제3항


def test_a_day_is_over_at_another_hour_in_the_other_country() -> None:
    korean = LastDay(date(2028, 11, 29), "kr").over
    assert korean["us"].strftime("%Y-%m-%d %H:%M %Z") == "2028-11-29 10:00 EST"
    american = LastDay(date(2026, 2, 17), "us").over
    assert american["kr"].strftime("%Y-%m-%d %H:%M %Z") == "2026-02-18 14:00 KST"
    summer = LastDay(date(2027, 6, 30), "us").over
    assert summer["kr"].strftime("%H:%M") == "13:00"


def test_what_is_left_is_counted_where_the_day_ends() -> None:
    evening_in_new_york = datetime(2026, 2, 18, 3, 0, tzinfo=UTC)  # noon of the 18th in Seoul
    assert LastDay(date(2026, 2, 17), "us").left(evening_in_new_york) == 0
    assert LastDay(date(2026, 2, 17), "kr").left(evening_in_new_york) == -1


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2025-11-29", date(2025, 11, 29)), ("2025. 11. 29.", date(2025, 11, 29)),
        ("2025년 12월 1일", date(2025, 12, 1)),
        ("11/29/2025", date(2025, 11, 29)), (" 2025-12-01 ", date(2025, 12, 1)), ("2025-02-30", "unreadable"),
        ("29.11.2025", "unreadable"), ("", "unreadable"), ("<script>", "unreadable"), ("9999999-1-1", "unreadable"),
        ("1900-01-01", "early"), ("2025-11-17", "early"), ("2099-01-01", "late"), ("2026-11-25", "late"),
    ],
)  # fmt: skip
def test_a_day_is_read_as_browsers_and_people_write_it(typed: str, day: object) -> None:
    assert read_day(typed, CLOCK.earliest, TODAY) == day


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_day_or_a_slip(typed: str) -> None:
    found = read_day(typed, CLOCK.earliest, TODAY)
    assert found in ("unreadable", "early", "late") or CLOCK.earliest <= found <= TODAY  # type: ignore[operator]


def test_the_disclosure_rule_is_counted_as_the_matter_s_facts_say() -> None:
    assert TOML.disclosure
    first, second = counts(TOML.disclosure)
    assert [(day.date.day, day.number) for day in first.days] == [
        (19, 1), (20, 2), (21, 3), (22, None), (23, None), (24, 4),
    ]  # fmt: skip
    assert (first.due.date, first.filed_on) == (date(2025, 11, 24), 19)
    # Decided on a Saturday: the first business day begins the count and is in it.
    assert (second.due.date, second.filed_on) == (date(2025, 12, 4), 12)
    assert second.days[0].why == "weekend"


def test_thanksgiving_is_no_business_day_and_neither_is_a_day_that_the_matter_names() -> None:
    assert not_counted(date(2025, 11, 27)) == "Thanksgiving Day"
    assert not_counted(date(2026, 7, 3)) == "Independence Day (observed)"
    assert not_counted(date(2025, 11, 28)) == ""
    assert not_counted(date(2025, 11, 28), [date(2025, 11, 28)]) == "closed"


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(1, 30))
def test_the_last_day_of_a_count_has_the_number_that_was_asked_for(start: date, days: int) -> None:
    found = up_to(start, days)
    assert found[-1].number == days
    assert number_of(found[-1].date, start) == days
    assert [day.date for day in found] == [day.date for day, _ in zip(counted(start), found, strict=False)]
    assert all(day.date.weekday() < 5 for day in found if day.number)

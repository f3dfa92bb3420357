"""Nobody is written to at night unasked, wherever they live; and never held back when they wait for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.claims.models import Claim, Engagement
from portal.claims.particulars import Address, Particulars
from portal.claims.places import STATES
from portal.claims.telling import zones
from portal.matters.matter import Matter
from portal.matters.messages import MESSAGE_KINDS, SENT_AT_ONCE
from portal.messages.quiet import QuietHours, zones_of
from portal.runtime import Runtime
from tests.conftest import Clock
from tests.messages.test_outbox import queued

NIGHT = QuietHours(21, 8)
SEOUL, NEW_YORK = "Asia/Seoul", "America/New_York"


@pytest.mark.parametrize(
    ("country", "region", "found"),
    [
        ("KR", "", (SEOUL,)),
        ("US", "NJ", (NEW_YORK,)),
        ("US", "nj", (NEW_YORK,)),
        ("US", "HI", ("Pacific/Honolulu",)),
        ("US", "TX", ("America/Chicago", "America/Denver")),
        ("US", "", (NEW_YORK,)),
        ("JP", "", ("Asia/Tokyo",)),
        ("AU", "", ("fallback",)),
        ("", "", ("fallback",)),
        ("ZZ", "x", ("fallback",)),
    ],
)
def test_the_zone_is_that_of_the_address(country: str, region: str, found: tuple[str, ...]) -> None:
    assert zones_of(country, region, NEW_YORK if country == "US" else "fallback") == found


def test_every_state_that_the_form_offers_has_its_zone() -> None:
    unknown = [state for state in STATES if zones_of("US", state, "") == ("",)]
    assert not [state for state in unknown if state not in {"AA", "AE", "AP"}]


@settings(deadline=None)
@given(
    st.integers(0, 2 * 366 * 24 * 60),
    st.sampled_from(
        [(SEOUL,), (NEW_YORK,), ("America/Chicago", "America/Denver"), (SEOUL, NEW_YORK), ("Asia/Kolkata",)]
    ),
)
def test_what_waits_leaves_by_day_and_as_soon_as_it_is_day(minutes: int, where: tuple[str, ...]) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    later = NIGHT.after(moment, where)
    assert moment <= later <= moment + timedelta(hours=25)
    if where == (SEOUL, NEW_YORK):  # there is no hour at which it is day in both for long, but there is one
        assert not NIGHT.holds(later, where[:1])
        return
    for zone in where:
        assert 8 <= later.astimezone(ZoneInfo(zone)).hour < 21
    if later > moment:
        assert NIGHT.holds(later - timedelta(minutes=1), where)


def test_the_same_hour_twice_means_no_quiet_hours() -> None:
    always = QuietHours(0, 0)
    assert not any(always.holds(datetime(2026, 11, 24, hour, tzinfo=UTC), (SEOUL,)) for hour in range(24))
    noon = QuietHours(12, 14)
    assert noon.holds(datetime(2026, 11, 24, 4, tzinfo=UTC), (SEOUL,))
    assert not noon.holds(datetime(2026, 11, 24, 5, tzinfo=UTC), (SEOUL,))


def test_a_letter_rests_until_morning_and_a_code_does_not(
    runtime: Runtime, matter: Matter, clock: Clock
) -> None:
    clock.now = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)  # 22:30 in Seoul
    letter = queued(runtime, matter, kind="letter", counsel="법무법인 대륜", zones=(SEOUL,))
    assert letter.due_at == datetime(2026, 11, 24, 23, tzinfo=UTC)
    code = queued(runtime, matter, kind="code", code="123456", minutes="10", zones=(SEOUL,))
    assert code.due_at == clock.now
    abroad = queued(runtime, matter, kind="letter", counsel="SJKP LLP", zones=(NEW_YORK,))
    assert abroad.due_at == clock.now


def test_what_is_never_held_back_is_a_kind_that_exists() -> None:
    assert set(MESSAGE_KINDS) >= SENT_AT_ONCE
    assert not {"accepted", "letter", "reminder-unsigned", "draft-ending"} & SENT_AT_ONCE


def test_without_an_address_it_is_where_counsel_sit() -> None:
    claim = Claim(language="en", residence=None, engagements=[Engagement(jurisdiction="kr")])
    assert zones(claim, Particulars()) == (SEOUL,)
    home = Address(country="US", line1="1 Main St", city="Reno", region="NV", postcode="89501")
    assert zones(claim, Particulars(address=home)) == ("America/Los_Angeles",)
    assert zones(Claim(language="en", residence="US", engagements=[]), Particulars()) == (NEW_YORK,)

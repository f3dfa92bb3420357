"""Days are counted once, where each office is, and what pages read is what was counted."""

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from portal.audit import SYSTEM
from portal.claims import service as claims
from portal.claims.flags import Flag, flags_of
from portal.claims.models import Engagement
from portal.claims.states import ClaimState
from portal.database import new_id
from portal.messages.models import MessageState, OutboxMessage
from portal.reporting import aggregate, cure
from portal.reporting.models import DailyNumber
from tests.batches.claims import publish
from tests.conftest import NOW
from tests.reporting.work import a_worked_claim, signed

TODAY = date(2026, 11, 24)


def kept(runtime, measure: str, jurisdiction: str = "kr") -> dict[tuple[date, str], int]:
    with runtime.database.reading() as session:
        rows = session.scalars(
            sa.select(DailyNumber).where(
                DailyNumber.measure == measure, DailyNumber.jurisdiction == jurisdiction
            )
        )
        return {(row.day, row.part): row.number for row in rows}


def live(runtime, jurisdiction: str = "kr", **asked) -> aggregate.Numbers:
    with runtime.database.reading() as session:
        given = {"settled": False, **asked}
        return aggregate.numbers(session, jurisdiction, date(2026, 11, 1), runtime.clock(), **given)


def test_a_day_is_counted_once_and_by_the_calendar_of_its_office(runtime):
    publish(runtime)
    # 23:30 on the 22nd and 00:30 on the 23rd in Seoul are both the 22nd in New York.
    signed(runtime, at=datetime(2026, 11, 22, 14, 30, tzinfo=UTC))
    signed(runtime, at=datetime(2026, 11, 22, 15, 30, tzinfo=UTC), origin="phone")
    signed(runtime, at=datetime(2026, 11, 22, 15, 30, tzinfo=UTC), jurisdiction="us")
    assert aggregate.fill(runtime) == 3  # in New York the 23rd is not over at noon in Seoul
    assert kept(runtime, "submitted") == {(date(2026, 11, 22), "web"): 1, (date(2026, 11, 23), "phone"): 1}
    assert kept(runtime, "submitted", "us") == {(date(2026, 11, 22), "web"): 1}
    before = kept(runtime, "submitted")
    assert aggregate.fill(runtime) == 0
    assert kept(runtime, "submitted") == before


def test_days_are_made_up_for_after_a_pause_and_counted_events_are_not_read_again(runtime, clock):
    publish(runtime)
    signed(runtime, at=NOW - timedelta(days=10))
    aggregate.fill(runtime)
    clock.advance(days=5)
    one = signed(runtime, at=NOW + timedelta(days=2))
    with runtime.database.transaction() as session:
        engagement = session.get_one(Engagement, one.id)
        claims.move(session, engagement, ClaimState.ACCEPTED, actor=SYSTEM, now=NOW + timedelta(days=3))
    assert aggregate.fill(runtime) == 10  # five days of both offices
    assert kept(runtime, "submitted")[date(2026, 11, 26), "web"] == 1
    assert kept(runtime, "accepted") == {(date(2026, 11, 27), "web"): 1}
    events = kept(runtime, "audit")
    assert sorted(events.values()) == [events[day] for day in sorted(events)]
    # How things stood is known of the last day alone.
    assert {day for day, _part in kept(runtime, "state")} == {TODAY - timedelta(days=1), date(2026, 11, 28)}


def test_today_is_counted_live_on_top_of_what_was_kept(runtime, clock):
    publish(runtime)
    signed(runtime, at=NOW - timedelta(days=1))
    aggregate.fill(runtime)
    signed(runtime, at=NOW - timedelta(minutes=5), residence="JP", reasons=("kr-adult",))
    found = live(runtime)
    assert found.days[TODAY - timedelta(days=1)]["submitted", "web"] == 1
    assert found.days[TODAY]["submitted", "web"] == 1
    assert found.stock["state", "submitted"] == 2
    assert found.stock["country", "JP"] == 1
    assert found.stock["reason", "kr-adult"] == 1
    assert found.stock["age", "submitted 0"] == 1


def test_who_sees_only_settled_days_sees_nothing_of_today(runtime):
    publish(runtime)
    signed(runtime, at=NOW - timedelta(days=1))
    assert not live(runtime, settled=True).counted
    aggregate.fill(runtime)
    signed(runtime, at=NOW - timedelta(minutes=5))
    found = live(runtime, settled=True)
    assert TODAY not in found.days
    assert found.stock["state", "submitted"] == 1
    assert found.stock_day == TODAY - timedelta(days=1)


def test_of_much_work_the_ages_of_the_last_day_are_shown(runtime, monkeypatch):
    publish(runtime)
    signed(runtime, at=NOW - timedelta(days=1))
    aggregate.fill(runtime)
    signed(runtime, at=NOW - timedelta(minutes=5))
    monkeypatch.setattr(aggregate, "LIVE_LIMIT", 1)
    found = live(runtime)
    assert found.stock["state", "submitted"] == 2
    assert found.ages_day == TODAY - timedelta(days=1)
    assert sum(number for (measure, _part), number in found.stock.items() if measure == "age") == 1


def test_a_message_that_comes_back_later_is_counted_on_the_day_it_was_written(runtime, clock):
    publish(runtime)
    with runtime.database.transaction() as session:
        message = OutboxMessage(
            id=new_id(), subject_id=runtime.vault.new_subject(session, NOW), kind="letter", language="ko",
            state=MessageState.SENT, due_at=NOW, created_at=NOW, channel="email", attempts=1,
        )  # fmt: skip
        session.add(message)
    signed(runtime, at=NOW)
    clock.advance(days=1)
    aggregate.fill(runtime)
    assert kept(runtime, "message") == {(TODAY, "sent"): 1}
    with runtime.database.transaction() as session:
        session.get_one(OutboxMessage, message.id).state = MessageState.BOUNCED
    clock.advance(days=1)
    aggregate.fill(runtime)
    assert kept(runtime, "message") == {(TODAY, "bounced"): 1}


def test_a_cure_date_is_late_only_once_its_day_is_over_there_and_no_longer_when_answered(runtime, clock):
    publish(runtime)
    asked = (ClaimState.SUBMITTED, NOW - timedelta(days=9)), (ClaimState.INFORMATION_REQUESTED, NOW)
    kr = a_worked_claim(runtime, *asked, begun=NOW - timedelta(days=10), due_on=TODAY)
    us = a_worked_claim(runtime, *asked, begun=NOW - timedelta(days=10), due_on=TODAY, jurisdiction="us")

    def late() -> list[str]:
        cure.flag_late(runtime)
        with runtime.database.reading() as session:
            both = (session.get_one(Engagement, one.id) for one in (kr, us))
            return [one.jurisdiction for one in both if flags_of(session, one) == [Flag.CURE_LATE]]

    assert late() == []
    clock.now = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # midnight in Seoul
    assert late() == ["kr"]
    clock.now = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)  # and in New York
    assert late() == ["kr", "us"]
    assert cure.flag_late(runtime) == 0
    with runtime.database.transaction() as session:
        claims.answer_request(session, session.get_one(Engagement, kr.id), now=clock())
        session.get_one(Engagement, us.id).due_on = date(2026, 12, 1)
    assert late() == []
    with runtime.database.reading() as session:
        assert session.get_one(Engagement, kr.id).doubt == 0
        (left,) = cure.by_day(session, ("kr", "us"), clock())
        assert (left.jurisdiction, left.day, left.claims, left.left) == ("us", date(2026, 12, 1), 1, 6)

"""The daily digest: on working mornings, once, in the reader's language, and only when there is something to say."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from portal.claims.states import ClaimState
from portal.jobs.models import GivenUpJob
from portal.messages import service as messages
from portal.messages.models import OutboxMessage
from portal.reporting import digest
from portal.reporting.commands import command
from portal.reporting.jobs import send_due
from portal.reporting.models import SentDigest
from portal.staff import service as accounts
from portal.staff.models import StaffMember
from tests.batches.claims import publish
from tests.reporting.work import a_worked_claim

MORNING = datetime(
    2026, 11, 24, 23, 5, tzinfo=UTC
)  # five past eight on Wednesday in Seoul, six in the evening in New York


def a_reader(runtime, role: str, language: str = "ko") -> StaffMember:
    with runtime.database.transaction() as session:
        person = accounts.Person(name="Dana Whitfield", email=f"{role.replace(':', '-')}@staff.example")
        member = accounts.add(
            session, runtime.vault, person, roles=(role,), language=language,
            password="paper lantern over water", now=runtime.clock(),
        )  # fmt: skip
        digest.turn(session, member.id, runtime.clock())
        return member


def something_wrong(runtime) -> None:
    with runtime.database.transaction() as session:
        session.merge(
            GivenUpJob(
                reference="1", name="packets.make", queue="packets", arguments={}, attempts=8,
                error="OSError", given_up_at=runtime.clock(),
            )
        )  # fmt: skip


def an_asked_claim(runtime, due_on: date, jurisdiction: str = "kr") -> None:
    now = runtime.clock()
    moves = (ClaimState.SUBMITTED, now), (ClaimState.INFORMATION_REQUESTED, now)
    a_worked_claim(runtime, *moves, begun=now, jurisdiction=jurisdiction, due_on=due_on)


def letters(runtime) -> list[messages.Wording]:
    with runtime.database.reading() as session:
        sent = (
            sa.select(OutboxMessage)
            .where(OutboxMessage.kind == digest.KIND)
            .order_by(OutboxMessage.created_at)
        )
        found = [messages.read(session, runtime, one) for one in session.scalars(sent)]
    return [one for one in found if one]


@pytest.fixture
def at(clock, runtime):
    publish(runtime)

    def move(moment: datetime) -> list[str]:
        clock.now = moment
        return send_due(runtime)

    clock.now = MORNING
    return move


def test_a_digest_is_sent_once_in_the_readers_language_and_names_nobody(runtime, at):
    a_reader(runtime, "kr")
    something_wrong(runtime)
    an_asked_claim(runtime, date(2026, 11, 20))
    an_asked_claim(runtime, date(2026, 11, 27))
    an_asked_claim(runtime, date(2026, 11, 27), "us")
    assert at(MORNING) == ["news"]
    assert at(MORNING + timedelta(hours=3)) == []
    (letter,) = letters(runtime)
    assert letter.to == "kr@staff.example"
    assert letter.subject == "실패와 기일: 2026년 11월 25일 (수)"
    assert "- 포기한 백그라운드 작업: 1" in letter.body or ": 1" in letter.body
    assert "1건: 기한이 지났습니다" in letter.body
    assert "2026년 11월 27일 (금), 2일 남음: 1건" in letter.body
    for personal in ("홍길동", "CP-", "http"):
        assert personal not in letter.body


def test_a_digest_waits_for_the_hour_and_the_working_day_of_the_readers_own_office(runtime, at):
    a_reader(runtime, "us", "en")
    something_wrong(runtime)
    assert (
        at(datetime(2026, 11, 25, 11, 0, tzinfo=UTC)) == []
    )  # eight in the evening in Seoul, six in New York
    assert at(datetime(2026, 11, 25, 14, 0, tzinfo=UTC)) == ["news"]
    assert at(datetime(2026, 11, 26, 15, 0, tzinfo=UTC)) == []  # Thanksgiving
    assert at(datetime(2026, 11, 27, 12, 59, tzinfo=UTC)) == []  # 7:59
    assert at(datetime(2026, 11, 27, 13, 0, tzinfo=UTC)) == ["news"]
    assert at(datetime(2026, 11, 28, 15, 0, tzinfo=UTC)) == []  # Saturday


@pytest.mark.parametrize(
    ("hour", "day"),
    [(13, date(2026, 3, 6)), (12, date(2026, 3, 9)), (12, date(2026, 10, 30)), (13, date(2026, 11, 2))],
)
def test_eight_in_the_morning_stays_eight_when_clocks_change(runtime, at, hour, day):
    at(datetime(day.year, day.month, day.day, 1, tzinfo=UTC))
    a_reader(runtime, "us", "en")
    something_wrong(runtime)
    assert at(datetime(day.year, day.month, day.day, hour - 1, 59, tzinfo=UTC)) == []
    assert at(datetime(day.year, day.month, day.day, hour, 0, tzinfo=UTC)) == ["news"]


def test_nobody_is_written_to_over_seollal_and_well_is_said_on_the_first_working_day(runtime, at):
    a_reader(runtime, "kr")
    said = {day: at(datetime(2026, 2, day, 1, 0, tzinfo=UTC)) for day in range(12, 24)}
    assert said[13] == ["nothing"]  # Friday, with nothing to say
    assert [said[day] for day in (14, 15, 16, 17, 18)] == [[]] * 5
    assert said[19] == ["well"]  # Thursday, the first working day of that week
    assert said[20] == ["nothing"]
    assert said[23] == ["well"]  # Monday
    assert [one.subject for one in letters(runtime)] == [
        "이상 없음: 2026년 2월 19일 (목)",
        "이상 없음: 2026년 2월 23일 (월)",
    ]


def test_what_a_reader_is_told_follows_their_rights(runtime, at):
    a_reader(runtime, "admin", "en")
    an_asked_claim(runtime, date(2026, 11, 27))
    something_wrong(runtime)
    assert at(datetime(2026, 11, 24, 14, 0, tzinfo=UTC)) == ["news"]
    (letter,) = letters(runtime)
    assert "Background jobs given up: 1" in letter.body
    assert "claim" not in letter.body.lower()


def test_who_left_the_firm_or_chose_otherwise_gets_none(runtime, at):
    gone, tired = a_reader(runtime, "kr"), a_reader(runtime, "reviewer:kr")
    something_wrong(runtime)
    with runtime.database.transaction() as session:
        accounts.disable(session, session.get_one(StaffMember, gone.id), now=runtime.clock())
        assert not digest.turn(session, tired.id, runtime.clock())
    assert at(MORNING) == []


def test_a_day_that_another_worker_dealt_with_is_left(runtime, at):
    reader = a_reader(runtime, "kr")
    something_wrong(runtime)
    with runtime.database.transaction() as session:
        session.add(SentDigest(staff_id=reader.id, day=date(2026, 11, 25), said="news"))
    assert at(MORNING) == []
    assert letters(runtime) == []


def test_a_limitation_period_is_spoken_of_when_a_warning_falls_due(runtime, at):
    a_reader(runtime, "kr", "en")
    # 30 days before 20 November 2028 is Saturday, 21 October; the working day after it is Monday, the 23rd.
    assert at(datetime(2028, 10, 20, 1, tzinfo=UTC)) == ["nothing"]
    assert at(datetime(2028, 10, 23, 1, tzinfo=UTC)) == ["news"]
    assert at(datetime(2028, 10, 24, 1, tzinfo=UTC)) == ["nothing"]
    (letter,) = letters(runtime)
    assert "Monday, November 20, 2028, 28 days left: Limitation of damages" in letter.body
    assert "To be confirmed by counsel" in letter.body


def test_the_command_shows_it_and_sends_nothing(runtime, at):
    a_reader(runtime, "kr")
    something_wrong(runtime)
    shown = CliRunner().invoke(command, ["--print", "--office", "us", "--language", "en"], obj=runtime)
    assert shown.exit_code == 0, shown.output
    assert "Background jobs given up: 1" in shown.output
    assert letters(runtime) == []
    sent = CliRunner().invoke(command, [], obj=runtime)
    assert sent.output == "1 dealt with, 1 sent\n"
    assert len(letters(runtime)) == 1

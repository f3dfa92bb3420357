"""Who left a claim unsigned is reminded three times and warned twice, by day, until they say that it is enough."""

from __future__ import annotations

import re
from email.message import EmailMessage
from urllib.parse import urlsplit
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.claims import parties, reminders, sealed
from portal.claims.models import Claim, Reminder
from portal.matters.model import Reminders
from portal.messages import OutboxMessage, service
from portal.messages.mailers import compose
from portal.runtime import Runtime
from tests.claims.families import FATHER, draft_of
from tests.conftest import Clock
from tests.visitor import Visitor, on_the_tests_clock


@pytest.fixture
def site(app: Flask, clock: Clock) -> Flask:
    """The application with the first matter published; it is noon in Seoul."""
    return on_the_tests_clock(app, clock)


@pytest.fixture
def hong(site: Flask) -> Visitor:
    """Somebody who stopped after the first page."""
    visitor = Visitor(site).begin()
    visitor.fill("phrase")
    return visitor


def come_back(visitor: Visitor) -> Visitor:
    """The same person in another browser."""
    back = Visitor(visitor.app)
    assert back.enter(back.ask_code("hong@example.com")).status_code == 303
    return back


def told(visitor: Visitor) -> list[str]:
    """The kinds of messages since the code, oldest first."""
    with visitor.runtime.database.reading() as session:
        kinds = sa.select(OutboxMessage.kind).where(OutboxMessage.kind != "code")
        return list(session.scalars(kinds.order_by(OutboxMessage.created_at, OutboxMessage.id)))


def newest(visitor: Visitor) -> EmailMessage:
    """The newest message as it travels."""
    with visitor.runtime.database.reading() as session:
        row = session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(1)).one()
        wording = service.read(session, visitor.runtime, row)
    assert wording is not None
    return compose(visitor.runtime.settings, row.id, row.language, wording, row.created_at)


def days_pass(visitor: Visitor, clock: Clock, days: int) -> list[str]:
    """The job runs each half hour of so many days; what was written meanwhile."""
    before = len(told(visitor))
    for _hour in range(days * 8):
        clock.advance(hours=3)
        reminders.remind_all(visitor.runtime)
    return told(visitor)[before:]


def test_reminders_come_on_days_2_5_and_10_and_warnings_7_and_2_days_before_the_end(
    hong: Visitor, clock: Clock
) -> None:
    assert days_pass(hong, clock, 1) == []
    assert days_pass(hong, clock, 2) == ["reminder-unfinished"]
    assert days_pass(hong, clock, 3) == ["reminder-unfinished"]
    assert days_pass(hong, clock, 5) == ["reminder-unfinished"]
    assert days_pass(hong, clock, 11) == []
    assert days_pass(hong, clock, 3) == ["draft-ending"]
    assert days_pass(hong, clock, 4) == ["draft-ending"]
    assert days_pass(hong, clock, 3) == [], "the draft is over"
    with hong.runtime.database.reading() as session:
        rows = session.execute(sa.select(Reminder.kind, Reminder.days).order_by(Reminder.sent_at)).all()
    assert [tuple(row) for row in rows] == [
        ("reminder", 2),
        ("reminder", 5),
        ("reminder", 10),
        ("ending", 7),
        ("ending", 2),
    ]


def test_who_comes_back_is_left_alone_and_not_reminded_of_the_same_day_twice(
    hong: Visitor, clock: Clock
) -> None:
    assert days_pass(hong, clock, 3) == ["reminder-unfinished"]
    hong = come_back(hong)
    hong.fill("birth")
    assert days_pass(hong, clock, 4) == []
    assert days_pass(hong, clock, 2) == ["reminder-unfinished"], "the fifth day since"


def test_a_warning_comes_again_before_the_new_end(hong: Visitor, clock: Clock) -> None:
    clock.advance(days=24)
    reminders.remind_all(hong.runtime)
    assert told(hong) == ["draft-ending"], "one message, not the missed reminders too"
    hong = come_back(hong)
    hong.fill("birth")
    clock.advance(days=24)
    reminders.remind_all(hong.runtime)
    assert told(hong).count("draft-ending") == 2


def test_nobody_is_reminded_at_night(hong: Visitor, clock: Clock) -> None:
    clock.advance(days=2, hours=9)  # 21:00 in Seoul
    reminders.remind_all(hong.runtime)
    assert told(hong) == []
    clock.advance(hours=10, minutes=59)
    reminders.remind_all(hong.runtime)
    assert told(hong) == []
    clock.advance(minutes=1)
    reminders.remind_all(hong.runtime)
    assert told(hong) == ["reminder-unfinished"]


def test_a_complete_claim_is_reminded_of_its_signature_and_a_signed_one_of_nothing(
    hong: Visitor, clock: Clock
) -> None:
    hong.fill_all()
    assert days_pass(hong, clock, 3) == ["reminder-unsigned"]
    hong = come_back(hong)
    hong.read_and_sign("홍길동")
    assert "received" in told(hong)
    before = told(hong)
    assert days_pass(hong, clock, 35) == []
    assert told(hong) == before


def test_the_reminder_carries_phrase_number_and_no_link_but_one_click_in_its_header(
    hong: Visitor, clock: Clock
) -> None:
    days_pass(hong, clock, 3)
    message = newest(hong)
    body = message.get_content()
    assert "파란 연 1987" in body
    assert hong.claim().number in message["Subject"]
    assert "http" not in body
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = urlsplit(message["List-Unsubscribe"].strip("<>"))
    assert (address.scheme, address.netloc) == ("http", "127.0.0.1:8000")
    assert hong.claim().number not in address.path

    stranger = hong.app.test_client()
    looked = stranger.get(address.path)
    assert looked.status_code == 200
    assert "알림을 끄시겠습니까?" in looked.text
    assert hong.claim().reminders_off_at is None, "a program that only looks stops nothing"
    # As RFC 8058, 3.2: no cookie, no token, this one field.
    sent = stranger.post(address.path, data={"List-Unsubscribe": "One-Click"})
    assert sent.status_code == 200
    assert hong.claim().reminders_off_at == clock.now
    assert "홍길동" not in sent.text
    assert hong.claim().number not in sent.text
    assert days_pass(hong, clock, 30) == []
    assert stranger.post(address.path).status_code == 200, "twice is harmless"


def test_a_made_up_token_stops_nothing(hong: Visitor) -> None:
    token = reminders.token_of(hong.runtime.vault, hong.claim().id)
    for made_up in (token[:-1], "A" * len(token), f"{token}=", token.swapcase(), f"{token[:30]}{'x' * 8}"):
        assert hong.get(f"/reminders/{made_up}").status_code == 404
        assert hong.client.post(f"/ko/reminders/{made_up}").status_code == 404
    assert hong.claim().reminders_off_at is None


def test_the_button_on_the_claims_page_stops_reminders_and_brings_them_back(
    hong: Visitor, clock: Clock
) -> None:
    assert "알림 끄기" in hong.get("/claim").text
    hong.post("/claim/reminders/off")
    page = hong.get("/claim").text
    assert "알림을 받지 않고 계십니다" in page
    assert re.search(r'action="/ko/claim/reminders/on"', page)
    assert days_pass(hong, clock, 3) == []
    back = come_back(hong)
    back.post("/claim/reminders/on")
    assert days_pass(back, clock, 3) == ["reminder-unfinished"]


def test_an_erased_draft_is_not_reminded(hong: Visitor, clock: Clock) -> None:
    hong.post("/claim/delete")
    assert days_pass(hong, clock, 12) == []


def test_two_workers_write_one_reminder(hong: Visitor, clock: Clock) -> None:
    clock.advance(days=2)
    claim_id = hong.claim().id
    for _worker in range(2):
        with hong.runtime.database.transaction() as session:
            reminders.remind(session, hong.runtime, claim_id)
    assert told(hong) == ["reminder-unfinished"]
    with hong.runtime.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Reminder)) == 1
        assert session.scalar(sa.select(sa.func.count()).select_from(Claim)) == 1


def test_the_matter_may_choose_other_days(
    hong: Visitor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    toml = hong.runtime.matters.current().matter.toml
    monkeypatch.setitem(toml.__dict__, "reminders", Reminders(days=(1,), ending=()))
    assert days_pass(hong, clock, 1) == ["reminder-unfinished"]
    assert days_pass(hong, clock, 20) == []


def test_an_invited_parent_is_asked_again_until_they_sign_or_say_that_it_is_enough(
    site: Flask, clock: Clock
) -> None:
    mother = draft_of(site, "child")
    with mother.runtime.database.transaction() as session:
        claim = session.merge(mother.claim())
        party = sealed.read(session, mother.runtime.vault, claim).representatives[1].id
        parties.invite(session, mother.runtime, claim, party, clock())
    assert days_pass(mother, clock, 3).count("party-invited") == 1
    with mother.runtime.database.reading() as session:
        asked = sa.select(OutboxMessage).where(OutboxMessage.kind == "party-invited")
        row = session.scalars(asked.order_by(OutboxMessage.id.desc()).limit(1)).one()
        wording = service.read(session, mother.runtime, row)
    assert wording
    assert wording.to == FATHER
    assert "김새싹" not in wording.body, "whose claim it is stands in no message"
    address = urlsplit(wording.unsubscribe).path
    stranger = site.test_client()
    assert "서명을 부탁받으셨다는 알림" in stranger.get(address).text
    assert stranger.post(address).status_code == 200
    assert stranger.post(address).status_code == 200
    later = days_pass(mother, clock, 9)
    assert "party-invited" not in later
    assert later.count("reminder-unsigned") == 2, "the mother's own go on"


def test_due_claims_are_found_on_postgresql_too(postgresql_runtime: Runtime) -> None:
    plan = Reminders()
    with postgresql_runtime.database.transaction() as session:
        assert reminders.candidates(session, postgresql_runtime.clock(), plan, None, 5) == []
        assert reminders.candidates(session, postgresql_runtime.clock(), plan, UUID(int=1), 5) == []
        taken = sa.select(OutboxMessage.instead_of).where(OutboxMessage.instead_of.in_([UUID(int=1)]))
        assert session.scalars(taken).all() == []

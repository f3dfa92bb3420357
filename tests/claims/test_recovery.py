"""A lost mailbox: phone, number and birth date open the claim after a wait in which its contact can stop that."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.audit import AuditEvent
from portal.claims import contacts, duplicates
from portal.claims.jobs import recoveries
from portal.claims.models import Claim, Recovery
from portal.claims.particulars import VerifiedContact
from portal.claims.recovery import TRIES_A_DAY
from portal.identity.jobs import purge
from portal.messages import OutboxMessage, service
from tests.conftest import Clock
from tests.visitor import Visitor

OWN = "010-2345-6789"
BIRTH = {"birth-year": "1987", "birth-month": "3", "birth-day": "14"}
ANSWER = "/ko/claim/recover/asked"


@pytest.fixture
def owner(site: Flask) -> Visitor:
    """Somebody with a draft, a mailbox and a phone that was typed in it."""
    visitor = Visitor(site).begin("lost@example.com")
    for step in ("name", "birth", "contact"):
        visitor.fill(step)
    return visitor


def ask(site: Flask, number: str, phone: str = OWN, birth: dict[str, str] = BIRTH) -> Visitor:
    """Walk the three pages; the visitor stands where they lead."""
    visitor = Visitor(site)
    visitor.get("/claim/recover")
    assert visitor.post("/claim/recover", {"by": "phone", "phone": phone}).status_code == 303
    visitor.get("/claim/recover/code")
    sent = visitor.post("/claim/recover/code", {"code": visitor.newest_code()})
    assert sent.headers["Location"] == "/ko/claim/recover/facts"
    visitor.get("/claim/recover/facts")
    visitor.post("/claim/recover/facts", {"number": number, **birth})
    return visitor


def place_of(visitor: Visitor) -> str:
    assert visitor.page is not None
    return visitor.page.headers["Location"]


def told(visitor: Visitor, kind: str) -> list[str]:
    """To whom messages of a kind went."""
    opened = visitor.runtime
    with opened.database.reading() as session:
        rows = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.kind == kind)).all()
        return [wording.to for row in rows if (wording := service.read(session, opened, row))]


def test_the_phone_opens_the_claim_after_the_wait(site: Flask, owner: Visitor, clock: Clock) -> None:
    number = owner.claim().number
    assert place_of(ask(site, number)) == ANSWER
    recoveries(owner.runtime)
    assert told(owner, "recovery-started") == ["lost@example.com"]
    clock.advance(hours=47)
    recoveries(owner.runtime)
    assert len(told(owner, "recovery-started")) == 1
    clock.advance(hours=2)
    recoveries(owner.runtime)
    recoveries(owner.runtime)
    assert len(told(owner, "recovery-started")) == 2, "again before the end, and once"
    assert place_of(ask(site, number)) == ANSWER, "the wait is not over"
    clock.advance(hours=24)
    back = ask(site, number.lower().replace("-", " "))
    assert place_of(back) == "/ko/claim"
    assert back.claim().number == number
    assert (back.particulars().email, back.particulars().proved_phone) == ("", "+821023456789")
    assert told(back, "recovery-done") == ["lost@example.com"]
    assert owner.get("/claim").status_code == 303, "everybody else was signed out"
    # The lost mailbox opens nothing any more, and the phone does without a wait.
    stranger, again = Visitor(site), Visitor(site)
    assert stranger.enter(stranger.ask_code("lost@example.com")).headers["Location"] == "/ko/check"
    again.enter(again.ask_code(OWN))
    assert again.claim().number == number


def test_every_answer_is_the_same_whatever_matches(site: Flask, owner: Visitor, clock: Clock) -> None:
    number = owner.claim().number
    other = {**BIRTH, "birth-day": "15"}
    tries = [
        (number, OWN, BIRTH), (number, OWN, other), (number, "010-1111-2222", BIRTH), ("CP-0000-0000", OWN, BIRTH),
    ]  # fmt: skip
    pages = set()
    for said in tries:
        visitor = ask(site, *said)
        assert place_of(visitor) == ANSWER
        pages.add(visitor.get(ANSWER).text)
        clock.advance(hours=2)
    assert len(pages) == 1
    with owner.runtime.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Recovery)) == 1


def test_a_wrong_fact_never_opens_it_however_long_one_waits(
    site: Flask, owner: Visitor, clock: Clock
) -> None:
    number = owner.claim().number
    ask(site, number)
    clock.advance(hours=73)
    assert place_of(ask(site, number, birth={**BIRTH, "birth-year": "1988"})) == ANSWER
    assert place_of(ask(site, number, phone="010-1111-2222")) == ANSWER


def test_guessing_birth_dates_ends_for_a_day(site: Flask, owner: Visitor, clock: Clock) -> None:
    number = owner.claim().number
    ask(site, number)
    clock.advance(hours=73)
    for day in range(1, TRIES_A_DAY + 1):
        ask(site, number, birth={**BIRTH, "birth-day": str(day)})
        clock.advance(hours=1)
    assert place_of(ask(site, number)) == ANSWER
    clock.advance(hours=24)
    assert place_of(ask(site, number)) == "/ko/claim"


def test_a_strange_phone_cannot_use_up_the_tries(site: Flask, owner: Visitor, clock: Clock) -> None:
    number = owner.claim().number
    ask(site, number)
    for _try in range(TRIES_A_DAY + 1):
        ask(site, number, phone="010-1111-2222")
        clock.advance(hours=15)
    assert place_of(ask(site, number)) == "/ko/claim"


def test_the_old_contact_sees_it_at_the_next_sign_in_and_stops_it(
    site: Flask, owner: Visitor, clock: Clock
) -> None:
    number = owner.claim().number
    ask(site, number)
    back = Visitor(site, "en")
    assert back.enter(back.ask_code("lost@example.com")).headers["Location"] == "/en/claim/alarm"
    assert "This was not me" in back.get("/claim/alarm").text
    stopped = back.post("/claim/alarm")
    assert stopped.headers["Location"] == "/en/claim"
    assert back.claim().number == number
    assert owner.get("/claim").status_code == 303
    clock.advance(hours=73)
    assert place_of(ask(site, number)) == ANSWER, "a new wait begins"
    with back.runtime.database.reading() as session:
        actions = session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.sequence)).all()
    assert [one for one in actions if one.startswith("recovery")] == [
        "recovery.begun", "recovery.cancelled", "recovery.begun",
    ]  # fmt: skip


def test_going_on_without_stopping_leaves_the_wait_as_it_is(site: Flask, owner: Visitor) -> None:
    ask(site, owner.claim().number)
    assert owner.get("/claim/alarm").status_code == 200
    assert owner.get("/claim").status_code == 200
    with owner.runtime.database.reading() as session:
        assert session.scalars(sa.select(Recovery)).one().pending


def test_without_a_proved_phone_there_is_no_page_of_facts(site: Flask, owner: Visitor) -> None:
    visitor = Visitor(site)
    assert visitor.get("/claim/recover/facts").headers["Location"] == "/ko/claim/recover"
    assert visitor.get("/claim/recover/code").headers["Location"] == "/ko/claim/recover"
    # A proof for entering is none for this, and the other way round.
    visitor.ask_code(OWN)
    visitor.get("/claim/code")
    visitor.post("/claim/code", {"code": visitor.newest_code()})
    assert visitor.get("/claim/recover/facts").status_code == 303
    asked = Visitor(site)
    asked.post("/claim/recover", {"by": "phone", "phone": OWN})
    assert asked.get("/claim/code").headers["Location"] == "/ko/claim/start"


def test_a_proof_asks_once(site: Flask, owner: Visitor) -> None:
    visitor = ask(site, "CP-0000-0000")
    again = visitor.post("/claim/recover/facts", {"number": owner.claim().number, **BIRTH})
    assert again.headers["Location"] == "/ko/claim/recover"


def test_a_recovery_is_forgotten_when_nobody_comes_back(site: Flask, owner: Visitor, clock: Clock) -> None:
    ask(site, owner.claim().number)
    clock.advance(days=40)
    recoveries(owner.runtime)
    purge(owner.runtime)
    with owner.runtime.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Recovery)) == 0


def exchange(owner: Visitor, value: str, clock: Clock) -> None:
    kind = "phone" if value.startswith("+") else "email"
    proved = VerifiedContact(kind=kind, value=value, verified_at=clock())  # type: ignore[arg-type]
    with owner.runtime.database.transaction() as session:
        claim = session.get_one(Claim, owner.claim().id)
        contacts.change_contact(session, owner.runtime, claim, proved, clock())


def test_an_exchanged_contact_is_told_and_may_object(site: Flask, owner: Visitor, clock: Clock) -> None:
    number = owner.claim().number
    exchange(owner, "new@example.com", clock)
    assert owner.particulars().email == "new@example.com"
    assert told(owner, "contact-changed") == ["lost@example.com"]
    new, old = Visitor(site), Visitor(site)
    assert new.enter(new.ask_code("new@example.com")).headers["Location"] == "/ko/claim"
    new.get("/claim/alarm")
    new.post("/claim/alarm")
    assert new.particulars().email == "new@example.com", "only the old one can object"
    assert old.enter(old.ask_code("lost@example.com")).headers["Location"] == "/ko/claim/alarm"
    old.get("/claim/alarm")
    old.post("/claim/alarm")
    assert old.particulars().email == "lost@example.com"
    assert old.claim().number == number
    assert new.get("/claim").status_code == 303
    stranger = Visitor(site)
    assert stranger.enter(stranger.ask_code("new@example.com")).headers["Location"] == "/ko/check"


def test_an_exchanged_contact_opens_nothing_once_its_time_is_over(
    site: Flask, owner: Visitor, clock: Clock
) -> None:
    exchange(owner, "new@example.com", clock)
    clock.advance(hours=73)
    old, new = Visitor(site), Visitor(site)
    assert old.enter(old.ask_code("lost@example.com")).headers["Location"] == "/ko/check"
    assert new.enter(new.ask_code("new@example.com")).headers["Location"] == "/ko/claim"


def test_a_phone_beside_the_mailbox_opens_the_claim_too(site: Flask, owner: Visitor, clock: Clock) -> None:
    exchange(owner, "+821023456789", clock)
    held = owner.particulars()
    assert (held.email, held.proved_phone) == ("lost@example.com", "+821023456789")
    other, old = Visitor(site), Visitor(site)
    assert other.enter(other.ask_code(OWN)).headers["Location"] == "/ko/claim"
    assert old.enter(old.ask_code("lost@example.com")).headers["Location"] == "/ko/claim/alarm"
    old.get("/claim/alarm")
    old.post("/claim/alarm", {"mine": "1"})
    again = Visitor(site)
    assert again.enter(again.ask_code("lost@example.com")).headers["Location"] == "/ko/claim", "asked once"
    assert again.particulars().proved_phone == "+821023456789"


def test_a_phone_that_a_stranger_put_beside_the_mailbox_is_taken_away(
    site: Flask, owner: Visitor, clock: Clock
) -> None:
    exchange(owner, "+821011112222", clock)
    old, thief = Visitor(site), Visitor(site)
    old.enter(old.ask_code("lost@example.com"))
    old.get("/claim/alarm")
    old.post("/claim/alarm")
    assert [one.value for one in old.particulars().contacts] == ["lost@example.com"]
    assert thief.enter(thief.ask_code("010-1111-2222")).headers["Location"] == "/ko/check"


def test_who_forgot_a_claim_is_told_where_it_is_and_others_learn_nothing(site: Flask, owner: Visitor) -> None:
    pages = []
    for email, name in (("second@example.com", "홍길동"), ("other@example.com", "다른이")):
        new = Visitor(site).begin(email)
        other = {} if name == "홍길동" else {"hanja": "", "passport": "DAREUN I"}
        new.fill("name", hangul=name, **other)
        pages.append(new.fill("birth").headers["Location"])
        for _run in range(2):
            duplicates.look(new.runtime, str(new.claim().id))
    assert pages[0] == pages[1]
    assert told(owner, "already-have-claim") == ["lost@example.com"]


def test_one_contact_with_two_claims_is_no_duplicate(site: Flask, owner: Visitor) -> None:
    with owner.runtime.database.transaction() as session:
        claim = session.get_one(Claim, owner.claim().id)
        assert duplicates.earlier_claims(session, owner.runtime, claim) == []


def test_which_account_was_meant_does_not_change_with_the_mailbox(
    site: Flask, owner: Visitor, clock: Clock
) -> None:
    owner.fill("account")
    exchange(owner, "new@example.com", clock)
    account = owner.particulars().account
    assert account is not None
    assert account.email == "lost@example.com"

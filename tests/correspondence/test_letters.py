"""Letters between a claimant and counsel, written and read on the real pages."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from portal.audit import AuditEvent
from portal.claims.states import ClaimState
from portal.correspondence.models import Enclosure, Letter
from portal.messages import OutboxMessage
from portal.messages import service as outbox
from tests.conftest import Clock
from tests.visitor import Visitor, stored_bytes

WORDS = "택배 문자를 또 받았습니다. 어떻게 해야 합니까?"


def picture(name: str = "문자.jpg", content: bytes | None = None) -> tuple[io.BytesIO, str]:
    from tests.packets.claims import a_picture

    return io.BytesIO(content if content is not None else a_picture().content), name


def send(visitor: Visitor, page: str, text: str, *files: tuple[io.BytesIO, str]) -> TestResponse:
    visitor.get(page)
    return visitor.post(page, {"text": text, "files": list(files)})


def rows(visitor: Visitor, model: type = Letter) -> list:  # type: ignore[type-arg]
    with visitor.runtime.database.reading() as session:
        return list(session.scalars(sa.select(model).order_by(model.id)))


def test_a_letter_reaches_counsel_and_nothing_of_it_is_plain(english: Visitor) -> None:
    sent = send(english, "/claim/letters/kr", WORDS, picture())
    assert sent.status_code == 303, sent.text
    page = english.get("/claim/letters/kr").text
    assert WORDS in page
    assert "문자.jpg" in page
    assert "Not read yet" in page
    stored = stored_bytes(english.runtime)
    for plain in (WORDS, "택배 문자", "문자.jpg"):
        assert plain.encode() not in stored
    (letter,) = rows(english)
    assert (letter.author, letter.settled_at) == ("claimant", None)
    assert WORDS not in english.get("/claim/letters/us").text


def test_an_enclosed_file_is_given_back_harmless_to_its_owner_alone(site: Flask, english: Visitor) -> None:
    send(english, "/claim/letters/kr", WORDS, picture())
    (file,) = rows(english, Enclosure)
    answer = english.get(f"/claim/letters/files/{file.id}")
    assert answer.status_code == 200
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "no-store"
    other = Visitor(site, "en").begin("somebody@example.com")
    assert other.get(f"/claim/letters/files/{file.id}").status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "empty.jpg", "empty.jpg"),
        (b"MZ\x90\x00 not a picture", "photo.jpg", "photo.jpg"),
        (b"<svg onload=alert(1)>", "<b>x.jpg", "&lt;b&gt;x.jpg"),
    ],
)
def test_a_file_that_is_refused_sends_nothing_and_keeps_the_words(
    english: Visitor, content: bytes, name: str, words: str
) -> None:
    sent = send(english, "/claim/letters/kr", WORDS, picture(name, content))
    assert sent.status_code == 422
    assert WORDS in sent.text
    assert words in sent.text
    assert "not sent yet" in sent.text
    assert not rows(english)


def test_words_are_shown_as_they_are_and_bad_input_is_refused_beside_the_field(english: Visitor) -> None:
    nasty = "{{7*7}} <script>alert(1)</script> %s ' OR 1=1 -- =cmd() 😀 \u202etxt"
    assert send(english, "/claim/letters/us", nasty).status_code == 303
    page = english.get("/claim/letters/us").text
    assert "{{7*7}} &lt;script&gt;alert(1)&lt;/script&gt; %s" in page
    assert "😀" in page
    assert "\u202e" not in page
    assert send(english, "/claim/letters/us", "   ").status_code == 422
    long = send(english, "/claim/letters/us", "가" * 4_001)
    assert long.status_code == 422
    assert "at most 4000 characters" in long.text
    number = send(english, "/claim/letters/us", "제 번호는 900101-1234567 입니다")
    assert number.status_code == 422
    assert "1234567" not in number.text
    assert len(rows(english)) == 1


def test_no_more_than_twenty_letters_a_day(english: Visitor, clock: Clock) -> None:
    with english.runtime.database.transaction() as session:
        from portal.claims.models import Engagement
        from portal.correspondence import service
        from portal.correspondence.enclosures import Taken

        engagement = session.get_one(Engagement, english.claim().engagement("kr").id)  # type: ignore[union-attr]
        for _letter in range(service.PER_DAY):
            service.write(session, english.runtime, engagement, "또", Taken(), now=clock())
    refused = send(english, "/claim/letters/kr", WORDS)
    assert refused.status_code == 422
    assert "20 letters within a day" in refused.text
    assert send(english, "/claim/letters/us", WORDS).status_code == 303


def test_too_many_files_are_refused_before_any_is_opened(english: Visitor) -> None:
    sent = send(english, "/claim/letters/kr", WORDS, *(picture(f"{n}.jpg", b"x") for n in range(6)))
    assert sent.status_code == 422
    assert "at most 5 files" in sent.text


def test_a_draft_has_nobody_to_write_to(site: Flask) -> None:
    draft = Visitor(site, "en").begin("draft@example.com")
    assert draft.get("/claim/letters/kr").headers["Location"] == "/en/claim"
    assert draft.post("/claim/letters/kr", {"text": WORDS}).headers["Location"] == "/en/claim"
    assert draft.get("/claim/letters/jp").status_code == 404
    assert not rows(draft)


def test_a_withdrawn_engagement_keeps_its_letters_to_be_read(english: Visitor) -> None:
    send(english, "/claim/letters/us", WORDS)
    english.post("/claim/withdraw/us")
    page = english.get("/claim/letters/us").text
    assert WORDS in page
    assert "<textarea" not in page
    assert english.post("/claim/letters/us", {"text": "again"}).status_code == 303
    assert len(rows(english)) == 1


def test_a_letter_typed_when_the_session_expired_is_there_again(english: Visitor, clock: Clock) -> None:
    english.get("/claim/letters/kr")
    clock.advance(minutes=31)
    away = english.post("/claim/letters/kr", {"text": WORDS})
    assert "/claim/start" in away.headers["Location"]
    entered = english.enter(english.ask_code("hong@example.com"))
    assert entered.headers["Location"] == "/en/claim/letters/kr"
    page = english.get("/claim/letters/kr").text
    assert WORDS in page
    assert "It is not sent yet" in page
    assert not rows(english)
    assert send(english, "/claim/letters/kr", WORDS).status_code == 303
    assert WORDS not in english.get("/claim/letters/us").text


def ask(visitor: Visitor, jurisdiction: str, text: str, until: str) -> None:
    """Counsel asks, as the staff's page does it."""
    from datetime import date
    from uuid import UUID

    from portal.claims.models import Engagement
    from portal.review import service as review
    from portal.web import Staff

    counsel = Staff(
        id=UUID(int=7), name="Dana", roles=frozenset({jurisdiction}), language="en",
        session_id=UUID(int=8), proved_at=visitor.runtime.clock(),
    )  # fmt: skip
    with visitor.runtime.database.transaction() as session:
        engagement = session.get_one(Engagement, visitor.claim().engagement(jurisdiction).id)  # type: ignore[union-attr]
        review.ask(
            session, visitor.runtime, engagement, text, date.fromisoformat(until), by=counsel,
            now=visitor.runtime.clock(),
        )  # fmt: skip


def test_a_request_is_answered_in_place(english: Visitor) -> None:
    ask(english, "us", "Please send the notice.\n<b>Thank you</b>", "2026-12-26")
    page = english.get("/claim/answer/us").text
    assert "Please send the notice." in page
    assert "&lt;b&gt;Thank you" in page
    # 26 December 2026 is a Saturday; until its end in New York it is the afternoon of the 27th in Seoul.
    assert "26 December 2026 (Saturday)" in page
    assert "Sat 26 December 2026, 11:59 PM" in page
    assert "Sun 27 December 2026, 1:59 PM" in page
    assert "An answer on 28 December 2026 is in time as well" in page
    sent = send(english, "/claim/answer/us", "Here it is.", picture("notice.jpg"))
    assert sent.headers["Location"] == "/en/claim"
    engagement = english.claim().engagement("us")
    assert engagement is not None
    assert (engagement.state, engagement.due_on) == (ClaimState.IN_REVIEW, None)
    talk = english.get("/claim/letters/us").text
    assert "Please send the notice." in talk
    assert "Here it is." in talk
    assert "notice.jpg" in talk
    assert [one.kind for one in rows(english)] == ["request", "answer"]
    assert english.get("/claim/answer/us").headers["Location"] == "/en/claim"
    assert english.post("/claim/answer/us", {"text": "again"}).headers["Location"] == "/en/claim"
    assert len(rows(english)) == 2


def test_pressing_alone_says_that_everything_is_there(english: Visitor) -> None:
    ask(english, "kr", "Please add the notice as evidence.", "2026-12-04")
    assert send(english, "/claim/answer/kr", "").headers["Location"] == "/en/claim"
    assert english.claim().engagement("kr").state is ClaimState.IN_REVIEW  # type: ignore[union-attr]
    assert "Everything that was asked for is there now." in english.get("/claim/letters/kr").text


def test_a_day_that_has_passed_is_said_kindly(english: Visitor, clock: Clock) -> None:
    ask(english, "kr", "Please add the notice.", "2026-11-27")
    assert "3 days are left" in english.get("/claim/answer/kr").text
    clock.advance(days=3, hours=9)  # still the 27th in Seoul
    english.enter(english.ask_code("hong@example.com"))
    assert "That is today" in english.get("/claim/answer/kr").text
    clock.advance(hours=4)
    english.enter(english.ask_code("hong@example.com"))
    page = english.get("/claim/answer/kr").text
    assert "you can still answer" in page
    assert "days are left" not in page
    assert send(english, "/claim/answer/kr", "Sorry, late.").status_code == 303


def test_only_the_claimant_is_told_and_only_that_a_letter_is_there(english: Visitor) -> None:
    from portal.audit import Actor
    from portal.claims.models import Engagement
    from portal.correspondence import service

    send(english, "/claim/letters/kr", WORDS)
    with english.runtime.database.transaction() as session:
        engagement = session.get_one(Engagement, english.claim().engagement("kr").id)  # type: ignore[union-attr]
        service.reply(
            session,
            english.runtime,
            engagement,
            "경찰에 신고하십시오.",
            by=Actor("staff"),
            now=english.runtime.clock(),
        )
    with english.runtime.database.reading() as session:
        message = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.kind == "letter")).one()
        wording = outbox.read(session, english.runtime, message)
        actions = session.scalars(sa.select(AuditEvent.action)).all()
    assert wording is not None
    assert english.claim().number in wording.subject + wording.body
    assert "파란 연 1987" in wording.body
    assert "신고" not in wording.body
    assert actions.count("letter.sent") == 2
    mine, theirs = rows(english)
    assert mine.settled_at is not None
    assert theirs.read_at is None
    page = english.get("/claim/letters/kr").text
    assert "경찰에 신고하십시오." in page
    assert "New" in page
    assert rows(english)[1].read_at is not None

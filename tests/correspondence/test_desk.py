"""Letters as staff of each office see and answer them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from portal.audit import AuditEvent
from portal.claims.models import Claim
from portal.correspondence.models import Enclosure, Letter
from portal.messages import OutboxMessage
from tests.correspondence.test_letters import WORDS, picture, rows, send
from tests.staff.desk import signed_in
from tests.visitor import Visitor

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def desk(site: Flask) -> SignIn:
    """``desk("kr")``: a browser in which somebody of that office is signed in."""

    return lambda role: signed_in(site, role)[0]


def post(client: FlaskClient, address: str, **fields: Any):  # type: ignore[no-untyped-def]
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/staff/queue").text)
    assert token
    return client.post(address, data={"csrf_token": token[1], **fields})


def address(visitor: Visitor, jurisdiction: str) -> str:
    engagement = visitor.claim().engagement(jurisdiction)
    assert engagement is not None
    return f"/staff/claims/{engagement.id}"


def test_a_letter_waits_at_its_own_office_until_it_is_answered(english: Visitor, desk: SignIn) -> None:
    send(english, "/claim/letters/kr", WORDS, picture())
    seoul, new_york = desk("kr"), desk("us")
    number = english.claim().number
    assert number in seoul.get("/staff/letters").text
    assert "1 letter" in seoul.get("/staff/queue").text
    assert number not in new_york.get("/staff/letters").text
    page = seoul.get(address(english, "kr")).text
    assert WORDS in page
    assert "1 letter waits for an answer" in page
    assert WORDS not in new_york.get(address(english, "us")).text
    assert "Read on" in english.get("/claim/letters/kr").text
    refused = post(seoul, f"{address(english, 'kr')}/letters", text=" ")
    assert "Write what you want to say." in refused.text
    reply = "<i>경찰 112에 신고하십시오.</i>"
    broken = post(seoul, f"{address(english, 'kr')}/letters", text=reply, files=[picture("x.jpg", b"x")])
    assert "Your letter is not sent yet" in broken.text
    assert len(rows(english, Letter)) == 1
    sent = post(seoul, f"{address(english, 'kr')}/letters", text=reply, files=[picture("안내.jpg")])
    assert sent.status_code == 303
    assert number not in seoul.get("/staff/letters").text
    page = english.get("/claim").text
    assert "1 new" in page
    talk = english.get("/claim/letters/kr").text
    assert "&lt;i&gt;경찰 112에" in talk
    assert "안내.jpg" in talk
    assert english.get(f"/claim/letters/files/{rows(english, Enclosure)[-1].id}").status_code == 200
    assert "1 new" not in english.get("/claim").text
    with english.runtime.database.reading() as session:
        kinds = session.scalars(sa.select(OutboxMessage.kind)).all()
    assert kinds.count("letter") == 1


def test_staff_note_that_a_letter_needs_no_answer(english: Visitor, desk: SignIn) -> None:
    send(english, "/claim/letters/kr", "감사합니다.")
    seoul = desk("kr")
    assert post(seoul, f"{address(english, 'kr')}/letters/settle").status_code == 303
    assert english.claim().number not in seoul.get("/staff/letters").text
    with english.runtime.database.reading() as session:
        actions = session.scalars(sa.select(AuditEvent.action)).all()
    assert actions.count("letters.settled") == 1
    assert len(rows(english, Letter)) == 1


def test_an_enclosed_file_is_opened_by_its_office_alone_and_that_is_recorded(
    english: Visitor, desk: SignIn
) -> None:
    send(english, "/claim/letters/kr", WORDS, picture())
    (file,) = rows(english, Enclosure)
    seoul, new_york = desk("kr"), desk("us")
    answer = seoul.get(f"{address(english, 'kr')}/letters/{file.id}")
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "문자" not in answer.headers["Content-Disposition"]
    assert new_york.get(f"{address(english, 'kr')}/letters/{file.id}").status_code == 404
    assert new_york.get(f"{address(english, 'us')}/letters/{file.id}").status_code == 404
    assert post(new_york, f"{address(english, 'kr')}/letters", text="hello").status_code == 404
    with english.runtime.database.reading() as session:
        events = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "claim.read")).all()
    assert [one.detail["part"] for one in events].count("enclosure") == 1


def test_no_more_letters_once_the_claimant_has_withdrawn(english: Visitor, desk: SignIn) -> None:
    send(english, "/claim/letters/kr", WORDS)
    english.post("/claim/withdraw/kr")
    seoul = desk("kr")
    page = seoul.get(address(english, "kr")).text
    assert WORDS in page
    assert 'letter-text"' in page
    assert f'{address(english, "kr")}/letters"' not in page  # no form to write with
    assert post(seoul, f"{address(english, 'kr')}/letters", text="hello").status_code == 303
    assert len(rows(english, Letter)) == 1
    assert post(seoul, f"{address(english, 'kr')}/letters/settle").status_code == 303
    assert english.claim().number not in seoul.get("/staff/letters").text


def test_two_offices_agreeing_at_once_erase_once(english: Visitor) -> None:
    """The last of both sees that the other has agreed, whichever comes first."""
    from portal.audit import Actor
    from portal.takeout import erasing

    runtime = english.runtime
    with runtime.database.transaction() as session:
        claim = session.get_one(Claim, english.claim().id)
        assert erasing.request(session, runtime, claim, runtime.clock())
        assert not erasing.request(session, runtime, claim, runtime.clock())
    gone = []
    for jurisdiction in ("us", "kr"):
        with runtime.database.transaction() as session:
            engagement = session.get_one(Claim, english.claim().id).engagement(jurisdiction)
            assert engagement is not None
            asked = erasing.open_request_of(session, engagement)
            assert asked is not None
            gone.append(erasing.grant(session, runtime, asked, by=Actor("staff"), now=runtime.clock()))
    assert gone == [False, True]

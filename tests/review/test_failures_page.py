"""The page of failures: what could not be made, what is missing, what no longer holds, and what staff do about it."""

import re
from dataclasses import replace
from html import unescape

import pyotp
import pytest
import sqlalchemy as sa

from portal.audit import AuditEvent
from portal.packets import checking
from portal.packets import service as packets
from portal.packets.models import Packet, PacketState
from portal.staff import factors
from portal.staff import service as staff
from tests.batches.claims import an_accepted_claim, publish
from tests.conftest import Clock

PAGE = "/staff/failures"


@pytest.fixture
def opened(app):
    """What the application holds open, on a clock that tests move."""
    publish(app.extensions["portal"])
    app.extensions["portal"] = replace(app.extensions["portal"], clock=Clock())
    return app.extensions["portal"]


@pytest.fixture
def desk(app, opened):
    """``desk("kr")``: a browser in which somebody with these roles is signed in."""

    def sign_in(*roles: str, name: str = "Dana Whitfield"):
        client, now = app.test_client(), opened.clock()
        with opened.database.transaction() as session:
            person = staff.Person(name=name, email=f"{'-'.join(roles)}@staff.example")
            member = staff.add(
                session, opened.vault, person, roles=roles, language="en", password="paper lantern over gwanghwamun",
                now=now,
            )  # fmt: skip
            secret = factors.new_totp_secret()
            assert staff.enrol(session, opened.vault, member, secret, pyotp.TOTP(secret).at(now), now)
            client.set_cookie("staff", staff.open_session(session, member, now))
        return client

    return sign_in


def a_failed(opened, code: str, jurisdiction: str = "kr") -> tuple[str, Packet]:
    with opened.database.transaction() as session:
        engagement = an_accepted_claim(session, opened, jurisdiction=jurisdiction, packet=PacketState.FAILED)
        (packet,) = packets.packets_of(session, engagement)
        packet.failure = code
        return engagement.claim.number, packet


def states(opened) -> list[str]:
    with opened.database.reading() as session:
        return sorted(session.scalars(sa.select(Packet.state)))


def post(client, address: str, **fields: str):
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(PAGE).text)
    return client.post(address, data={"csrf_token": token[1], **fields})


def words(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.partition("<main")[2])))


def test_each_failure_stands_with_its_reason_and_what_to_do(opened, desk):
    number, _packet = a_failed(opened, "glyph")
    theirs, _ = a_failed(opened, "oversized", jurisdiction="us")
    page = words(desk("kr").get(PAGE).text)
    assert number in page
    assert theirs not in page
    assert "A character of the name or address cannot be printed." in page
    assert "sign again" in page
    assert "No signature is lost by it." in page


def test_one_is_tried_again_and_the_page_says_who_did_so_and_when(opened, desk):
    number, packet = a_failed(opened, "oversized")
    reviewer = desk("kr")
    answer = post(
        reviewer, f"/staff/claims/{packet.engagement_id}/packets/{packet.id}/retry", **{"from": "failures"}
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    assert states(opened) == ["pending"]
    with opened.database.transaction() as session:
        packets.mark_failed(session, session.get_one(Packet, packet.id), "oversized")
        (event,) = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "packet.retried"))
        assert event.detail == {"jurisdiction": "kr", "packet": str(packet.id), "code": "oversized"}
    page = words(desk("kr", "us", name="Somebody Else").get(PAGE).text)
    assert number in page
    assert "Dana Whitfield 11-23 22:00" in page


def test_all_of_ones_own_office_are_tried_again_at_once(opened, desk):
    for code in ("storage", "glyph"):
        a_failed(opened, code)
    a_failed(opened, "glyph", jurisdiction="us")
    reviewer = desk("kr")
    assert "Try all again" in reviewer.get(PAGE).text
    assert post(reviewer, f"{PAGE}/retry").status_code == 303
    assert states(opened) == ["failed", "pending", "pending"]
    assert "2 packets are being made again." in reviewer.get(PAGE).text
    assert desk("admin").post(f"{PAGE}/retry").status_code in (400, 403)


def test_an_erased_claims_packet_is_not_offered_to_be_tried(opened, desk):
    a_failed(opened, "erased")
    page = desk("kr").get(PAGE).text
    assert "nothing has to be" in page
    assert "/retry" not in page


def test_what_was_never_queued_is_listed_after_an_hour(opened, desk):
    with opened.database.transaction() as session:
        an_accepted_claim(session, opened)
        session.execute(sa.delete(Packet))
    reviewer = desk("kr")
    assert "Never queued" not in reviewer.get(PAGE).text
    opened.clock.advance(hours=2)
    reviewer = desk("kr", "us")
    assert "Never queued" in reviewer.get(PAGE).text


def test_a_seal_that_does_not_hold_is_listed_and_can_be_looked_at_again(opened, desk, monkeypatch):
    with opened.database.transaction() as session:
        engagement = an_accepted_claim(session, opened)  # its file is no PDF
        (packet,) = packets.packets_of(session, engagement)
    checking.examine(opened, packet.id)
    reviewer, address = desk("kr"), f"/staff/claims/{engagement.id}/packets/{packet.id}/examine"
    page = words(reviewer.get(PAGE).text)
    assert engagement.claim.number in page
    assert "its seal does not hold" in page
    assert "Do not hand this packet out." in words(reviewer.get(f"/staff/claims/{engagement.id}").text)
    assert post(reviewer, address, **{"from": "failures"}).headers["Location"] == PAGE
    assert "The seal still does not hold." in reviewer.get(PAGE).text
    monkeypatch.setattr(checking, "_failure_of", lambda *_: None)
    post(reviewer, address)
    assert "The seal holds." in reviewer.get(PAGE).text
    assert "No packet has failed." in reviewer.get(PAGE).text


def test_another_offices_packet_can_neither_be_tried_nor_opened(opened, desk):
    _number, packet = a_failed(opened, "glyph", jurisdiction="us")
    reviewer = desk("kr")
    for act in ("retry", "examine"):
        answer = post(reviewer, f"/staff/claims/{packet.engagement_id}/packets/{packet.id}/{act}")
        assert answer.status_code == 404
    assert states(opened) == ["failed"]


def test_the_page_says_when_the_daily_check_last_ran(opened, desk):
    reviewer = desk("kr")
    assert "has not run yet" in reviewer.get(PAGE).text
    following = checking.begin(opened)
    while following:
        following = checking.go_on(opened, following)
    assert "Last daily check: 11-23 22:00, 0 files opened." in reviewer.get(PAGE).text

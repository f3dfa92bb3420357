"""Changing what was signed, as a claimant does it in a browser."""

from __future__ import annotations

import io
import re

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.claims import sealed
from portal.claims.models import Claim
from portal.jobs import run_worker
from portal.packets.models import Packet
from tests.conftest import Clock
from tests.packets.claims import a_picture
from tests.visitor import Visitor, on_the_tests_clock

NEW_ADDRESS = {
    "where": "KR",
    "postcode": "48058",
    "line1": "부산광역시 해운대구 센텀중앙로 79",
    "line2": "1204호",
}


@pytest.fixture
def visitor(app: Flask, clock: Clock) -> Visitor:
    """Somebody who has signed for both offices."""
    person = Visitor(on_the_tests_clock(app, clock)).begin(tracks=("kr-consumer", "us-consumer")).fill_all()
    person.read_and_sign("홍길동")
    run_worker(person.runtime, once=True)
    clock.advance(hours=1)
    person.enter(person.ask_code("hong@example.com"))
    return person


def revisions(visitor: Visitor) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"kr": [], "us": []}
    with visitor.runtime.database.reading() as session:
        for packet in session.scalars(sa.select(Packet).where(Packet.revision > 0).order_by(Packet.revision)):
            found[packet.jurisdiction].append(f"{packet.kind} {packet.revision} {packet.state}")
    return found


def test_a_new_address_is_signed_again_where_it_stands(visitor: Visitor, clock: Clock) -> None:
    assert "서명한 내용을 변경하셨습니다." not in visitor.get("/claim").text
    sent = visitor.fill("address", **NEW_ADDRESS)
    assert sent.headers["Location"].endswith("/claim/review")
    assert "다시 서명할 서류:" in visitor.get("/claim/review").text
    page = visitor.get("/claim").text
    assert "서명한 내용을 변경하셨습니다." in page
    assert "소송위임장" in page
    assert visitor.particulars().address.line1 == "서울특별시 중구 세종대로 110"
    to_read = set(re.findall(r"/claim/read/([a-z-]+)", visitor.get("/claim/read").text))
    assert "kr-power" in to_read
    assert "kr-consent-collection" not in to_read
    clock.advance(minutes=3)
    visitor.read_and_sign("홍길동")
    assert visitor.particulars().address.line1.startswith("부산광역시")
    run_worker(visitor.runtime, once=True)
    assert revisions(visitor) == {
        "kr": ["engagement 1 sealed", "engagement 2 sealed"],
        "us": ["engagement 1 sealed", "engagement 2 sealed"],
    }
    page = visitor.get("/claim").text
    assert "서명한 내용을 변경하셨습니다." not in page


def test_a_change_can_be_dropped(visitor: Visitor) -> None:
    visitor.fill("address", **NEW_ADDRESS)
    visitor.get("/claim")
    assert visitor.post("/claim/changes/drop").status_code == 303
    assert "서명한 내용을 변경하셨습니다." not in visitor.get("/claim").text
    assert visitor.claim().amendment is None


def test_another_device_sees_the_unsigned_change_and_overwrites_nothing(visitor: Visitor) -> None:
    visitor.fill("address", **NEW_ADDRESS)
    other = Visitor(visitor.app)
    other.enter(other.ask_code("hong@example.com"))
    assert "센텀중앙로" in other.get("/claim/details/address").text
    with visitor.runtime.database.reading() as session:
        claim = session.get_one(Claim, visitor.claim().id)
        assert sealed.read(session, visitor.runtime.vault, claim).address.line1.startswith("서울")


def test_a_file_added_later_waits_for_the_signature(visitor: Visitor, clock: Clock) -> None:

    clock.advance(minutes=1)
    visitor.get("/claim/evidence")
    kind = re.search(r'<option value="([a-z-]+)"', visitor.page.text)[1]
    sent = visitor.post(
        "/claim/evidence", {"kind": kind, "files": (io.BytesIO(a_picture().content), "문자.jpg")}
    )
    assert sent.status_code == 303, sent.text
    page = visitor.get("/claim").text
    assert "증거설명서" in page
    clock.advance(minutes=1)
    visitor.read_and_sign("홍길동")
    run_worker(visitor.runtime, once=True)
    assert revisions(visitor)["kr"][-1] == "engagement 2 sealed"


def test_withdrawing_gives_a_receipt_to_take_away(visitor: Visitor) -> None:
    visitor.get("/claim/withdraw/kr")
    assert visitor.post("/claim/withdraw/kr").status_code == 303
    run_worker(visitor.runtime, once=True)
    assert revisions(visitor) == {
        "kr": ["engagement 1 sealed", "withdrawal 2 sealed"],
        "us": ["engagement 1 sealed"],
    }
    page = visitor.get("/claim").text
    assert "참여 철회 접수증" in page
    places = re.findall(r'href="(/ko/claim/packets/[^"]+)"', page)
    kinds = [visitor.get(place).data[:5] for place in places]
    # For each firm the packet and the receipt of the handing in; for one of them that of the withdrawal.
    assert kinds == [b"%PDF-"] * 5

"""Two signers in other ways than typing a name: each by a phone of their own, and both on one print."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from portal.claims.act import PaperSigned
from portal.claims.models import Claim
from portal.packets import signing
from tests.claims.families import FATHER, MOTHER, acts_of, draft_of, joined, state_of, told
from tests.conftest import NOW, Clock
from tests.visitor import Visitor, on_the_tests_clock

STROKES = json.dumps(
    {"version": 1, "width": 1000, "height": 400, "strokes": [[[100, 200, 0], [400, 100, 40], [700, 240, 90]]]}
)


@pytest.fixture
def site(app: Flask, clock: Clock) -> Flask:
    """The whole application with the first matter published, on the test's clock."""
    return on_the_tests_clock(app, clock)


def test_each_parent_draws_on_a_phone_of_their_own(site: Flask) -> None:
    mother = draft_of(site, "child")
    mother.read_all()
    first = address_of(mother)
    draw(site, first)
    hand_in(mother)
    father = joined(site, FATHER).read_all()
    second = address_of(father)
    assert "서명을 다시" not in Visitor(site).get(second).text
    assert Visitor(site).get(first).status_code == 410, "the mother's address does nothing more"
    draw(site, second)
    hand_in(father)
    assert state_of(mother) == "submitted"
    assert [(act.signer, act.means, bool(act.handed_off)) for act in acts_of(mother)] == [
        ("r1", "drawn", True),
        ("r2", "drawn", True),
    ]


def test_one_print_that_both_signed_counts_for_both(site: Flask) -> None:
    mother = draft_of(site, "child")
    mother.read_all()
    runtime = mother.runtime
    paper = PaperSigned(code="X", printed_at=NOW, printed_sha256="0" * 64, checked_by="staff", sheets=())
    where = signing.Circumstances(language="ko", place="KR", address="", device="")
    with runtime.database.transaction() as session:
        claim = session.get_one(Claim, mother.claim().id)
        given = {"kr": signing.GivenSignature(paper=paper)}
        signing.submit(session, runtime, runtime.matters.current(), claim, given, where, runtime.clock())
    assert state_of(mother) == "submitted"
    assert [(act.signer, act.means) for act in acts_of(mother)] == [("r1", "ink"), ("r2", "ink")]
    assert told(mother, MOTHER) == ["all-signed"]


def address_of(visitor: Visitor) -> str:
    """Where this visitor's phone is to go."""
    sent = visitor.post("/claim/sign/phone/kr")
    visitor.get(sent.headers["Location"])
    with visitor.client.session_transaction() as cookie:
        token = cookie["phone"]["kr"][1]
    return f"/ko/hand/{token}"


def draw(site: Flask, address: str) -> None:
    phone = Visitor(site)
    phone.get(address)
    phone.post(f"{address}/open")
    phone.get(address)
    sent = phone.post(address, {"strokes": STROKES})
    assert sent.status_code == 303, sent.text


def hand_in(visitor: Visitor) -> None:
    visitor.get("/claim/sign")
    sent = visitor.post("/claim/sign", {"place": "KR", "kr-means": "phone"})
    assert sent.status_code == 303, sent.text

"""Somebody on the telephone or at the counter: staff type, the person confirms with a code, or signs in ink."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.audit import AuditEvent
from portal.claims import flags, sealed
from portal.claims.act import read_acts
from portal.claims.models import Claim, Engagement
from portal.claims.states import ClaimState
from portal.intake.models import AssistedIntake
from portal.jobs import run_worker
from portal.messages import OutboxMessage
from portal.messages import service as messages
from portal.packets import service as packets
from portal.packets.models import PaperPrint
from portal.packets.paper import prints
from tests.packets import paper_scans
from tests.packets.paper_claims import DPI, sheets
from tests.staff.desk import signed_in
from tests.visitor import ADULT_IN_KOREA, DETAILS, Visitor

TYPED = ("name", "birth", "address", "contact", "account")
BORN = DETAILS["birth"]


class Desk:
    """Somebody of an office at their screen."""

    def __init__(self, site: Flask, role: str) -> None:
        self.client: FlaskClient = signed_in(site, role)[0]
        self.page: TestResponse | None = None

    def get(self, path: str) -> TestResponse:
        self.page = self.client.get(path)
        return self.page

    def post(self, path: str, fields: dict[str, object] | None = None, page: str = "") -> TestResponse:
        """Send the form of a page, by default of the one that the form goes to."""
        text = self.client.get(page or path).text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
        seen = re.search(r'name="seen"[^>]*value="([^"]*)"', text)
        given = {
            "csrf_token": token[1] if token else "",
            **({"seen": seen[1]} if seen else {}),
            **(fields or {}),
        }
        self.page = self.client.post(path, data=given)
        return self.page

    def take_in(self, **said: object) -> str:
        """Ask the questions of the check and make the draft; answers its address."""
        assert self.post("/staff/intake/new", page="/staff/intake").status_code == 303
        assert self.post("/staff/intake/questions", dict(ADULT_IN_KOREA)).status_code == 303, self.page
        talk = {
            "tracks": ["kr-consumer"],
            "way": "phone",
            "language": "ko",
            "email": "hong@example.com",
            **said,
        }
        made = self.post("/staff/intake/begin", talk)
        assert made.status_code == 303, made.text
        return str(made.headers["Location"])

    def type_all(self, draft: str, **said: str) -> None:
        """Type whatever a consumer's claim asks for; ``said`` replaces what a usual claimant would say."""
        for step in TYPED:
            usual = DETAILS[step]
            sent = self.post(f"{draft}/details/{step}", {name: said.get(name, usual[name]) for name in usual})
            assert sent.status_code == 303, sent.text
        assert self.post(f"{draft}/declare", dict(DETAILS["joinder"])).status_code == 303


@pytest.fixture
def desk(site: Flask) -> Callable[[str], Desk]:
    """``desk("kr")``: somebody of that office."""
    return lambda role: Desk(site, role)


def test_a_caller_is_taken_in_and_confirms_on_a_phone(site: Flask, desk: Callable[[str], Desk]) -> None:
    korean = desk("intake:kr")
    draft = korean.take_in(phone="010-2345-6789", note="다음 주 화요일에 다시 전화")
    first = korean.post(f"{draft}/details/name", dict(DETAILS["name"]))
    assert first.headers["Location"].endswith("/details/birth")  # the talk goes on with what is open
    korean.type_all(draft)
    page = korean.get(draft).text
    for shown in ("홍길동", "다음 주 화요일", "ho***@…"):
        assert shown in page
    assert korean.post(f"{draft}/tell", page=draft).status_code == 303
    runtime = site.extensions["portal"]
    with runtime.database.reading() as session:
        claim = session.scalars(sa.select(Claim)).one()
        intake = session.scalars(sa.select(AssistedIntake)).one()
        message = session.scalars(sa.select(OutboxMessage)).one()
        wording = messages.read(session, runtime, message)
    assert (claim.origin, intake.way, intake.told_at is not None, message.kind) == (
        "phone",
        "phone",
        True,
        "claim-prepared",
    )
    assert wording is not None
    assert (wording.to, claim.number in wording.body) == ("hong@example.com", True)
    for secret in ("홍길동", "http", "010-2345"):
        assert secret not in wording.subject + wording.body

    visitor = Visitor(site)
    visitor.get(visitor.enter(visitor.ask_code("hong@example.com")).headers["Location"])
    assert visitor.post(f"/claim/recognise/{claim.number}", BORN).status_code == 303
    parts = re.findall(r'name="parts" value="([^"]+)"', visitor.get("/claim/confirm").text)
    assert set(parts) == {*TYPED, "joinder"}
    # From now on what the draft holds is the claimant's, and staff see no more of it.
    closed = korean.get(draft).text
    assert "홍길동" not in closed
    assert korean.get(f"{draft}/details/name").status_code == 404
    assert visitor.post("/claim/confirm", {"parts": parts}).status_code == 303
    assert visitor.fill("phrase").status_code == 303
    visitor.read_and_sign("홍길동")
    with runtime.database.reading() as session:
        (engagement,) = session.scalars(sa.select(Engagement)).all()
        assert (engagement.state, flags.flags_of(session, engagement)) == (ClaimState.SUBMITTED, [])
        actions = {one.action: one.actor_kind for one in session.scalars(sa.select(AuditEvent))}
    assert (actions["claim.begun"], actions["intake.typed"], actions["claim.confirmed"]) == (
        "staff",
        "staff",
        "claimant",
    )


def test_another_office_and_other_duties_see_nothing_of_it(site: Flask, desk: Callable[[str], Desk]) -> None:
    draft = desk("intake:kr").take_in()
    american = desk("intake:us")
    for place in (
        draft,
        f"{draft}/details/name",
        f"{draft}/declare",
        f"{draft}/paper/kr",
        f"{draft}/paper/kr/print.pdf",
    ):
        assert american.get(place).status_code == 404, place
    assert draft.rsplit("/", 1)[1] not in american.get("/staff/intake").text
    assert desk("reviewer:kr").get("/staff/intake").status_code == 403
    korean = desk("counsel:kr")
    assert korean.get(f"{draft}/paper/us").status_code == 404
    assert korean.get(f"{draft}/details/phrase").status_code == 404  # the claimant's own


def test_bad_answers_are_told_beside_their_fields(desk: Callable[[str], Desk]) -> None:
    korean = desk("intake:kr")
    assert korean.get("/staff/intake/begin").headers["Location"].endswith("/questions")
    partly = korean.post("/staff/intake/questions", {"acting": "self", "residence": "nowhere"})
    assert (partly.status_code, partly.text.count("Choose one answer.") >= 2) == (422, True)
    assert korean.post("/staff/intake/questions", dict(ADULT_IN_KOREA)).status_code == 303
    talk = {"tracks": ["us-securities"], "way": "phone", "language": "ko", "email": "hong", "phone": "12"}
    refused = korean.post("/staff/intake/begin", talk)
    assert refused.status_code == 422
    assert "Enter an e-mail address like" in refused.text
    silent = korean.post("/staff/intake/begin", {"tracks": ["kr-consumer"], "way": "phone", "language": "ko"})
    assert "they confirm the claim with a code" in silent.text
    draft = korean.take_in()
    unborn = korean.post(
        f"{draft}/details/birth", {"birth-year": "2987", "birth-month": "3", "birth-day": "14"}
    )
    assert (unborn.status_code, "2987" in unborn.text) == (422, True)
    american = korean.get(f"{draft}/details/address?in=US").text
    assert f"{draft}/details/address?in=KR" in american
    assert korean.post(f"{draft}/declare", {"lawyer": "none"}).status_code == 422
    early = korean.get(f"{draft}/paper/kr")
    assert early.headers["Location"].endswith(draft)


def have_printed(korean: Desk, draft: str) -> None:
    order = f"{draft}/paper/kr"
    names = dict.fromkeys(
        re.findall(r'type="radio"[^>]* name="([^"]+)" value="yes"', korean.get(order).text), "yes"
    )
    assert names
    assert korean.post(order, {**names, "place": "KR"}).status_code == 422  # the texts were not given
    done = korean.post(order, {**names, "place": "KR", "given": "y"})
    assert done.status_code == 303, done.text
    printed = korean.get(f"{order}/print.pdf")
    assert (printed.mimetype, printed.data[:4]) == ("application/pdf", b"%PDF")


def test_people_at_the_counter_sign_in_ink_and_one_scan_of_several_is_sorted(
    site: Flask, desk: Callable[[str], Desk]
) -> None:
    """Two people's pages lie in one heap in no order; the codes say whose each is."""
    korean, runtime = desk("kr"), site.extensions["portal"]
    drafts = []
    for contact, name in (("", "성춘향"), ("second@example.com", "홍길동")):
        draft = korean.take_in(way="counter", email=contact)
        last = "5678" if contact else "4321"
        korean.type_all(draft, hangul=name, hanja="", passport="", phone=f"010-2345-{last}")
        have_printed(korean, draft)
        drafts.append(draft)
    with runtime.database.reading() as session:
        found = session.scalars(sa.select(PaperPrint).order_by(PaperPrint.id)).all()
    piles = [list(sheets(runtime, one).values()) for one in found]
    heap = [page for pair in zip(*piles, strict=True) for page in reversed(pair)]
    scan = paper_scans.scan(heap, DPI)
    token = re.search(r'name="csrf_token" value="([^"]+)"', korean.get("/staff/paper").text)
    assert token
    told = korean.client.post(
        "/staff/paper", data={"csrf_token": token[1], "files": [(io.BytesIO(scan), "heap.pdf")]}
    )
    assert told.status_code == 200
    with runtime.database.reading() as session:
        for one in found:
            here = prints.pictures(session, session.get_one(PaperPrint, one.id))
            assert sorted(here) == list(range(1, len(one.plan) + 1))
    for one in found:
        signed = [sheet.number for sheet in prints.planned(one.plan) if sheet.signature]
        done = korean.post(f"/staff/paper/{one.id}", {"act": "sign", "signed": signed})
        assert done.status_code == 303, done.text
    run_worker(runtime, once=True)
    with runtime.database.reading() as session:
        for engagement in session.scalars(sa.select(Engagement)):
            assert (engagement.state, flags.flags_of(session, engagement)) == (ClaimState.SUBMITTED, [])
            (act,) = read_acts(session, runtime.vault, engagement)
            (packet,) = packets.packets_of(session, engagement)
            assert (act.means, act.contacts, packet.state) == ("ink", (), "sealed")
        told_to = [messages.read(session, runtime, one) for one in session.scalars(sa.select(OutboxMessage))]
        assert "second@example.com" in {one.to for one in told_to if one}
        claims = session.scalars(sa.select(Claim).order_by(Claim.id)).all()
        assert all(one.confirmed_at for one in claims)
    # Whoever gave a contact comes in later by it, once recognised.
    visitor = Visitor(site)
    visitor.get(visitor.enter(visitor.ask_code("second@example.com")).headers["Location"])
    sent = visitor.post(f"/claim/recognise/{claims[1].number}", BORN)
    assert sent.status_code == 303
    assert claims[1].number in visitor.get("/claim").text
    with runtime.database.reading() as session:
        held = sealed.read(session, runtime.vault, session.get_one(Claim, claims[1].id))
    assert [one.value for one in held.contacts] == ["second@example.com"]

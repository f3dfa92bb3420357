"""Counsel's signature from the staff side: one confirmation, with a second factor of these five minutes."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa

from portal.claims.models import Engagement
from portal.jobs import run_worker
from portal.packets.models import Countersigning, Packet
from portal.packets.seal import seal
from portal.packets.signer import open_firm_key
from portal.staff import factors
from portal.staff import service as staff
from portal.staff.models import StaffMember, StaffSession
from tests.batches.claims import an_accepted_claim, publish
from tests.packets.test_seal import a_draft

PASSWORD = "paper lantern over gwanghwamun"


class Desk:
    """A browser in which somebody of an office is signed in, and their authenticator."""

    def __init__(self, app, runtime, *roles: str) -> None:
        self.runtime, self.client, self.secret = runtime, app.test_client(), factors.new_totp_secret()
        now = runtime.clock()
        with runtime.database.transaction() as session:
            person = staff.Person(name="Dana Whitfield", email=f"{'-'.join(roles)}@staff.example")
            member = staff.add(
                session, runtime.vault, person, roles=roles, language="en", password=PASSWORD, now=now
            )
            assert staff.enrol(
                session, runtime.vault, member, self.secret, pyotp.TOTP(self.secret).at(now), now
            )
            member.totp_step -= 10  # the code of this moment is free
            token = staff.open_session(session, member, now)
        self.client.set_cookie("staff", token)

    def code(self) -> str:
        return pyotp.TOTP(self.secret).at(self.runtime.clock())

    def ten_minutes_later(self) -> None:
        with self.runtime.database.transaction() as session:
            (held,) = session.scalars(sa.select(StaffSession)).all()
            held.proved_at -= timedelta(minutes=10)

    def failures(self) -> int:
        with self.runtime.database.reading() as session:
            return session.scalars(sa.select(StaffMember.failures)).one()

    def post(self, address: str, page: str = "", **fields: str):
        shown = self.client.get(page or address).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', shown)
        expected = re.search(r'name="expected" value="(\d+)"', shown)
        known = {"expected": expected[1]} if expected else {}
        return self.client.post(address, data={"csrf_token": token[1], **known, **fields})


@pytest.fixture
def opened(app):
    runtime = app.extensions["portal"]
    publish(runtime)
    return runtime


@pytest.fixture
def desk(app, opened) -> Desk:
    return Desk(app, opened, "kr")


def accepted(runtime, jurisdiction: str = "kr") -> Engagement:
    tracks = (f"{jurisdiction}-consumer",)
    with runtime.database.transaction() as session:
        return an_accepted_claim(session, runtime, jurisdiction=jurisdiction, tracks=tracks)


def a_real_packet(runtime) -> Engagement:
    """An accepted claim whose packet is a sealed file with counsel's empty field."""
    engagement = accepted(runtime)
    content = seal(a_draft("kr"), open_firm_key(runtime.settings))
    with runtime.database.transaction() as session:
        packet = session.scalars(
            sa.select(Packet).where(Packet.engagement_id == engagement.id, Packet.revision > 0)
        ).one()
        held = runtime.vault.seal(session, engagement.claim.subject_id, f"packet:{packet.id}", content)
        packet.blob = runtime.storage.put(held)
    return engagement


def signings(runtime) -> list[Countersigning]:
    with runtime.database.reading() as session:
        return list(session.scalars(sa.select(Countersigning)))


def test_what_waits_is_counted_for_ones_own_office_only(desk, opened):
    accepted(opened)
    accepted(opened, "us")
    page = desk.client.get("/staff/countersign").text
    assert "Go on to sign 1 packet" in page
    assert "demonstration key" in page
    assert desk.client.get("/staff/countersign/us").status_code == 404


def test_one_confirmation_signs_all_that_wait(desk, opened):
    engagements = [a_real_packet(opened) for _ in range(2)]
    answer = desk.post("/staff/countersign/kr")
    assert answer.status_code == 303
    running = desk.client.get(answer.location).text
    assert 'data-live="on"' in running
    assert "0 of 2 packets" in running
    run_worker(opened, once=True)
    done = desk.client.get(answer.location).text
    assert 'data-live="off"' in done
    (one,) = signings(opened)
    assert (one.state, one.total, one.done, one.failed) == ("done", 2, 2, 0)
    assert one.confirmed_by is not None
    claim_page = desk.client.get(f"/staff/claims/{engagements[0].id}").text
    assert "Signed by counsel (Demonstration Counsel (KR))" in claim_page


def test_after_five_minutes_the_second_factor_is_asked_for_again(desk, opened):
    accepted(opened)
    assert 'name="code"' not in desk.client.get("/staff/countersign/kr").text
    desk.ten_minutes_later()
    assert 'name="code"' in desk.client.get("/staff/countersign/kr").text
    for wrong in ("", "000000"):
        answer = desk.post("/staff/countersign/kr", code=wrong)
        assert answer.status_code == 200
        assert "did not match" in answer.text
    assert signings(opened) == []
    assert desk.failures() == 1  # an empty code is no try
    code = desk.code()
    assert desk.post("/staff/countersign/kr", code=code).status_code == 303
    assert len(signings(opened)) == 1
    desk.ten_minutes_later()
    accepted(opened)
    assert "did not match" in desk.post("/staff/countersign/kr", code=code).text  # used up
    assert len(signings(opened)) == 1


def test_a_choice_that_has_changed_is_looked_at_again(desk, opened):
    accepted(opened)
    answer = desk.post("/staff/countersign/kr", expected="7")
    assert answer.status_code == 200
    assert "has changed since you looked" in answer.text
    assert signings(opened) == []


def test_one_claims_packet_is_signed_from_its_page(desk, opened):
    engagement, other = a_real_packet(opened), a_real_packet(opened)
    page = desk.client.get(f"/staff/claims/{engagement.id}").text
    address = re.search(r'href="(/staff/countersign/claims/[^"]+)"', page)[1]
    shown = desk.client.get(address).text
    assert engagement.claim.number in shown
    assert other.claim.number not in shown
    answer = desk.post(address)
    run_worker(opened, once=True)
    assert answer.status_code == 303
    with opened.database.reading() as session:
        signed = session.scalars(
            sa.select(Packet.engagement_id).where(Packet.countersigned_at.is_not(None))
        ).all()
    assert signed == [engagement.id]


def test_each_failure_is_named_and_can_be_tried_again(desk, opened):
    engagement = accepted(opened)  # its packet is no PDF, and has no room for a signature
    answer = desk.post("/staff/countersign/kr")
    run_worker(opened, once=True)
    page = desk.client.get(answer.location).text
    assert engagement.claim.number in page
    assert "before packets had room for counsel's signature" in page
    assert "Sign the rest" in page
    desk.ten_minutes_later()
    assert "did not match" in desk.post(f"{answer.location}/again", answer.location, code="123456").text
    assert desk.post(f"{answer.location}/again", answer.location, code=desk.code()).status_code == 303
    (one,) = signings(opened)
    assert (one.state, one.failed) == ("pending", 0)


def test_another_offices_signing_is_not_found(app, desk, opened):
    accepted(opened)
    address = desk.post("/staff/countersign/kr").location
    engagement = accepted(opened)
    other = Desk(app, opened, "us")
    with opened.database.reading() as session:
        packet = session.scalars(
            sa.select(Packet).where(Packet.engagement_id == engagement.id, Packet.revision > 0)
        ).one()
    assert other.client.get(address).status_code == 404
    assert other.client.get(f"/staff/countersign/claims/{engagement.id}/{packet.id}").status_code == 404

"""Downloading everything, and asking that it be erased, on the real pages."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from portal.audit import AuditEvent
from portal.claims.models import Claim
from portal.claims.states import ClaimState
from portal.evidence import listing
from portal.evidence import service as evidence
from portal.messages import OutboxMessage
from portal.messages import service as outbox
from portal.packets import making
from portal.packets.models import Packet
from portal.takeout import jobs
from portal.takeout.models import LastWord
from portal.vault import Destroyed
from tests.conftest import NOW, Clock
from tests.packets.claims import a_picture, packets_of
from tests.staff.desk import signed_in
from tests.visitor import Visitor, stored_bytes


def actions(visitor: Visitor) -> list[str]:
    with visitor.runtime.database.reading() as session:
        return list(session.scalars(sa.select(AuditEvent.action)))


def download(visitor: Visitor) -> zipfile.ZipFile:
    answer = visitor.post("/claim/data/download")
    assert answer.status_code == 200
    visitor.page = None  # a file has no form token
    assert answer.mimetype == "application/zip"
    return zipfile.ZipFile(io.BytesIO(answer.data))


def test_everything_comes_in_one_file_that_names_nobody(english: Visitor) -> None:
    runtime, claim = english.runtime, english.claim()
    kind = runtime.matters.current().matter.evidence[0].id
    evidence.add(runtime, claim.id, a_picture(), kind, NOW)
    for packet in packets_of(runtime, claim):
        making.make(runtime, packet.id)
    english.get("/claim/letters/kr")
    english.post("/claim/letters/kr", {"text": "안녕하십니까"})
    answer = english.post("/claim/data/download")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{claim.number}-2026-11-24.zip"'
    assert answer.headers["Cache-Control"] == "no-store"
    english.page, found = None, zipfile.ZipFile(io.BytesIO(answer.data))
    assert found.testzip() is None
    names = found.namelist()
    assert {"README.txt", "data/claim.json", "data/signatures.json", "data/letters.json"} <= set(names)
    assert "evidence/as-received/001.jpg" in names
    assert "evidence/made-harmless/001.jpg" in names
    assert {f"documents/{claim.number}-{one}-r1.pdf" for one in ("kr", "us")} <= set(names)
    assert found.read("evidence/as-received/001.jpg") == a_picture().content
    data = json.loads(found.read("data/claim.json"))
    assert data["particulars"]["name"]["hangul"] == "김민준"
    assert data["answers"]["account"] == "yes"
    assert json.loads(found.read("data/letters.json"))[0]["text"] == "안녕하십니까"
    signatures = json.loads(found.read("data/signatures.json"))
    assert {one["act"]["jurisdiction"] for one in signatures} == {"kr", "us"}
    assert "김민준" not in " ".join(names)
    readme = found.read("README.txt").decode("utf-8-sig")
    assert "접수번호" in readme
    assert "Claim number:" in readme
    assert "takeout.downloaded" in actions(english)


def test_nothing_is_given_out_without_a_fresh_code(english: Visitor, clock: Clock) -> None:
    clock.advance(minutes=11)
    refused = english.post("/claim/data/download")
    assert refused.headers["Location"] == "/en/claim/data"
    assert "takeout.downloaded" not in actions(english)
    assert "Send a code to ho***@" in english.get("/claim/data").text
    sent = english.post("/claim/data/send-code", {"by": "email"})
    assert sent.headers["Location"] == "/en/claim/data/code"
    english.get("/claim/data/code")
    assert english.post("/claim/data/code", {"code": "000000"}).status_code in (303, 422)
    assert english.post("/claim/data/code", {"code": english.newest_code()}).status_code == 303
    assert "data/claim.json" in download(english).namelist()
    clock.advance(minutes=11)
    assert english.post("/claim/data/download").headers["Location"] == "/en/claim/data"


def test_a_contact_that_was_just_added_does_not_open_the_download(english: Visitor, clock: Clock) -> None:
    clock.advance(minutes=11)
    english.get("/claim/contact?by=email")
    assert english.post("/claim/contact", {"by": "email", "email": "thief@example.com"}).status_code == 303
    english.get("/claim/contact/code")
    assert english.post("/claim/contact/code", {"code": english.newest_code()}).status_code == 303
    assert english.particulars().email == "thief@example.com"
    page = english.get("/claim/data").text
    assert "Send a code" not in page
    assert "changed a short while ago" in page
    assert english.post("/claim/data/download").headers["Location"] == "/en/claim/data"


def test_the_old_contact_is_told_of_a_new_one(english: Visitor) -> None:
    english.get("/claim/contact?by=email")
    assert english.post("/claim/contact", {"by": "email", "email": "hong@example.com"}).status_code == 422
    assert english.post("/claim/contact", {"by": "email", "email": "no address"}).status_code == 422
    english.post("/claim/contact", {"by": "email", "email": "new@example.com"})
    english.get("/claim/contact/code")
    assert english.post("/claim/contact/code", {"code": "12"}).status_code == 422
    assert english.particulars().email == "hong@example.com"
    english.post("/claim/contact/code", {"code": english.newest_code()})
    assert english.particulars().email == "new@example.com"
    with english.runtime.database.reading() as session:
        message = session.scalars(
            sa.select(OutboxMessage).where(OutboxMessage.kind == "contact-changed")
        ).one()
        wording = outbox.read(session, english.runtime, message)
    assert wording is not None
    assert wording.to == "hong@example.com"
    assert "The e-mail address of your claim was changed." in english.get("/claim").text


def test_a_damaged_file_is_named_and_the_others_come(english: Visitor) -> None:
    runtime, claim = english.runtime, english.claim()
    kind = runtime.matters.current().matter.evidence[0].id
    added = evidence.add(runtime, claim.id, a_picture(), kind, NOW)
    with runtime.database.reading() as session:
        file = listing.file_of(session, claim.id, added.file_id)
        assert file is not None
        runtime.storage.delete(file.original_key or "")
    found = download(english)
    assert json.loads(found.read("data/unreadable.json")) == ["evidence/as-received/001"]
    assert "evidence/made-harmless/001.jpg" in found.namelist()


def test_a_draft_is_deleted_and_not_asked_for(site: Flask) -> None:
    draft = Visitor(site, "en").begin("draft@example.com")
    assert "/en/claim/delete" in draft.get("/claim/data").text
    assert draft.get("/claim/data/erase").headers["Location"] == "/en/claim/delete"
    assert draft.post("/claim/data/erase").headers["Location"] == "/en/claim/delete"
    assert "data/claim.json" in download(draft).namelist()


# -- erasure


@pytest.fixture
def desk(site: Flask):  # type: ignore[no-untyped-def]
    """``desk("kr")``: a browser in which somebody of that office is signed in, with the secret of the second factor."""

    return lambda role: signed_in(site, role)


def post(client: FlaskClient, address: str, **fields: str):  # type: ignore[no-untyped-def]
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/staff/queue").text)
    assert token
    return client.post(address, data={"csrf_token": token[1], **fields})


def ask_for_erasure(visitor: Visitor) -> dict[str, str]:
    """Press the button; answers the address of each office's decision."""
    page = visitor.get("/claim/data/erase").text
    assert "Asking withdraws your claim with this firm" in page
    assert "22 NYCRR Part 1200" in page
    assert visitor.post("/claim/data/erase").headers["Location"] == "/en/claim/data"
    return {one.jurisdiction: f"/staff/erasures/{one.id}" for one in visitor.claim().engagements}


def test_asking_withdraws_and_every_office_has_to_agree(english: Visitor, desk, clock: Clock) -> None:  # type: ignore[no-untyped-def]
    runtime, claim = english.runtime, english.claim()
    kind = runtime.matters.current().matter.evidence[0].id
    evidence.add(runtime, claim.id, a_picture(), kind, NOW)
    for packet in packets_of(runtime, claim):
        making.make(runtime, packet.id)
    decide = ask_for_erasure(english)
    assert {one.state for one in english.claim().engagements} == {ClaimState.WITHDRAWN}
    assert english.get("/claim/data/erase").headers["Location"] == "/en/claim/data"
    assert actions(english).count("erasure.requested") == 1
    seoul, _secret = desk("kr")
    new_york, secret = desk("us")
    assert claim.number in seoul.get("/staff/erasures").text
    assert seoul.get(decide["us"]).status_code == 404
    assert post(seoul, decide["kr"], act="grant").status_code == 303
    assert english.claim().erased_at is None
    clock.advance(minutes=6)
    assert post(new_york, decide["us"], act="grant").status_code == 422  # the factor is no longer fresh
    assert post(new_york, decide["us"], act="grant", code="000000").status_code == 422
    assert english.claim().erased_at is None
    code = pyotp.TOTP(secret).at(clock())
    assert post(new_york, decide["us"], act="grant", code=code).status_code == 303
    with runtime.database.reading() as session:
        gone = session.get_one(Claim, claim.id)
        assert gone.erased_at is not None
        with pytest.raises(Destroyed):
            runtime.vault.seal(session, claim.subject_id, "anything", b"")
        message = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.kind == "erased")).one()
        wording = outbox.read(session, runtime, message)
        assert wording is not None
        assert wording.to == "hong@example.com"
        message_id = message.id
    assert runtime.storage.keys()
    jobs.sweep(runtime)
    jobs.sweep(runtime)
    assert not runtime.storage.keys()
    with runtime.database.transaction() as session:
        assert (
            session.scalar(sa.select(sa.func.count()).select_from(LastWord)) == 1
        )  # the message waits still
        session.get_one(OutboxMessage, message_id).state = "sent"
        assert session.scalars(
            sa.select(Packet.sha256)
        ).all()  # who holds a packet still learns what became of it
    jobs.sweep(runtime)
    with runtime.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(LastWord)) == 0
        assert outbox.read(session, runtime, session.get_one(OutboxMessage, message_id)) is None


def test_a_refusal_says_why_and_the_claim_stays(english: Visitor, desk) -> None:  # type: ignore[no-untyped-def]
    decide = ask_for_erasure(english)
    seoul, _secret = desk("kr")
    new_york, _other = desk("us")
    assert post(seoul, decide["kr"], act="refuse", reason="no").status_code == 422
    reason = "소송위임의 증명을 위하여 2027. 2. 22.까지 보관합니다. <b>제21조</b>"
    assert post(seoul, decide["kr"], act="refuse", reason=reason).status_code == 303
    assert post(new_york, decide["us"], act="grant").status_code == 303
    assert english.claim().erased_at is None
    page = english.get("/claim/data").text
    assert "소송위임의 증명을 위하여" in page
    assert "&lt;b&gt;제21조" in page
    assert reason.encode() not in stored_bytes(english.runtime)
    assert "erasure.refused" in actions(english)
    assert post(seoul, decide["kr"], act="grant").status_code == 303  # a second decision finds it decided
    assert english.claim().erased_at is None
    with english.runtime.database.reading() as session:
        kinds = session.scalars(sa.select(OutboxMessage.kind)).all()
    assert kinds.count("erasure-answer") == 1


def test_what_a_court_has_is_not_withdrawn_by_asking(english: Visitor) -> None:
    with english.runtime.database.transaction() as session:
        for one in session.get_one(Claim, english.claim().id).engagements:
            one.state = ClaimState.FILED if one.jurisdiction == "us" else one.state
    page = english.get("/claim/data/erase").text
    assert "the court's record" in page
    english.post("/claim/data/erase")
    states = {one.jurisdiction: one.state for one in english.claim().engagements}
    assert states == {"kr": ClaimState.WITHDRAWN, "us": ClaimState.FILED}


def test_strangers_and_other_claimants_reach_none_of_it(site: Flask, english: Visitor) -> None:
    stranger = Visitor(site, "en")
    for page in (
        "/claim/data",
        "/claim/data/erase",
        "/claim/contact",
        "/claim/letters/kr",
        "/claim/answer/kr",
    ):
        assert "/claim/start" in stranger.get(page).headers["Location"]
    other = Visitor(site, "en").begin("other@example.com")
    found = download(other)
    assert english.claim().number.encode() not in found.read("data/claim.json")

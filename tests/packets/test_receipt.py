"""The receipt of a handing in, and several signers of one claim, through the services that pages call."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from portal.claims.models import Claim
from portal.evidence import listing
from portal.evidence import service as evidence
from portal.evidence.models import EvidenceFile
from portal.jobs import run_worker
from portal.packets import formats, making, sample_people, service, standing
from portal.packets.models import Packet, PacketKind
from portal.packets.standing import Answer
from portal.runtime import Runtime
from tests.conftest import NOW
from tests.packets.claims import a_picture, a_signed_claim, packets_of
from tests.packets.tagged import sections_of

CHILD = {**sample_people.ANSWERS, "acting": "child"}


def with_proofs(who):
    """The same people, who proved their contacts before the tests' day."""
    acting = tuple(
        one.model_copy(update={"contact": one.contact.model_copy(update={"verified_at": NOW})})
        if one.contact
        else one
        for one in who.representatives
    )
    return who.model_copy(update={"representatives": acting})


@pytest.fixture
def signed(runtime: Runtime) -> Claim:
    def attach(session, claim):
        (piece,) = listing.list_for(session, runtime, claim.id)
        evidence.attach(session, runtime, claim, session.get_one(EvidenceFile, piece.id), "i2")

    return a_signed_claim(
        runtime,
        particulars=with_proofs(sample_people.HAYUN),
        tracks=("kr-consumer",),
        answers=CHILD,
        uploads=(a_picture(),),
        describe=attach,
    )


def the_receipt(runtime: Runtime, claim: Claim) -> Packet:
    with runtime.database.reading() as session:
        engagement = session.get_one(Claim, claim.id).engagement("kr")
        found = service.receipt_of(session, engagement)
        assert found is not None
        return found


def text_of(runtime: Runtime, packet: Packet) -> str:
    with runtime.database.reading() as session:
        data = service.open_packet(session, runtime, session.get_one(Packet, packet.id))
    return "".join("".join(one.text.split()) for _title, each in sections_of(data) for one in each)


def test_two_parents_make_one_packet_and_one_receipt(runtime: Runtime, signed: Claim) -> None:
    (packet,) = packets_of(runtime, signed)
    receipt = the_receipt(runtime, signed)
    assert (packet.kind, packet.revision) == (PacketKind.ENGAGEMENT, 1)
    assert (receipt.kind, receipt.revision) == (PacketKind.RECEIPT, 0)
    run_worker(runtime, once=True)
    with runtime.database.reading() as session:
        assert (
            session.get_one(Packet, packet.id).state == session.get_one(Packet, receipt.id).state == "sealed"
        )
        record = json.loads(service.open_record(session, runtime, session.get_one(Packet, packet.id)))
        sealed = standing.of_code(session, receipt.code)
    assert sealed.answer is Answer.HANDED_IN
    assert sealed.genuine
    signers = record["person"]["signers"]
    assert [(one["signer"], one["capacity"]) for one in signers] == [("r1", "parent"), ("r2", "parent")]
    assert [one["contacts"][0]["kind"] for one in signers] == ["email", "phone"]
    assert [act["signer"] for act in record["acts"]] == ["r1", "r2"]
    assert {one["document"]: len(one["signed_by"]) for one in record["texts"]}["kr-power"] == 2
    assert record["person"]["kind"] == "minor"
    assert [one["document"] for one in record["consents"] if len(one["answers"]) == 2][
        1
    ] == "kr-consent-minor"

    said = text_of(runtime, receipt)
    (piece,) = record["exhibits"]
    for part in (receipt.code, signed.number, "갑제1호증", formats.grouped(piece["sha256"], 4), "서명함"):
        assert "".join(part.split()) in said
    for one in sample_people.HAYUN.representatives:
        assert "".join(formats.full_name(one.name).split()) in said
    assert "갑제1호증" in text_of(runtime, packet)


def test_a_receipt_appends_nothing_to_the_authority_and_is_made_once(runtime: Runtime, signed: Claim) -> None:
    run_worker(runtime, once=True)
    before = the_receipt(runtime, signed)
    making.make(runtime, before.id)
    with runtime.database.transaction() as session:
        claim = session.get_one(Claim, signed.id)
        assert service.queue_all(session, runtime, claim, NOW + timedelta(days=1)) == []
        packet = next(iter(service.packets_of(session, claim.engagement("kr"))))
        assert packet.kind == PacketKind.ENGAGEMENT  # lists of packets are without receipts
    with runtime.database.reading() as session:
        kinds = [one.kind for one in session.query(Packet)]
    assert sorted(kinds) == ["engagement", "receipt"]

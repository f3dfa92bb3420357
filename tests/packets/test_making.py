"""From pending rows to sealed blobs: once, whole, and with failures that staff can see."""

from __future__ import annotations

import errno
import io
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
import sqlalchemy as sa

from portal.claims.models import Claim
from portal.claims.particulars import PersonName
from portal.evidence.models import EvidenceFile
from portal.jobs import run_worker
from portal.messages.models import OutboxMessage
from portal.packets import making, sample_people, service
from portal.packets.filing import parts_of
from portal.packets.models import Packet, PacketState
from portal.packets.signer import known_chains
from portal.packets.verify import Finding, verify
from portal.runtime import Runtime
from portal.storage import Storage
from tests.packets.claims import a_pdf, a_picture, a_signed_claim, packets_of


def opened(runtime: Runtime, packet: Packet) -> bytes:
    with runtime.database.reading() as session:
        return service.open_packet(session, runtime, session.get_one(Packet, packet.id))


def kinds_of_messages(runtime: Runtime) -> list[str]:
    with runtime.database.reading() as session:
        return list(session.scalars(sa.select(OutboxMessage.kind).order_by(OutboxMessage.id)))


def test_a_signed_claim_gets_one_sealed_packet_for_each_counsel(runtime: Runtime, tmp_path: Path) -> None:
    claim = a_signed_claim(runtime, uploads=(a_picture(), a_pdf()))
    run_worker(runtime, once=True)
    packets = packets_of(runtime, claim)
    assert [(one.jurisdiction, one.state, one.failure) for one in packets] == [
        ("kr", "sealed", None),
        ("us", "sealed", None),
    ]
    for packet in packets:
        data = opened(runtime, packet)
        assert len(data) == packet.size
        verdict = verify(data, known_chains(runtime.settings.data_dir))
        assert (verdict.finding, verdict.sha256) == (Finding.GENUINE, packet.sha256)
        path = tmp_path / "packet.pdf"
        path.write_bytes(data)
        text = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
        assert claim.number in text
        assert "김민준(金民俊), KIM MINJUN" in text
        assert f"Page {packet.pages} of {packet.pages}" in text


def test_the_claimant_is_told_once_when_the_last_packet_is_sealed(runtime: Runtime) -> None:
    claim = a_signed_claim(runtime)
    korean, american = packets_of(runtime, claim)
    making.make(runtime, korean.id)
    assert "packets-ready" not in kinds_of_messages(runtime)
    making.make(runtime, american.id)
    making.make(runtime, american.id)
    assert kinds_of_messages(runtime).count("packets-ready") == 1


def test_making_twice_leaves_the_first_and_no_second_blob(runtime: Runtime) -> None:
    claim = a_signed_claim(runtime, tracks=("kr-consumer",))
    (packet,) = packets_of(runtime, claim)
    making.make(runtime, packet.id)
    (first,), blobs = packets_of(runtime, claim), set(runtime.storage.keys())
    making.make(runtime, packet.id)
    (second,) = packets_of(runtime, claim)
    assert (second.blob, second.sha256, second.attempts) == (first.blob, first.sha256, 1)
    assert set(runtime.storage.keys()) == blobs


def test_a_packet_made_again_after_an_interruption_is_the_same_file(runtime: Runtime) -> None:
    (packet,) = packets_of(runtime, a_signed_claim(runtime, tracks=("kr-consumer",), uploads=(a_picture(),)))
    before = making.build(
        runtime, packet.id
    )  # as far as a worker came that was killed before it kept anything
    making.make(runtime, packet.id)
    assert opened(runtime, packet) == before.data


def test_two_workers_with_the_same_packet_keep_one(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    (packet,) = packets_of(runtime, a_signed_claim(runtime, tracks=("kr-consumer",)))
    original = making.build

    def overtaken(runtime: Runtime, packet_id: object) -> making.Made:
        made = original(runtime, packet.id)
        monkeypatch.setattr(making, "build", original)
        making.make(runtime, packet.id)  # the other worker, from beginning to end
        return made

    monkeypatch.setattr(making, "build", overtaken)
    making.make(runtime, packet.id)
    with runtime.database.reading() as session:
        kept = session.get_one(Packet, packet.id)
        assert kept.state == PacketState.SEALED
        assert opened(runtime, kept)
    assert kinds_of_messages(runtime).count("packets-ready") == 1


def test_a_name_that_cannot_be_printed_fails_the_packet_and_not_the_claim(runtime: Runtime) -> None:
    unprintable = sample_people.MINJUN.model_copy(
        update={"name": PersonName(hangul="김민준", passport="KIM \U0001f600")}
    )
    claim = a_signed_claim(runtime, particulars=unprintable, tracks=("kr-consumer",))
    run_worker(runtime, once=True)
    (packet,) = packets_of(runtime, claim)
    assert (packet.state, packet.failure) == ("failed", "glyph")
    with runtime.database.reading() as session:
        assert session.get_one(Claim, claim.id).submitted_at is not None
        assert [
            (one.id, number) for one, number in service.failures(session, ["kr"]) if one.kind == "engagement"
        ] == [(packet.id, claim.number)]
        assert service.failures(session, ["us"]) == []


def test_a_damaged_exhibit_is_named_and_a_retry_makes_the_packet_once_it_is_back(runtime: Runtime) -> None:
    claim = a_signed_claim(runtime, tracks=("kr-consumer",), uploads=(a_picture(),))
    with runtime.database.reading() as session:
        key = session.scalars(sa.select(EvidenceFile.harmless_key)).one()
    held = runtime.storage.get(key)
    runtime.storage.delete(key)
    (packet,) = packets_of(runtime, claim)
    making.make(runtime, packet.id)
    assert [one.failure for one in packets_of(runtime, claim)] == ["corrupt-exhibit"]
    making.make(runtime, packet.id)
    assert [one.attempts for one in packets_of(runtime, claim)] == [1], "staff decide when to try again"
    runtime.storage.put(held)
    with runtime.database.transaction() as session:
        service.retry(session, session.get_one(Packet, packet.id), runtime.clock())
    run_worker(runtime, once=True)
    assert [one.state for one in packets_of(runtime, claim)] == ["sealed"]


def test_a_full_disk_is_shown_and_passes_by_itself(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    (packet,) = packets_of(runtime, claim := a_signed_claim(runtime, tracks=("kr-consumer",)))

    def full(self: Storage, sealed: bytes) -> str:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(Storage, "put", full)
        with pytest.raises(making.NotMade):
            making.make(runtime, packet.id)
    assert [(one.state, one.failure) for one in packets_of(runtime, claim)] == [("failed", "disk-full")]
    making.make(runtime, packet.id)
    assert [(one.state, one.failure) for one in packets_of(runtime, claim)] == [("sealed", None)]


def test_a_missing_key_is_shown_and_passes_when_it_is_there(runtime: Runtime) -> None:
    (packet,) = packets_of(runtime, claim := a_signed_claim(runtime, tracks=("kr-consumer",)))
    elsewhere = replace(runtime, settings=runtime.settings.model_copy(update={"signer": "/nowhere/seal.p12"}))
    with pytest.raises(making.NotMade):
        making.make(elsewhere, packet.id)
    assert [(one.state, one.failure) for one in packets_of(runtime, claim)] == [("failed", "key-missing")]
    making.make(runtime, packet.id)
    assert [one.state for one in packets_of(runtime, claim)] == ["sealed"]


def test_the_sweeper_finds_packets_whose_job_was_lost(runtime: Runtime, clock) -> None:
    from portal.jobs.models import Job
    from portal.packets.jobs import sweep

    claim = a_signed_claim(runtime)
    with runtime.database.transaction() as session:
        session.execute(sa.delete(Job))
    clock.advance(minutes=30)
    sweep(runtime)
    run_worker(runtime, once=True)
    assert {one.state for one in packets_of(runtime, claim)} == {"sealed"}


def test_a_file_added_after_signing_is_not_in_the_packet_that_was_signed(runtime: Runtime, clock) -> None:
    claim = a_signed_claim(runtime, tracks=("kr-consumer",), uploads=(a_picture(),))
    (packet,) = packets_of(runtime, claim)
    before = making.build(runtime, packet.id)
    with runtime.database.transaction() as session:
        row = session.scalars(sa.select(EvidenceFile)).one()
        row.received_at = clock.advance(days=1)
    after = making.build(runtime, packet.id)
    assert [_exhibits(made.data) for made in (before, after)] == [["1.0"], []]


def _exhibits(data: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [part.name for part in parts_of(pdf) if part.kind == "exhibit"]


def test_the_data_folder_holds_no_name_in_the_open(runtime: Runtime) -> None:
    a_signed_claim(runtime, uploads=(a_picture(),))
    run_worker(runtime, once=True)
    for path in runtime.settings.data_dir.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            for planted in ("김민준", "KIM MINJUN", "minjun.kim@mail.example", "테헤란로", "1012345678"):
                assert planted.encode() not in data, path

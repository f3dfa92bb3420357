"""Packets under faults: made in the end, once, and never in the way of the claim."""

import subprocess
import sys

import pytest
import sqlalchemy as sa

from portal import jobs
from portal.claims.models import Claim
from portal.messages.models import OutboxMessage
from portal.packets import service
from portal.packets.models import Packet, PacketState
from portal.storage import Corrupt, StorageError
from tests.batches.claims import publish
from tests.conftest import ROOT
from tests.faults.ready import a_claim_ready_to_sign, sign


@pytest.fixture
def claim_id(runtime):
    publish(runtime)
    claim_id = a_claim_ready_to_sign(runtime)
    sign(runtime, claim_id)
    return claim_id


def packets(runtime) -> list[Packet]:
    with runtime.database.reading() as session:
        return list(
            session.scalars(sa.select(Packet).where(Packet.revision > 0).order_by(Packet.jurisdiction))
        )


def make_all(runtime) -> None:
    jobs.run_worker(runtime, queues={"packets"}, once=True)


def told(runtime) -> int:
    with runtime.database.reading() as session:
        ready = sa.select(sa.func.count()).where(OutboxMessage.kind == "packets-ready")
        return session.scalar(ready)


def test_a_worker_killed_in_the_middle_of_a_packet_leaves_it_to_the_next(runtime, settings, clock, claim_id):
    command = [sys.executable, "-m", "tests.faults.dies", "work", settings.data_dir]
    killed = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, timeout=120)
    assert killed.returncode == -9
    assert {packet.state for packet in packets(runtime)} == {PacketState.PENDING}
    assert max(packet.attempts for packet in packets(runtime)) == 1

    clock.advance(minutes=10)
    with runtime.database.transaction() as session:
        forgotten = service.forgotten(session, clock())
        assert len(forgotten) == 4  # two packets and their receipts
        for packet_id in forgotten:  # what the sweeper does; the killed worker's job may still be leased
            jobs.defer(session, "packets.make", packet_id=packet_id)
    make_all(runtime)
    made = packets(runtime)
    assert {packet.state for packet in made} == {PacketState.SEALED}
    assert told(runtime) == 1

    before = [(packet.blob, packet.sha256) for packet in made]
    with runtime.database.transaction() as session:
        for packet in made:
            jobs.defer(session, "packets.make", packet_id=packet.id)
    make_all(runtime)
    assert [(packet.blob, packet.sha256) for packet in packets(runtime)] == before
    assert told(runtime) == 1


def test_a_full_disk_delays_a_packet_and_loses_nothing(runtime, claim_id, monkeypatch):
    def full(_sealed: bytes) -> str:
        raise StorageError("no room") from OSError(28, "No space left on device")

    monkeypatch.setattr(runtime.storage, "put", full)
    make_all(runtime)
    assert {(packet.state, packet.failure) for packet in packets(runtime)} == {("failed", "disk-full")}
    with runtime.database.reading() as session:
        assert session.get_one(Claim, claim_id).submitted_at is not None
        assert len(service.failures(session, ["kr", "us"])) == 4  # with the receipts
        assert len(service.failures(session, ["kr"])) == 2

    monkeypatch.undo()
    with runtime.database.transaction() as session:
        for packet in session.scalars(sa.select(Packet)):
            service.retry(session, packet, runtime.clock())
    make_all(runtime)
    assert {packet.state for packet in packets(runtime)} == {PacketState.SEALED}


def test_a_corrupt_packet_is_named_and_never_opened(runtime, settings, claim_id):
    make_all(runtime)
    (packet, _other) = packets(runtime)
    (path,) = (settings.data_dir / "blobs").rglob(packet.blob)
    changed = bytearray(path.read_bytes())
    changed[100] ^= 1
    path.write_bytes(changed)
    with runtime.database.reading() as session, pytest.raises(Corrupt, match=packet.blob[:12]):
        service.open_packet(session, runtime, session.get_one(Packet, packet.id))

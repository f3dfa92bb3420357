"""The daily look: what was signed has its packet, and every packet's seal holds, or staff and operators are told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from portal import jobs
from portal.audit import AuditEvent
from portal.claims import service as claims
from portal.claims.models import Claim, Signature
from portal.cli import main
from portal.jobs import run_worker
from portal.jobs.models import Job
from portal.packets import checking, making, service
from portal.packets.models import Packet
from portal.runtime import Runtime
from portal.storage import Storage, StorageError
from tests.batches.claims import an_accepted_claim
from tests.conftest import Clock
from tests.packets.claims import a_signed_claim, packets_of, published


def look(runtime: Runtime) -> checking.Look:
    """A whole daily look, as the jobs carry it out."""
    following: checking.Round | None = checking.begin(runtime)
    while following:
        following = checking.go_on(runtime, following)
    with runtime.database.reading() as session:
        found = checking.last_look(session)
    assert found
    return found


def sealed(runtime: Runtime) -> Packet:
    (packet,) = packets_of(runtime, a_signed_claim(runtime, tracks=("kr-consumer",)))
    making.make(runtime, packet.id)
    return packet


def a_row(runtime: Runtime) -> object:
    """A sealed packet as far as its row goes."""
    with runtime.database.transaction() as session:
        made = an_accepted_claim(session, runtime)
        (packet,) = service.packets_of(session, made)
        packet.sealed_at = runtime.clock()
        return packet.id


def unsound(runtime: Runtime) -> list[tuple[object, str | None]]:
    with runtime.database.reading() as session:
        return [(packet.id, packet.failure) for packet, _number in checking.unsound(session)]


def unmade(runtime: Runtime, *jurisdictions: str) -> list[tuple[str, str | None]]:
    with runtime.database.reading() as session:
        found = checking.unmade(session, runtime.clock(), jurisdictions or None)
    return [(one.jurisdiction, one.packet.state if one.packet else None) for one in found]


def blob_of(runtime: Runtime, packet: Packet) -> Path:
    with runtime.database.reading() as session:
        key = session.get_one(Packet, packet.id).blob
    (path,) = (runtime.settings.data_dir / "blobs").rglob(key or "")
    return path


def test_a_signature_that_no_packet_was_queued_for_is_listed_and_queued(runtime: Runtime, clock: Clock):
    claim = a_signed_claim(runtime)
    with runtime.database.transaction() as session:
        session.execute(sa.delete(Packet))
        session.execute(sa.delete(Job))
    assert unmade(runtime) == [], "an hour's patience"
    clock.advance(hours=2)
    assert unmade(runtime) == [("kr", None), ("us", None)]
    assert unmade(runtime, "us") == [("us", None)]
    assert look(runtime).queued == 2
    run_worker(runtime, queues={"packets"}, once=True)
    assert [one.state for one in packets_of(runtime, claim)] == ["sealed", "sealed"]
    assert unmade(runtime) == []


def test_a_packet_that_waits_or_failed_is_listed_and_not_queued_twice(runtime: Runtime, clock: Clock):
    korean, _american = packets_of(runtime, claim := a_signed_claim(runtime))
    with runtime.database.transaction() as session:
        service.mark_failed(session, session.get_one(Packet, korean.id), "glyph")
    clock.advance(hours=2)
    assert unmade(runtime) == [("kr", "failed"), ("us", "pending")]
    assert look(runtime).queued == 0
    assert len(packets_of(runtime, claim)) == 2


def test_an_erased_claim_is_on_neither_list(runtime: Runtime, clock: Clock):
    packet, waiting = sealed(runtime), a_signed_claim(runtime, tracks=("kr-consumer",))
    with runtime.database.transaction() as session:
        for claim in session.scalars(sa.select(Claim)).unique():
            claims.erase(session, runtime.vault, claim, actor=claims.claimant_of(claim), now=clock())
    clock.advance(hours=2)
    assert look(runtime).unsound == 0
    assert (unmade(runtime), unsound(runtime)) == ([], [])
    assert waiting.id != packet.engagement_id


def test_a_file_that_is_gone_or_damaged_is_noted_on_a_packet_that_stays_sealed(runtime: Runtime):
    gone, damaged, whole = sealed(runtime), sealed(runtime), sealed(runtime)
    held = blob_of(runtime, gone).read_bytes()
    blob_of(runtime, gone).unlink()
    changed = bytearray(blob_of(runtime, damaged).read_bytes())
    changed[200] ^= 1
    blob_of(runtime, damaged).write_bytes(changed)
    assert look(runtime).unsound == 2
    assert unsound(runtime) == [(gone.id, "file-missing"), (damaged.id, "file-damaged")]
    with runtime.database.reading() as session:
        states = session.scalars(sa.select(Packet.state).where(Packet.kind == "engagement")).all()
    assert set(states) == {"sealed"}
    assert whole.id not in dict(unsound(runtime))

    runtime.storage.put(held)  # as it comes back from the backup
    assert checking.examine(runtime, gone.id)
    assert unsound(runtime) == [(damaged.id, "file-damaged")]
    with runtime.database.reading() as session:
        noted = sa.select(AuditEvent.action).where(AuditEvent.action.like("packet.%sound%"))
        assert list(session.scalars(noted.order_by(AuditEvent.sequence))) == [
            "packet.unsound",
            "packet.unsound",
            "packet.sound_again",
        ]


def test_a_file_of_the_right_seal_that_is_not_the_one_on_record_is_noted(runtime: Runtime):
    packet, other = sealed(runtime), sealed(runtime)
    with runtime.database.transaction() as session:
        row, from_other = session.get_one(Packet, packet.id), session.get_one(Packet, other.id)
        data = service.open_packet(session, runtime, from_other)
        subject = row.engagement.claim.subject_id
        row.blob = runtime.storage.put(runtime.vault.seal(session, subject, f"packet:{row.id}", data))
    look(runtime)
    assert unsound(runtime) == [(packet.id, "seal-broken")]


def test_a_seal_by_no_certificate_of_ours_is_noted(runtime: Runtime):
    packet = sealed(runtime)
    for path in (runtime.settings.data_dir / "seal-certificates").iterdir():
        path.unlink()
    (runtime.settings.data_dir / "seal-demo.p12").unlink()  # another key takes its place
    look(runtime)
    assert unsound(runtime) == [(packet.id, "seal-broken")]


def test_a_store_that_does_not_answer_says_nothing_of_any_packet(runtime: Runtime, monkeypatch):
    sealed(runtime)
    with monkeypatch.context() as away:

        def silent(_self: Storage, _key: str) -> bytes:
            raise StorageError("the store does not answer")

        away.setattr(Storage, "get", silent)
        with pytest.raises(StorageError):
            look(runtime)
    assert unsound(runtime) == []
    assert look(runtime).checked >= 1


def test_new_packets_are_opened_every_day_and_all_others_once_a_week(
    runtime: Runtime, clock: Clock, monkeypatch
):
    monkeypatch.setattr(checking, "SLICE", 2)
    seen: list[object] = []
    monkeypatch.setattr(checking, "examine", lambda _runtime, packet_id: not seen.append(packet_id))
    published(runtime)
    old = [a_row(runtime) for _ in range(9)]
    clock.advance(days=1)
    look(runtime)
    seen.clear()
    for _day in range(checking.ROUND_DAYS):
        clock.advance(days=1)
        look(runtime)
    assert set(seen) == set(old)
    assert len(seen) <= len(old) + checking.ROUND_DAYS

    clock.advance(days=1)
    fresh = a_row(runtime)
    seen.clear()
    look(runtime)
    assert seen[0] == fresh


def test_the_jobs_carry_a_look_to_its_end(runtime: Runtime, monkeypatch):
    monkeypatch.setattr(checking, "SLICE", 1)
    for _ in range(3):
        sealed(runtime)
    with runtime.database.transaction() as session:
        session.execute(sa.delete(Job))
        jobs.defer(session, "packets.check")
    run_worker(runtime, queues={"default"}, once=True)
    with runtime.database.reading() as session:
        found = checking.last_look(session)
    assert found == replace(found, at=runtime.clock(), unsound=0, unmade=0, queued=0)
    assert found.checked >= 3


def test_looking_changes_no_signature(runtime: Runtime, clock: Clock):
    packet = sealed(runtime)
    blob_of(runtime, packet).unlink()
    with runtime.database.reading() as session:
        before = [(one.id, one.act, one.signed_at) for one in session.scalars(sa.select(Signature))]
    clock.advance(days=3)
    look(runtime)
    with runtime.database.reading() as session:
        assert [(one.id, one.act, one.signed_at) for one in session.scalars(sa.select(Signature))] == before


def test_the_command_looks_at_everything_now_and_names_what_is_wrong(
    runtime: Runtime, clock: Clock, monkeypatch
):
    monkeypatch.setenv("PORTAL_ENV", "test")
    monkeypatch.setenv("PORTAL_DATA_DIR", str(runtime.settings.data_dir))
    packet = sealed(runtime)
    look(runtime)
    well = CliRunner().invoke(main, ["packet", "check", "--all"])
    assert (well.exit_code, well.output.splitlines()[-1]) == (0, "files opened: 1, packets queued: 0")
    blob_of(runtime, packet).unlink()
    ill = CliRunner().invoke(main, ["packet", "check", "--all"])
    assert ill.exit_code == 1
    assert "kr r1: file-missing" in ill.output

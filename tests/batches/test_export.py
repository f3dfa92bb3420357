"""Volumes as jobs: sealed on the disk, the same bytes after any interruption, stopped by name, taken with a reason."""

import multiprocessing
import os
import resource
import signal
import time
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit, jobs
from portal.audit import AuditEvent
from portal.batches import errors, export, service
from portal.batches.contents import signer_of
from portal.batches.jobs import file_claims, tidy, write_volume
from portal.batches.models import Batch, BatchEntry, BatchState, Download, Volume, VolumeState
from portal.batches.verify import Verdict, verify
from portal.claims import sealed
from portal.claims import service as claims
from portal.claims.models import Claim, Engagement
from portal.claims.states import ClaimState
from portal.packets.models import Packet
from portal.runtime import Runtime, open_runtime
from portal.settings import Settings
from portal.storage import Storage
from tests.conftest import NOW, Clock

from .claims import (
    STAFF,
    a_person,
    an_accepted_claim,
    approved,
    asked_for,
    frozen,
    plain_zip,
    sealed_bytes,
)


def a_batch(runtime: Runtime, claims_in_it: int = 3, *, name: str = "홍길동") -> Batch:
    with runtime.database.transaction() as session:
        for _ in range(claims_in_it):
            an_accepted_claim(session, runtime, name=name)
    return frozen(runtime)


def forget_parts(session: Session, volume: Volume) -> None:
    """As if nothing of the volume had been written yet."""
    held = session.get_one(Volume, volume.id)
    for part in list(held.parts):
        session.delete(part)
    held.state = VolumeState.PENDING


def volume_of(runtime: Runtime, volume: Volume) -> Volume:
    with runtime.database.reading() as session:
        return session.get_one(Volume, volume.id)


def written(runtime: Runtime, batch: Batch) -> Volume:
    volume = asked_for(runtime, batch)
    write_volume(runtime, str(volume.id))
    return volume_of(runtime, volume)


def first_packet(runtime: Runtime, batch: Batch) -> tuple[BatchEntry, Packet]:
    with runtime.database.reading() as session:
        entry = session.get_one(BatchEntry, (batch.id, 1))
        return entry, session.get_one(Packet, entry.packet_id)


def blob_path(runtime: Runtime, packet: Packet) -> Path:
    assert packet.blob
    (path,) = (runtime.settings.data_dir / "blobs").rglob(packet.blob)
    return path


def test_asking_for_a_volume_defers_the_job(desk: Runtime) -> None:
    asked_for(desk, a_batch(desk))
    with desk.database.reading() as session:
        assert jobs.waiting(session, "batches.export") == 1


def test_a_written_volume_verifies_and_its_register_reads_well(desk: Runtime, tmp_path: Path) -> None:
    batch = a_batch(desk, name='=HYPERLINK("http://x")')
    volume = written(desk, batch)
    assert (volume.state, volume.done, volume.total) == (VolumeState.READY, 3, 3)
    path = plain_zip(desk, volume.id, tmp_path / "volume.zip")
    assert sum(map(len, sealed_bytes(desk, volume.id))) == volume.size
    report = verify(path, signer_of(desk).key.public_key())
    assert report.verdict is Verdict.INTACT, report.line
    assert report.manifest.exported.purpose == "for the court of Seoul"
    assert report.manifest.matter[0].slug == "coupang-2025"
    with zipfile.ZipFile(path) as book, book.open("register.xlsx") as file:
        page = openpyxl.load_workbook(file).active
        assert page["A1"].value.endswith(" / No.")
        assert [cell.value for cell in page["C"]][1:] == ['=HYPERLINK("http://x")'] * 3
        assert {cell.data_type for cell in page["C"]} == {"inlineStr"} or page["C2"].data_type != "f"
        assert batch.number in book.read("README.txt").decode()


def test_a_volume_is_written_alike_on_either_database(either: Runtime, tmp_path: Path) -> None:
    volume = asked_for(either, a_batch(either))
    write_volume(either, str(volume.id))
    path = plain_zip(either, volume.id, tmp_path / "volume.zip")
    assert verify(path, signer_of(either).key.public_key()).verdict is Verdict.INTACT


def test_nothing_of_a_volume_is_plain_on_the_disk(desk: Runtime) -> None:
    written(desk, a_batch(desk, name="뷁길동"))
    for path in desk.settings.data_dir.rglob("*"):
        if path.is_file() and "translations" not in path.parts:  # the interface's own examples are nobody's
            content = path.read_bytes()
            for planted in ("뷁길동", "HONG KILTONG", "kiltong@example.com", "010-1234-5678", "세종대로"):
                assert planted.encode() not in content, (path, planted)


def test_a_finished_volume_is_not_written_again(desk: Runtime) -> None:
    volume = written(desk, a_batch(desk))
    file = export.folder_of(desk) / f"{volume.id}.0001.sealed"
    before = file.read_bytes()
    write_volume(desk, str(volume.id))
    assert file.read_bytes() == before


def test_a_volume_written_twice_holds_the_same_bytes(desk: Runtime, tmp_path: Path, clock: Clock) -> None:
    volume = written(desk, a_batch(desk))
    first = sealed_bytes(desk, volume.id)
    clock.advance(hours=5)
    with (
        desk.database.transaction() as session
    ):  # as if the worker had died just before saying that it was done
        forget_parts(session, volume)
    write_volume(desk, str(volume.id))
    assert sealed_bytes(desk, volume.id) == first


def test_what_the_claimant_changes_after_the_freeze_does_not_change_the_volume(
    desk: Runtime, tmp_path: Path
) -> None:
    batch = a_batch(desk, 1)
    with desk.database.transaction() as session:
        claim = session.scalars(sa.select(Claim)).one()
        sealed.write(session, desk.vault, claim, a_person("임꺽정"), NOW)
    path = plain_zip(desk, written(desk, batch).id, tmp_path / "volume.zip")
    with zipfile.ZipFile(path) as book:
        register = book.read("register.csv").decode("utf-8-sig")
    assert "홍길동" in register
    assert "임꺽정" not in register


def _writing_slowly(settings: Settings, volume_id: str) -> None:
    """A worker of its own process that takes its time over each packet."""
    runtime, plain_get = open_runtime(settings), Storage.get

    def slow_get(self: Storage, key: str) -> bytes:
        time.sleep(0.05)
        return plain_get(self, key)

    Storage.get = slow_get  # type: ignore[method-assign]
    write_volume(runtime, volume_id)


@pytest.mark.parametrize("parts_seen", [1, 60_000])
def test_a_worker_killed_in_the_middle_is_followed_by_one_that_makes_the_same_bytes(
    desk: Runtime, tmp_path: Path, parts_seen: int
) -> None:
    with desk.database.transaction() as session:
        for _ in range(40):
            an_accepted_claim(session, desk, content=os.urandom(100_000))
    batch = frozen(desk)
    volume = asked_for(desk, batch)
    worker = multiprocessing.get_context("spawn").Process(
        target=_writing_slowly, args=(desk.settings, str(volume.id))
    )
    worker.start()
    until(lambda: any(path.stat().st_size >= parts_seen for path in export.folder_of(desk).glob("*.part")))
    os.kill(worker.pid or 0, signal.SIGKILL)
    worker.join()
    assert volume_of(desk, volume).state is VolumeState.WRITING
    write_volume(desk, str(volume.id))
    assert [path.suffix for path in export.folder_of(desk).iterdir()] == [".sealed"]
    interrupted = plain_zip(desk, volume.id, tmp_path / "1.zip")
    assert verify(interrupted, signer_of(desk).key.public_key()).verdict is Verdict.INTACT
    before = sealed_bytes(desk, volume.id)
    with desk.database.transaction() as session:
        forget_parts(session, volume)
    write_volume(desk, str(volume.id))
    assert sealed_bytes(desk, volume.id) == before


def until(happened: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for another process; a failure after ``seconds``."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end
        os.sched_yield()


def test_a_worker_whose_turn_is_over_no_longer_touches_the_volume(desk: Runtime) -> None:
    volume = asked_for(desk, a_batch(desk))
    mine = export._begin(desk, volume.id)
    theirs = export._begin(desk, volume.id)
    assert mine
    assert theirs
    with pytest.raises(errors.Superseded):
        export._write_into_folder(desk, mine)
    export._write_into_folder(desk, theirs)
    assert volume_of(desk, volume).state is VolumeState.READY


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-1] + b"!"), "packet_corrupt"),
        (lambda path: path.unlink(), "packet_missing"),
    ],
)
def test_a_damaged_packet_stops_the_volume_and_names_the_claim(
    desk: Runtime, harm: Callable[[Path], object], code: str
) -> None:
    batch = a_batch(desk)
    entry, packet = first_packet(desk, batch)
    harm(blob_path(desk, packet))
    volume = written(desk, batch)
    assert (volume.state, volume.failure, volume.failed_claim) == (
        VolumeState.FAILED,
        code,
        entry.claim_number,
    )
    assert list(export.folder_of(desk).iterdir()) == []


def test_a_packet_that_is_not_the_frozen_one_stops_the_volume(desk: Runtime) -> None:
    batch = a_batch(desk)
    entry, _ = first_packet(desk, batch)
    with desk.database.transaction() as session:
        session.get_one(BatchEntry, (batch.id, 1)).packet_sha256 = "0" * 64
    volume = written(desk, batch)
    assert (volume.failure, volume.failed_claim) == ("packet_changed", entry.claim_number)


def test_a_swapped_register_line_stops_the_volume(desk: Runtime) -> None:
    batch = a_batch(desk)
    with desk.database.transaction() as session:
        one, two = session.get_one(BatchEntry, (batch.id, 1)), session.get_one(BatchEntry, (batch.id, 2))
        one.line = two.line
    volume = written(desk, batch)
    assert (volume.failure, volume.failed_claim) == ("unreadable", first_packet(desk, batch)[0].claim_number)


def test_a_failed_volume_is_written_again_once_its_cause_is_gone(desk: Runtime, tmp_path: Path) -> None:
    batch = a_batch(desk)
    path = blob_path(desk, first_packet(desk, batch)[1])
    good = path.read_bytes()
    path.write_bytes(b"")
    volume = written(desk, batch)
    assert volume.state is VolumeState.FAILED
    path.write_bytes(good)
    with desk.database.transaction() as session:
        service.try_again(session, session.get_one(Volume, volume.id), actor=STAFF, now=NOW)
    write_volume(desk, str(volume.id))
    assert volume_of(desk, volume).state is VolumeState.READY


def test_a_full_disk_is_said_and_leaves_nothing_behind(desk: Runtime) -> None:
    with desk.database.transaction() as session:
        an_accepted_claim(session, desk, content=os.urandom(3_000_000))
    batch = frozen(desk)
    volume = asked_for(desk, batch)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_500_000, before[1]))  # the kernel refuses larger files
    try:
        write_volume(desk, str(volume.id))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (volume_of(desk, volume).state, volume_of(desk, volume).failure) == (VolumeState.FAILED, "disk")
    assert list(export.folder_of(desk).iterdir()) == []


def test_a_claim_withdrawn_after_the_freeze_is_left_out_and_said_so(desk: Runtime, tmp_path: Path) -> None:
    batch = a_batch(desk)
    with desk.database.transaction() as session:
        gone = session.get_one(Engagement, session.get_one(BatchEntry, (batch.id, 2)).engagement_id)
        claims.withdraw(session, gone, now=NOW)
        number = gone.claim.number
    volume = written(desk, batch)
    assert volume.total == 2
    said = verify(plain_zip(desk, volume.id, tmp_path / "v.zip"), signer_of(desk).key.public_key()).manifest
    assert (said.counts.expected, said.counts.written, said.counts.failed) == (3, 2, 1)
    assert [(one.claim, one.reason) for one in said.failed] == [(number, "withdrawn")]
    with zipfile.ZipFile(tmp_path / "v.zip") as book:
        assert number not in book.read("register.csv").decode()
        assert not any(number in name for name in book.namelist())


@pytest.mark.parametrize("reason", ["", "short", "         \n  x      "])
def test_a_download_without_a_reason_is_refused(desk: Runtime, reason: str) -> None:
    volume = written(desk, a_batch(desk))
    with pytest.raises(errors.NoReason), desk.database.transaction() as session:
        service.open_volume(
            session,
            desk.vault,
            export.folder_of(desk),
            session.get_one(Volume, volume.id),
            reason=reason,
            actor=STAFF,
            now=NOW,
            signer=signer_of(desk),
            name="서지안",
        )


def test_a_download_is_audited_with_its_reason_and_the_number_of_people(
    desk: Runtime, tmp_path: Path
) -> None:
    volume = written(desk, a_batch(desk))
    plain_zip(desk, volume.id, tmp_path / "v.zip")
    with desk.database.reading() as session:
        event = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "volume.downloaded")).one()
        taken = session.scalars(sa.select(Download)).one()
        assert audit.verify(session, signer_of(desk).key.public_key())[1] == []
    assert event.detail["subjects"] == taken.subjects == 3
    assert event.detail["reason"] == taken.reason == "to hand it to the court"
    assert (event.actor_id, taken.staff_id) == (STAFF.id, STAFF.id)


def test_a_volume_damaged_on_the_disk_is_never_served(desk: Runtime, tmp_path: Path) -> None:
    volume = written(desk, a_batch(desk))
    path = export.folder_of(desk) / f"{volume.id}.0001.sealed"
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(errors.VolumeUnreadable):
        plain_zip(desk, volume.id, tmp_path / "v.zip")
    with desk.database.reading() as session:
        assert session.scalars(sa.select(Download)).all() == []


def test_a_volume_expires_with_its_key_and_its_file(desk: Runtime, tmp_path: Path, clock: Clock) -> None:
    volume = written(desk, a_batch(desk))
    clock.advance(days=13, hours=23)
    tidy(desk)
    assert volume_of(desk, volume).state is VolumeState.READY
    clock.advance(hours=1)
    tidy(desk)
    assert volume_of(desk, volume).state is VolumeState.EXPIRED
    assert list(export.folder_of(desk).iterdir()) == []
    with pytest.raises(errors.NotReady):
        plain_zip(desk, volume.id, tmp_path / "v.zip")


def test_a_volume_whose_job_was_given_up_no_longer_keeps_anybody_waiting(desk: Runtime, clock: Clock) -> None:
    volume = asked_for(desk, a_batch(desk))
    export._begin(desk, volume.id)
    clock.advance(hours=5)
    with desk.database.transaction() as session:
        session.add(
            jobs.GivenUpJob(
                reference="1",
                name="batches.export",
                queue="exports",
                arguments={"volume_id": str(volume.id)},
                attempts=8,
                error="StorageError",
                given_up_at=clock(),
            )
        )
    tidy(desk)
    assert (volume_of(desk, volume).state, volume_of(desk, volume).failure) == (
        VolumeState.FAILED,
        "interrupted",
    )
    clock.advance(minutes=1)
    with desk.database.transaction() as session:
        service.try_again(session, session.get_one(Volume, volume.id), actor=STAFF, now=clock())
    tidy(desk)  # the old failure does not count against the new attempt
    write_volume(desk, str(volume.id))
    assert volume_of(desk, volume).state is VolumeState.READY


def test_a_plain_volume_is_written_outside_whole_or_not_at_all(desk: Runtime, tmp_path: Path) -> None:
    batch = a_batch(desk)
    told: list[int] = []

    approved(desk, batch)

    def outside() -> Volume:
        with desk.database.transaction() as session:
            found = session.get_one(Batch, batch.id)
            return service.start_export(
                session,
                desk,
                found,
                language="ko",
                purpose="for the court",
                actor=audit.SYSTEM,
                now=NOW,
                outside=True,
            )

    first = outside()
    assert export.write_outside(desk, first, tmp_path, told.append) == [tmp_path / "CP-KR-0001.zip"]
    assert told == [1, 2, 3]
    assert verify(tmp_path / "CP-KR-0001.zip", signer_of(desk).key.public_key()).verdict is Verdict.INTACT
    assert volume_of(desk, first).state is VolumeState.READY
    entry, packet = first_packet(desk, batch)
    blob_path(desk, packet).unlink()
    second = outside()
    with pytest.raises(errors.ClaimStops, match=entry.claim_number):
        export.write_outside(desk, second, tmp_path, told.append)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["CP-KR-0001.zip", "var"]
    assert volume_of(desk, second).state is VolumeState.FAILED


def test_a_batch_is_filed_only_after_it_was_written_and_only_once(desk: Runtime) -> None:
    batch = a_batch(desk)
    with pytest.raises(errors.NotExported), desk.database.transaction() as session:
        service.mark_filed(session, session.get_one(Batch, batch.id), actor=STAFF, now=NOW)
    written(desk, batch)
    with desk.database.transaction() as session:
        service.mark_filed(session, session.get_one(Batch, batch.id), actor=STAFF, now=NOW)
    with pytest.raises(errors.AlreadyFiled), desk.database.transaction() as session:
        service.mark_filed(session, session.get_one(Batch, batch.id), actor=STAFF, now=NOW)


def test_filed_claims_move_on_but_not_those_that_left(desk: Runtime, clock: Clock) -> None:
    batch = a_batch(desk)
    written(desk, batch)
    with desk.database.transaction() as session:
        gone = session.get_one(Engagement, session.get_one(BatchEntry, (batch.id, 1)).engagement_id)
        claims.withdraw(session, gone, now=NOW)
        service.mark_filed(session, session.get_one(Batch, batch.id), actor=STAFF, now=NOW)
    file_claims(desk, str(batch.id))
    file_claims(desk, str(batch.id))  # at least once, so twice is harmless
    with desk.database.reading() as session:
        states = sorted(str(one.state) for one in session.scalars(sa.select(Engagement)))
        moved = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "claim.filed")).all()
        assert session.get_one(Batch, batch.id).state is BatchState.FILED
    assert states == ["filed", "filed", "withdrawn"]
    assert len(moved) == 2
    assert {event.actor_id for event in moved} == {STAFF.id}


def test_progress_is_written_down_about_once_a_second(desk: Runtime, clock: Clock) -> None:
    volume = asked_for(desk, a_batch(desk))
    attempt = export._begin(desk, volume.id)
    assert attempt
    progress = export._Progress(desk, attempt, clock())
    progress.tell(1)
    assert volume_of(desk, volume).done == 0
    clock.advance(seconds=1)
    progress.tell(2)
    assert volume_of(desk, volume).done == 2
    clock.advance(seconds=timedelta(seconds=1).total_seconds())
    with desk.database.transaction() as session:
        session.get_one(Volume, volume.id).state = VolumeState.FAILED
    with pytest.raises(errors.Superseded):
        progress.tell(3)


def test_what_was_handed_over_is_filed_though_its_claimant_changed_something_since(desk: Runtime) -> None:
    batch = a_batch(desk)
    with desk.database.transaction() as session:
        before = session.get_one(Engagement, session.get_one(BatchEntry, (batch.id, 1)).engagement_id)
        claims.move(session, before, ClaimState.IN_REVIEW, actor=STAFF, now=NOW)
    written(desk, batch)
    with desk.database.transaction() as session:
        after = session.get_one(Engagement, session.get_one(BatchEntry, (batch.id, 2)).engagement_id)
        claims.move(session, after, ClaimState.IN_REVIEW, actor=STAFF, now=NOW)
        service.mark_filed(session, session.get_one(Batch, batch.id), actor=STAFF, now=NOW)
    file_claims(desk, str(batch.id))
    with desk.database.reading() as session:
        entries = session.scalars(sa.select(BatchEntry).order_by(BatchEntry.position)).all()
        states = [str(session.get_one(Engagement, entry.engagement_id).state) for entry in entries]
    assert states == ["in_review", "filed", "filed"]

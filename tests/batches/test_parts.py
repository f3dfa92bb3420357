"""Volumes in several parts: each a ZIP of its own, one whole, the same bytes wherever a worker was killed."""

import multiprocessing
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa

from portal.batches import export
from portal.batches.contents import archive_name, signer_of
from portal.batches.jobs import write_volume
from portal.batches.models import Volume, VolumeState
from portal.batches.verify import Finding, Report, Trouble, Verdict, verify_all
from portal.batches.volume import ONE_FILE_VERIFIER
from portal.runtime import Runtime, open_runtime
from portal.settings import Settings
from portal.storage import Storage, StorageError
from tests.needs import program

from .claims import SECOND, STAFF, an_accepted_claim, approved, asked_for, frozen, plain_zip, sealed_bytes
from .test_export import forget_parts

PART = 150_000


def in_parts(desk: Runtime, claims: int = 24, size: int = 20_000) -> Volume:
    """A volume that waits to be written, in parts of a few packets each."""
    with desk.database.transaction() as session:
        for _ in range(claims):
            an_accepted_claim(session, desk, content=os.urandom(size))
    volume = asked_for(desk, frozen(desk))
    with desk.database.transaction() as session:
        session.get_one(Volume, volume.id).part_limit = PART
    return volume


def parts_of(desk: Runtime, volume: Volume) -> int:
    with desk.database.reading() as session:
        return len(session.get_one(Volume, volume.id).parts)


def taken(desk: Runtime, volume: Volume, folder: Path) -> list[Path]:
    """Every part as somebody downloads it."""
    folder.mkdir()
    count = parts_of(desk, volume)
    names = [(number, archive_name("CP-KR-0001", number, count)) for number in range(1, count + 1)]
    return [plain_zip(desk, volume.id, folder / name, number) for number, name in names]


@pytest.fixture
def volume(desk: Runtime) -> Volume:
    volume = in_parts(desk)
    write_volume(desk, str(volume.id))
    return volume


def checked(desk: Runtime, *paths: Path) -> Report:
    return verify_all(paths, signer_of(desk).key.public_key())


def test_parts_are_no_longer_than_the_matter_says_and_bound_by_the_last(
    desk: Runtime, volume: Volume, tmp_path: Path
) -> None:
    sizes = [len(one) for one in sealed_bytes(desk, volume.id)]
    assert len(sizes) > 3
    assert max(sizes) <= PART
    paths = taken(desk, volume, tmp_path / "out")
    report = checked(desk, tmp_path / "out")
    assert report.verdict is Verdict.INTACT, report.line
    assert (report.parts, report.manifest.counts.written) == (len(sizes), 24)
    for path in paths:
        with zipfile.ZipFile(path) as book:
            assert book.testzip() is None


def test_parts_that_are_missing_or_foreign_are_named(desk: Runtime, volume: Volume, tmp_path: Path) -> None:
    paths = taken(desk, volume, tmp_path / "out")
    assert checked(desk, paths[0], *paths[2:]).findings == (Finding(Trouble.MISSING, "part 2"),)
    without_last = checked(desk, *paths[:-1])
    assert without_last.findings == (Finding(Trouble.MISSING, f"what follows after part {len(paths) - 1}"),)
    twice = checked(desk, *paths, paths[1])
    assert twice.findings == (Finding(Trouble.ADDED, "part 2, twice"),)


def test_the_one_file_verifier_agrees_and_needs_nothing(
    desk: Runtime, volume: Volume, tmp_path: Path
) -> None:
    paths = taken(desk, volume, tmp_path / "out")
    key = tmp_path / "key.pem"
    key.write_bytes(signer_of(desk).public_pem)
    with zipfile.ZipFile(paths[0]) as book:
        assert book.read("verify.py") == ONE_FILE_VERIFIER.read_bytes()
        (tmp_path / "verify.py").write_bytes(book.read("verify.py"))

    def run(*arguments: Path | str) -> tuple[int, str]:
        command = [sys.executable, "-I", "-S", tmp_path / "verify.py", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout

    unsure = run(*paths)
    assert unsure[0] == 0
    assert "SIGNATURE was NOT CHECKED" in unsure[1]
    program("openssl")
    assert run(*paths, "--key", key) == (0, "intact: batch CP-KR-0001, 24 of 24 packets\n")
    assert run(paths[0], *paths[2:], "--key", key) == (1, "NOT INTACT: missing: part 2\n")
    with zipfile.ZipFile(paths[1]) as book:
        book.extractall(tmp_path / "second")
        name = book.namelist()[2]
    (tmp_path / "second" / name).write_bytes(b"")
    changed = run(paths[0], tmp_path / "second", *paths[2:], "--key", key)
    assert changed == (1, f"NOT INTACT: part 2: changed: {name}\n")


def test_a_receipt_of_another_volume_or_hand_is_an_addition(
    desk: Runtime, volume: Volume, tmp_path: Path
) -> None:
    path = taken(desk, volume, tmp_path / "out")[0]
    with zipfile.ZipFile(path) as book:
        book.extractall(tmp_path / "folder")
    receipt = tmp_path / "folder" / "RECEIPT.txt"
    receipt.write_text(receipt.read_text().replace("서지안", "임꺽정"))
    findings = checked(desk, tmp_path / "folder").findings
    assert Finding(Trouble.ADDED, "part 1: RECEIPT.txt") in findings


def _killed_after(settings: Settings, volume_id: str, packets: int) -> None:
    """A worker that dies, without any last word, when it has read so many packets."""
    runtime, plain_get, left = open_runtime(settings), Storage.get, packets

    def get(self: Storage, key: str) -> bytes:
        nonlocal left
        left -= 1
        if left < 0:
            os._exit(9)
        return plain_get(self, key)

    Storage.get = get  # type: ignore[method-assign]
    write_volume(runtime, volume_id)
    os._exit(0)


def test_a_worker_killed_at_twenty_random_points_makes_the_same_bytes_in_the_end(desk: Runtime) -> None:
    volume, rng = in_parts(desk, 60, 40_000), Random(7)
    workers = multiprocessing.get_context("forkserver")  # each dies young: they share what was imported
    workers.set_forkserver_preload([__name__])
    kept = 0
    for _ in range(20):
        arguments = (desk.settings, str(volume.id), rng.randrange(4, 18))
        worker = workers.Process(target=_killed_after, args=arguments)
        worker.start()
        worker.join()
        assert worker.exitcode in (9, 0)
        assert parts_of(desk, volume) >= kept  # what is finished is never begun again
        kept = parts_of(desk, volume)
    assert kept >= 2
    write_volume(desk, str(volume.id))
    interrupted = sealed_bytes(desk, volume.id)
    with desk.database.transaction() as session:
        forget_parts(session, volume)
    write_volume(desk, str(volume.id))
    assert sealed_bytes(desk, volume.id) == interrupted


def test_a_store_that_refuses_leaves_the_finished_parts_for_the_next_attempt(
    desk: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    volume, plain_get, left = in_parts(desk), Storage.get, 15

    def get(self: Storage, key: str) -> bytes:
        nonlocal left
        left -= 1
        if left < 0:
            raise StorageError("the bucket refuses")
        return plain_get(self, key)

    with monkeypatch.context() as patched:
        patched.setattr(Storage, "get", get)
        with pytest.raises(StorageError):  # the queue tries again by itself
            write_volume(desk, str(volume.id))
    kept = parts_of(desk, volume)
    assert kept >= 1
    write_volume(desk, str(volume.id))
    assert parts_of(desk, volume) > kept


def test_a_clock_that_is_set_back_neither_stops_the_writing_nor_its_progress(desk: Runtime) -> None:
    volume = in_parts(desk, 3)
    attempt = export._begin(desk, volume.id)
    assert attempt
    progress = export._Progress(desk, attempt, desk.clock())
    desk.clock.now = desk.clock.now.replace(year=2025)  # type: ignore[attr-defined]
    progress.tell(2)
    with desk.database.reading() as session:
        held = session.get_one(Volume, volume.id)
        assert held.done == 2
        assert held.remaining(desk.clock()) is not None
    write_volume(desk, str(volume.id))
    with desk.database.reading() as session:
        assert session.get_one(Volume, volume.id).state is VolumeState.READY


def test_a_part_that_was_lost_on_the_disk_is_written_anew(desk: Runtime, volume: Volume) -> None:
    before = sealed_bytes(desk, volume.id)
    with desk.database.transaction() as session:
        session.get_one(Volume, volume.id).state = VolumeState.PENDING
    (export.folder_of(desk) / f"{volume.id}.0002.sealed").unlink()
    write_volume(desk, str(volume.id))
    assert sealed_bytes(desk, volume.id) == before


def test_one_person_cannot_approve_what_they_froze(desk: Runtime) -> None:
    from portal.batches import errors, service
    from portal.batches.models import Batch

    with desk.database.transaction() as session:
        an_accepted_claim(session, desk)
    batch = frozen(desk)
    with desk.database.transaction() as session:
        session.execute(sa.update(Batch).values(frozen_by=STAFF.id))
    with pytest.raises(errors.SamePerson), desk.database.transaction() as session:
        service.approve(session, session.get_one(Batch, batch.id), actor=STAFF, now=desk.clock())
    assert approved(desk, batch).approved_by == SECOND.id

"""Writing a batch's volume: sealed into the data folder, or plain to where a command says."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.batches import service
from portal.batches.contents import contents_of, signer_of
from portal.batches.errors import ClaimStops, Superseded
from portal.batches.models import BatchEntry, Volume, VolumeState
from portal.batches.volume import ChangedPacket, Written, write_volume
from portal.private_files import private
from portal.runtime import Runtime

TELL_EVERY = timedelta(seconds=1)  # how often progress is written down


def write_sealed(runtime: Runtime, volume_id: uuid.UUID) -> None:
    """Write a volume, sealed, into the data folder; content when that was done before.

    Raises ClaimStops, or OSError from the disk, after noting it on the volume; Superseded when another writes it.
    """
    volume = _begin(runtime, volume_id)
    if volume is None:
        return
    with _noting_failure(runtime, volume):
        _write_into_folder(runtime, volume)


def folder_of(runtime: Runtime) -> Path:
    """Where sealed volumes are kept."""
    return runtime.settings.data_dir / "volumes"


def write_outside(runtime: Runtime, volume: Volume, path: Path, done: Callable[[int], None]) -> Written:
    """Write a plain volume to ``path``, whole or not at all, for a command that was told to."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with _noting_failure(runtime, volume), open(draft, "xb", buffering=1 << 20, opener=private) as file:
            written = write_volume(file, contents_of(runtime, volume), signer_of(runtime), done=done)
            _to_disk(file)
            draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    _finish(runtime, volume, written, None)
    return written


@contextmanager
def _noting_failure(runtime: Runtime, volume: Volume) -> Iterator[None]:
    """Let staff see on the volume what stopped it."""
    try:
        yield
    except ChangedPacket as error:
        number = _claim_of(runtime, volume, error.name)
        _fail(runtime, volume, "packet_changed", number)
        raise ClaimStops(number, "packet_changed") from error
    except ClaimStops as error:
        _fail(runtime, volume, error.code, error.claim_number)
        raise
    except OSError:
        _fail(runtime, volume, "disk")
        raise
    except KeyboardInterrupt:
        _fail(runtime, volume, "interrupted")
        raise


def _claim_of(runtime: Runtime, volume: Volume, file: str) -> str:
    query = sa.select(BatchEntry.claim_number).where(
        BatchEntry.batch_id == volume.batch_id, BatchEntry.file == file
    )
    with runtime.database.reading() as session:
        return session.scalars(query).one()


def _begin(runtime: Runtime, volume_id: uuid.UUID) -> Volume | None:
    with runtime.database.transaction() as session:
        volume = session.get(Volume, volume_id)
        if volume is None or not volume.running:
            return None
        volume.state, volume.started_at, volume.done = VolumeState.WRITING, runtime.clock(), 0
        volume.attempt += 1
        return volume


def _write_into_folder(runtime: Runtime, volume: Volume) -> None:
    folder = folder_of(runtime)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for stale in folder.glob(f"{volume.id}.*.part"):  # of an attempt that was killed
        stale.unlink(missing_ok=True)
    # A name of its own for each attempt: a worker whose lease ran out may still be writing.
    draft = folder / f"{volume.id}.{uuid.uuid4().hex[:8]}.part"
    final = folder / f"{volume.id}.sealed"
    try:
        with open(draft, "xb", opener=private) as file:
            written = _seal_into(runtime, volume, file)
        with runtime.database.reading() as session:
            _still_mine(session, volume)
        draft.replace(final)
    finally:
        draft.unlink(missing_ok=True)
    _finish(runtime, volume, written, final.name)


def _seal_into(runtime: Runtime, volume: Volume, file: BinaryIO) -> Written:
    assert volume.subject_id is not None
    with runtime.database.reading() as session:
        sealed = runtime.vault.writer(session, volume.subject_id, service.SEALED_VOLUME, file)
    progress = _Progress(runtime, volume, runtime.clock())
    written = write_volume(sealed, contents_of(runtime, volume), signer_of(runtime), done=progress.tell)
    sealed.close()
    _to_disk(file)
    return written


@dataclass
class _Progress:
    """Writes down now and then how far the work is, and learns whether it is still wanted."""

    runtime: Runtime
    volume: Volume
    told_at: datetime

    def tell(self, done: int) -> None:
        """``done`` packets are written. Raises Superseded when the volume is no longer being written."""
        now = self.runtime.clock()
        if now - self.told_at < TELL_EVERY:
            return
        self.told_at = now
        with self.runtime.database.transaction() as session:
            _still_mine(session, self.volume).done = done


def _still_mine(session: Session, attempt: Volume) -> Volume:
    """The volume, if this attempt is still the one that writes it. Raises Superseded."""
    volume = session.get_one(Volume, attempt.id, with_for_update=True)
    if volume.state is not VolumeState.WRITING or volume.attempt != attempt.attempt:
        raise Superseded("the volume is no longer this worker's to write")
    return volume


def _finish(runtime: Runtime, attempt: Volume, written: Written, file: str | None) -> None:
    now = runtime.clock()
    with runtime.database.transaction() as session:
        volume = _still_mine(session, attempt)
        volume.state, volume.done, volume.finished_at = VolumeState.READY, volume.total, now
        volume.size, volume.manifest_sha256 = written.size, written.manifest_sha256
        volume.file, volume.expires_at = file, now + service.KEPT if file else None
        audit.record(
            session,
            now=now,
            actor=audit.SYSTEM,
            action="batch.exported",
            volume=str(volume.id),
            batch=str(volume.batch_id),
            packets=volume.total,
            bytes=written.size,
            manifest_sha256=written.manifest_sha256,
        )


def _fail(runtime: Runtime, attempt: Volume, code: str, claim_number: str | None = None) -> None:
    with runtime.database.transaction() as session:
        volume = _still_mine(session, attempt)
        volume.state, volume.failure, volume.failed_claim = VolumeState.FAILED, code, claim_number
        audit.record(
            session,
            now=runtime.clock(),
            actor=audit.SYSTEM,
            action="batch.export_failed",
            volume=str(volume.id),
            reason=code,
            claim=claim_number,
        )


def _to_disk(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())

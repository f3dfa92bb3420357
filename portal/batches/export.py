"""Writing a batch's volume: sealed into the data folder, or plain to where a command says."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from portal import audit
from portal.batches import service, taking
from portal.batches.contents import archive_name, contents_of, signer_of
from portal.batches.errors import BatchError, ClaimStops, Superseded
from portal.batches.models import Batch, Volume, VolumePart, VolumeState
from portal.batches.volume import ChangedPacket, WrittenPart, write_parts
from portal.private_files import private
from portal.runtime import Runtime
from portal.storage import StorageError
from portal.zipping import Writable

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


def write_outside(
    runtime: Runtime,
    volume: Volume,
    folder: Path,
    done: Callable[[int], None],
    seal: Callable[[Writable], AbstractContextManager[Writable]] = nullcontext,
    ending: str = "",
) -> list[Path]:
    """Write a volume's parts into ``folder``, all of them or none, for a command that was told to.

    They are plain, or what ``seal`` makes of them, with ``ending`` behind their names.
    """
    with runtime.database.reading() as session:
        number = session.get_one(Batch, volume.batch_id).number
    place = _Outside(folder, volume.id, seal)
    try:
        with _noting_failure(runtime, volume):
            parts = write_parts(
                place,
                contents_of(runtime, volume),
                signer_of(runtime),
                limit=volume.part_limit,
                done=done,
            )
            names = [archive_name(number, one.number, len(parts)) + ending for one in parts]
            paths = place.named([folder / name for name in names])
    finally:
        place.tidy()
    _finish(runtime, volume, parts)
    return paths


class _Outside:
    """Drafts of the parts in a folder, which get their names only when all of them are whole."""

    def __init__(
        self,
        folder: Path,
        volume_id: uuid.UUID,
        seal: Callable[[Writable], AbstractContextManager[Writable]],
    ) -> None:
        self._stem, self._seal = folder / f".{volume_id}.{os.getpid()}", seal
        self._drafts: list[Path] = []
        self._sealing = ExitStack()

    def open(self, number: int) -> Writable:
        draft = Path(f"{self._stem}.{number:04}.part")
        self._file: BinaryIO = open(draft, "xb", buffering=1 << 20, opener=private)  # noqa: SIM115
        self._drafts.append(draft)
        return self._sealing.enter_context(self._seal(self._file))

    def finished(self, part: WrittenPart) -> None:
        self._sealing.close()
        _to_disk(self._file)
        self._file.close()

    def named(self, paths: list[Path]) -> list[Path]:
        """Give the drafts their names."""
        if taken := next((path for path in paths if path.exists()), None):
            raise BatchError(f"{taken} is there already; nothing was written")
        for draft, path in zip(self._drafts, paths, strict=True):
            draft.replace(path)
        return paths

    def tidy(self) -> None:
        """Leave no draft behind."""
        self._sealing.close()
        for draft in self._drafts:
            draft.unlink(missing_ok=True)


@contextmanager
def _noting_failure(runtime: Runtime, volume: Volume) -> Iterator[None]:
    """Let staff see on the volume what stopped it."""
    try:
        yield
    except ChangedPacket as error:
        _fail(runtime, volume, "packet_changed", error.claim)
        raise ClaimStops(error.claim, "packet_changed") from error
    except ClaimStops as error:
        _fail(runtime, volume, error.code, error.claim_number)
        raise
    except StorageError:
        if volume.subject_id is None:  # a job is run again by itself, a command is not
            _fail(runtime, volume, "store")
        raise
    except OSError:
        _fail(runtime, volume, "disk")
        raise
    except KeyboardInterrupt:
        _fail(runtime, volume, "interrupted")
        raise


def _begin(runtime: Runtime, volume_id: uuid.UUID) -> Volume | None:
    with runtime.database.transaction() as session:
        volume = session.get(Volume, volume_id)
        if volume is None or not volume.running:
            return None
        for part in list(volume.parts):  # a file that was lost is written anew, and all after it
            if not part.file or not (folder_of(runtime) / part.file).is_file():
                for later in [one for one in volume.parts if one.number >= part.number]:
                    session.delete(later)
                break
        session.flush()
        session.expire(volume, ["parts"])
        volume.state, volume.started_at = VolumeState.WRITING, runtime.clock()
        volume.done = volume.started_with = volume.parts[-1].claims if volume.parts else 0
        volume.attempt += 1
        return volume


def _write_into_folder(runtime: Runtime, volume: Volume) -> None:
    folder = folder_of(runtime)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for stale in folder.glob(f"{volume.id}.*.part"):  # of an attempt that was killed
        stale.unlink(missing_ok=True)
    place = _Folder(runtime, volume, folder)
    progress = _Progress(runtime, volume, runtime.clock())
    try:
        parts = write_parts(
            place,
            contents_of(runtime, volume),
            signer_of(runtime),
            limit=volume.part_limit,
            finished=[_as_written(one) for one in volume.parts],
            done=progress.tell,
        )
    finally:
        place.tidy()
    _finish(runtime, volume, parts)


class _Folder:
    """Sealed parts in the data folder; each counts from the moment that it is whole and on the disk."""

    def __init__(self, runtime: Runtime, volume: Volume, folder: Path) -> None:
        self._runtime, self._volume, self._folder = runtime, volume, folder
        self._draft: Path | None = None

    def open(self, number: int) -> Writable:
        assert self._volume.subject_id is not None
        # A name of its own for each attempt: a worker whose lease ran out may still be writing.
        self._draft = self._folder / f"{self._volume.id}.{number:04}.{uuid.uuid4().hex[:8]}.part"
        self._file: BinaryIO = open(self._draft, "xb", opener=private)  # noqa: SIM115 - closed when finished
        with self._runtime.database.reading() as session:
            self._sealed = self._runtime.vault.writer(
                session, self._volume.subject_id, taking.sealed_as(number), self._file
            )
        return self._sealed

    def finished(self, part: WrittenPart) -> None:
        self._sealed.close()
        _to_disk(self._file)
        self._file.close()
        assert self._draft is not None
        name = f"{self._volume.id}.{part.number:04}.sealed"
        with self._runtime.database.transaction() as session:
            volume = _still_mine(session, self._volume)
            self._draft.replace(self._folder / name)
            session.add(
                VolumePart(
                    volume_id=volume.id,
                    number=part.number,
                    file=name,
                    size=part.size,
                    manifest_sha256=part.manifest_sha256,
                    members=part.members,
                    directory_at=part.directory_at,
                    claims=part.claims,
                    next_file=part.next_file,
                    last=part.last,
                )
            )
            volume.done = part.claims
        self._draft = None

    def tidy(self) -> None:
        """Leave no draft behind."""
        if self._draft:
            self._file.close()
            self._draft.unlink(missing_ok=True)


def _as_written(part: VolumePart) -> WrittenPart:
    return WrittenPart(
        number=part.number,
        last=part.last,
        size=part.size,
        members=part.members,
        manifest_sha256=part.manifest_sha256,
        directory_at=part.directory_at,
        claims=part.claims,
        next_file=part.next_file,
    )


@dataclass
class _Progress:
    """Writes down now and then how far the work is, and learns whether it is still wanted."""

    runtime: Runtime
    volume: Volume
    told_at: datetime

    def tell(self, done: int) -> None:
        """``done`` packets are written. Raises Superseded when the volume is no longer being written."""
        now = self.runtime.clock()
        if timedelta() <= now - self.told_at < TELL_EVERY:  # a clock that was set back must not silence it
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


def _finish(runtime: Runtime, attempt: Volume, parts: list[WrittenPart]) -> None:
    now, size = runtime.clock(), sum(one.size for one in parts)
    with runtime.database.transaction() as session:
        volume = _still_mine(session, attempt)
        volume.state, volume.done, volume.finished_at = VolumeState.READY, volume.total, now
        volume.size, volume.manifest_sha256 = size, parts[-1].manifest_sha256
        kept = volume.subject_id is not None
        volume.expires_at = now + service.kept_for(runtime, volume.batch.matter_version_id) if kept else None
        audit.record(
            session,
            now=now,
            actor=audit.SYSTEM,
            action="batch.exported",
            volume=str(volume.id),
            batch=str(volume.batch_id),
            packets=volume.total,
            parts=len(parts),
            bytes=size,
            manifest_sha256=volume.manifest_sha256,
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

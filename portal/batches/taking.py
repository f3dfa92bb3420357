"""Taking a volume away: for a stated reason, with a signed receipt in every copy, until it expires.

The receipt is the watermark: it says who took this copy, when and why. It cannot stand inside the register, for the
manifest was signed before anybody took it; it is two files more in the ZIP, signed with the same key and bound to the
part by the hash of its manifest, and the verifiers know exactly these two.
"""

from __future__ import annotations

import uuid
import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit, jobs
from portal.audit import Actor
from portal.batches import errors
from portal.batches.manifest import RECEIPT, RECEIPT_SIGNATURE
from portal.batches.models import Batch, Download, Volume, VolumePart, VolumeState
from portal.batches.sealing_for import How, encrypting
from portal.batches.signing import Signer
from portal.database import new_id
from portal.vault import Vault, VaultError
from portal.web.language import HOME_ZONES
from portal.zipping import Layout, directory_size

SHORTEST_REASON = 10  # characters
LONGEST_COMMAND = timedelta(days=1)  # after which a volume written outside must have been killed


@dataclass(frozen=True)
class Taken:
    """A part on its way out: its pieces, and how many bytes they will be."""

    pieces: Iterator[bytes]
    size: int


def sealed_as(part: int) -> str:
    """The vault's purpose of a sealed part: one cannot stand for another."""
    return f"volume part {part}"


def open_volume(
    session: Session,
    vault: Vault,
    folder: Path,
    volume: Volume,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    signer: Signer,
    name: str,
    part: int = 1,
) -> Taken:
    """The plain bytes of a ready volume's part, once the stated reason is in the audit chain.

    ``name`` is how the person is called, for the receipt. The first piece is opened here, so that a damaged file is
    refused before anything is sent.
    """
    reason = " ".join(reason.split())
    if len(reason) < SHORTEST_REASON:
        raise errors.NoReason("a download needs its reason")
    held = session.get(VolumePart, (volume.id, part))
    if volume.state is not VolumeState.READY or held is None or not held.file or not volume.subject_id:
        raise errors.NotReady("this volume cannot be downloaded")
    pieces = _opened(session, vault, folder / held.file, volume.subject_id, part)
    assert actor.id is not None
    taken = Download(
        id=new_id(),
        volume_id=volume.id,
        part=part,
        staff_id=actor.id,
        reason=reason[:500],
        subjects=volume.total,
        at=now,
    )
    session.add(taken)
    audit.record(
        session,
        now=now,
        actor=actor,
        action="volume.downloaded",
        volume=str(volume.id),
        batch=str(volume.batch_id),
        part=part,
        download=str(taken.id),
        subjects=volume.total,
        reason=taken.reason,
    )
    receipt = _receipt(volume.batch, volume, held, taken, name)
    files = {RECEIPT: receipt, RECEIPT_SIGNATURE: signer.sign(receipt)}
    assert volume.batch.frozen_at is not None
    return _with(files, pieces, held, volume.batch.frozen_at)


def encrypted(pieces: Iterator[bytes], how: How) -> Iterator[bytes]:
    """The pieces as they leave for somebody: encrypted while they are sent."""
    out = _Gathered()
    with encrypting(out, how) as sealed:
        for piece in pieces:
            sealed.write(piece)
            yield from out.taken()
    yield from out.taken()


class _Gathered:
    """Keeps what was written until it is taken."""

    def __init__(self) -> None:
        self._pieces: deque[bytes] = deque()

    def write(self, data: bytes, /) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def taken(self) -> Iterator[bytes]:
        while self._pieces:
            yield self._pieces.popleft()


def expire(session: Session, vault: Vault, folder: Path, now: datetime) -> int:
    """Destroy the keys and files of volumes kept long enough or cancelled. Answers how many."""
    ended = sa.and_(Volume.state == VolumeState.READY, Volume.expires_at <= now)
    given_up = sa.and_(Volume.state == VolumeState.CANCELLED, Volume.expires_at.is_not(None))
    volumes = session.scalars(sa.select(Volume).where(ended | given_up)).all()
    for volume in volumes:
        if volume.subject_id:
            vault.erase(session, volume.subject_id, now)
            for file in folder.glob(f"{volume.id}.*"):
                file.unlink(missing_ok=True)
        for part in volume.parts:
            part.file = None
        if volume.state is VolumeState.CANCELLED:
            volume.expires_at = None
        else:
            volume.state = VolumeState.EXPIRED
        audit.record(session, now=now, actor=audit.SYSTEM, action="volume.expired", volume=str(volume.id))
    return len(volumes)


def note_abandoned(session: Session, now: datetime) -> None:
    """Say on volumes that nobody writes any more that they stopped, so that no page waits for them."""
    for job in jobs.given_up(session):
        volume_id = job.arguments.get("volume_id")
        volume = (
            session.get(Volume, uuid.UUID(volume_id)) if job.name == "batches.export" and volume_id else None
        )
        if volume and volume.running and (volume.started_at or volume.created_at) <= job.given_up_at:
            volume.state, volume.failure = VolumeState.FAILED, "interrupted"
    outside = sa.select(Volume).where(
        Volume.state == VolumeState.WRITING,
        Volume.subject_id.is_(None),
        Volume.created_at < now - LONGEST_COMMAND,
    )
    for volume in session.scalars(outside):
        volume.state, volume.failure = VolumeState.FAILED, "interrupted"


def _receipt(batch: Batch, volume: Volume, part: VolumePart, taken: Download, name: str) -> bytes:
    there = taken.at.astimezone(HOME_ZONES[batch.jurisdiction])
    moment = f"{there:%Y-%m-%d %H:%M:%S} {there.tzname()} ({taken.at:%Y-%m-%d %H:%M:%S} UTC)"
    lines = (
        "내려받은 기록 / Receipt of a download",
        f"묶음 / batch: {batch.number}",
        f"제출본 / volume: {volume.id}",
        f"부분 / part: {part.number}",
        f"내려받은 사람 / taken by: {name}",
        f"일시 / at: {moment}",
        f"사유 / reason: {taken.reason}",
        f"관련 인원 / people concerned: {taken.subjects}",
        f"기록 번호 / record: {taken.id}",
        f"manifest: {part.manifest_sha256}",
    )
    return ("\n".join(lines) + "\n").encode()


def _with(files: dict[str, bytes], pieces: Iterator[bytes], part: VolumePart, stamp: datetime) -> Taken:
    """The ZIP with a few files more, put before its directory; everything before that stays as it is."""

    def ending(directory: bytes) -> bytes:
        layout = Layout(stamp)
        layout.go_on(part.directory_at, part.members, directory)
        added = [
            layout.entry(name, len(content), zlib.crc32(content)) + content for name, content in files.items()
        ]
        return b"".join([*added, *layout.ending()])

    def whole() -> Iterator[bytes]:
        left, rest = part.directory_at, bytearray()
        for piece in pieces:
            if left:
                yield piece[:left]
            rest += piece[left:]
            left = max(0, left - len(piece))
        yield ending(bytes(rest[: directory_size(bytes(rest))]))

    return Taken(whole(), part.directory_at + len(ending(bytes(_directory_length(part)))))


def _directory_length(part: VolumePart) -> int:
    """Bytes of the directory, from what stands after its beginning."""
    tail = part.size - part.directory_at
    large = part.members >= 0xFFFF or part.directory_at >= 0xFFFFFFFF
    return tail - (98 if large else 22)  # APPNOTE 4.3.14-16: with or without the zip64 records


def _opened(session: Session, vault: Vault, path: Path, subject_id: uuid.UUID, part: int) -> Iterator[bytes]:
    try:
        file = open(path, "rb")  # noqa: SIM115 - closed when the last piece was read
        pieces = iter(vault.reader(session, subject_id, sealed_as(part), file))
        first = next(pieces)
    except (OSError, VaultError) as error:
        raise errors.VolumeUnreadable("the sealed volume cannot be opened") from error

    def rest() -> Iterator[bytes]:
        with file:
            yield first
            yield from pieces

    return rest()

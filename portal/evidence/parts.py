"""Files that come in parts: a lost connection, a closed page or a killed process costs one part at most.

A part is sealed and stored as a blob before the row counts it, so any web process can go on where another stopped.
The whole file goes the way of every other upload (`service.add`) when its last part is here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.claims.models import Claim
from portal.database import new_id
from portal.errors import PortalError
from portal.evidence import blobs, listing, service
from portal.evidence.details import tidy_file_name
from portal.evidence.inspect import check_agrees, identify
from portal.evidence.models import EvidenceFile, PartialUpload
from portal.evidence.refusals import (
    ClaimFull,
    Empty,
    NoRoom,
    NotWhole,
    Refusal,
    TooLarge,
    TooManyFiles,
    TooManyOpen,
)
from portal.evidence.service import MB, Added, Upload
from portal.runtime import Runtime
from portal.storage import Corrupt, Missing
from portal.vault import VaultError

LARGEST = 2_000_000
"""Bytes of one part. The body of a request may have no more (`web.bodies.FIELDS_MB`)."""
SMALLEST = 64_000
"""Bytes of every part but the last: a file of 20 MB has at most 313 of them."""
KEPT = timedelta(hours=24)
"""From the last part on; somebody who lost the network in the evening goes on in the morning."""
IDLE = timedelta(minutes=15)
"""An upload untouched for so long makes room for others when a claim has too many under way."""
_TELLS_KIND = 1_024  # bytes of the first part that say what the file is
_WORTH_KEEPING = (NoRoom, ClaimFull, TooManyFiles)
"""Refusals after which the same bytes may be taken a little later."""


class OutOfStep(PortalError):
    """A part does not begin where the last one ended, or is no part that can be; `offset` is where to go on."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"the upload goes on at byte {offset}")
        self.offset = offset


class Announced(BaseModel):
    """What the sender says of a file before sending it: worth no more than a name. Kept sealed."""

    model_config = ConfigDict(frozen=True)

    file_name: str
    declared_type: str = ""
    sha256: str = ""
    changed: str = ""
    cover: bool = False

    def known_by(self, size: int) -> str:
        """What tells it from other files of the claim; by its hash where the browser could make one."""
        said = self.sha256 or f"{self.file_name}\n{self.declared_type}\n{self.changed}"
        return f"{'cover' if self.cover else 'file'}\n{size}\n{said}"


@dataclass(frozen=True)
class Begun:
    """Where to send an upload's next part; `file` is set where there is nothing left to send."""

    id: UUID | None
    offset: int
    file: Added | None = None


@dataclass(frozen=True)
class Unfinished:
    """An upload that waits for the same file to be chosen again; sizes in bytes."""

    id: UUID
    file_name: str
    size: int
    received: int


def begin(
    runtime: Runtime, claim_id: UUID, announced: Announced, size: int, now: datetime,
    *, covered: bool = False, incident: str = "",
) -> Begun:  # fmt: skip
    """Begin an upload, or go on with the same file's; a file that the claim has already needs no bytes.

    `covered` says that a cover comes with the file: then its bytes are needed even where it is known.
    Raises Empty, TooLarge, TooManyFiles, ClaimFull, TooManyOpen and AlreadySubmitted, before a byte is sent.
    """
    if size < 1:
        raise Empty
    fingerprint = runtime.vault.index("upload", announced.known_by(size))
    with runtime.database.transaction() as session:
        claim = session.get_one(Claim, claim_id, with_for_update=True)
        if announced.sha256 and not announced.cover and not covered:
            held = listing.held_as(session, runtime, claim, announced.sha256)
            if held is not None and service.may_add(claim):
                return Begun(None, size, service.attach_known(session, runtime, claim, held, incident))
        if announced.cover:
            service.check_can_add(claim)
            if size > runtime.settings.max_file_mb * MB:
                raise TooLarge(size, runtime.settings.max_file_mb * MB)
        else:
            service.check_room(session, runtime, claim_id, size)
        if going_on := _same(session, claim_id, fingerprint):
            going_on.touched_at = now
            return Begun(going_on.id, going_on.received)
        _make_room(session, runtime, claim_id, size, now)
        upload = PartialUpload(
            id=new_id(), claim_id=claim_id, fingerprint=fingerprint, size=size, received=0, keys=[],
            begun_at=now, touched_at=now,
        )  # fmt: skip
        upload.details = runtime.vault.seal(
            session, claim.subject_id, _purpose(upload.id, "details"), announced.model_dump_json().encode()
        )
        session.add(upload)
        return Begun(upload.id, 0)


def find(session: Session, claim_id: UUID, upload_id: UUID, *, lock: bool = False) -> PartialUpload | None:
    """An upload of this very claim; another claim's does not exist."""
    query = sa.select(PartialUpload).where(PartialUpload.id == upload_id, PartialUpload.claim_id == claim_id)
    return session.scalars(query.with_for_update() if lock else query).one_or_none()


def name_of(session: Session, runtime: Runtime, claim: Claim, upload_id: UUID) -> str | None:
    """How an upload of this very claim is called; another claim's does not exist."""
    upload = find(session, claim.id, upload_id)
    if upload is None:
        return None
    return tidy_file_name(_announced(session, runtime, claim.subject_id, upload).file_name)


def take(runtime: Runtime, claim_id: UUID, upload_id: UUID, offset: int, part: bytes, now: datetime) -> int:
    """Keep one part; answers where the next one begins. The same part twice does no harm.

    Raises OutOfStep with the place to go on at; NoRoom, after which it can be tried again; another Refusal when the
    first part shows that the file will not be taken, and the upload is then forgotten.
    """
    with runtime.database.reading() as session:
        upload = _own(session, claim_id, upload_id)
        _check_step(upload, offset, len(part))
        subject_id = session.get_one(Claim, claim_id).subject_id
        announced = _announced(session, runtime, subject_id, upload)
        sealed = runtime.vault.seal(session, subject_id, _purpose(upload_id, str(offset)), part)
    if offset == 0 and (len(part) >= _TELLS_KIND or len(part) == upload.size):
        _look_at_kind(runtime, claim_id, upload_id, announced, part, now)
    try:
        stored = blobs.put(runtime, [sealed], now)
        with runtime.database.transaction() as session:
            upload = _own(session, claim_id, upload_id, lock=True)
            _check_step(upload, offset, len(part))  # sent twice at once; the sweeper takes this one's blob
            upload.keys = [*upload.keys, *stored.keys]
            upload.received, upload.touched_at = offset + len(part), now
            blobs.arrived(session, stored)
            return upload.received
    except (OSError, DBAPIError) as error:
        if blobs.disk_is_full(error):
            raise NoRoom from error
        raise


def finish(
    runtime: Runtime, claim_id: UUID, upload_id: UUID, kind: str, now: datetime,
    *, cover_id: UUID | None = None, masked: bool = False, incident: str = "",
) -> Added:  # fmt: skip
    """Make a file of an upload whose parts are all here; repeating it gives the same file.

    `cover_id` names the upload of the same picture with parts covered. Raises OutOfStep while parts are missing, and
    what `service.add` raises; after a refusal that will not change, the upload is forgotten.
    """
    with runtime.database.reading() as session:
        upload = _own(session, claim_id, upload_id)
        if upload.file_id is not None:
            return Added(upload.file_id)
    try:
        cover = _assembled(runtime, claim_id, cover_id) if cover_id else None
        added = service.add(
            runtime, claim_id, _assembled(runtime, claim_id, upload_id), kind, now,
            cover=cover, masked=masked, incident=incident,
        )  # fmt: skip
    except Refusal as refused:
        if not isinstance(refused, _WORTH_KEEPING):
            drop(runtime, claim_id, [upload_id, *([cover_id] if cover_id else [])], now)
        raise
    with runtime.database.transaction() as session:
        done = find(session, claim_id, upload_id, lock=True)
        if done is not None:
            blobs.release(session, done.keys, now)
            done.keys, done.file_id, done.touched_at = [], added.file_id, now
        if cover_id and (cover_row := find(session, claim_id, cover_id)):
            _forget(session, cover_row, now)
        file = session.get(EvidenceFile, added.file_id)
    # It was killed between writing the file and saying so: what is there already came with this very upload.
    came_before = file is not None and file.received_at < upload.begun_at
    return Added(added.file_id, already=added.already and came_before, attached=added.attached)


def drop(runtime: Runtime, claim_id: UUID, upload_ids: Sequence[UUID], now: datetime) -> None:
    """Forget uploads: their sender thought better of it, or they cannot become files. Repeating it is harmless."""
    with runtime.database.transaction() as session:
        for upload_id in upload_ids:
            if upload := find(session, claim_id, upload_id, lock=True):
                _forget(session, upload, now)


def unfinished(session: Session, runtime: Runtime, claim: Claim) -> list[Unfinished]:
    """What a claim's sender may go on with, oldest first."""
    query = _open_of(claim.id).order_by(PartialUpload.begun_at)
    found = []
    for upload in session.scalars(query):
        announced = _announced(session, runtime, claim.subject_id, upload)
        if not announced.cover and upload.received:
            name = tidy_file_name(announced.file_name)
            found.append(Unfinished(upload.id, name, upload.size, upload.received))
    return found


def sweep(runtime: Runtime, now: datetime) -> int:
    """Forget what nobody went on with for a day, finished or not, and all of erased claims; answers how many."""
    erased = sa.select(Claim.id).where(Claim.erased_at.is_not(None))
    with runtime.database.transaction() as session:
        expired = session.scalars(
            sa.select(PartialUpload).where(
                (PartialUpload.touched_at < now - KEPT) | PartialUpload.claim_id.in_(erased)
            )
        ).all()
        for upload in expired:
            _forget(session, upload, now)
    return len(expired)


def _open_of(claim_id: UUID) -> sa.Select[PartialUpload]:
    return sa.select(PartialUpload).where(PartialUpload.claim_id == claim_id, PartialUpload.file_id.is_(None))


def _same(session: Session, claim_id: UUID, fingerprint: bytes) -> PartialUpload | None:
    query = _open_of(claim_id).where(PartialUpload.fingerprint == fingerprint)
    return session.scalars(query.order_by(PartialUpload.begun_at.desc()).limit(1)).one_or_none()


def _make_room(session: Session, runtime: Runtime, claim_id: UUID, size: int, now: datetime) -> None:
    """As many uploads, and as many bytes, may be under way as a claim may have of files."""
    open_now = list(session.scalars(_open_of(claim_id).order_by(PartialUpload.touched_at)))
    most, most_bytes = runtime.settings.max_files, runtime.settings.max_claim_mb * MB
    while len(open_now) >= most or sum(one.size for one in open_now) + size > most_bytes:
        if not open_now or open_now[0].touched_at > now - IDLE:
            raise TooManyOpen(len(open_now), most)
        _forget(session, open_now.pop(0), now)


def _forget(session: Session, upload: PartialUpload, now: datetime) -> None:
    blobs.release(session, upload.keys, now)
    session.delete(upload)


def _own(session: Session, claim_id: UUID, upload_id: UUID, *, lock: bool = False) -> PartialUpload:
    upload = find(session, claim_id, upload_id, lock=lock)
    if upload is None:
        raise OutOfStep(0)  # forgotten meanwhile: to be begun anew
    return upload


def _check_step(upload: PartialUpload, offset: int, length: int) -> None:
    ends = offset + length
    fits = 0 < length <= LARGEST and ends <= upload.size and (length >= SMALLEST or ends == upload.size)
    if upload.file_id is not None or offset != upload.received or not fits:
        raise OutOfStep(upload.received)


def _look_at_kind(
    runtime: Runtime, claim_id: UUID, upload_id: UUID, announced: Announced, head: bytes, now: datetime
) -> None:
    """Refuse at once what would be refused at the end: twenty megabytes are minutes on a bad network."""
    try:
        check_agrees(identify(head), announced.file_name, announced.declared_type)
    except Refusal:
        drop(runtime, claim_id, [upload_id], now)
        raise


def _assembled(runtime: Runtime, claim_id: UUID, upload_id: UUID) -> Upload:
    """The whole file. Raises OutOfStep while parts are missing, NotWhole where it is not what was announced."""
    with runtime.database.reading() as session:
        upload = _own(session, claim_id, upload_id)
        if upload.received < upload.size:
            raise OutOfStep(upload.received)
        subject_id = session.get_one(Claim, claim_id).subject_id
        announced = _announced(session, runtime, subject_id, upload)
        try:
            content = b"".join(_parts(session, runtime, subject_id, upload))
        except (Missing, Corrupt, VaultError) as error:
            raise NotWhole from error
    if announced.sha256 and hashlib.sha256(content).hexdigest() != announced.sha256:
        raise NotWhole
    return Upload(announced.file_name, announced.declared_type, content)


def _parts(session: Session, runtime: Runtime, subject_id: UUID, upload: PartialUpload) -> Iterator[bytes]:
    offset = 0
    for key in upload.keys:
        sealed = runtime.storage.get(key)
        part = runtime.vault.open(session, subject_id, _purpose(upload.id, str(offset)), sealed)
        offset += len(part)
        yield part


def _announced(session: Session, runtime: Runtime, subject_id: UUID, upload: PartialUpload) -> Announced:
    plain = runtime.vault.open(session, subject_id, _purpose(upload.id, "details"), upload.details)
    return Announced.model_validate_json(plain)


def _purpose(upload_id: UUID, part: str) -> str:
    """What a ciphertext of an upload is bound to: no two parts can be swapped, nor one be repeated elsewhere."""
    return f"upload {upload_id} {part}"

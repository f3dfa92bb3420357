"""The sealed blobs of evidence: put before the row that names them, swept when that row never came or was removed."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal import jobs
from portal.database import new_id
from portal.errors import PortalError
from portal.evidence.models import EvidenceFile, EvidenceUpload, RedactedCopy
from portal.runtime import Runtime
from portal.storage import Corrupt, Missing, Storage, StorageError
from portal.vault import VaultError

SWEEP = "evidence.sweep"
PARTS = ("original", "harmless", "thumbnail")
ABANDONED = timedelta(hours=1)
"""An upload takes a minute at most; after an hour its blobs belong to nobody."""


class Damaged(PortalError):
    """A stored file is no longer what was stored; it is named here and served to nobody."""

    def __init__(self, file_id: UUID, part: str) -> None:
        super().__init__(f"the {part} of evidence file {file_id} is damaged or missing")
        self.file_id, self.part = file_id, part


def purpose(file_id: UUID, part: str) -> str:
    """What a ciphertext of a file is bound to, so that no two files or parts can be swapped."""
    return f"evidence {file_id} {part}"


def put(runtime: Runtime, sealed: Sequence[bytes], now: datetime) -> EvidenceUpload:
    """Store sealed blobs under a note that survives any interruption. When one cannot be stored, none stays."""
    upload = EvidenceUpload(
        id=new_id(), keys=[hashlib.sha256(blob).hexdigest() for blob in sealed], begun_at=now
    )
    with runtime.database.transaction() as session:
        session.add(upload)
    try:
        for blob in sealed:
            runtime.storage.put(blob)
    except (OSError, StorageError):
        # At once rather than by the sweeper: on a full disk every byte of a half upload is in the way.
        with contextlib.suppress(OSError, StorageError):
            _delete(runtime.storage, upload.keys)
        raise
    return upload


def arrived(session: Session, upload: EvidenceUpload) -> None:
    """Take the note back, in the transaction that writes the row which names the blobs."""
    session.execute(sa.delete(EvidenceUpload).where(EvidenceUpload.id == upload.id))


def release(session: Session, keys: Iterable[str], now: datetime) -> None:
    """Have the sweeper delete blobs that no row names any more, if this transaction is kept."""
    if given := list(keys):
        session.add(EvidenceUpload(id=new_id(), keys=given, begun_at=now - 2 * ABANDONED))
        jobs.defer(session, SWEEP)


def opened(session: Session, runtime: Runtime, subject_id: UUID, file: EvidenceFile, part: str) -> bytes:
    """The bytes of one part of a file. Raises Damaged rather than giving anything that was not stored so."""
    key: str | None = getattr(file, f"{part}_key")
    return opened_as(session, runtime, subject_id, file.id, key, purpose(file.id, part), part)


def opened_as(
    session: Session,
    runtime: Runtime,
    subject_id: UUID,
    file_id: UUID,
    key: str | None,
    sealed_for: str,
    part: str,
) -> bytes:
    """The bytes behind a key, sealed for a purpose; no key: they were removed. Raises Damaged, naming the file."""
    try:
        if key is None:
            raise Missing("removed")
        return runtime.vault.open(session, subject_id, sealed_for, runtime.storage.get(key))
    except (Corrupt, Missing, VaultError) as error:
        raise Damaged(file_id, part) from error


def sweep(runtime: Runtime, now: datetime) -> int:
    """Delete blobs of abandoned uploads and of removed files; answers how many. Repeating it is harmless."""
    with runtime.database.reading() as session:
        abandoned = session.scalars(
            sa.select(EvidenceUpload).where(EvidenceUpload.begun_at < now - ABANDONED)
        ).all()
        removed = session.scalars(
            sa.select(EvidenceFile).where(
                EvidenceFile.removed_at.is_not(None), EvidenceFile.original_key.is_not(None)
            )
        ).all()
    swept = 0
    for upload in abandoned:
        swept += _delete(runtime.storage, upload.keys)
        _write(runtime, sa.delete(EvidenceUpload).where(EvidenceUpload.id == upload.id))
    for file in removed:
        swept += _delete(runtime.storage, _keys(file))
        forget = {f"{part}_key": None for part in PARTS}
        _write(runtime, sa.update(EvidenceFile).where(EvidenceFile.id == file.id).values(forget))
    return swept + _sweep_redacted(runtime)


def _sweep_redacted(runtime: Runtime) -> int:
    """The redacted copies of removed files go with them."""
    removed = sa.select(EvidenceFile.id).where(EvidenceFile.removed_at.is_not(None))
    query = sa.select(RedactedCopy).where(RedactedCopy.file_id.in_(removed), RedactedCopy.blob.is_not(None))
    with runtime.database.reading() as session:
        copies = session.scalars(query).all()
    for copy in copies:
        _delete(runtime.storage, [copy.blob] if copy.blob else [])
        _write(runtime, sa.update(RedactedCopy).where(RedactedCopy.id == copy.id).values(blob=None))
    return len(copies)


def disk_is_full(error: OSError | DBAPIError) -> bool:
    """Whether an error means that there is no room left, on the disk or in the database."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    code = getattr(error.orig, "sqlite_errorcode", None)
    return (
        code == sqlite3.SQLITE_FULL or getattr(error.orig, "sqlstate", None) == "53100"
    )  # PostgreSQL: disk_full


def _keys(file: EvidenceFile) -> list[str]:
    keys = (file.original_key, file.harmless_key, file.thumbnail_key)
    return [key for key in keys if key is not None]


def _delete(storage: Storage, keys: Iterable[str]) -> int:
    deleted = 0
    for key in keys:
        storage.delete(key)
        deleted += 1
    return deleted


def _write(runtime: Runtime, statement: sa.Executable) -> None:
    with runtime.database.transaction() as session:
        session.execute(statement)

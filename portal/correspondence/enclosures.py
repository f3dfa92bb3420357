"""Files enclosed with letters: checked and made harmless in the evidence's box, sealed, stored, opened again.

They are for counsel to read and are no exhibits: what a court shall see is added as evidence and signed for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from portal.claims.models import Claim, Engagement
from portal.correspondence.models import Enclosure, Letter
from portal.database import new_id
from portal.errors import PortalError
from portal.evidence import blobs
from portal.evidence.box import cleanse_in_box
from portal.evidence.details import tidy_file_name
from portal.evidence.inspect import check_agrees, identify
from portal.evidence.models import EvidenceUpload
from portal.evidence.refusals import Refusal, TooLarge
from portal.evidence.service import MB, Upload
from portal.runtime import Runtime

MOST_FILES = 5
"""Files of one letter: each keeps the sender waiting while it is made harmless."""
PARTS = ("original", "harmless")


class EnclosureDetails(BaseModel):
    """Sealed with each file; the hashes are SHA-256 in hex, of the file as received and of its harmless copy."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    file_name: str
    sha256: str
    harmless_sha256: str


class RefusedFile(PortalError):
    """One of a letter's files cannot be taken; nothing of the letter was sent."""

    def __init__(self, name: str, refusal: Refusal) -> None:
        super().__init__(f"an enclosed file was refused: {refusal.code}")
        self.name, self.refusal = name, refusal


class TooManyEnclosures(PortalError):
    """More files than a letter may have."""


class NoRoomForLetters(PortalError):
    """The letters of this claim hold as many bytes as they may."""


@dataclass(frozen=True)
class Taken:
    """Files that are sealed and stored, before the letter that encloses them is written."""

    rows: tuple[Enclosure, ...] = ()
    stored: EvidenceUpload | None = None


@dataclass(frozen=True)
class Enclosed:
    """One file of a letter as it is shown; `size` in bytes as received."""

    id: UUID
    file_name: str
    media_type: str
    size: int
    pages: int


def take(runtime: Runtime, engagement: Engagement, uploads: Sequence[Upload], now: datetime) -> Taken:
    """Check, make harmless, seal and store every file, or none.

    Raises RefusedFile, TooManyEnclosures or NoRoomForLetters.

    What no letter takes up afterwards is swept as abandoned uploads are.
    """
    if not uploads:
        return Taken()
    if len(uploads) > MOST_FILES:
        raise TooManyEnclosures(f"{len(uploads)} files")
    with runtime.database.reading() as session:
        claim = session.get_one(Claim, engagement.claim_id)
        _check_room(session, runtime, claim, sum(len(upload.content) for upload in uploads))
    rows, sealed = [], []
    for number, upload in enumerate(uploads, 1):
        row, parts = _made(runtime, claim.subject_id, number, upload)
        rows.append(row)
        sealed += parts
    stored = blobs.put(runtime, sealed, now)
    keys = iter(stored.keys)
    for row in rows:
        row.original_key, row.harmless_key = next(keys), next(keys)
    return Taken(tuple(rows), stored)


def enclose(session: Session, letter: Letter, taken: Taken) -> None:
    """Write the rows of taken files with their letter, in the caller's transaction."""
    for row in taken.rows:
        row.letter_id = letter.id
        session.add(row)
    if taken.stored is not None:
        blobs.arrived(session, taken.stored)


def shown(session: Session, runtime: Runtime, subject_id: UUID, enclosure: Enclosure) -> Enclosed:
    """A file with its name opened."""
    details = read_details(session, runtime, subject_id, enclosure)
    return Enclosed(enclosure.id, details.file_name, enclosure.media_type, enclosure.size, enclosure.pages)


def read_details(
    session: Session, runtime: Runtime, subject_id: UUID, enclosure: Enclosure
) -> EnclosureDetails:
    """What is known of a file."""
    plain = runtime.vault.open(session, subject_id, _purpose(enclosure.id, "details"), enclosure.details)
    return EnclosureDetails.model_validate_json(plain)


def enclosure_of(session: Session, engagements: Sequence[Engagement], enclosure_id: UUID) -> Enclosure | None:
    """A file of a letter of one of these engagements; any other does not exist for the asker."""
    query = sa.select(Enclosure).join(Letter, Enclosure.letter_id == Letter.id)
    mine = [one.id for one in engagements]
    return session.scalars(
        query.where(Enclosure.id == enclosure_id, Letter.engagement_id.in_(mine))
    ).one_or_none()


def open_part(session: Session, runtime: Runtime, subject_id: UUID, enclosure: Enclosure, part: str) -> bytes:
    """The bytes of a part: `original` is only ever saved, `harmless` may be looked at. Raises evidence's Damaged."""
    key: str | None = getattr(enclosure, f"{part}_key")
    sealed_for = _purpose(enclosure.id, part)
    return blobs.opened_as(session, runtime, subject_id, enclosure.id, key, sealed_for, part)


def _made(runtime: Runtime, subject_id: UUID, number: int, upload: Upload) -> tuple[Enclosure, list[bytes]]:
    name = tidy_file_name(upload.file_name)
    try:
        if len(upload.content) > runtime.settings.max_file_mb * MB:
            raise TooLarge(len(upload.content), runtime.settings.max_file_mb * MB)
        check_agrees(identify(upload.content), upload.file_name, upload.declared_type)
        harmless = cleanse_in_box(upload.content)
    except Refusal as refusal:
        raise RefusedFile(name, refusal) from refusal
    made = new_id()
    details = EnclosureDetails(
        file_name=name,
        sha256=hashlib.sha256(upload.content).hexdigest(),
        harmless_sha256=hashlib.sha256(harmless.content).hexdigest(),
    )
    with runtime.database.reading() as session:
        plain = {
            "details": details.model_dump_json().encode(),
            "original": upload.content,
            "harmless": harmless.content,
        }
        sealed = {
            part: runtime.vault.seal(session, subject_id, _purpose(made, part), content)
            for part, content in plain.items()
        }
    row = Enclosure(
        id=made,
        number=number,
        media_type=harmless.media_type.value,
        size=len(upload.content),
        pages=harmless.pages,
        details=sealed["details"],
    )
    return row, [sealed[part] for part in PARTS]


def _check_room(session: Session, runtime: Runtime, claim: Claim, more: int) -> None:
    """All letters of a claim together may hold as much as its evidence may."""
    held = (
        sa.select(sa.func.coalesce(sa.func.sum(Enclosure.size), 0))
        .join(Letter, Enclosure.letter_id == Letter.id)
        .where(Letter.engagement_id.in_([one.id for one in claim.engagements]))
    )
    total = (session.scalar(held) or 0) + more
    if total > runtime.settings.max_claim_mb * MB:
        raise NoRoomForLetters(f"{total} bytes")


def _purpose(enclosure_id: UUID, part: str) -> str:
    return f"letter-enclosure {enclosure_id} {part}"

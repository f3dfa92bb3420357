"""A claim's evidence as it stands: listed, found and opened. Nothing here changes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.claims.models import Claim
from portal.evidence import blobs
from portal.evidence.details import EvidenceDetails
from portal.evidence.models import EvidenceFile
from portal.runtime import Runtime


@dataclass(frozen=True)
class Piece:
    """A file of a claim with its details opened; `size` in bytes as received."""

    id: UUID
    sequence: int
    kind: str
    media_type: str
    size: int
    pages: int
    received_at: datetime
    details: EvidenceDetails
    position: int = 0

    @property
    def place(self) -> tuple[bool, int, int]:
        """Sorts pieces as their owner put them; those that were never moved follow in order of arrival."""
        return (self.position == 0, self.position, self.sequence)


def list_for(session: Session, runtime: Runtime, claim_id: UUID) -> list[Piece]:
    """The files of a claim as the claimant put them; those never moved follow in order of arrival."""
    claim = session.get_one(Claim, claim_id)
    return [_piece(session, runtime, claim.subject_id, file) for file in files_of(session, claim_id)]


def file_of(session: Session, claim_id: UUID, file_id: UUID) -> EvidenceFile | None:
    """A file of this very claim; another claim's or a removed one is None."""
    query = sa.select(EvidenceFile).where(
        EvidenceFile.id == file_id, EvidenceFile.claim_id == claim_id, EvidenceFile.removed_at.is_(None)
    )
    return session.scalars(query).one_or_none()


def piece_of(session: Session, runtime: Runtime, file: EvidenceFile) -> Piece:
    """A file with its details opened."""
    return _piece(session, runtime, session.get_one(Claim, file.claim_id).subject_id, file)


def open_original(session: Session, runtime: Runtime, file: EvidenceFile) -> bytes:
    """The file as it was received. It was never made harmless: only ever to be saved, not shown. Raises Damaged."""
    return _opened(session, runtime, file, "original")


def open_harmless(session: Session, runtime: Runtime, file: EvidenceFile) -> bytes:
    """The harmless copy, of `file.media_type`. Raises Damaged."""
    return _opened(session, runtime, file, "harmless")


def open_thumbnail(session: Session, runtime: Runtime, file: EvidenceFile) -> bytes:
    """A small JPEG. Raises Damaged."""
    return _opened(session, runtime, file, "thumbnail")


def digest_of(runtime: Runtime, sha256: str) -> bytes:
    """The blind index by which a claim knows a file that it has."""
    return runtime.vault.index("evidence", sha256)


def held_as(session: Session, runtime: Runtime, claim: Claim, sha256: str) -> UUID | None:
    """The file of a claim that was received with these very bytes."""
    return held_under(session, claim, digest_of(runtime, sha256))


def held_under(session: Session, claim: Claim, digest: bytes) -> UUID | None:
    """The file of a claim that was received with the bytes of this digest."""
    query = sa.select(EvidenceFile.id).where(
        EvidenceFile.claim_id == claim.id,
        EvidenceFile.content_digest == digest,
        EvidenceFile.removed_at.is_(None),
    )
    return session.scalars(query).one_or_none()


def files_of(session: Session, claim_id: UUID) -> Sequence[EvidenceFile]:
    """The rows of a claim's files, in the order of `list_for`."""
    query = sa.select(EvidenceFile).where(
        EvidenceFile.claim_id == claim_id, EvidenceFile.removed_at.is_(None)
    )
    unmoved = sa.case((EvidenceFile.position == 0, 1), else_=0)
    return session.scalars(query.order_by(unmoved, EvidenceFile.position, EvidenceFile.sequence)).all()


def details_of(session: Session, runtime: Runtime, subject_id: UUID, file: EvidenceFile) -> EvidenceDetails:
    """What is known of a file, opened."""
    plain = runtime.vault.open(session, subject_id, blobs.purpose(file.id, "details"), file.details or b"")
    return EvidenceDetails.model_validate_json(plain)


def _piece(session: Session, runtime: Runtime, subject_id: UUID, file: EvidenceFile) -> Piece:
    return Piece(
        file.id, file.sequence, file.kind, file.media_type, file.size, file.pages, file.received_at,
        details_of(session, runtime, subject_id, file), file.position,
    )  # fmt: skip


def _opened(session: Session, runtime: Runtime, file: EvidenceFile, part: str) -> bytes:
    return blobs.opened(session, runtime, session.get_one(Claim, file.claim_id).subject_id, file, part)

"""Which copy of a file leaves the firm: the redacted one where staff covered parts of it, else the kept one.

Exports, exhibits and bundles take a file's content from here alone. What a freeze notes of a copy (``key`` and
``sealed_for``) can be opened later, whatever was redacted or withdrawn meanwhile: older copies stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.claims.models import Claim
from portal.errors import PortalError
from portal.evidence import blobs
from portal.evidence.models import EvidenceFile, RedactedCopy, Redaction
from portal.runtime import Runtime


class Reason(StrEnum):
    """Why an area of a file does not leave the firm."""

    THIRD_PARTY = "third_party"  # somebody else's name, number or face (개인정보 보호법 제17조)
    RESIDENT_NUMBER = "resident_number"  # 주민등록번호, 개인정보 보호법 제24조의2; FRCP 5.2 in the US
    PRIVILEGE = "privilege"  # attorney-client communication or work product
    OTHER = "other"


class StaleRedaction(PortalError):
    """A file's copy was changed by its claimant after parts of it were covered: nothing of it leaves before staff
    have looked again."""

    def __init__(self, file_id: UUID) -> None:
        super().__init__(f"evidence file {file_id} was changed after it was redacted")
        self.file_id = file_id


@dataclass(frozen=True)
class LeavingCopy:
    """A copy as it leaves: ``key`` is the blob, the SHA-256 of the sealed bytes; ``size`` in bytes of the open ones;
    ``reasons`` are codes of ``Reason``, empty where nothing was covered."""

    file_id: UUID
    key: str
    sealed_for: str
    media_type: str
    size: int
    pages: int
    reasons: tuple[str, ...] = ()

    @property
    def redacted(self) -> bool:
        """Whether staff covered parts of it."""
        return bool(self.reasons)


def leaving_copy(session: Session, file: EvidenceFile) -> LeavingCopy:
    """What leaves the firm in a file's place. Raises StaleRedaction, and Damaged for a file that was removed."""
    if file.harmless_key is None:
        raise blobs.Damaged(file.id, "harmless")
    copy = standing_copy(session, file.id)
    if copy is None:
        return LeavingCopy(
            file.id, file.harmless_key, blobs.purpose(file.id, "harmless"), file.media_type, file.harmless_size,
            file.pages,
        )  # fmt: skip
    if copy.made_from != file.harmless_key:
        raise StaleRedaction(file.id)
    if copy.blob is None:
        raise blobs.Damaged(file.id, "redacted")
    return LeavingCopy(
        file.id,
        copy.blob,
        redacted_purpose(copy),
        copy.media_type,
        copy.size,
        copy.pages,
        tuple(copy.reasons),
    )


def open_leaving(session: Session, runtime: Runtime, subject_id: UUID, copy: LeavingCopy) -> bytes:
    """The bytes of a copy; `subject_id` is that of its claim. Raises Damaged."""
    return blobs.opened_as(session, runtime, subject_id, copy.file_id, copy.key, copy.sealed_for, "redacted")


def leaving_bytes(session: Session, runtime: Runtime, file: EvidenceFile) -> bytes:
    """Both in one: the bytes that leave the firm in a file's place. Raises StaleRedaction and Damaged."""
    subject_id = session.get_one(Claim, file.claim_id).subject_id
    return open_leaving(session, runtime, subject_id, leaving_copy(session, file))


def redacted_among(session: Session, files: Sequence[UUID]) -> dict[UUID, tuple[str, ...]]:
    """Of these files, those of which a redacted copy leaves, with the codes of its reasons."""
    query = sa.select(RedactedCopy).where(
        RedactedCopy.file_id.in_(files), RedactedCopy.superseded_at.is_(None)
    )
    return {copy.file_id: tuple(copy.reasons) for copy in session.scalars(query)}


def standing_copy(session: Session, file_id: UUID) -> RedactedCopy | None:
    """The redacted copy that counts now."""
    query = sa.select(RedactedCopy).where(
        RedactedCopy.file_id == file_id, RedactedCopy.superseded_at.is_(None)
    )
    return session.scalars(query).one_or_none()


def standing_redactions(session: Session, file_id: UUID) -> Sequence[Redaction]:
    """The redactions of a file that were not withdrawn, the oldest first."""
    query = sa.select(Redaction).where(Redaction.file_id == file_id, Redaction.withdrawn_at.is_(None))
    return session.scalars(query.order_by(Redaction.made_at, Redaction.id)).all()


def redacted_purpose(copy: RedactedCopy) -> str:
    """What a redacted copy's ciphertext is bound to."""
    return blobs.purpose(copy.file_id, f"redacted {copy.id}")

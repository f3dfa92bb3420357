"""Evidence as rows: what is plain says nothing about the person; the rest is sealed with the claim's key."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base


class EvidenceFile(Base):
    """One file of a claim, kept twice: as it was received, and harmless. Removed ones keep an empty row."""

    __tablename__ = "evidence_files"
    __table_args__ = (
        sa.UniqueConstraint("claim_id", "sequence"),
        # Partial, so that a file can be added again after it was removed.
        sa.Index(
            "uq_evidence_files_content",
            "claim_id",
            "content_digest",
            unique=True,
            sqlite_where=sa.text("removed_at IS NULL"),
            postgresql_where=sa.text("removed_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    claim_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("claims.id"))
    sequence: Mapped[int] = mapped_column(comment="order of arrival within the claim; never used twice")
    position: Mapped[int] = mapped_column(
        default=0, comment="order chosen by the claimant; those left at 0 follow in order of arrival"
    )
    kind: Mapped[str] = mapped_column(sa.String(64), comment="id of one of the matter's kinds of evidence")
    media_type: Mapped[str] = mapped_column(sa.String(32), comment="of the harmless copy: JPEG, PNG or PDF")
    size: Mapped[int] = mapped_column(comment="bytes as received; counts towards the claim's room")
    harmless_size: Mapped[int] = mapped_column(comment="bytes of the harmless copy")
    pages: Mapped[int] = mapped_column(comment="of the harmless copy; 1 for pictures")
    details: Mapped[bytes | None] = mapped_column(comment="sealed EvidenceDetails; empty once removed")
    content_digest: Mapped[bytes] = mapped_column(comment="blind index of the received file's SHA-256")
    original_key: Mapped[str | None] = mapped_column(sa.String(64), comment="blob; empty once swept")
    harmless_key: Mapped[str | None] = mapped_column(sa.String(64), comment="blob; empty once swept")
    thumbnail_key: Mapped[str | None] = mapped_column(sa.String(64), comment="blob; empty once swept")
    received_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class EvidenceUpload(Base):
    """Blobs on their way in, written down before they are put, so that an interrupted upload leaves none behind."""

    __tablename__ = "evidence_uploads"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    keys: Mapped[list[str]]
    begun_at: Mapped[datetime]


class Redaction(Base):
    """Areas of a kept copy that staff covered before it leaves the firm, each with its reason; kept once withdrawn."""

    __tablename__ = "redactions"
    __table_args__ = (sa.Index("ix_redactions_file_id", "file_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    file_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("evidence_files.id"))
    jurisdiction: Mapped[str] = mapped_column(sa.String(8), comment="whose office covered them")
    areas: Mapped[list[dict[str, Any]]] = mapped_column(
        sa.JSON, comment="page, left, top, width and height as fractions of it, and the reason's code"
    )
    made_from: Mapped[str] = mapped_column(sa.String(64), comment="blob of the kept copy on which they lie")
    note: Mapped[bytes | None] = mapped_column(comment="sealed: what staff noted")
    made_by: Mapped[uuid.UUID]
    made_at: Mapped[datetime]
    withdrawn_by: Mapped[uuid.UUID | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawal: Mapped[bytes | None] = mapped_column(comment="sealed: why they were withdrawn")


class RedactedCopy(Base):
    """A kept copy with every area burnt in that stood when it was made. Older ones stay: they may have left."""

    __tablename__ = "redacted_copies"
    __table_args__ = (sa.Index("ix_redacted_copies_file_id", "file_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    file_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("evidence_files.id"))
    made_from: Mapped[str] = mapped_column(sa.String(64), comment="blob of the kept copy that was covered")
    blob: Mapped[str | None] = mapped_column(sa.String(64), comment="sealed copy; empty once swept")
    media_type: Mapped[str] = mapped_column(sa.String(32))
    size: Mapped[int] = mapped_column(comment="bytes of the copy")
    pages: Mapped[int]
    reasons: Mapped[list[str]] = mapped_column(comment="codes of the reasons of its areas")
    made_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None] = mapped_column(
        comment="when another took its place, or none was needed"
    )


class PartialUpload(Base):
    """A file that comes in parts, so that a lost connection costs one part; what arrived is in the blob store, sealed.

    A finished one stays without its parts until it expires, so that asking again for the end gives the same answer.
    """

    __tablename__ = "partial_uploads"
    __table_args__ = (sa.Index("ix_partial_uploads_claim_id_fingerprint", "claim_id", "fingerprint"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    claim_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("claims.id"))
    fingerprint: Mapped[bytes] = mapped_column(
        comment="blind index of what the sender says of the file; the same file chosen again goes on here"
    )
    size: Mapped[int] = mapped_column(comment="bytes that the whole file has, as announced")
    received: Mapped[int] = mapped_column(comment="bytes that are here")
    keys: Mapped[list[str]] = mapped_column(comment="blobs of the parts, in order")
    details: Mapped[bytes] = mapped_column(
        comment="sealed Announced: name, type and hash, as the sender says"
    )
    begun_at: Mapped[datetime]
    touched_at: Mapped[datetime] = mapped_column(comment="when the last part came; expires a day later")
    file_id: Mapped[uuid.UUID | None] = mapped_column(comment="the file that it became")

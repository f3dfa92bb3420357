"""The ledger: what was produced to whom, claim by claim, and what has to be called back."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base


class Recall(StrEnum):
    """Why a recipient has to be told about a claim that they were given."""

    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    ERASED = "erased"
    AMENDED = "amended"  # signed anew since; a supplement carries the new packet


class Production(Base):
    """One volume handed to one recipient. Rows are only added; each carries the hash of the one before it.

    Names stand here as they were: the ledger must read the same when a recipient or an account is gone.
    """

    __tablename__ = "productions"
    __table_args__ = (
        sa.UniqueConstraint("matter_slug", "number"),
        sa.Index("ix_productions_volume_id", "volume_id"),
        sa.Index("ix_productions_recipient_id", "recipient_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(comment="counts the productions of a matter, from 1")
    matter_slug: Mapped[str] = mapped_column(sa.String(64))
    jurisdiction: Mapped[str] = mapped_column(sa.String(8))
    batch_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("batches.id"))
    batch_number: Mapped[str] = mapped_column(sa.String(32))
    volume_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("volumes.id"))
    profile: Mapped[str] = mapped_column(sa.String(16))
    recipient_id: Mapped[uuid.UUID]
    recipient: Mapped[str] = mapped_column(sa.String(330), comment="name and office as they were")
    purpose: Mapped[str] = mapped_column(sa.String(300))
    claims: Mapped[int]
    range: Mapped[str] = mapped_column(
        sa.String(120), comment="places in the batch, or page numbers of the production"
    )
    manifest_sha256: Mapped[str] = mapped_column(sa.String(64), comment="of the volume's last part")
    approved_at: Mapped[datetime]
    approved_by: Mapped[uuid.UUID | None] = mapped_column(comment="staff")
    produced_at: Mapped[datetime]
    produced_by: Mapped[uuid.UUID | None] = mapped_column(comment="staff; none: the command line")
    replaces: Mapped[int | None] = mapped_column(
        comment="number of the production that it takes the place of"
    )
    previous: Mapped[str] = mapped_column(sa.String(64), comment="hash of the row before; empty in the first")
    hash: Mapped[str] = mapped_column(sa.String(64), comment="SHA-256 over this row and its claims")


class ProducedClaim(Base):
    """One claim of a production, with the packet that was in it."""

    __tablename__ = "produced_claims"
    __table_args__ = (sa.Index("ix_produced_claims_engagement_id", "engagement_id"),)

    production_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("productions.id"), primary_key=True)
    position: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="its place in the batch"
    )
    engagement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("engagements.id"))
    claim_number: Mapped[str] = mapped_column(sa.String(24))
    packet_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("packets.id"))
    packet_sha256: Mapped[str] = mapped_column(sa.String(64))


class RecallNotice(Base):
    """Something that one recipient has to be told about one claim, until they said that they know."""

    __tablename__ = "recall_notices"
    __table_args__ = (
        # Once for each thing that happened: another signing after that is another notice.
        sa.UniqueConstraint("production_id", "engagement_id", "reason", "packet_id"),
        sa.Index(
            "ix_recall_notices_open",
            "engagement_id",
            sqlite_where=sa.text("acknowledged_at IS NULL"),
            postgresql_where=sa.text("acknowledged_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    production_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("productions.id"))
    engagement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("engagements.id"))
    claim_number: Mapped[str] = mapped_column(sa.String(24))
    reason: Mapped[str] = mapped_column(sa.String(16), comment="withdrawn, declined, erased or amended")
    packet_id: Mapped[uuid.UUID] = mapped_column(
        comment="the packet that stands now; the produced one where none took its place"
    )
    raised_at: Mapped[datetime]
    sent_at: Mapped[datetime | None] = mapped_column(comment="when the office told the recipient")
    sent_by: Mapped[uuid.UUID | None]
    acknowledged_at: Mapped[datetime | None] = mapped_column(comment="when the recipient confirmed it")
    acknowledged_by: Mapped[uuid.UUID | None] = mapped_column(comment="of the staff, who noted it")
    note: Mapped[str | None] = mapped_column(sa.String(300), comment="how they confirmed; names no claimant")

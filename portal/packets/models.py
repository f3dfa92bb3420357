"""Packets: one signed PDF for one engagement, each revision a row of its own."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.claims.models import Engagement
from portal.database import Base


class PacketState(StrEnum):
    """Where the making of a packet stands."""

    PENDING = "pending"
    SEALED = "sealed"
    FAILED = "failed"


class Packet(Base):
    """The packet of an engagement as signed at one time. Once sealed it never changes; a new one supersedes it."""

    __tablename__ = "packets"
    __table_args__ = (
        sa.UniqueConstraint("engagement_id", "revision"),
        sa.Index("ix_packets_state_created_at", "state", "created_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    engagement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("engagements.id"))
    signature_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("signatures.id"))
    matter_version_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("matter_versions.id"))
    jurisdiction: Mapped[str] = mapped_column(sa.String(8))
    revision: Mapped[int] = mapped_column(comment="1, 2, … within the engagement")
    state: Mapped[str] = mapped_column(sa.String(16), default=PacketState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None] = mapped_column(sa.String(32), comment="glyph, corrupt-exhibit, disk-full, …")
    blob: Mapped[str | None] = mapped_column(sa.String(64), comment="key of the sealed PDF in storage")
    sha256: Mapped[str | None] = mapped_column(sa.String(64), comment="of the plain PDF, as batches state it")
    size: Mapped[int | None] = mapped_column(comment="bytes of the plain PDF")
    pages: Mapped[int | None]
    certificate: Mapped[str | None] = mapped_column(
        sa.String(64), comment="SHA-256 of the sealing certificate"
    )
    created_at: Mapped[datetime]
    sealed_at: Mapped[datetime | None]

    engagement: Mapped[Engagement] = relationship(lazy="joined")

"""Requests for erasure of what was signed, and what counsel decided."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base


class Outcome(StrEnum):
    """What an office decided."""

    GRANTED = "granted"
    REFUSED = "refused"


class ErasureRequest(Base):
    """A claimant's wish that a signed claim be erased, as one law firm has to decide it.

    A claim is erased when every firm that holds it has agreed; one that must keep it says why.
    """

    __tablename__ = "erasure_requests"
    __table_args__ = (
        sa.Index("ix_erasure_requests_engagement_id", "engagement_id"),
        sa.Index("ix_erasure_requests_decided_at", "decided_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    engagement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("engagements.id"))
    requested_at: Mapped[datetime]
    outcome: Mapped[str | None] = mapped_column(sa.String(16), comment="granted or refused; empty while open")
    reason: Mapped[bytes | None] = mapped_column(
        comment="sealed: why it must be kept, as the claimant reads it"
    )
    decided_by: Mapped[uuid.UUID | None] = mapped_column(comment="staff who decided")
    decided_at: Mapped[datetime | None]


class LastWord(Base):
    """The key of a message that tells somebody whose claim is gone; destroyed once the message has left."""

    __tablename__ = "last_words"

    subject_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("subject_keys.id"), primary_key=True)
    created_at: Mapped[datetime]

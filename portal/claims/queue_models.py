"""What staff's queue looks through: groups of engagements alike in all that it filters by, and one short row of each.

A million engagements fall into some thousands of groups, so any combination of filters is decided on the groups, which
know how many belong to them; rows are then read by an index in the order wanted. ``claims.queued`` keeps both.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base


class QueueGroup(Base):
    """Engagements alike in everything that the queue filters by; lists are kept as ``|one|two|``."""

    __tablename__ = "queue_groups"
    __table_args__ = (sa.UniqueConstraint("digest"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64), comment="SHA-256 of all that follows")
    jurisdiction: Mapped[str] = mapped_column(sa.String(8))
    state: Mapped[str] = mapped_column(sa.String(32))
    outcome: Mapped[str] = mapped_column(sa.String(16))
    kind: Mapped[str] = mapped_column(sa.String(16))
    country: Mapped[str] = mapped_column(sa.String(2))
    assignee: Mapped[str] = mapped_column(sa.String(36), comment="id of the member of staff; empty: nobody")
    tracks: Mapped[str] = mapped_column(sa.Text)
    reasons: Mapped[str] = mapped_column(sa.Text, comment="ids of the rules behind its decisions")
    flags: Mapped[str] = mapped_column(sa.Text)
    number: Mapped[int] = mapped_column(default=0, comment="how many engagements belong to it")


class QueueRow(Base):
    """One engagement in the queue: its group and what it is ordered by."""

    __tablename__ = "queue_rows"
    __table_args__ = (
        sa.Index("ix_queue_rows_group", "group_id", "received_at", "engagement_id"),
        sa.Index("ix_queue_rows_received", "jurisdiction", "received_at", "engagement_id"),
        sa.Index("ix_queue_rows_doubt", "jurisdiction", "doubt", "received_at", "engagement_id"),
        sa.Index("ix_queue_rows_due_on", "jurisdiction", "due_on"),
        sa.Index("ix_queue_rows_claim_id", "claim_id"),
    )

    engagement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("engagements.id"), primary_key=True)
    claim_id: Mapped[uuid.UUID]
    group_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("queue_groups.id"))
    jurisdiction: Mapped[str] = mapped_column(sa.String(8))
    received_at: Mapped[datetime]
    doubt: Mapped[int]
    due_on: Mapped[date | None]

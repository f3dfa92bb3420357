"""What the desk remembers of staff's work: visits to claims, saved views, acts that can still be undone, mass acts."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base


class Visit(Base):
    """That a member of staff opened a claim: shown as seen, and for a while as being worked on."""

    __tablename__ = "visits"

    engagement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("engagements.id"), primary_key=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff_members.id"), primary_key=True)
    first_at: Mapped[datetime]
    since: Mapped[datetime] = mapped_column(comment="when the present visit began")
    last_at: Mapped[datetime]
    left_at: Mapped[datetime | None] = mapped_column(comment="when it was ended")


class SavedView(Base):
    """Filters of the queue that somebody keeps under a name of their own."""

    __tablename__ = "saved_views"
    __table_args__ = (sa.Index("ix_saved_views_staff_id", "staff_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff_members.id"))
    name: Mapped[bytes] = mapped_column(comment="sealed with the member's key")
    filters: Mapped[dict[str, Any]] = mapped_column(comment="codes only, never a searched text")
    created_at: Mapped[datetime]


class DeskAct(Base):
    """Something done from the queue: held for some seconds, in which it can be undone, and then carried out."""

    __tablename__ = "desk_acts"
    __table_args__ = (
        sa.Index("ix_desk_acts_engagement_id", "engagement_id"),
        sa.Index("ix_desk_acts_staff_id", "staff_id", "state"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    engagement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("engagements.id"))
    staff_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff_members.id"))
    act: Mapped[str] = mapped_column(sa.String(16), comment="accept, decline, ask or assign")
    text: Mapped[bytes | None] = mapped_column(comment="sealed: what is asked, or why declined")
    until: Mapped[date | None] = mapped_column(comment="by when information is asked for")
    was_id: Mapped[uuid.UUID | None] = mapped_column(comment="of assign: whose work it was before")
    held_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(comment="when it is carried out; until then it can be undone")
    state: Mapped[str] = mapped_column(sa.String(8), comment="held, done, undone or failed")
    failure: Mapped[str | None] = mapped_column(sa.String(32), comment="code of the reason")


class BulkRun(Base):
    """One act upon many engagements, confirmed once."""

    __tablename__ = "bulk_runs"
    __table_args__ = (sa.Index("ix_bulk_runs_staff_id", "staff_id", "started_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff_members.id"))
    act: Mapped[str] = mapped_column(sa.String(16), comment="assign, accept, ask or decline")
    text: Mapped[bytes | None] = mapped_column(comment="sealed: what is asked, or why declined")
    until: Mapped[date | None] = mapped_column(comment="by when information is asked for")
    assignee_id: Mapped[uuid.UUID | None] = mapped_column(comment="to whom; empty: to nobody")
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class BulkItem(Base):
    """One engagement of a mass act."""

    __tablename__ = "bulk_items"

    run_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("bulk_runs.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("engagements.id"))
    state: Mapped[str] = mapped_column(sa.String(8), default="waiting", comment="waiting, done or failed")
    failure: Mapped[str | None] = mapped_column(sa.String(32), comment="code of the reason")

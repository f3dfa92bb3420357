"""What review keeps beside the claim: what was unmasked, what was decided of each track, and second pairs of eyes."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base


class Unmasking(Base):
    """Somebody unmasked a group of fields of an engagement in one sitting; it holds for some minutes."""

    __tablename__ = "unmaskings"

    session_id: Mapped[uuid.UUID] = mapped_column(primary_key=True, comment="the sitting of a staff member")
    engagement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("engagements.id"), primary_key=True)
    field: Mapped[str] = mapped_column(
        sa.String(24), primary_key=True, comment="a group of authorisation.toml"
    )
    until: Mapped[datetime]


class TrackDecision(Base):
    """What staff decided of one track of an engagement; void once the engagement is looked at again."""

    __tablename__ = "track_decisions"
    __table_args__ = (sa.Index("ix_track_decisions_engagement_id", "engagement_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    engagement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("engagements.id"))
    track: Mapped[str] = mapped_column(sa.String(64))
    accepted: Mapped[bool]
    reason: Mapped[bytes | None] = mapped_column(
        comment="sealed: why it was declined, as the claimant reads it"
    )
    again_until: Mapped[date | None] = mapped_column(
        comment="until when the claimant can ask for another look; a day in the jurisdiction"
    )
    decided_by: Mapped[uuid.UUID]
    decided_at: Mapped[datetime]
    void_at: Mapped[datetime | None]


class SecondLook(Base):
    """A decision that waits for a second person, or that one confirmed or sent back."""

    __tablename__ = "second_looks"
    __table_args__ = (sa.Index("ix_second_looks_engagement_id", "engagement_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    engagement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("engagements.id"))
    verdict: Mapped[bytes] = mapped_column(comment="sealed: what was decided of each track, and why")
    proposed_by: Mapped[uuid.UUID]
    proposed_at: Mapped[datetime]
    settled_by: Mapped[uuid.UUID | None]
    settled_at: Mapped[datetime | None]
    confirmed: Mapped[bool | None] = mapped_column(comment="empty until a second person looked")
    note: Mapped[bytes | None] = mapped_column(comment="sealed: why it was sent back")

"""Numbers by day, which name nobody, and who is sent the daily digest."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base


class DailyNumber(Base):
    """One count of one day that is over, as days begin and end where the office is."""

    __tablename__ = "daily_numbers"

    jurisdiction: Mapped[str] = mapped_column(sa.String(8), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    measure: Mapped[str] = mapped_column(
        sa.String(24),
        primary_key=True,
        comment="what was counted: a step of the funnel, state, track, reason, …",
    )
    part: Mapped[str] = mapped_column(
        sa.String(160),
        primary_key=True,
        comment="of what: web, accepted, kr-consumer, KR, …; empty for all of it",
    )
    number: Mapped[int] = mapped_column(sa.BigInteger())


class DigestReader(Base):
    """Somebody of the staff who asked for the daily digest."""

    __tablename__ = "digest_readers"

    staff_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff_members.id"), primary_key=True)
    chosen_at: Mapped[datetime]


class SentDigest(Base):
    """That the digest of a day was dealt with for somebody, so that none is sent twice."""

    __tablename__ = "sent_digests"

    staff_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff_members.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True, comment="a day where the reader's office is")
    said: Mapped[str] = mapped_column(
        sa.String(8),
        comment="news, well (once a week, that nothing is wrong), or nothing: no message was sent",
    )

"""Messages that people reported as scams."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base


class ReportedScam(Base):
    """One message that somebody asked us to keep, without a name; the same text is counted, not kept twice."""

    __tablename__ = "reported_scams"
    __table_args__ = (sa.UniqueConstraint("digest"), sa.Index("ix_reported_scams_last_at", "last_at"))

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    subject_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("subject_keys.id"),
        comment="of its own; erased when the report has been kept long enough",
    )
    content: Mapped[bytes] = mapped_column(comment="sealed text as it was pasted")
    digest: Mapped[bytes] = mapped_column(comment="keyed hash of the text, to count the same one")
    verdict: Mapped[str] = mapped_column(
        sa.String(16), comment="what the page answered: ours, not-ours, scam, unknown"
    )
    signs: Mapped[str] = mapped_column(
        sa.String(300), comment="codes of the signs found, with blanks between"
    )
    channel: Mapped[str] = mapped_column(sa.String(8), comment="how it came: sms, email, call or other")
    language: Mapped[str] = mapped_column(sa.String(2), comment="of the page it was reported on")
    times: Mapped[int] = mapped_column(default=1, comment="how often it was reported")
    reported_at: Mapped[datetime]
    last_at: Mapped[datetime]

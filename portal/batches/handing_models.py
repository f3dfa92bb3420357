"""Whom volumes go to, and the page numbers that were given out to productions."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base


class Recipient(Base):
    """Somebody outside the firm to whom volumes are handed: a court's filing desk, a reviewer, another office."""

    __tablename__ = "recipients"
    __table_args__ = (sa.UniqueConstraint("matter_slug", "name"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    matter_slug: Mapped[str] = mapped_column(sa.String(64))
    jurisdiction: Mapped[str] = mapped_column(sa.String(8), comment="whose batches go to them")
    name: Mapped[str] = mapped_column(sa.String(120), comment="of the person or desk")
    office: Mapped[str] = mapped_column(sa.String(200), comment="the court, firm or company they belong to")
    language: Mapped[str] = mapped_column(sa.String(2), comment="in which they are written to")
    key: Mapped[str | None] = mapped_column(
        sa.String(200), comment="age public key; none: a ZIP with a passphrase sent apart"
    )
    created_at: Mapped[datetime]
    created_by: Mapped[uuid.UUID | None] = mapped_column(comment="staff; none: the command line")
    removed_at: Mapped[datetime | None] = mapped_column(comment="nothing goes to them from then on")


class BatesRange(Base):
    """Page numbers that one production took, the first and last included; no number is ever given out twice."""

    __tablename__ = "bates_ranges"
    __table_args__ = (
        sa.UniqueConstraint("prefix", "first"),
        sa.UniqueConstraint("batch_id", "content_sha256"),
        sa.CheckConstraint("first > 0 AND last >= first", name="order"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    matter_slug: Mapped[str] = mapped_column(sa.String(64))
    party: Mapped[str] = mapped_column(sa.String(200), comment="who produces, as the production names them")
    prefix: Mapped[str] = mapped_column(sa.String(24))
    first: Mapped[int]
    last: Mapped[int]
    batch_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("batches.id"))
    volume_id: Mapped[uuid.UUID] = mapped_column(comment="the volume that it was first taken for")
    content_sha256: Mapped[str] = mapped_column(
        sa.String(64), comment="of the documents' hashes and pages: the same pages keep their numbers"
    )
    created_at: Mapped[datetime]

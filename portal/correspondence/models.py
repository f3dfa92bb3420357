"""Letters between a claimant and counsel of one jurisdiction. What they say and what is enclosed is sealed."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base


class LetterKind(StrEnum):
    """What a letter is in the talk."""

    LETTER = "letter"
    REQUEST = "request"  # counsel asks for something by a day
    ANSWER = "answer"  # the claimant's answer to it


class Author(StrEnum):
    """Who wrote it."""

    CLAIMANT = "claimant"
    STAFF = "staff"


class Letter(Base):
    """One letter of one engagement, as it was sent; never edited, never taken back."""

    __tablename__ = "letters"
    __table_args__ = (
        sa.Index("ix_letters_engagement_id_sent_at", "engagement_id", "sent_at"),
        # The office's list of letters that wait for an answer; those that do not are most.
        sa.Index(
            "ix_letters_waiting",
            "sent_at",
            sqlite_where=sa.text("author = 'claimant' AND settled_at IS NULL"),
            postgresql_where=sa.text("author = 'claimant' AND settled_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    engagement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("engagements.id"))
    kind: Mapped[str] = mapped_column(sa.String(16), comment="letter, request or answer")
    author: Mapped[str] = mapped_column(sa.String(8), comment="claimant or staff")
    staff_id: Mapped[uuid.UUID | None] = mapped_column(comment="who of the staff wrote it")
    body: Mapped[bytes] = mapped_column(comment="sealed text")
    sent_at: Mapped[datetime]
    read_at: Mapped[datetime | None] = mapped_column(comment="when the other side first opened it")
    settled_at: Mapped[datetime | None] = mapped_column(
        comment="a claimant's letter: when staff answered it or found that it needs no answer"
    )

    enclosures: Mapped[list[Enclosure]] = relationship(
        order_by="Enclosure.number", lazy="selectin", back_populates="letter"
    )


class Enclosure(Base):
    """A file enclosed with a letter, kept twice as evidence is: as it was received, and harmless."""

    __tablename__ = "letter_enclosures"
    __table_args__ = (sa.UniqueConstraint("letter_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    letter_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("letters.id"))
    number: Mapped[int] = mapped_column(comment="1, 2, … within the letter")
    media_type: Mapped[str] = mapped_column(sa.String(32), comment="of the harmless copy: JPEG, PNG or PDF")
    size: Mapped[int] = mapped_column(comment="bytes as received")
    pages: Mapped[int] = mapped_column(comment="of the harmless copy; 1 for pictures")
    details: Mapped[bytes] = mapped_column(comment="sealed EnclosureDetails: file name and hashes")
    original_key: Mapped[str | None] = mapped_column(sa.String(64), comment="blob; empty once swept")
    harmless_key: Mapped[str | None] = mapped_column(sa.String(64), comment="blob; empty once swept")

    letter: Mapped[Letter] = relationship(back_populates="enclosures")

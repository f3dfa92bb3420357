"""What screening keeps: keyed hashes, pairs found and judged, lists of parties and clients, checks against them."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base


class ScreenedClaim(Base):
    """When a signed claim was last looked at; what was signed since then is looked at again."""

    __tablename__ = "screened_claims"

    claim_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("claims.id"), primary_key=True)
    looked_at: Mapped[datetime]


class ScreeningKey(Base):
    """A keyed hash of something that two claims may have in common."""

    __tablename__ = "screening_keys"
    __table_args__ = (sa.Index("ix_screening_keys_digest", "digest", "claim_id"),)

    claim_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("claims.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    digest: Mapped[bytes] = mapped_column(sa.LargeBinary(32), primary_key=True)


class PicturePrint(Base):
    """The 64-bit print of a picture, sealed with its claim's key; found by bands of it among the screening keys."""

    __tablename__ = "picture_prints"
    __table_args__ = (sa.Index("ix_picture_prints_claim_id", "claim_id"),)

    file_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("evidence_files.id"), primary_key=True)
    claim_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("claims.id"))
    copy_key: Mapped[str] = mapped_column(sa.String(64), comment="blob that it was made of")
    print: Mapped[bytes | None] = mapped_column(comment="sealed; empty where the picture says too little")


class LikelyPair(Base):
    """Two engagements that may be one person's, or share what two people rarely do; and how staff judged it."""

    __tablename__ = "likely_pairs"
    __table_args__ = (
        sa.UniqueConstraint("first_id", "second_id"),
        sa.Index("ix_likely_pairs_second_id", "second_id"),
        sa.Index("ix_likely_pairs_standing", "standing", "score", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    first_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("engagements.id"), comment="the earlier one")
    second_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("engagements.id"))
    kind: Mapped[str] = mapped_column(
        sa.String(8),
        comment="person: likely one; shared: two who sent in the same; across: two offices' claims",
    )
    score: Mapped[int] = mapped_column(comment="sum of the weights of its reasons; orders the work")
    reasons: Mapped[list[str]] = mapped_column(comment="codes, as review.toml words them")
    standing: Mapped[str] = mapped_column(sa.String(8), comment="open, merged or apart")
    found_at: Mapped[datetime]
    judged_at: Mapped[datetime | None]
    judged_by: Mapped[uuid.UUID | None] = mapped_column(comment="staff account")
    kept_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("engagements.id"), comment="of a merger: the engagement that goes on"
    )
    closed_from: Mapped[str | None] = mapped_column(
        sa.String(32),
        comment="of a merger: the state that the other one had; empty where it had ended already",
    )


class ConflictList(Base):
    """One version of a named list of parties or former clients of an office. Only the newest has entries."""

    __tablename__ = "conflict_lists"
    __table_args__ = (sa.UniqueConstraint("jurisdiction", "name", "version"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    jurisdiction: Mapped[str] = mapped_column(sa.String(8))
    name: Mapped[str] = mapped_column(sa.String(80))
    version: Mapped[int]
    dated: Mapped[date] = mapped_column(comment="as of which day the office's list is")
    entries: Mapped[int] = mapped_column(comment="names taken")
    skipped: Mapped[int] = mapped_column(comment="lines without a name that can be compared")
    subject_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("subject_keys.id"), comment="seals its entries; destroyed when a newer version comes"
    )
    imported_at: Mapped[datetime]
    imported_by: Mapped[uuid.UUID | None] = mapped_column(comment="staff account; empty for the command")
    replaced_at: Mapped[datetime | None]


class ConflictEntry(Base):
    """One name of a list."""

    __tablename__ = "conflict_entries"
    __table_args__ = (sa.Index("ix_conflict_entries_list_id", "list_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    list_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("conflict_lists.id"))
    content: Mapped[bytes] = mapped_column(
        comment="sealed Listed: names, birth date, what they are to the firm"
    )


class ConflictKey(Base):
    """A keyed hash under which a listed name is met."""

    __tablename__ = "conflict_keys"
    __table_args__ = (sa.Index("ix_conflict_keys_digest", "digest", "entry_id"),)

    entry_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("conflict_entries.id"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(sa.LargeBinary(32), primary_key=True)


class ConflictCheck(Base):
    """One check of an engagement against its office's lists, as they were then; the newest one counts."""

    __tablename__ = "conflict_checks"
    __table_args__ = (
        sa.Index("ix_conflict_checks_engagement_id", "engagement_id", "id"),
        sa.Index("ix_conflict_checks_result", "result", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    engagement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("engagements.id"))
    lists: Mapped[list[str]] = mapped_column(comment="ids of the versions of lists that it was held against")
    result: Mapped[str] = mapped_column(sa.String(16), comment="clear, open or waived")
    hits: Mapped[bytes | None] = mapped_column(comment="sealed Hits; empty where there were none")
    checked_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[uuid.UUID | None] = mapped_column(comment="staff account")
    settlement: Mapped[str | None] = mapped_column(sa.String(16), comment="apart, waived or declined")
    reason: Mapped[bytes | None] = mapped_column(comment="sealed: why it was settled so")
    newest: Mapped[bool] = mapped_column(
        default=True, comment="whether no later check of the engagement is there"
    )

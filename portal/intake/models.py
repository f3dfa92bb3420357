"""What is kept about claims that came otherwise: who took one in, and which list and row another came from."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base


class AssistedIntake(Base):
    """A claim that staff typed in with its claimant, on the telephone or at the counter."""

    __tablename__ = "assisted_intakes"
    __table_args__ = (sa.UniqueConstraint("claim_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    claim_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("claims.id"))
    staff_id: Mapped[uuid.UUID] = mapped_column(comment="who typed it in")
    way: Mapped[str] = mapped_column(sa.String(8), comment="phone or counter")
    note: Mapped[bytes | None] = mapped_column(comment="sealed: what the operator noted about the talk")
    taken_at: Mapped[datetime]
    told_at: Mapped[datetime | None] = mapped_column(comment="when the claimant was asked to confirm it")


class ImportRun(Base):
    """One list that was read in, and how far."""

    __tablename__ = "import_runs"
    __table_args__ = (sa.UniqueConstraint("matter_slug", "file_digest"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    matter_slug: Mapped[str] = mapped_column(sa.String(64))
    file_digest: Mapped[bytes] = mapped_column(
        comment="keyed hash of the list and its mapping, to know both again"
    )
    jurisdictions: Mapped[list[str]] = mapped_column(comment="of its tracks: which offices see the run")
    begun_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    done: Mapped[int] = mapped_column(default=0, comment="the last row of the list that was dealt with")
    created: Mapped[int] = mapped_column(default=0, comment="drafts made of its rows")
    duplicates: Mapped[int] = mapped_column(default=0, comment="rows of somebody who had a claim already")
    refused: Mapped[int] = mapped_column(default=0, comment="rows of which no draft could be made")


class ImportedRow(Base):
    """A row of a list that a draft was made of, or that was somebody's who had a claim. Nothing of it can be read."""

    __tablename__ = "imported_rows"
    __table_args__ = (
        sa.UniqueConstraint("digest"),
        sa.Index("ix_imported_rows_run", "run_id", "number"),
        sa.Index("ix_imported_rows_claim_id", "claim_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    run_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("import_runs.id"))
    number: Mapped[int] = mapped_column(comment="its place in the list, the first row being 1")
    digest: Mapped[bytes] = mapped_column(comment="keyed hash of what the row says")
    claim_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("claims.id"), comment="the draft made of it; empty for somebody who had a claim"
    )
    invited_at: Mapped[datetime | None] = mapped_column(comment="when they were asked to confirm and sign")
    reminded_at: Mapped[datetime | None] = mapped_column(
        comment="when they were reminded, which is once at most"
    )

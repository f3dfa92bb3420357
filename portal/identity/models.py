"""Codes that prove a contact, and the sessions that a proof opens."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base


class Code(Base):
    """A one-time code sent to one contact for one browser. The row shows neither code nor contact."""

    __tablename__ = "codes"
    __table_args__ = (
        sa.Index("ix_codes_target_created_at", "target", "created_at"),
        sa.Index("ix_codes_created_at", "created_at"),
        sa.Index("ix_codes_block_created_at", "block", "created_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    subject_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("subject_keys.id"), comment="becomes the claim's subject, or is erased"
    )
    digest: Mapped[bytes] = mapped_column(comment="keyed hash of id and code")
    target: Mapped[bytes] = mapped_column(comment="blind index of the contact, for counting")
    block: Mapped[bytes | None] = mapped_column(
        comment="blind index of the block of network addresses that asked, for counting"
    )
    browser: Mapped[bytes] = mapped_column(comment="hash of the token of the browser that asked")
    contact: Mapped[bytes] = mapped_column(comment="sealed e-mail address or phone number")
    kind: Mapped[str] = mapped_column(sa.String(8), default="email", comment="of the contact: email or phone")
    purpose: Mapped[str] = mapped_column(
        sa.String(16), default="enter", comment="what the proof is good for: enter, contact or recover"
    )
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    proved_at: Mapped[datetime | None] = mapped_column(
        comment="when it was entered; it cannot be entered again"
    )
    spent_at: Mapped[datetime | None] = mapped_column(
        comment="when the proof opened a session; it opens no second one"
    )


class ClaimantSession(Base):
    """A browser in which a contact of a claim was proved. Ending the row ends the session, whatever cookie is held."""

    __tablename__ = "claimant_sessions"
    __table_args__ = (
        sa.UniqueConstraint("token_hash"),
        sa.Index("ix_claimant_sessions_claim_id", "claim_id"),
        sa.Index("ix_claimant_sessions_ends_at", "ends_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    claim_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("claims.id"))
    party: Mapped[str] = mapped_column(
        sa.String(8), default="", comment="who came in: empty for the claimant, else a representative's id"
    )
    contact_kind: Mapped[str] = mapped_column(
        sa.String(8), default="", comment="which kind of contact was proved: email or phone"
    )
    contact: Mapped[bytes | None] = mapped_column(comment="blind index of the contact that was proved")
    proved_at: Mapped[datetime | None] = mapped_column(
        comment="when; for a while it opens the other claims of that contact too"
    )
    token_hash: Mapped[bytes]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(comment="absolute end")
    ended_at: Mapped[datetime | None] = mapped_column(comment="signed out or revoked")


class SpentPass(Base):
    """Work or waiting that a browser did for one code. It is good for no second one."""

    __tablename__ = "spent_passes"
    __table_args__ = (sa.Index("ix_spent_passes_spent_at", "spent_at"),)

    digest: Mapped[bytes] = mapped_column(primary_key=True, comment="hash of the challenge or ticket")
    kind: Mapped[str] = mapped_column(sa.String(8), comment="work or wait")
    block: Mapped[bytes | None] = mapped_column(
        comment="blind index of the block of network addresses that used it, for counting"
    )
    spent_at: Mapped[datetime]

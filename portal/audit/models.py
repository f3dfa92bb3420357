"""The append-only record of who did what."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base


class AuditEvent(Base):
    """One act. Its hash covers its content and the hash before it, so that a change anywhere breaks the chain."""

    __tablename__ = "audit_events"
    __table_args__ = (
        sa.Index("ix_audit_events_subject_id_sequence", "subject_id", "sequence"),
        sa.Index("ix_audit_events_action_sequence", "action", "sequence"),
    )

    sequence: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=False
    )
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(sa.String(16))
    actor_id: Mapped[uuid.UUID | None]
    action: Mapped[str] = mapped_column(sa.String(64), comment="such as claim.submitted; dotted, past tense")
    subject_id: Mapped[uuid.UUID | None] = mapped_column(comment="the claim, staff member or batch acted on")
    detail: Mapped[dict[str, Any]] = mapped_column(comment="codes and counts, never personal data")
    hash: Mapped[bytes]


class AuditCheckpoint(Base):
    """A signed statement of the chain's head, so that cutting off its end shows."""

    __tablename__ = "audit_checkpoints"

    sequence: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=False
    )
    hash: Mapped[bytes]
    signed_at: Mapped[datetime]
    signature: Mapped[bytes] = mapped_column(comment="Ed25519 over the statement")

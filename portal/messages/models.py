"""The outbox: what was said to whom, sealed; when it left, in plain columns."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base

HOLD_A_CODE = frozenset({"code", "staff-invited"})
"""Kinds of messages that let somebody in: sent also to an address that others came back from, never sent again, and
in production forgotten once they left."""


class MessageState(StrEnum):
    """Where a message stands."""

    QUEUED = "queued"
    SENT = "sent"
    BOUNCED = "bounced"
    FAILED = "failed"


class OutboxMessage(Base):
    """One message. Written in the transaction of what it tells of, sent afterwards by a job."""

    __tablename__ = "outbox_messages"
    __table_args__ = (
        sa.Index("ix_outbox_messages_state_due_at", "state", "due_at"),
        sa.Index("ix_outbox_messages_subject_id", "subject_id"),
        sa.Index("ix_outbox_messages_created_at", "created_at"),
        sa.Index("ix_outbox_messages_reference", "reference"),
        sa.UniqueConstraint("instead_of"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    subject_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("subject_keys.id"))
    channel: Mapped[str] = mapped_column(sa.String(8), default="email", comment="email or sms")
    kind: Mapped[str] = mapped_column(sa.String(32), comment="code, received, packets-ready, ...")
    language: Mapped[str] = mapped_column(sa.String(2))
    sealed: Mapped[bytes | None] = mapped_column(comment="sealed Wording; dropped once a code was sent")
    state: Mapped[str] = mapped_column(sa.String(16), default=MessageState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(comment="not before; while being sent, when another may try")
    useless_after: Mapped[datetime | None] = mapped_column(
        comment="a code that nobody can use any more is not sent"
    )
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(
        sa.String(32), comment="why the last attempt failed: a code, no text"
    )
    bounced_at: Mapped[datetime | None] = mapped_column(comment="when we learned that it did not arrive")
    reference: Mapped[str | None] = mapped_column(
        sa.String(64), comment="what an SMS provider calls it, so that its reports find it"
    )
    instead_of: Mapped[uuid.UUID | None] = mapped_column(
        comment="the message that came back and that this one says by another channel, or again"
    )


class StoppedAddress(Base):
    """An address or number that messages came back from: nothing but codes goes there until it is proved again."""

    __tablename__ = "stopped_addresses"
    __table_args__ = (sa.UniqueConstraint("target"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    target: Mapped[bytes] = mapped_column(comment="blind index of the address or number")
    message_id: Mapped[uuid.UUID] = mapped_column(comment="the message that came back")
    reason: Mapped[str] = mapped_column(sa.String(32), comment="the status that the mail server gave: a code")
    stopped_at: Mapped[datetime]

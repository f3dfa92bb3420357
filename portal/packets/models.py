"""Packets with their editions, later events and countersigning; the phone hand-off; packets signed on paper."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.claims.models import Engagement
from portal.database import Base
from portal.packets.codes import new_code


class PacketState(StrEnum):
    """Where the making of a packet stands."""

    PENDING = "pending"
    SEALED = "sealed"
    FAILED = "failed"


class PacketKind(StrEnum):
    """What a sealed file is."""

    ENGAGEMENT = "engagement"
    WITHDRAWAL = "withdrawal"
    RECEIPT = "receipt"


class EditionKind(StrEnum):
    """What the newest bytes of a file were added for."""

    SEALED = "sealed"
    COUNTERSIGNED = "countersigned"
    EXTENDED = "extended"


class Packet(Base):
    """The packet of an engagement as signed at one time, or the receipt of its handing in or withdrawal.

    What was sealed never changes. A countersignature or a timestamp added later makes another edition, whose beginning
    is the one before, byte for byte; what is signed anew makes a new revision, which supersedes this one.
    """

    __tablename__ = "packets"
    __table_args__ = (
        sa.UniqueConstraint("engagement_id", "revision"),
        sa.Index("ix_packets_code", "code", unique=True),
        sa.Index("ix_packets_extend_due_at", "extend_due_at"),
        sa.Index("ix_packets_state_created_at", "state", "created_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    engagement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("engagements.id"))
    signature_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("signatures.id"))
    matter_version_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("matter_versions.id"))
    jurisdiction: Mapped[str] = mapped_column(sa.String(8))
    kind: Mapped[str] = mapped_column(sa.String(16), default=PacketKind.ENGAGEMENT)
    revision: Mapped[int] = mapped_column(
        comment="1, 2, … within the engagement, a receipt of withdrawal included; 0: of the handing in"
    )
    code: Mapped[str] = mapped_column(
        sa.String(24),
        default=new_code,
        comment="printed on it; anybody may ask by it whether it still stands",
    )
    state: Mapped[str] = mapped_column(sa.String(16), default=PacketState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None] = mapped_column(sa.String(32), comment="glyph, corrupt-exhibit, disk-full, …")
    blob: Mapped[str | None] = mapped_column(sa.String(64), comment="key of the newest edition in storage")
    sha256: Mapped[str | None] = mapped_column(sa.String(64), comment="of the newest edition's plain PDF")
    size: Mapped[int | None] = mapped_column(comment="bytes of the plain PDF")
    pages: Mapped[int | None]
    certificate: Mapped[str | None] = mapped_column(
        sa.String(64), comment="SHA-256 of the sealing certificate"
    )
    level: Mapped[str | None] = mapped_column(sa.String(8), comment="of its seal: B-B, B-T or B-LTA")
    record: Mapped[bytes | None] = mapped_column(comment="sealed authority record, canonical JSON")
    record_sha256: Mapped[str | None] = mapped_column(sa.String(64), comment="of that JSON, as printed")
    countersigned_at: Mapped[datetime | None]
    countersigner: Mapped[str | None] = mapped_column(
        sa.String(200), comment="the responsible lawyer, as the certificate names them"
    )
    extend_due_at: Mapped[datetime | None] = mapped_column(
        comment="when its last timestamp needs another, so that it can be proved beyond its certificates"
    )
    created_at: Mapped[datetime]
    sealed_at: Mapped[datetime | None]

    engagement: Mapped[Engagement] = relationship(lazy="joined")
    editions: Mapped[list[PacketEdition]] = relationship(order_by="PacketEdition.number", viewonly=True)


class PacketEdition(Base):
    """One state of a packet's file, kept for good: batches and people hold it by its hash."""

    __tablename__ = "packet_editions"
    __table_args__ = (
        sa.UniqueConstraint("packet_id", "number"),
        sa.Index("ix_packet_editions_sha256", "sha256"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    packet_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("packets.id"))
    number: Mapped[int] = mapped_column(comment="1, 2, … within the packet")
    kind: Mapped[str] = mapped_column(sa.String(16), comment="sealed, countersigned or extended")
    blob: Mapped[str] = mapped_column(sa.String(64), comment="key of the sealed PDF in storage")
    sha256: Mapped[str] = mapped_column(sa.String(64), comment="of the plain PDF")
    size: Mapped[int] = mapped_column(comment="bytes of the plain PDF")
    certificate: Mapped[str] = mapped_column(
        sa.String(64), comment="SHA-256 of the certificate that signed or timestamped last"
    )
    made_at: Mapped[datetime]


class AuthorityEvent(Base):
    """What happened to an engagement's authority after signing; appended, never edited, each bound to the last."""

    __tablename__ = "authority_events"
    __table_args__ = (sa.UniqueConstraint("engagement_id", "sequence"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    engagement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("engagements.id"))
    sequence: Mapped[int] = mapped_column(comment="1, 2, … within the engagement")
    kind: Mapped[str] = mapped_column(sa.String(24), comment="sealed, countersigned, amended, withdrawn, …")
    body: Mapped[bytes] = mapped_column(comment="sealed canonical JSON of the event")
    sha256: Mapped[str] = mapped_column(
        sa.String(64), comment="of that JSON, which names the hash of the event before"
    )
    happened_at: Mapped[datetime]


class Countersigning(Base):
    """One confirmation of counsel to sign accepted packets, one or thousands, done by one job."""

    __tablename__ = "countersignings"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    jurisdiction: Mapped[str] = mapped_column(sa.String(8))
    state: Mapped[str] = mapped_column(sa.String(16), comment="pending, running, done or failed")
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None] = mapped_column(sa.String(32), comment="code of what stopped all of it")
    confirmed_by: Mapped[uuid.UUID | None] = mapped_column(comment="staff; none: the command line")
    confirmed_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class CountersigningItem(Base):
    """One packet of a countersigning."""

    __tablename__ = "countersigning_items"

    countersigning_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("countersignings.id"), primary_key=True
    )
    packet_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("packets.id"), primary_key=True)
    state: Mapped[str] = mapped_column(sa.String(16), comment="pending, done or failed")
    failure: Mapped[str | None] = mapped_column(
        sa.String(32), comment="code of what kept it from being signed"
    )


class Handoff(Base):
    """A one-time address by which a phone signs what a desktop shows; bound to the claim and to what was shown."""

    __tablename__ = "handoffs"
    __table_args__ = (sa.UniqueConstraint("token_digest"), sa.Index("ix_handoffs_expires_at", "expires_at"))

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    claim_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("claims.id"))
    jurisdiction: Mapped[str] = mapped_column(sa.String(8))
    token_digest: Mapped[bytes] = mapped_column(comment="keyed hash of the address's secret part")
    shown: Mapped[str] = mapped_column(
        sa.String(64), comment="SHA-256 over the hashes of the documents shown"
    )
    language: Mapped[str] = mapped_column(sa.String(2))
    strokes: Mapped[bytes | None] = mapped_column(
        comment="sealed: what the phone drew, until it is handed in"
    )
    device: Mapped[str] = mapped_column(sa.String(64), default="", comment="class of the phone")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    drawn_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class PaperPrint(Base):
    """The documents of one engagement printed for signing in ink; every page bears a code by which it comes home."""

    __tablename__ = "paper_prints"
    __table_args__ = (sa.UniqueConstraint("code"), sa.Index("ix_paper_prints_engagement_id", "engagement_id"))

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    engagement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("engagements.id"))
    matter_version_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("matter_versions.id"))
    code: Mapped[str] = mapped_column(sa.String(24), default=new_code, comment="stands in each page's code")
    state: Mapped[str] = mapped_column(
        sa.String(16), comment="printed, returned, signed, refused or replaced by a later print"
    )
    plan: Mapped[list[str]] = mapped_column(
        comment="for each page in order its document's id, with * where it bears a signature"
    )
    readings: Mapped[bytes] = mapped_column(comment="sealed Readings of what was printed")
    blob: Mapped[str] = mapped_column(sa.String(64), comment="key of the sealed PDF in storage")
    sha256: Mapped[str] = mapped_column(sa.String(64), comment="of the plain PDF")
    created_at: Mapped[datetime]
    returned_at: Mapped[datetime | None] = mapped_column(comment="when every page was there")
    checked_by: Mapped[uuid.UUID | None] = mapped_column(comment="staff who looked at the pages")
    checked_at: Mapped[datetime | None]


class PaperPage(Base):
    """One photograph or scan of a printed page, upright."""

    __tablename__ = "paper_pages"
    __table_args__ = (sa.UniqueConstraint("print_id", "number", "received_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    print_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("paper_prints.id"))
    number: Mapped[int] = mapped_column(comment="page of the print, from 1")
    blob: Mapped[str] = mapped_column(sa.String(64), comment="key of the sealed upright picture in storage")
    sha256: Mapped[str] = mapped_column(sa.String(64), comment="of the picture as shown")
    original_sha256: Mapped[str] = mapped_column(sa.String(64), comment="of the file as it was received")
    received_at: Mapped[datetime]
    received_from: Mapped[str] = mapped_column(sa.String(16), comment="claimant or staff")
    replaced: Mapped[bool] = mapped_column(default=False, comment="a later picture of the page counts")

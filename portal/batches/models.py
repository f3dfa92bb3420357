"""A batch, its entries, the volumes it was written to in parts, and who took one away and why."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base


class BatchState(StrEnum):
    """Where a batch stands."""

    OPEN = "open"
    FROZEN = "frozen"
    APPROVED = "approved"
    FILED = "filed"


class VolumeState(StrEnum):
    """Where the writing of a volume stands."""

    PENDING = "pending"
    WRITING = "writing"
    READY = "ready"
    FAILED = "failed"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


def _closed(states: type[StrEnum], name: str) -> sa.Enum:
    return sa.Enum(
        states,
        native_enum=False,
        length=16,
        values_callable=lambda members: [member.value for member in members],
        name=name,
        create_constraint=False,
    )


class Batch(Base):
    """Accepted claims of one jurisdiction in one order; once frozen, neither the claims nor their packets change."""

    __tablename__ = "batches"
    __table_args__ = (
        sa.UniqueConstraint("number"),
        sa.UniqueConstraint("matter_slug", "jurisdiction", "sequence"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(32), comment="what people see: CP-KR-0001")
    sequence: Mapped[int] = mapped_column(comment="counts the batches of a matter and jurisdiction, from 1")
    matter_slug: Mapped[str] = mapped_column(sa.String(64))
    matter_version_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("matter_versions.id"), comment="version in force when frozen; packets name their own"
    )
    jurisdiction: Mapped[str] = mapped_column(sa.String(8))
    state: Mapped[BatchState] = mapped_column(_closed(BatchState, "batch_state"))
    criteria: Mapped[dict[str, Any]] = mapped_column(comment="Criteria by which the claims were chosen")
    claims: Mapped[int] = mapped_column(comment="how many entries it has")
    created_at: Mapped[datetime]
    created_by: Mapped[uuid.UUID | None] = mapped_column(comment="staff; none: the command line")
    frozen_at: Mapped[datetime | None]
    frozen_by: Mapped[uuid.UUID | None]
    digest: Mapped[str | None] = mapped_column(
        sa.String(64), comment="SHA-256 over order, numbers and packets' hashes as frozen"
    )
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[uuid.UUID | None] = mapped_column(comment="another person than froze it")
    filed_at: Mapped[datetime | None]
    filed_by: Mapped[uuid.UUID | None]

    volumes: Mapped[list[Volume]] = relationship(
        back_populates="batch", order_by="Volume.created_at.desc()", lazy="selectin"
    )


class BatchEntry(Base):
    """One claim's place in a batch, with its packet and its line of the register as they were when frozen."""

    __tablename__ = "batch_entries"
    __table_args__ = (
        # A signed packet is in one batch only, whatever two people do at the same moment. What a claimant signed anew
        # after that goes into a supplement.
        sa.UniqueConstraint("engagement_id", "packet_id"),
    )

    batch_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("batches.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, comment="from 1, by rule")
    engagement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("engagements.id"))
    packet_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("packets.id"))
    packet_sha256: Mapped[str] = mapped_column(sa.String(64), comment="of the plain PDF, when frozen")
    file: Mapped[str] = mapped_column(sa.String(100), comment="the packet's name in a volume")
    claim_number: Mapped[str] = mapped_column(sa.String(24))
    subject_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("subject_keys.id"))
    line: Mapped[bytes] = mapped_column(comment="sealed RegisterLine")
    case_file: Mapped[bytes | None] = mapped_column(
        comment="sealed CaseFile: particulars and exhibits when frozen; none in batches frozen before it was kept"
    )


class Volume(Base):
    """A batch written out once, for one purpose; kept sealed until it expires."""

    __tablename__ = "volumes"
    __table_args__ = (sa.Index("ix_volumes_batch_id", "batch_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    batch_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("batches.id"))
    profile: Mapped[str] = mapped_column(sa.String(16), default="standard")
    options: Mapped[dict[str, Any]] = mapped_column(
        sa.JSON(), default=dict, comment="the profile's own, fixed when asked for; names no claimant"
    )
    recipient_id: Mapped[uuid.UUID | None] = mapped_column(
        comment="for whom it is; none: for the office itself"
    )
    replaces: Mapped[int | None] = mapped_column(
        comment="number of the production that it takes the place of"
    )
    ledger_head: Mapped[str] = mapped_column(
        sa.String(64),
        default="",
        comment="of the matter's productions when asked for; empty before the first",
    )
    part_limit: Mapped[int | None] = mapped_column(
        sa.BigInteger(), comment="bytes of a part at most; none: one part"
    )
    language: Mapped[str] = mapped_column(sa.String(4), comment="of the register's heads: ko, en or both")
    purpose: Mapped[str] = mapped_column(sa.String(300), comment="as the manifest says it; names no claimant")
    state: Mapped[VolumeState] = mapped_column(_closed(VolumeState, "volume_state"))
    total: Mapped[int] = mapped_column(comment="packets to write")
    done: Mapped[int] = mapped_column(default=0, comment="packets written so far")
    left_out: Mapped[list[Any]] = mapped_column(
        sa.JSON(), comment="claims withdrawn since the freeze, decided when the export was asked for"
    )
    size: Mapped[int | None] = mapped_column(sa.BigInteger(), comment="bytes of the plain ZIPs")
    manifest_sha256: Mapped[str | None] = mapped_column(sa.String(64), comment="of the last part")
    subject_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("subject_keys.id"),
        comment="whose key seals its parts; none when it was written outside",
    )
    created_at: Mapped[datetime]
    created_by: Mapped[uuid.UUID | None] = mapped_column(comment="staff; none: the command line")
    attempt: Mapped[int] = mapped_column(
        default=0, comment="which writing this is; a worker of an earlier one may no longer touch the volume"
    )
    started_at: Mapped[datetime | None] = mapped_column(
        comment="of the latest attempt, for the remaining time"
    )
    started_with: Mapped[int] = mapped_column(
        default=0, comment="packets in finished parts when the latest attempt began"
    )
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(sa.String(32), comment="code of what stopped it")
    failed_claim: Mapped[str | None] = mapped_column(
        sa.String(24), comment="number of the claim that stopped it"
    )

    batch: Mapped[Batch] = relationship(back_populates="volumes")
    parts: Mapped[list[VolumePart]] = relationship(order_by="VolumePart.number", lazy="selectin")

    def remaining(self, now: datetime) -> timedelta | None:
        """How long the writing will take from now on at its pace so far; None before that can be told."""
        written = self.done - self.started_with
        if self.state is not VolumeState.WRITING or self.started_at is None or written < 1:
            return None
        return max(now - self.started_at, timedelta()) / written * (self.total - self.done)

    @property
    def running(self) -> bool:
        """Whether somebody waiting should look again."""
        return self.state in (VolumeState.PENDING, VolumeState.WRITING)


class VolumePart(Base):
    """One finished ZIP of a volume; an export that was interrupted goes on after the last of them."""

    __tablename__ = "volume_parts"

    volume_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("volumes.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, comment="from 1")
    file: Mapped[str | None] = mapped_column(
        sa.String(64), comment="sealed file in data_dir/volumes, while kept"
    )
    size: Mapped[int] = mapped_column(sa.BigInteger(), comment="bytes of the plain ZIP")
    manifest_sha256: Mapped[str] = mapped_column(sa.String(64))
    members: Mapped[int] = mapped_column(comment="files in the ZIP, manifest and signature among them")
    directory_at: Mapped[int] = mapped_column(
        sa.BigInteger(), comment="where the ZIP's directory begins: a download's receipt goes before it"
    )
    claims: Mapped[int] = mapped_column(comment="claims that are complete up to this part")
    next_file: Mapped[int] = mapped_column(comment="how many of the profile's files stand up to this part")
    last: Mapped[bool] = mapped_column(comment="whether it binds the parts before it")


class Download(Base):
    """One volume taken away by one person, with the reason given. Kept as long as the log of access."""

    __tablename__ = "volume_downloads"
    __table_args__ = (sa.Index("ix_volume_downloads_volume_id", "volume_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    volume_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("volumes.id"))
    part: Mapped[int] = mapped_column(default=1, comment="which part of the volume")
    staff_id: Mapped[uuid.UUID]
    reason: Mapped[str] = mapped_column(
        sa.String(500), comment="in the staff member's own words; stands in the audit chain too"
    )
    subjects: Mapped[int] = mapped_column(comment="how many people's data left")
    at: Mapped[datetime]

"""Tables of background work."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, new_id


class Job(Base):
    """Work that waits or runs, where the embedded engine runs it. Rows of finished work are gone."""

    __tablename__ = "jobs"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(sa.String(128))
    queue: Mapped[str] = mapped_column(sa.String(128))
    arguments: Mapped[dict[str, Any]] = mapped_column(
        comment="identifiers and counts only, never personal data"
    )
    run_at: Mapped[datetime | None] = mapped_column(comment="not before; empty: at once")
    lease_until: Mapped[datetime | None] = mapped_column(
        comment="the worker that took it is taken for dead after this"
    )
    attempts: Mapped[int] = mapped_column(
        default=0, comment="counted when taken; also proves whose lease it is"
    )


class GivenUpJob(Base):
    """Work that failed as often as it may: kept until a person looks, whichever engine ran it."""

    __tablename__ = "given_up_jobs"

    reference: Mapped[str] = mapped_column(
        sa.String(64), primary_key=True, comment="the engine's own id of the job"
    )
    name: Mapped[str] = mapped_column(sa.String(128))
    queue: Mapped[str] = mapped_column(sa.String(128))
    arguments: Mapped[dict[str, Any]]
    attempts: Mapped[int]
    error: Mapped[str] = mapped_column(
        sa.String(200), comment="kind and place of the last error, never its text"
    )
    given_up_at: Mapped[datetime]


class Schedule(Base):
    """When a repeating job is next due."""

    __tablename__ = "job_schedules"

    name: Mapped[str] = mapped_column(sa.String(128), primary_key=True)
    due_at: Mapped[datetime]

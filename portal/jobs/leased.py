"""The embedded engine: a table whose rows a worker leases, for one machine with SQLite.

Taking a job counts an attempt and moves ``run_at`` to the end of a lease, which is renewed while the work goes on. A worker
that dies simply stops renewing; after :data:`LEASE` the row is due again. The attempt number proves whose lease it is.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from portal.jobs import registry, schedule
from portal.jobs.given_up import give_up
from portal.jobs.models import Job

if TYPE_CHECKING:
    from portal.runtime import Runtime

LEASE = timedelta(seconds=15)
POLL = 0.25  # seconds; one indexed read on an idle database
log = structlog.get_logger()


def put(session: Session, task: registry.Task, arguments: dict[str, Any], run_at: datetime | None) -> None:
    """Add a job to the caller's transaction."""
    due = run_at or datetime.now(UTC)
    session.add(Job(name=task.name, queue=task.queue, arguments=arguments, run_at=due, attempts=0))


def count(session: Session, name: str | None) -> int:
    """Jobs that wait or run."""
    query = sa.select(sa.func.count()).select_from(Job)
    return session.scalar(query.where(Job.name == name) if name else query) or 0

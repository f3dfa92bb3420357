"""What an engine can do, and which one serves a database."""

from __future__ import annotations

import threading
from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, cast

from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session

from portal.jobs.registry import Task

if TYPE_CHECKING:
    from portal.runtime import Runtime


class JobEngine(Protocol):
    """Keeps jobs in the portal's own database and carries them out; a module with these functions."""

    def put(self, session: Session, task: Task, arguments: dict[str, Any], run_at: datetime | None) -> None:
        """Add a job to the caller's transaction."""

    def count(self, session: Session, name: str | None) -> int:
        """Jobs that wait or run."""

    def work(
        self, runtime: Runtime, queues: Collection[str] | None, stop: threading.Event, once: bool
    ) -> None:
        """Carry out jobs until told to stop, or with ``once`` until none is due."""

    def install(self, connection: Connection) -> None:
        """Make the engine's own tables."""

    def uninstall(self, connection: Connection) -> None:
        """Drop them."""


def engine_for(bind: Engine | Connection) -> JobEngine:
    """The engine for this database."""
    if bind.dialect.name == "sqlite":
        from portal.jobs import leased

        return cast(JobEngine, leased)
    # procrastinate is an optional extra, absent from small installations.
    from portal.jobs import procrastinated

    return cast(JobEngine, procrastinated)

"""Deferring: the one door between the rest of the portal and whichever engine runs jobs."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

from sqlalchemy.orm import Session

from portal.jobs import leased, registry
from portal.jobs.models import Job


def defer(session: Session, name: str, *, run_at: datetime | None = None, **arguments: Any) -> None:
    """Have ``name`` run once this transaction is kept, not before ``run_at``.

    Arguments are identifiers, counts and flags (a UUID arrives as its text); they stand in the database unsealed.
    Raises :class:`UnknownJob` at once rather than in a worker's log.
    """
    task = registry.find(name)
    engine_of(session).put(session, task, _plain(arguments), run_at)


def waiting(session: Session, name: str | None = None) -> int:
    """How many jobs wait or run, of one name or of all."""
    return engine_of(session).count(session, name)


def install(connection: Any) -> None:
    """Make what the engine keeps in the database beside our own tables; called by a migration."""
    if connection.dialect.name == "postgresql":
        from portal.jobs import procrastinated

        procrastinated.install(connection)


def engine_of(session: Session) -> ModuleType:
    """The module that keeps jobs in this session's database."""
    if session.get_bind().dialect.name == "sqlite":
        return leased
    # procrastinate and psycopg are an optional extra, absent from small installations.
    from portal.jobs import procrastinated

    return procrastinated


def _plain(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, uuid.UUID) else value for name, value in arguments.items()}

"""Deferring: the one door between the rest of the portal and whichever engine runs jobs."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from portal.jobs import registry
from portal.jobs.engine import engine_for
from portal.jobs.models import GivenUpJob


def defer(session: Session, name: str, *, run_at: datetime | None = None, **arguments: Any) -> None:
    """Have ``name`` run once this transaction is kept, not before ``run_at``.

    Arguments are identifiers, counts and flags (a UUID arrives as its text); they are stored unsealed.
    Raises :class:`UnknownJob` at once rather than in a worker's log.
    """
    task = registry.find(name)
    engine_for(session.get_bind()).put(session, task, _plain(arguments), run_at)


def waiting(session: Session, name: str | None = None) -> int:
    """How many jobs wait or run, of one name or of all."""
    return engine_for(session.get_bind()).count(session, name)


def given_up(session: Session) -> list[GivenUpJob]:
    """Jobs that failed as often as they may, the newest first."""
    return list(session.scalars(sa.select(GivenUpJob).order_by(GivenUpJob.given_up_at.desc())))


def try_again(session: Session, failed: GivenUpJob) -> None:
    """Defer a given-up job anew, once its cause is out of the way."""
    defer(session, failed.name, **failed.arguments)
    session.delete(failed)


def install(connection: Connection) -> None:
    """Make what the engine keeps in the database beside our own tables; called by a migration."""
    engine_for(connection).install(connection)


def uninstall(connection: Connection) -> None:
    """Remove what :func:`install` made."""
    engine_for(connection).uninstall(connection)


def _plain(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, uuid.UUID) else value for name, value in arguments.items()}

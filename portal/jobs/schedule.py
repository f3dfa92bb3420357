"""Repeating jobs: deferred when due, by whichever worker looks first."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.jobs import registry
from portal.jobs.engine import engine_for
from portal.jobs.failure import described
from portal.jobs.models import Schedule
from portal.jobs.registry import Task

if TYPE_CHECKING:
    from portal.runtime import Runtime

TICK = 1.0  # seconds
log = structlog.get_logger(__name__)


def defer_due(runtime: Runtime) -> list[str]:
    """Defer each repeating job whose time has come, unless its last run still waits; returns their names."""
    now = runtime.clock()
    with runtime.database.reading() as session:
        if not _due(session, now):
            return []
    with runtime.database.transaction() as session:
        return [task.name for task in _due(session, now) if _claim(session, task, now)]


def _due(session: Session, now: datetime) -> list[Task]:
    next_times = {row.name: row.due_at for row in session.scalars(sa.select(Schedule))}
    repeating = [task for task in registry.all_tasks() if task.every]
    return [task for task in repeating if _is_due(task, next_times.get(task.name), now)]


def _is_due(task: Task, due_at: datetime | None, now: datetime) -> bool:
    if task.every is None:
        return False
    # Further off than one period: the clock was set back, and waiting for the old time could take years.
    return due_at is None or due_at <= now or due_at > now + task.every


def _claim(session: Session, task: Task, now: datetime) -> bool:
    """Move the due time on; False if another worker did so first."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(insert(Schedule).values(name=task.name, due_at=now).on_conflict_do_nothing())
    row = session.scalar(
        sa.select(Schedule).where(Schedule.name == task.name).with_for_update(skip_locked=True)
    )
    if row is None or not _is_due(task, row.due_at, now) or task.every is None:
        return False
    row.due_at = now + task.every
    engine = engine_for(session.get_bind())
    if engine.count(session, task.name):
        return False
    engine.put(session, task, {}, None)
    return True


@contextmanager
def keeping_time(runtime: Runtime) -> Iterator[None]:
    """Defer due jobs from a thread of its own, so that one long job does not hold up the others' time."""
    over = threading.Event()
    thread = threading.Thread(target=_tick, args=(runtime, over), name="job schedule", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _tick(runtime: Runtime, over: threading.Event) -> None:
    while True:
        try:
            defer_due(runtime)
        except Exception as error:  # the database is away, or busy: time goes on afterwards
            log.warning("schedule not kept", error=described(error))
        if over.wait(TICK):
            return

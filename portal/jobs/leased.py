"""The embedded engine: a table whose rows a worker leases, for one machine with SQLite.

Taking a job counts an attempt and starts a lease, which is renewed while the work goes on. A worker that dies
simply stops renewing; after :data:`LEASE` the row is due again. The number of the attempt proves whose lease
it is, so that a worker which was only slow cannot finish a job that another has taken over.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from portal.jobs import registry
from portal.jobs.failure import WORKER_LOST, Deferred, described, give_up
from portal.jobs.models import Job
from portal.jobs.registry import Task

if TYPE_CHECKING:
    from portal.runtime import Runtime

LEASE = timedelta(seconds=20)
RENEWAL = 4.0  # seconds; a lease outlives four lost renewals
POLL = 0.25  # seconds; one short read
log = structlog.get_logger(__name__)


def put(session: Session, task: Task, arguments: dict[str, Any], run_at: datetime | None) -> None:
    """Add a job to the caller's transaction."""
    session.add(Job(name=task.name, queue=task.queue, arguments=arguments, run_at=run_at))


def count(session: Session, name: str | None) -> int:
    """Jobs that wait or run."""
    query = sa.select(sa.func.count()).select_from(Job)
    return session.scalar(query.where(Job.name == name) if name else query) or 0


def install(connection: Connection) -> None:
    """Nothing beside our own tables."""


def uninstall(connection: Connection) -> None:
    """Nothing beside our own tables."""


def work(runtime: Runtime, queues: Collection[str] | None, stop: threading.Event, once: bool) -> None:
    """Carry out jobs until told to stop, or with ``once`` until none is due."""
    while not stop.is_set():
        job = _take(runtime, queues)
        if job is not None:
            _carry_out(runtime, job)
        elif once:
            return
        else:
            stop.wait(POLL)


def _take(runtime: Runtime, queues: Collection[str] | None) -> Job | None:
    """The oldest due job, now leased; None if there is none."""
    with runtime.database.reading() as session:  # an idle worker never asks for the write lock
        if session.scalar(_due(runtime.clock(), queues)) is None:
            return None
    with runtime.database.transaction() as session:
        for job in session.scalars(_due(runtime.clock(), queues)):
            task = registry.find(job.name)
            if job.attempts < task.max_attempts:
                job.attempts += 1
                job.lease_until = runtime.clock() + LEASE
                return job
            give_up(session, _deferred(job), job.attempts, WORKER_LOST, runtime.clock())
            session.delete(job)
    return None


def _due(now: datetime, queues: Collection[str] | None) -> sa.Select[Job]:
    # Only names this process knows: during an upgrade, newer jobs wait for a newer worker.
    known = [task.name for task in registry.all_tasks() if queues is None or task.queue in queues]
    return (
        sa.select(Job)
        .where(Job.name.in_(known))
        .where(sa.or_(Job.run_at.is_(None), Job.run_at <= now))
        .where(sa.or_(Job.lease_until.is_(None), Job.lease_until <= now))
        .order_by(Job.id)
        .limit(20)
    )


def _carry_out(runtime: Runtime, job: Job) -> None:
    task = registry.find(job.name)
    try:
        with _renewing(runtime, job):
            task(runtime, job.arguments)
    except Exception as error:  # whatever a job raises is its own failure, never the worker's
        _put_back(runtime, task, job, described(error))
    else:
        _finish(runtime, job)


def _finish(runtime: Runtime, job: Job) -> None:
    with runtime.database.transaction() as session:
        session.execute(sa.delete(Job).where(*_mine(job)))


def _put_back(runtime: Runtime, task: Task, job: Job, error: str) -> None:
    last = job.attempts >= task.max_attempts
    log.warning("job failed", job=job.name, id=str(job.id), attempts=job.attempts, error=error, given_up=last)
    now = runtime.clock()
    with runtime.database.transaction() as session:
        if not last:
            pause = registry.pause_after(job.attempts)
            session.execute(sa.update(Job).where(*_mine(job)).values(run_at=now + pause, lease_until=None))
        elif session.scalar(sa.delete(Job).where(*_mine(job)).returning(Job.id)):
            give_up(session, _deferred(job), job.attempts, error, now)


def _deferred(job: Job) -> Deferred:
    return Deferred(str(job.id), job.name, job.queue, job.arguments)


def _mine(job: Job) -> tuple[sa.ColumnElement[bool], ...]:
    return Job.id == job.id, Job.attempts == job.attempts


@contextmanager
def _renewing(runtime: Runtime, job: Job) -> Iterator[None]:
    done = threading.Event()
    keeper = threading.Thread(
        target=_renew, args=(runtime, job, done), name=f"lease of {job.id}", daemon=True
    )
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()


def _renew(runtime: Runtime, job: Job, done: threading.Event) -> None:
    while not done.wait(RENEWAL):
        try:
            with runtime.database.transaction() as session:
                until = runtime.clock() + LEASE
                session.execute(sa.update(Job).where(*_mine(job)).values(lease_until=until))
        except OperationalError:
            # The job's own transaction holds the database; the next round comes within the lease.
            log.info("lease not renewed", job=job.name, id=str(job.id))

"""The engine on PostgreSQL: procrastinate, which wakes workers by NOTIFY and shares jobs between machines.

Deferring uses the session's own connection, so a job exists exactly if the caller's transaction is kept.
procrastinate can tell jobs of a dead worker, but leaves it to us to put them back: see :func:`_look_after`.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import threading
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import procrastinate
import sqlalchemy as sa
import structlog
from procrastinate import exceptions
from procrastinate.jobs import Job as KeptJob
from procrastinate.jobs import Status
from procrastinate.schema import SchemaManager
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from portal.jobs import registry
from portal.jobs.failure import UNKNOWN, WORKER_LOST, Deferred, described, give_up
from portal.jobs.registry import Task

if TYPE_CHECKING:
    from portal.runtime import Runtime

HEARTBEAT = 4.0  # seconds
STALLED = 20.0  # seconds without a heartbeat, after which a worker is taken for dead
LOOK_AFTER = 5.0  # seconds between two looks for jobs of dead workers
POLL = 2.0  # seconds; NOTIFY wakes a worker earlier, only jobs with a later time wait for this
log = structlog.get_logger(__name__)

# Never opened: it only writes through connections that it is handed.
_deferring = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())


class JobFailed(registry.JobError):
    """Stands for what a job raised, without the message that may quote a claimant in procrastinate's log."""


class _PauseLonger(procrastinate.BaseRetryStrategy):
    def get_retry_decision(self, *, exception: BaseException, job: KeptJob) -> procrastinate.RetryDecision:
        pause = registry.pause_after(job.attempts + 1)
        return procrastinate.RetryDecision(retry_at=datetime.now(UTC) + pause)


def put(session: Session, task: Task, arguments: dict[str, Any], run_at: datetime | None) -> None:
    """Add a job to the caller's transaction."""
    connection = session.connection().connection.driver_connection
    deferrer = _deferring.configure_task(
        task.name, queue=task.queue, schedule_at=run_at, connection=connection
    )
    deferrer.defer(**arguments)


def count(session: Session, name: str | None) -> int:
    """Jobs that wait or run."""
    table = sa.table("procrastinate_jobs", sa.column("status"), sa.column("task_name"))
    unfinished = sa.cast(table.c.status, sa.String()).in_(("todo", "doing"))
    query = sa.select(sa.func.count()).select_from(table).where(unfinished)
    return session.scalar(query.where(table.c.task_name == name) if name else query) or 0


def install(connection: Connection) -> None:
    """Make procrastinate's tables and functions."""
    raw = connection.connection.driver_connection
    assert raw is not None
    raw.execute(SchemaManager.get_schema())


def uninstall(connection: Connection) -> None:
    """Drop everything that :func:`install` made."""
    for kind, name in connection.exec_driver_sql(_OWNED):
        connection.exec_driver_sql(f"DROP {kind} IF EXISTS {name} CASCADE")


_OWNED = """
SELECT 'TABLE', quote_ident(tablename) FROM pg_tables
 WHERE schemaname = current_schema() AND starts_with(tablename, 'procrastinate_')
UNION ALL
SELECT 'FUNCTION', p.oid::regprocedure::text FROM pg_proc p
 WHERE p.pronamespace = current_schema()::regnamespace AND starts_with(p.proname, 'procrastinate_')
UNION ALL
SELECT 'TYPE', quote_ident(t.typname) FROM pg_type t
 WHERE t.typnamespace = current_schema()::regnamespace AND starts_with(t.typname, 'procrastinate_')
   AND (t.typtype = 'e' OR EXISTS (SELECT 1 FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
"""


def work(runtime: Runtime, queues: Collection[str] | None, stop: threading.Event, once: bool) -> None:
    """Carry out jobs until told to stop, or with ``once`` until none is due."""
    asyncio.run(_work(runtime, queues, stop, once))


async def _work(runtime: Runtime, queues: Collection[str] | None, stop: threading.Event, once: bool) -> None:
    app = _app(runtime)
    async with app.open_async():
        worker = asyncio.create_task(
            app.run_worker_async(
                queues=sorted({task.queue for task in registry.all_tasks()} if queues is None else queues),
                wait=not once,
                fetch_job_polling_interval=POLL,
                update_heartbeat_interval=HEARTBEAT,
                stalled_worker_timeout=STALLED,
                delete_jobs="successful",
                install_signal_handlers=False,
            )
        )
        keeper = asyncio.create_task(_look_after(app, runtime))
        with _heeding(stop, worker):
            await asyncio.wait({worker, keeper}, return_when=asyncio.FIRST_COMPLETED)
            for task in (worker, keeper):  # a cancelled worker finishes the job in hand
                task.cancel()
            results = await asyncio.gather(worker, keeper, return_exceptions=True)
    for failure in results:
        if isinstance(failure, Exception):
            raise failure


@contextlib.contextmanager
def _heeding(stop: threading.Event, worker: asyncio.Task[None]) -> Iterator[None]:
    """Cancel the worker at the moment that ``stop`` is set, before it takes another job."""
    loop, over = asyncio.get_running_loop(), threading.Event()

    def wait() -> None:
        while not over.is_set():
            if stop.wait(0.5):
                with contextlib.suppress(RuntimeError):  # the loop is closed: there is nothing left to stop
                    loop.call_soon_threadsafe(worker.cancel)
                return

    threading.Thread(target=wait, name="stop of worker", daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _app(runtime: Runtime) -> procrastinate.App:
    url = runtime.database.engine.url.set(drivername="postgresql")
    conninfo = url.render_as_string(hide_password=False)
    app = procrastinate.App(
        connector=procrastinate.PsycopgConnector(conninfo=conninfo, min_size=1, max_size=3)
    )
    for task in registry.all_tasks():
        app.task(name=task.name, queue=task.queue, retry=_PauseLonger(), pass_context=True)(
            _carrying(runtime, task)
        )
    return app


def _carrying(runtime: Runtime, task: Task) -> Callable[..., None]:
    def carry_out(context: procrastinate.JobContext, **arguments: Any) -> None:
        try:
            task(runtime, arguments)
        except Exception as error:  # whatever a job raises is its own failure, never the worker's
            attempts, what = context.job.attempts + 1, described(error)
            last = attempts >= task.max_attempts
            log.warning(
                "job failed", job=task.name, id=context.job.id, attempts=attempts, error=what, given_up=last
            )
            if not last:
                raise JobFailed(what) from None
            with runtime.database.transaction() as session:
                give_up(session, _deferred(context.job), attempts, what, runtime.clock())

    return carry_out


def _deferred(job: KeptJob) -> Deferred:
    return Deferred(str(job.id), job.task_name, job.queue, dict(job.task_kwargs))


async def _look_after(app: procrastinate.App, runtime: Runtime) -> None:
    for round_ in itertools.count():
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
            await _put_back(app, runtime, job, WORKER_LOST)
        # Only a job that its worker does not know ends as failed; rare, and the look costs a scan.
        for job in (
            await app.job_manager.list_jobs_async(status=Status.FAILED.value) if round_ % 12 == 0 else ()
        ):
            await _put_back(app, runtime, job, UNKNOWN)
        await asyncio.sleep(LOOK_AFTER)


async def _put_back(app: procrastinate.App, runtime: Runtime, job: KeptJob, error: str) -> None:
    """Let a job that lost its worker run again, or give it up when that happened too often."""
    attempts = job.attempts + 1
    if attempts >= _allowed(job.task_name):
        await asyncio.to_thread(_abandon, runtime, job, attempts, error)
        return
    with contextlib.suppress(exceptions.ConnectorException):  # another worker put it back first
        pause = registry.pause_after(attempts) if error == UNKNOWN else timedelta(0)
        await app.job_manager.retry_job(job, retry_at=datetime.now(UTC) + pause)


def _allowed(name: str) -> int:
    try:
        return registry.find(name).max_attempts
    except registry.UnknownJob:
        return registry.DEFAULT_ATTEMPTS


def _abandon(runtime: Runtime, job: KeptJob, attempts: int, error: str) -> None:
    with runtime.database.transaction() as session:
        delete = sa.text(
            "DELETE FROM procrastinate_jobs WHERE id = :id AND status IN ('doing', 'failed') RETURNING id"
        )
        if session.scalar(delete, {"id": job.id}) is not None:
            give_up(session, _deferred(job), attempts, error, runtime.clock())

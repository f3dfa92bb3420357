"""Jobs that leave traces in a folder, and a worker to run them: ``python -m tests.jobs.crew URL [--once]``."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from portal import jobs
from portal.database import Database
from portal.jobs import leased, procrastinated, run_worker

if TYPE_CHECKING:
    from portal.runtime import Runtime


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Bench:
    """The part of a runtime that background work itself needs."""

    database: Database
    clock: Callable[[], datetime] = utc_now


def at_work(database: Database, clock: Callable[[], datetime] = utc_now, **options: Any) -> None:
    """Run a worker on this database, by default until nothing is due."""
    run_worker(cast("Runtime", Bench(database, clock)), **{"once": True, **options})


def hasten() -> None:
    """Take a worker for dead after one second instead of twenty."""
    leased.LEASE, leased.RENEWAL, leased.POLL = timedelta(seconds=1), 0.2, 0.05
    procrastinated.STALLED, procrastinated.HEARTBEAT = 1.0, 0.2
    procrastinated.LOOK_AFTER, procrastinated.POLL = 0.2, 0.2


def lines(folder: Path, name: str = "done") -> list[str]:
    path = folder / name
    return path.read_text().split() if path.exists() else []


def leave(folder: str, line: str, name: str = "done") -> None:
    with open(Path(folder) / name, "a") as trace:
        trace.write(line + "\n")


@jobs.job("test.note")
def note(runtime: Runtime, folder: str, line: str) -> None:
    leave(folder, line)


@jobs.job("test.alone")
def alone(runtime: Runtime, folder: str, line: str) -> None:
    """Complain if the same job runs twice at a time."""
    flag = Path(folder) / f"running-{line}"
    flag.touch(exist_ok=False)
    time.sleep(0.005)
    flag.unlink()
    leave(folder, line)


@jobs.job("test.wait")
def wait(runtime: Runtime, folder: str, line: str) -> None:
    """Start, wait until the file ``go`` is there, finish."""
    leave(folder, line, "started")
    while not (Path(folder) / "go").exists():
        time.sleep(0.01)
    leave(folder, line)


@jobs.job("test.fail", queue="bad luck", max_attempts=3)
def fail(runtime: Runtime, folder: str, line: str) -> None:
    leave(folder, line, "tried")
    if not (Path(folder) / "mended").exists():
        raise ValueError("홍길동 gildong@example.com")
    leave(folder, line)


if __name__ == "__main__":
    hasten()
    at_work(Database(sys.argv[1]), once="--once" in sys.argv)

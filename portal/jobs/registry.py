"""Which jobs there are: a name, a queue and the function that does the work."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from portal.errors import PortalError

if TYPE_CHECKING:
    from portal.runtime import Runtime

FEATURES = Path(__file__).parents[1]
F = TypeVar("F", bound=Callable[..., None])


class JobError(PortalError):
    """Something about background work itself."""


class UnknownJob(JobError):
    """A name under which no job is registered: a misspelling, or a worker older than what deferred it."""


@dataclass(frozen=True)
class Task:
    """One registered kind of job."""

    name: str
    queue: str
    max_attempts: int
    run: Callable[..., None]
    every: timedelta | None = None

    def __call__(self, runtime: Runtime, arguments: dict[str, Any]) -> None:
        self.run(runtime, **arguments)


_tasks: dict[str, Task] = {}

# 5 s, 20 s, 80 s, 5 min, 21 min, then every hour: eight attempts bridge four hours of an absent neighbour.
DEFAULT_ATTEMPTS = 8
LONGEST_PAUSE = timedelta(hours=1)


def pause_after(attempts: int) -> timedelta:
    """How long a job rests after it failed for the ``attempts``-th time."""
    return min(timedelta(seconds=5 * 4 ** min(attempts - 1, 10)), LONGEST_PAUSE)


def job(name: str, *, queue: str = "default", max_attempts: int = DEFAULT_ATTEMPTS) -> Callable[[F], F]:
    """Register ``function(runtime, **arguments)``; it must bear being run again after any interruption."""
    return _registering(name, queue, max_attempts, None)


def every(period: timedelta, name: str, *, queue: str = "default") -> Callable[[F], F]:
    """Register ``function(runtime)``, a sweeper, to run about every ``period`` while any worker lives."""
    # A failed run is not repeated for long: the next one is coming anyway.
    return _registering(name, queue, 2, period)


def _registering(name: str, queue: str, max_attempts: int, period: timedelta | None) -> Callable[[F], F]:
    def register(function: F) -> F:
        known = _tasks.get(name)
        if known is not None and known.run is not function:
            raise JobError(f"two jobs are named {name}")
        _tasks[name] = Task(name, queue, max_attempts, function, period)
        return function

    return register


def find(name: str) -> Task:
    """The task of that name; a command may defer what its own process has not imported yet. Raises UnknownJob."""
    if name not in _tasks:
        load_all()
    try:
        return _tasks[name]
    except KeyError:
        raise UnknownJob(f"no job is named {name}") from None


def load_all() -> None:
    """Import every feature's ``jobs`` module, so that a worker knows all jobs there are."""
    for package in pkgutil.iter_modules([str(FEATURES)], "portal."):
        if package.ispkg and find_spec(f"{package.name}.jobs"):
            import_module(f"{package.name}.jobs")


def all_tasks() -> Iterator[Task]:
    """Every registered task."""
    return iter(tuple(_tasks.values()))

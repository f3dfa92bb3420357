"""Doing the next few pieces of work in other threads while the one before them is used."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


def ahead(
    pool: Executor, work: Callable[[Item], Outcome], items: Iterable[Item], depth: int
) -> Iterator[tuple[Item, Future[Outcome]]]:
    """Each item with its work, in order; no more than ``depth`` are begun before they are asked for."""
    begun: deque[tuple[Item, Future[Outcome]]] = deque()
    for item in items:
        begun.append((item, pool.submit(work, item)))
        if len(begun) > depth:
            yield begun.popleft()
    yield from begun

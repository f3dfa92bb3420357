"""What a measurement says, and how two things are measured fairly beside each other."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import TypedDict


class Figure(TypedDict):
    """One line of the table. ``ratio`` above 1 means better than the reference; None where nothing ran beside it."""

    name: str
    value: float
    unit: str
    reference: str
    ratio: float | None


def rates(*tasks: Callable[[], object], rounds: int = 15, seconds: float = 0.2) -> list[float]:
    """How often a second each task runs: the median of rounds in which they take turns, after one unmeasured round.

    Taking turns lets a slow moment of the machine hit all of them alike.
    """
    measured: list[list[float]] = [[] for _ in tasks]
    for turn in range(rounds + 1):
        for task, seen in zip(tasks, measured, strict=True):
            rate = _rate(task, seconds)
            if turn:
                seen.append(rate)
    return [statistics.median(seen) for seen in measured]


def _rate(task: Callable[[], object], seconds: float) -> float:
    count, started = 0, time.perf_counter()
    while (spent := time.perf_counter() - started) < seconds:
        task()
        count += 1
    return count / spent

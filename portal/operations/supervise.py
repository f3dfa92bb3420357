"""One command, several processes: start them, start again what dies, and stop them all together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog

GRACE = 30.0  # seconds between asking a process to stop and ending it
STEADY = 30.0  # seconds; a process that lived longer is started again without a pause
LONGEST_PAUSE = 30.0  # seconds
log = structlog.get_logger(__name__)


@dataclass
class Charge:
    """A process to keep running. When a ``vital`` one ends, everything ends with its exit code."""

    name: str
    command: Sequence[str]
    vital: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.0

    def start(self, now: float) -> None:
        self.process = subprocess.Popen(self.command, env={**os.environ, **self.environment})  # noqa: S603
        self.started = now

    def ended(self) -> int | None:
        """Its exit code, once it has ended."""
        return self.process.poll() if self.process else None


def supervise(charges: Sequence[Charge], stop: threading.Event) -> int:
    """Keep the processes running until ``stop`` is set or a vital one ends; the exit code to leave with."""
    try:
        for charge in charges:
            charge.start(time.monotonic())
        while not stop.wait(0.2):
            for charge in charges:
                code = charge.ended()
                if code is not None and charge.vital:
                    return code or 1
                if code is not None:
                    _start_again(charge, code, time.monotonic())
        return 0
    finally:
        _end(charges)


def _start_again(charge: Charge, code: int, now: float) -> None:
    lived = now - charge.started
    if lived < charge.pause:
        return  # it keeps failing: wait before the next try
    charge.pause = 0.0 if lived > STEADY else min(max(1.0, charge.pause * 2), LONGEST_PAUSE)
    log.warning("process ended, starting it again", process=charge.name, code=code)
    charge.start(now)


def _end(charges: Sequence[Charge]) -> None:
    running = [charge.process for charge in charges if charge.process and charge.process.poll() is None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + GRACE
    for process in running:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    """Ctrl-C and SIGTERM set ``stop``; a second one ends the process at once."""

    def heed(number: int, _frame: object) -> None:
        if stop.is_set():
            sys.exit(128 + number)
        stop.set()

    before = [(one, signal.signal(one, heed)) for one in (signal.SIGINT, signal.SIGTERM)]
    try:
        yield
    finally:
        for one, handler in before:
            signal.signal(one, handler)

"""A worker: one process that carries out jobs."""

from __future__ import annotations

import threading
from collections.abc import Collection
from typing import TYPE_CHECKING

from portal.jobs.engine import engine_for
from portal.jobs.schedule import keeping_time

if TYPE_CHECKING:
    from portal.runtime import Runtime


def run_worker(
    runtime: Runtime,
    *,
    queues: Collection[str] | None = None,
    stop: threading.Event | None = None,
    once: bool = False,
) -> None:
    """Carry out jobs of ``queues`` (None: all) until ``stop`` is set; the job in hand is finished first.

    With ``once``: until none is due; repeating jobs are then left alone.
    """
    engine = engine_for(runtime.database.engine)
    stop = stop or threading.Event()
    if once:
        engine.work(runtime, queues, stop, once)
        return
    with keeping_time(runtime):
        engine.work(runtime, queues, stop, once)

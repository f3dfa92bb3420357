"""Background work of erasure."""

from __future__ import annotations

from datetime import timedelta

import structlog

from portal import jobs
from portal.runtime import Runtime
from portal.takeout import erasing, sweeping

log = structlog.get_logger()


@jobs.every(timedelta(hours=1), erasing.SWEEP)
def sweep(runtime: Runtime) -> None:
    """Delete the files of erased claims, and the keys of the last messages to those whose claims they were."""
    swept = sweeping.sweep(runtime, runtime.clock())
    with runtime.database.transaction() as session:
        forgotten = erasing.forget_last_words(session, runtime, runtime.clock())
    if swept or forgotten:
        log.info("takeout.swept", files=swept, keys=forgotten)

"""Background work of trust."""

from __future__ import annotations

from datetime import timedelta

from portal import jobs
from portal.runtime import Runtime
from portal.trust import service


@jobs.every(timedelta(days=1), "trust.purge")
def purge(runtime: Runtime) -> None:
    """Erase reports of scams that have been kept long enough."""
    erased = service.PURGED_AT_ONCE
    while erased == service.PURGED_AT_ONCE:
        with runtime.database.transaction() as session:
            erased = service.purge(session, runtime, runtime.clock())

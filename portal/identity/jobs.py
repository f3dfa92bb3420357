"""Background work of identity."""

from __future__ import annotations

from datetime import timedelta

from portal import jobs
from portal.identity import service, sessions
from portal.runtime import Runtime


@jobs.every(timedelta(minutes=10), "identity.purge")
def purge(runtime: Runtime) -> None:
    """Forget old codes with the contacts nobody made a claim of, and sessions long ended."""
    forgotten = service.PURGED_AT_ONCE
    while forgotten == service.PURGED_AT_ONCE:
        with runtime.database.transaction() as session:
            forgotten = service.purge(session, runtime, runtime.clock())
    with runtime.database.transaction() as session:
        sessions.purge(session, runtime.clock())

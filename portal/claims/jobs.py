"""Background work of claims."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import structlog

from portal import jobs
from portal.audit import SYSTEM
from portal.claims import (  # noqa: F401  (they bring jobs)
    growing,
    recovery,
    reindexing,
    reminders,
    service,
    undelivered,
)
from portal.runtime import Runtime

PAGE = 100
log = structlog.get_logger()


@jobs.every(timedelta(hours=1), "claims.expire")
def expire(runtime: Runtime) -> None:
    """Erase drafts that nobody finished in time, each page of them in a transaction of its own."""
    while True:
        with runtime.database.transaction() as session:
            drafts = session.scalars(service.expired_drafts(runtime.clock()).limit(PAGE)).all()
            for claim in drafts:
                service.erase(session, runtime.vault, claim, actor=SYSTEM, now=runtime.clock())
        if drafts:
            log.info("claims.expired", count=len(drafts))
        if len(drafts) < PAGE:
            return


@jobs.every(timedelta(days=1), "claims.of_age")
def of_age(runtime: Runtime) -> None:
    """Notice minors who have come of age: whoever began the claim is told, and staff see it."""
    last: UUID | None = None
    while True:
        with runtime.database.transaction() as session:
            minors = session.scalars(growing.minors(last).limit(PAGE)).all()
            for claim in minors:
                growing.notice(session, runtime, claim, runtime.clock())
            last = minors[-1].id if minors else None
        if len(minors) < PAGE:
            return


@jobs.every(timedelta(minutes=5), "claims.recoveries")
def recoveries(runtime: Runtime) -> None:
    """Tell the contacts of claims that somebody asked to open by phone, and forget what ended long ago."""
    told = PAGE
    while told == PAGE:
        with runtime.database.transaction() as session:
            told = recovery.tell_due(session, runtime, runtime.clock(), limit=PAGE)
    with runtime.database.transaction() as session:
        recovery.purge(session, runtime.clock())

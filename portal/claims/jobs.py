"""Background work of claims."""

from __future__ import annotations

from datetime import timedelta

import structlog

from portal import jobs
from portal.audit import SYSTEM
from portal.claims import service, undelivered  # noqa: F401  (it brings a job)
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

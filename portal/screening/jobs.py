"""Background work of screening."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import jobs
from portal.claims.models import Claim
from portal.runtime import Runtime
from portal.screening.models import ScreenedClaim

PAGE = 200


@jobs.job("screening.look")
def look(runtime: Runtime, claim_id: str) -> None:
    """Hold a signed claim against all others and against the lists of conflicts; once more changes nothing."""
    from portal.screening import service

    service.look(runtime, UUID(claim_id), runtime.clock())


@jobs.job("screening.recheck")
def recheck(runtime: Runtime, jurisdiction: str, after: str = "") -> None:
    """Hold the next page of an office's engagements against its lists, which changed."""
    from portal.screening import rechecking

    last = rechecking.page(runtime, jurisdiction, UUID(after) if after else None, runtime.clock())
    if last is not None:
        with runtime.database.transaction() as session:
            jobs.defer(session, "screening.recheck", jurisdiction=jurisdiction, after=last)


@jobs.every(timedelta(minutes=5), "screening.sweep")
def sweep(runtime: Runtime) -> None:
    """Look at claims that were signed since they were last looked at, and forget those that were erased."""
    from portal.screening import service

    with runtime.database.reading() as session:
        due, erased = _due(session), _erased(session)
    for claim_id in erased:
        service.forget(runtime, claim_id, runtime.clock())
    for claim_id in due:
        service.look(runtime, claim_id, runtime.clock())


def _due(session: Session) -> list[UUID]:
    query = (
        sa.select(Claim.id)
        .outerjoin(ScreenedClaim, ScreenedClaim.claim_id == Claim.id)
        .where(
            Claim.submitted_at.is_not(None),
            Claim.erased_at.is_(None),
            sa.or_(ScreenedClaim.looked_at.is_(None), ScreenedClaim.looked_at < Claim.submitted_at),
        )
    )
    return list(session.scalars(query.order_by(Claim.id).limit(PAGE)))


def _erased(session: Session) -> list[UUID]:
    query = sa.select(Claim.id).join(ScreenedClaim, ScreenedClaim.claim_id == Claim.id)
    return list(session.scalars(query.where(Claim.erased_at.is_not(None)).limit(PAGE)))

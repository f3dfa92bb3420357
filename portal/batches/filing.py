"""What follows when a batch is marked as filed: its claims move on and each claimant is told."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.audit import Actor
from portal.batches.models import Batch, BatchEntry, Volume
from portal.claims import service as claims
from portal.claims.models import Engagement
from portal.claims.states import ClaimState
from portal.claims.telling import tell_of
from portal.runtime import Runtime
from portal.web.language import HOME_ZONES, day

_HANDED_OVER = (ClaimState.ACCEPTED, ClaimState.IN_REVIEW, ClaimState.INFORMATION_REQUESTED)
_PAGE = 100  # claims in one transaction, so that a large batch keeps no claimant waiting


def file_claims(runtime: Runtime, batch_id: uuid.UUID) -> None:
    """Move the claims that were handed over to filed, some in each transaction; those that moved before are left alone.

    A claim that its claimant changed after the volume was written is filed as it was frozen.
    """
    while _file_some(runtime, batch_id):
        pass


def _file_some(runtime: Runtime, batch_id: uuid.UUID) -> int:
    with runtime.database.transaction() as session:
        batch = session.get_one(Batch, batch_id)
        in_it = sa.select(BatchEntry.engagement_id).where(BatchEntry.batch_id == batch_id)
        if gone := _left_out(session, batch_id):
            in_it = in_it.where(BatchEntry.claim_number.not_in(gone))
        still = sa.select(Engagement).where(Engagement.id.in_(in_it), Engagement.state.in_(_HANDED_OVER))
        found = session.scalars(still.order_by(Engagement.id).limit(_PAGE)).all()
        actor, now = Actor("staff" if batch.filed_by else "system", batch.filed_by), runtime.clock()
        assert batch.filed_at is not None
        filed_at = batch.filed_at.astimezone(HOME_ZONES[batch.jurisdiction])
        for engagement in found:
            claims.move(session, engagement, ClaimState.FILED, actor=actor, now=now, batch=batch.number)
            filed_on = day(filed_at, engagement.claim.language)
            tell_of(session, runtime, engagement, "filed", date=filed_on)
        return len(found)


def _left_out(session: Session, batch_id: uuid.UUID) -> frozenset[str]:
    """Numbers of claims that the newest finished volume did not hold."""
    finished = sa.select(Volume).where(Volume.batch_id == batch_id, Volume.finished_at.is_not(None))
    volume = session.scalars(finished.order_by(Volume.finished_at.desc()).limit(1)).first()
    return frozenset(one["claim"] for one in volume.left_out) if volume else frozenset()

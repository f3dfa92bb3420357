"""Looking at a signed claim: pairs and conflicts in one transaction, its pictures' prints before it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from portal.claims.models import Claim
from portal.runtime import Runtime
from portal.screening import conflicts, pairs, prints


def look(runtime: Runtime, claim_id: UUID, now: datetime) -> None:
    """Hold a claim against all others and its engagements against their office's lists; of an erased one all goes."""
    prints.renew(runtime, claim_id)
    with runtime.database.transaction() as session:
        claim = session.get(Claim, claim_id)
        if claim is None or claim.erased_at is not None:
            pairs.forget(session, claim_id, now)
            return
        if claim.draft:
            return
        pairs.look(session, runtime, claim, now)
        for engagement in claim.engagements:
            if engagement.state in pairs.ACTIVE:
                conflicts.check(session, runtime, engagement, now)


def forget(runtime: Runtime, claim_id: UUID, now: datetime) -> None:
    """Take away what screening knows of a claim that was erased."""
    with runtime.database.transaction() as session:
        pairs.forget(session, claim_id, now)

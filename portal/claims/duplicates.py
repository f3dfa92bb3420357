"""Somebody begins a second claim with another contact, having forgotten the first: the first one's contact is told.

The new claim's page shows nothing of it: whoever types another's name and birth date must not learn that they take
part.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import jobs
from portal.claims import sealed
from portal.claims.models import Claim
from portal.claims.particulars import Particulars
from portal.claims.telling import tell
from portal.messages import OutboxMessage
from portal.runtime import Runtime

KIND = "already-have-claim"
AGAIN_AFTER = timedelta(days=30)  # nobody is pestered by somebody else's typing
STEPS = frozenset({"name", "birth"})


@jobs.job("claims.duplicates")
def look(runtime: Runtime, claim_id: str) -> None:
    """Look for an earlier claim of the same person; in a job, so that the page's time tells nothing either."""
    with runtime.database.transaction() as session:
        claim = session.get(Claim, UUID(claim_id))
        if claim is not None and claim.draft and claim.erased_at is None:
            for earlier in earlier_claims(session, runtime, claim):
                _tell(session, runtime, earlier, runtime.clock())


def earlier_claims(session: Session, runtime: Runtime, claim: Claim) -> list[Claim]:
    """Claims of the same name and birth date that were begun earlier, with another contact."""
    particulars = sealed.read(session, runtime.vault, claim)
    digests = [
        runtime.vault.index(kind, value)
        for kind, value in sealed.search_keys(particulars)
        if kind == "name_birth"
    ]
    query = sealed.found_by(digests, "name_birth").where(
        Claim.matter_slug == claim.matter_slug,
        Claim.erased_at.is_(None),
        Claim.id < claim.id,  # ids rise with time
    )
    mine = _contacts(particulars)
    found = session.scalars(query.order_by(Claim.id).limit(3))
    return [one for one in found if not mine & _contacts(sealed.read(session, runtime.vault, one))]


def _tell(session: Session, runtime: Runtime, earlier: Claim, now: datetime) -> None:
    told = sa.select(OutboxMessage.id).where(
        OutboxMessage.subject_id == earlier.subject_id,
        OutboxMessage.kind == KIND,
        OutboxMessage.created_at > now - AGAIN_AFTER,
    )
    if session.scalar(told.limit(1)) is None:
        tell(session, runtime, earlier, KIND)


def _contacts(particulars: Particulars) -> set[str]:
    return {one.value for one in particulars.contacts}

"""Signatures that wait for another signer: what is changed meanwhile voids them, and whoever signed is asked again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from portal.claims import parties, sealed
from portal.claims.models import Claim, Engagement, Signature
from portal.packets import signing
from portal.runtime import Runtime

SETTLED = timedelta(minutes=10)
"""Who is still changing details is not interrupted; the others hear of it once, when it is done."""


def claims(session: Session, now: datetime, limit: int = 500) -> Sequence[UUID]:
    """Claims with a signature that waits for another and details that nobody has touched for a while."""
    later = aliased(Signature)
    joined_in = sa.exists().where(
        later.engagement_id == Signature.engagement_id, later.complete, later.signed_at >= Signature.signed_at
    )
    query = (
        sa.select(Claim.id)
        .join(Engagement, Engagement.claim_id == Claim.id)
        .join(Signature, Signature.engagement_id == Engagement.id)
        .where(
            Signature.complete.is_(False),
            Signature.void_at.is_(None),
            ~joined_in,
            Claim.erased_at.is_(None),
            Claim.updated_at < now - SETTLED,
        )
        .distinct()
        .order_by(Claim.id)
        .limit(limit)
    )
    return session.scalars(query).all()


def void(session: Session, runtime: Runtime, claim_id: UUID, now: datetime) -> None:
    """Void what no longer holds of one claim, and ask the representatives whose signatures fell to sign again."""
    claim = session.get_one(Claim, claim_id, with_for_update=True)
    fallen = signing.void_stale(session, runtime, runtime.matters.current(), claim, now)
    particulars = sealed.read_latest(session, runtime.vault, claim)
    for party in sorted(fallen):
        who = particulars.representative(party)
        if who is not None and who.invited:
            parties.tell_party(session, runtime, claim, who, "party-sign-again")

"""Minors who come of age while the matter runs: from then on nobody signs for them (민법 제4조, 제911조)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import SYSTEM
from portal.claims import sealed, service
from portal.claims.kinds import MINOR, under_age
from portal.claims.models import Claim
from portal.claims.service import SEOUL
from portal.claims.telling import tell
from portal.runtime import Runtime


def minors(after: UUID | None) -> sa.Select[Claim]:
    """Claims of minors of whom nobody has noticed that they came of age, in the order of their ids."""
    query = sa.select(Claim).where(Claim.kind == MINOR, Claim.of_age_at.is_(None), Claim.erased_at.is_(None))
    return (query.where(Claim.id > after) if after else query).order_by(Claim.id)


def notice(session: Session, runtime: Runtime, claim: Claim, now: datetime) -> None:
    """Note it where the claimant has come of age. A draft that they began themselves simply becomes their own."""
    born = sealed.read(session, runtime.vault, claim).birth_date
    if born is None or under_age(born, now.astimezone(SEOUL).date()):
        return
    if claim.draft:
        service.refit(session, runtime.vault, claim, now)
    if claim.kind != MINOR:
        return
    claim.of_age_at = now
    audit.record(session, now=now, actor=SYSTEM, action="claim.of_age", subject=claim.id)
    tell(session, runtime, claim, "of-age")

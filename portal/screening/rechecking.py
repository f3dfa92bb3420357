"""A list changed: all engagements of the office are held against it, and only those that it may name are opened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.claims.models import Claim, Engagement
from portal.database import new_id
from portal.runtime import Runtime
from portal.screening import conflicts, lists
from portal.screening.models import ConflictCheck, ConflictEntry, ConflictKey, ConflictList, ScreeningKey
from portal.screening.pairs import ACTIVE

PAGE = 500


def page(runtime: Runtime, jurisdiction: str, after: UUID | None, now: datetime) -> UUID | None:
    """Check the next engagements again; answers the last one's id while there may be more.

    Those whose names meet no key of a list, and met none before, are noted as clear without being opened.
    """
    with runtime.database.transaction() as session:
        found = _next(session, jurisdiction, after)
        checks = {one.engagement_id: one for one in _newest(session, found)}
        named = _named(session, jurisdiction, [one.claim_id for one in found])
        held = [str(one.id) for one in lists.current(session, jurisdiction)]
        for engagement in found:
            before = checks.get(engagement.id)
            if before is None:
                continue  # its first look is still to come, and checks it
            if engagement.claim_id in named or before.hits is not None:
                conflicts.check(session, runtime, engagement, now)
            elif before.lists != held:
                before.newest = False
                session.add(
                    ConflictCheck(
                        id=new_id(),
                        engagement_id=engagement.id,
                        lists=held,
                        result=before.result,
                        checked_at=now,
                        newest=True,
                    )
                )
        return found[-1].id if len(found) == PAGE else None


def _next(session: Session, jurisdiction: str, after: UUID | None) -> Sequence[Engagement]:
    query = (
        sa.select(Engagement)
        .join(Claim, Claim.id == Engagement.claim_id)
        .where(
            Engagement.jurisdiction == jurisdiction, Engagement.state.in_(ACTIVE), Claim.erased_at.is_(None)
        )
    )
    if after is not None:
        query = query.where(Engagement.id > after)
    return session.scalars(query.order_by(Engagement.id).limit(PAGE)).all()


def _newest(session: Session, found: Sequence[Engagement]) -> Sequence[ConflictCheck]:
    query = sa.select(ConflictCheck).where(
        ConflictCheck.newest, ConflictCheck.engagement_id.in_([one.id for one in found])
    )
    return session.scalars(query).all()


def _named(session: Session, jurisdiction: str, claim_ids: Sequence[UUID]) -> set[UUID]:
    """Claims of which a name's key meets a listed one."""
    query = (
        sa.select(ScreeningKey.claim_id)
        .join(ConflictKey, ConflictKey.digest == ScreeningKey.digest)
        .join(ConflictEntry, ConflictEntry.id == ConflictKey.entry_id)
        .join(ConflictList, ConflictList.id == ConflictEntry.list_id)
        .where(
            ScreeningKey.claim_id.in_(claim_ids),
            ConflictList.jurisdiction == jurisdiction,
            ConflictList.replaced_at.is_(None),
        )
    )
    return set(session.scalars(query.distinct()))

"""Who has seen a claim, and who is working on it: a warning to colleagues, never a block."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.claims.models import Engagement
from portal.review.desk_models import Visit

HELD = timedelta(minutes=10)


def open_claim(session: Session, engagement: Engagement, staff_id: UUID, now: datetime) -> Visit | None:
    """Note that somebody opened a claim; answers the visit of the colleague who was at work on it first, if any."""
    visit = session.get(Visit, (engagement.id, staff_id))
    if visit is None:
        visit = Visit(
            engagement_id=engagement.id, staff_id=staff_id, first_at=now, since=now, last_at=now, left_at=None
        )
        session.add(visit)
    elif not is_working(visit, now):
        visit.since = now
    visit.last_at, visit.left_at = now, None
    session.flush()
    others = [one for one in visits_of(session, [engagement.id]).get(engagement.id, []) if one is not visit]
    return next((one for one in others if is_working(one, now)), None)


def leave_claim(session: Session, engagement: Engagement, staff_id: UUID, now: datetime) -> None:
    """Somebody is done with a claim for now; content when they never came."""
    visit = session.get(Visit, (engagement.id, staff_id))
    if visit is not None and visit.left_at is None:
        visit.left_at = now


def is_working(visit: Visit, now: datetime) -> bool:
    """Whether a visit still counts as work: not left, and not ten minutes without a sign."""
    return visit.left_at is None and now - visit.last_at < HELD


def visits_of(session: Session, engagements: Sequence[UUID]) -> dict[UUID, list[Visit]]:
    """Who opened each of these engagements, whoever began the present visit first before the others."""
    query = sa.select(Visit).where(Visit.engagement_id.in_(engagements)).order_by(Visit.since)
    found: dict[UUID, list[Visit]] = {}
    for visit in session.scalars(query):
        found.setdefault(visit.engagement_id, []).append(visit)
    return found

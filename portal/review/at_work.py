"""Who else is at a claim: shown above it to whoever opens it, which is noted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.claims.models import Engagement
from portal.review import assigning, locks
from portal.runtime import Runtime
from portal.web import Staff


def opening(
    session: Session, runtime: Runtime, engagement: Engagement, staff: Staff, now: datetime
) -> dict[str, Any]:
    """Note the visit; answers who was at work first, who has seen the claim, and whose work it may become."""
    colleagues = assigning.colleagues(session, runtime.vault, [engagement.jurisdiction])
    busy = locks.open_claim(session, engagement, staff.id, now)
    seen = locks.visits_of(session, [engagement.id]).get(engagement.id, [])
    return {
        "busy": (colleagues.get(busy.staff_id, "–"), busy.since) if busy else None,
        "seen_by": [colleagues[one.staff_id] for one in seen if one.staff_id in colleagues],
        "colleagues": colleagues,
    }

"""The letters of a claim as its page shows them to staff."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.claims.models import Engagement
from portal.correspondence import service
from portal.correspondence.models import Author
from portal.runtime import Runtime


def opened(session: Session, runtime: Runtime, engagement: Engagement, now: datetime) -> dict[str, Any]:
    """All letters, which are new to the office, how many wait for an answer, and whether more can be written; from now
    on the claimant's count as read."""
    found = service.talk(session, runtime, engagement)
    new = {one.id for one in found if one.author == Author.CLAIMANT and one.read_at is None}
    service.read_all(session, engagement, Author.STAFF, now)
    return {
        "letters": found,
        "new_letters": new,
        "waiting_letters": sum(one.waiting for one in found),
        "may_write": service.may_write(engagement),
    }

"""Leaving one jurisdiction: the engagement ends, the claimant gets a sealed receipt, and counsel are told.

What was signed before stays as it is; its public verification says from now on that it was withdrawn.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.claims import service as claims
from portal.claims.models import Engagement
from portal.claims.service import SEOUL
from portal.claims.telling import tell_of
from portal.matters.placeholders import legal_date
from portal.messages import service as messages
from portal.packets import events, service
from portal.runtime import Runtime
from portal.web.language import HOME_ZONES


def withdraw(session: Session, runtime: Runtime, engagement: Engagement, now: datetime) -> None:
    """Withdraw an engagement that was signed, in the caller's transaction. Raises MoveRefused."""
    claims.withdraw(session, engagement, now=now)
    actor = claims.claimant_of(engagement.claim)
    events.append(session, runtime, engagement, "withdrawn", now, actor=actor)
    service.queue_receipt(session, engagement, now)
    tell_of(
        session, runtime, engagement, "withdrawn", date=_day(now.astimezone(SEOUL), engagement.claim.language)
    )
    _tell_counsel(session, runtime, engagement, now)


def _tell_counsel(session: Session, runtime: Runtime, engagement: Engagement, now: datetime) -> None:
    """To counsel's own address: the claim's number and the day, and nothing else about the person."""
    claim = engagement.claim
    matter = runtime.matters.current().matter
    counsel = matter.counsel(engagement.jurisdiction)
    language = matter.packets[engagement.jurisdiction].governing_language
    messages.queue(
        session,
        runtime,
        subject_id=claim.subject_id,
        to=counsel.email,
        kind="counsel-withdrawn",
        language=language,
        matter=matter,
        claim_number=claim.number,
        counsel=counsel.name[language],
        date=_day(now.astimezone(HOME_ZONES[engagement.jurisdiction]), language),
    )


def _day(moment: datetime, language: str) -> str:
    return legal_date(moment.date(), language)

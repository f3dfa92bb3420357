"""What staff do with an engagement. Each act moves its state, is audited, and tells the claimant."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from portal import audit
from portal.audit import Actor
from portal.claims import sealed
from portal.claims import service as claims
from portal.claims.models import Engagement
from portal.claims.states import ClaimState
from portal.claims.telling import ask_for, tell_of
from portal.correspondence import service as letters
from portal.runtime import Runtime
from portal.web import Staff
from portal.web.language import HOME_ZONES, day


def actor_of(staff: Staff) -> Actor:
    """The staff member as an actor in the audit chain."""
    return Actor("staff", staff.id)


def accept(session: Session, runtime: Runtime, engagement: Engagement, *, by: Staff, now: datetime) -> None:
    """Counsel takes the engagement on. Raises MoveRefused."""
    claims.move(session, engagement, ClaimState.ACCEPTED, actor=actor_of(by), now=now)
    tell_of(session, runtime, engagement, "accepted", date=_today(engagement, now))


def ask(
    session: Session,
    runtime: Runtime,
    engagement: Engagement,
    text: str,
    until: date,
    *,
    by: Staff,
    now: datetime,
) -> None:
    """Ask the claimant for something by a day. Raises MoveRefused."""
    claims.move(
        session,
        engagement,
        ClaimState.INFORMATION_REQUESTED,
        actor=actor_of(by),
        now=now,
        until=until.isoformat(),
    )
    engagement.due_on = until
    letters.keep_request(session, runtime, engagement, text, by=actor_of(by), now=now)
    ask_for(session, runtime, engagement, text, until)


def decline(
    session: Session, runtime: Runtime, engagement: Engagement, text: str, *, by: Staff, now: datetime
) -> None:
    """Do not take the engagement on, saying why. Raises MoveRefused."""
    claims.move(session, engagement, ClaimState.DECLINED, actor=actor_of(by), now=now)
    sealed.write_note(session, runtime.vault, engagement, text)
    tell_of(session, runtime, engagement, "declined", text=text, date=_today(engagement, now))


def reopen(session: Session, engagement: Engagement, *, by: Staff, now: datetime) -> None:
    """Look at a decided engagement again; nobody is told before something comes of it. Raises MoveRefused."""
    claims.move(session, engagement, ClaimState.IN_REVIEW, actor=actor_of(by), now=now)


def note_read(session: Session, engagement: Engagement, *, by: Staff, now: datetime, part: str) -> None:
    """Audit that somebody opened a claim's particulars or a file of it."""
    audit.record(
        session,
        now=now,
        actor=actor_of(by),
        action="claim.read",
        subject=engagement.claim_id,
        jurisdiction=engagement.jurisdiction,
        part=part,
    )


def note_download(
    session: Session, engagement: Engagement, *, by: Staff, now: datetime, part: str, reason: str
) -> None:
    """Audit a download with the reason given for it; the reason is the staff member's own words about their work."""
    audit.record(
        session,
        now=now,
        actor=actor_of(by),
        action="claim.downloaded",
        subject=engagement.claim_id,
        jurisdiction=engagement.jurisdiction,
        part=part,
        reason=reason,
    )


def _today(engagement: Engagement, now: datetime) -> str:
    """The day of an act where counsel sit, as the claimant writes dates."""
    return day(now.astimezone(HOME_ZONES[engagement.jurisdiction]), engagement.claim.language)

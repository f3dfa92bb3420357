"""Asking that a signed claim be erased, and deciding on it: each firm that holds the claim decides for itself.

A draft is erased by its owner at once (``claims.service.erase``). What was signed may have to be kept: by the firm's
duty to prove its mandate, by a court's record. So the wish withdraws what can be withdrawn, and a person decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit, jobs
from portal.audit import Actor
from portal.claims import sealed
from portal.claims import service as claims
from portal.claims.models import Claim, Engagement
from portal.claims.service import SEOUL
from portal.claims.states import MOVES, ClaimState
from portal.claims.telling import reachable_at, tell
from portal.database import new_id
from portal.errors import PortalError
from portal.messages import channel_of
from portal.messages import service as messages
from portal.messages.models import MessageState, OutboxMessage
from portal.packets import withdrawal
from portal.runtime import Runtime
from portal.takeout.models import ErasureRequest, LastWord, Outcome
from portal.web.language import day

ANSWER_WITHIN = timedelta(days=10)
"""개인정보 보호법 시행령 제43조 제3항: what was done about a wish for erasure is told within ten days."""
SWEEP = "takeout.sweep"


class Decided(PortalError):
    """The request was decided before, or the claim is gone."""


@dataclass(frozen=True)
class Asked:
    """One office's request with what staff need to decide on it."""

    request: ErasureRequest
    engagement: Engagement
    answer_by: date

    @property
    def number(self) -> str:
        """The claim's number."""
        return self.engagement.claim.number


def withdraws(engagement: Engagement) -> bool:
    """Whether asking for erasure withdraws this engagement: out of a suit that is filed only a step in court leads."""
    return (
        engagement.state not in (ClaimState.DRAFT, ClaimState.FILED)
        and ClaimState.WITHDRAWN in MOVES[engagement.state]
    )


def latest(session: Session, claim: Claim) -> dict[UUID, ErasureRequest]:
    """The newest request of each engagement of a claim."""
    mine = [one.id for one in claim.engagements]
    query = sa.select(ErasureRequest).where(ErasureRequest.engagement_id.in_(mine))
    return {one.engagement_id: one for one in session.scalars(query.order_by(ErasureRequest.id))}


def is_open(session: Session, claim: Claim) -> bool:
    """Whether an office still has to decide on this claim."""
    return any(one.decided_at is None for one in latest(session, claim).values())


def request(session: Session, runtime: Runtime, claim: Claim, now: datetime) -> bool:
    """Withdraw what can be withdrawn and ask every firm that holds the claim; answers whether anything was asked.

    Asking twice is asking once while a firm still has to decide.
    """
    if claim.draft or claim.erased_at is not None or is_open(session, claim):
        return False
    held = [one for one in claim.engagements if one.state is not ClaimState.DRAFT]
    for engagement in held:
        if withdraws(engagement):
            withdrawal.withdraw(session, runtime, engagement, now)
        session.add(ErasureRequest(id=new_id(), engagement_id=engagement.id, requested_at=now))
    audit.record(
        session, now=now, actor=claims.claimant_of(claim), action="erasure.requested", subject=claim.id,
        jurisdictions=[one.jurisdiction for one in held],
    )  # fmt: skip
    return True


def grant(session: Session, runtime: Runtime, asked: Asked, *, by: Actor, now: datetime) -> bool:
    """This firm need not keep the claim; when no other must, it is erased at once.

    Answers whether it was. Raises Decided.
    """
    _decide(session, asked, Outcome.GRANTED, by, now)
    claim = asked.engagement.claim
    if not all(one.outcome == Outcome.GRANTED for one in latest(session, claim).values()):
        return False
    _last_word(session, runtime, claim, now)
    claims.erase(session, runtime.vault, claim, actor=by, now=now)
    jobs.defer(session, SWEEP)
    return True


def refuse(
    session: Session, runtime: Runtime, asked: Asked, reason: str, *, by: Actor, now: datetime
) -> None:
    """This firm must keep the claim, and says why; the claimant is told to read it. Raises Decided."""
    _decide(session, asked, Outcome.REFUSED, by, now)
    claim = asked.engagement.claim
    asked.request.reason = runtime.vault.seal(
        session, claim.subject_id, _purpose(asked.request.id), reason.encode()
    )
    tell(session, runtime, claim, "erasure-answer", date=_today(claim, now))


def reason_of(session: Session, runtime: Runtime, claim: Claim, refused: ErasureRequest) -> str:
    """Why a firm must keep the claim, in its words."""
    if refused.reason is None:
        return ""
    return runtime.vault.open(session, claim.subject_id, _purpose(refused.id), refused.reason).decode()


def open_requests(session: Session, seen: sa.Select[Engagement], limit: int = 200) -> list[Asked]:
    """What the offices of these engagements still have to decide, the oldest first."""
    return [_asked(one, engagement) for engagement, one in session.execute(_open(seen).limit(limit))]


def open_request_of(session: Session, engagement: Engagement) -> Asked | None:
    """What is to be decided about one engagement, locked, so that two people decide one after the other."""
    query = sa.select(ErasureRequest).where(
        ErasureRequest.engagement_id == engagement.id, ErasureRequest.decided_at.is_(None)
    )
    found = session.scalars(query.with_for_update()).first()
    return _asked(found, engagement) if found else None


def count_open(session: Session, seen: sa.Select[Engagement]) -> int:
    """How many requests the offices of these engagements still have to decide."""
    found = _open(seen).with_only_columns(ErasureRequest.id).order_by(None).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(found)) or 0


def _open(seen: sa.Select[Engagement]) -> sa.Select[Engagement, ErasureRequest]:
    return (
        seen.add_columns(ErasureRequest)
        .join(ErasureRequest, ErasureRequest.engagement_id == Engagement.id)
        .where(ErasureRequest.decided_at.is_(None))
        .order_by(ErasureRequest.requested_at)
    )


def _asked(found: ErasureRequest, engagement: Engagement) -> Asked:
    return Asked(found, engagement, (found.requested_at + ANSWER_WITHIN).astimezone(SEOUL).date())


def _decide(session: Session, asked: Asked, outcome: Outcome, by: Actor, now: datetime) -> None:
    if asked.request.decided_at is not None or asked.engagement.claim.erased_at is not None:
        raise Decided("decided before")
    # The claim's lock: the last of two offices to agree must see that the other has agreed.
    session.get_one(Claim, asked.engagement.claim_id, with_for_update=True, populate_existing=True)
    asked.request.outcome, asked.request.decided_at, asked.request.decided_by = outcome, now, by.id
    session.flush()
    audit.record(
        session, now=now, actor=by, action=f"erasure.{outcome}", subject=asked.engagement.claim_id,
        jurisdiction=asked.engagement.jurisdiction,
    )  # fmt: skip


def _last_word(session: Session, runtime: Runtime, claim: Claim, now: datetime) -> None:
    """Tell the person that all is gone, under a key of its own: the claim's own is destroyed in this transaction."""
    particulars = sealed.read(session, runtime.vault, claim)
    to = reachable_at(session, runtime, particulars)
    if not to:
        return
    subject = runtime.vault.new_subject(session, now)
    session.add(LastWord(subject_id=subject, created_at=now))
    messages.queue(
        session,
        runtime,
        subject_id=subject,
        to=to,
        kind="erased",
        language=claim.language,
        matter=runtime.matters.current().matter,
        claim_number=claim.number,
        phrase=particulars.phrase,
        channel=channel_of(to),
        date=_today(claim, now),
    )


def forget_last_words(session: Session, runtime: Runtime, now: datetime) -> int:
    """Destroy the keys of last messages that have left, or that no server took in days; answers how many."""
    sent = sa.select(OutboxMessage.subject_id).where(OutboxMessage.state != MessageState.QUEUED)
    due = sa.or_(
        LastWord.subject_id.in_(sent), LastWord.created_at < now - messages.GIVE_UP - timedelta(days=1)
    )
    found: Sequence[LastWord] = session.scalars(sa.select(LastWord).where(due)).all()
    for one in found:
        runtime.vault.erase(session, one.subject_id, now)
        session.delete(one)
    return len(found)


def _today(claim: Claim, now: datetime) -> str:
    return day(now.astimezone(SEOUL), claim.language)


def _purpose(request_id: UUID) -> str:
    return f"erasure {request_id}"

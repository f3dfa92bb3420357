"""What staff make of a pair: one person, whose claims go on as one, or two. Both can be taken back."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from portal import audit
from portal.audit import Actor
from portal.claims import service as claims
from portal.claims.models import Engagement
from portal.claims.service import SEOUL
from portal.claims.states import MOVES, ClaimState, MoveRefused
from portal.claims.telling import tell_of
from portal.errors import PortalError
from portal.runtime import Runtime
from portal.screening import pairs
from portal.screening.access import SeenPair
from portal.screening.models import LikelyPair
from portal.web.language import HOME_ZONES, day


class Judged(PortalError):
    """Somebody judged the pair meanwhile, or took the judgement back."""


class CannotMerge(PortalError):
    """The claim that would be closed is filed, or one of both is another office's."""


class _Sides(NamedTuple):
    kept: Engagement
    closed: Engagement


def apart(session: Session, seen: SeenPair, *, by: Actor, now: datetime) -> None:
    """Two people: the pair is never shown again unless this is taken back. Raises Judged."""
    pair = _open(seen)
    pair.standing, pair.judged_at, pair.judged_by = pairs.APART, now, by.id
    _note(session, seen, "pair.apart", by, now)


def merge(
    session: Session, runtime: Runtime, seen: SeenPair, kept_id: UUID, *, by: Actor, now: datetime
) -> None:
    """One person: this engagement goes on. The other is closed, points to it, and its claimant is told.

    Counsel close it by declining, not by withdrawing: only the claimant withdraws, and that could not be taken back.
    Raises Judged and CannotMerge.
    """
    pair = _open(seen)
    kept, closed = _sides(seen, kept_id)
    if not can_close(closed):
        raise CannotMerge(str(closed.state))
    pair.standing, pair.judged_at, pair.judged_by, pair.kept_id = pairs.MERGED, now, by.id, kept.id
    if ClaimState.DECLINED in MOVES[closed.state]:
        pair.closed_from = str(closed.state)
        claims.move(session, closed, ClaimState.DECLINED, actor=by, now=now, merged=True)
        today = day(now.astimezone(HOME_ZONES.get(closed.jurisdiction, SEOUL)), closed.claim.language)
        tell_of(session, runtime, closed, "merged", date=today)
    others = [one for one in pairs.of_engagement(session, closed.id) if one.id != pair.id]
    touched = {side for one in others for side in (one.first_id, one.second_id)}
    for other in others:
        session.delete(other)
    session.flush()
    pairs.flag(session, touched, now)
    _note(session, seen, "pair.merged", by, now, kept=str(kept.id), closed=str(closed.id))


def take_back(session: Session, seen: SeenPair, *, by: Actor, now: datetime) -> None:
    """The judgement no longer holds: the pair is open again, and what a merger closed is in review. Raises Judged.

    What was withdrawn meanwhile stays so. Raises MoveRefused where the closed engagement went another way.
    """
    pair = seen.pair
    if pair.standing == pairs.OPEN:
        raise Judged("it is open")
    if pair.standing == pairs.MERGED and not seen.whole:
        raise CannotMerge("another office's")
    if pair.standing == pairs.MERGED and pair.closed_from:
        closed = _sides(seen, pair.kept_id).closed
        if closed.state is not ClaimState.DECLINED:
            raise MoveRefused(closed.state, ClaimState.IN_REVIEW)
        claims.move(session, closed, ClaimState.IN_REVIEW, actor=by, now=now, merged=False)
    was, pair.standing = pair.standing, pairs.OPEN
    pair.judged_at = pair.judged_by = pair.kept_id = pair.closed_from = None
    _note(session, seen, "pair.reopened", by, now, was=was)


def can_close(engagement: Engagement) -> bool:
    """Whether a merger may close an engagement: out of a suit that is filed only a step in court leads."""
    return engagement.state is not ClaimState.FILED


def _open(seen: SeenPair) -> LikelyPair:
    if seen.pair.standing != pairs.OPEN:
        raise Judged(seen.pair.standing)
    return seen.pair


def _sides(seen: SeenPair, kept_id: UUID | None) -> _Sides:
    first, second = seen.first, seen.second
    if first is None or second is None or kept_id not in (first.id, second.id):
        raise CannotMerge("another office's")
    if first.jurisdiction != second.jurisdiction:
        raise CannotMerge("two offices")
    return _Sides(first, second) if kept_id == first.id else _Sides(second, first)


def _note(session: Session, seen: SeenPair, action: str, by: Actor, now: datetime, **facts: str) -> None:
    session.flush()
    pairs.flag(session, {seen.pair.first_id, seen.pair.second_id}, now)
    mine = seen.first or seen.second
    audit.record(
        session, now=now, actor=by, action=action, subject=mine.claim_id if mine else None,
        pair=str(seen.pair.id), score=seen.pair.score, reasons=list(seen.pair.reasons), **facts,
    )  # fmt: skip

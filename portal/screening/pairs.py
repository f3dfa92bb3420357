"""Finding likely pairs: candidates by keyed hashes alone, and only those are opened to be weighed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.claims import sealed
from portal.claims.flags import Flag, lower_flag, raise_flag
from portal.claims.models import Claim, Engagement
from portal.claims.particulars import Particulars
from portal.claims.states import AMENDABLE, ClaimState
from portal.database import new_id
from portal.runtime import Runtime
from portal.screening import keys, prints, weighing
from portal.screening.keys import Kind
from portal.screening.models import LikelyPair, PicturePrint, ScreenedClaim, ScreeningKey
from portal.screening.weighing import PairKind, Weighed

MOST = 40
"""Claims that may share a hash before it says nothing: an office's network, a notice that everybody got."""
MOST_ALIKE = 8
"""The same for pictures: more of them look alike because they show the same."""
ACTIVE = AMENDABLE | {ClaimState.FILED}
_SOURCES = frozenset(Kind) - {Kind.NAMED, Kind.DEVICE}
_TURN = 0x70616972  # one claim is looked at at a time on PostgreSQL, so that two that come at once find each other
OPEN, MERGED, APART = "open", "merged", "apart"


def look(session: Session, runtime: Runtime, claim: Claim, now: datetime) -> int:
    """Find what a signed claim has in common with others, in the caller's transaction; answers how many pairs are open.

    What staff judged before stays as they judged it.
    """
    _take_turn(session)
    particulars = sealed.read(session, runtime.vault, claim)
    digests = keys.renew(session, runtime, claim, particulars)
    found = _found(session, runtime, claim, particulars, digests)
    touched = _keep(session, claim, found, now)
    session.flush()
    flag(session, touched | {one.id for one in claim.engagements}, now)
    looked = session.get(ScreenedClaim, claim.id) or ScreenedClaim(claim_id=claim.id)
    looked.looked_at = now
    session.add(looked)
    return len(found)


def forget(session: Session, claim_id: UUID, now: datetime) -> None:
    """Take away what screening knows of a claim: hashes, prints and pairs, and the flags that these put on others."""
    keys.forget(session, claim_id)
    session.execute(sa.delete(PicturePrint).where(PicturePrint.claim_id == claim_id))
    session.execute(sa.delete(ScreenedClaim).where(ScreenedClaim.claim_id == claim_id))
    mine = set(session.scalars(sa.select(Engagement.id).where(Engagement.claim_id == claim_id)))
    pairs = list(session.scalars(sa.select(LikelyPair).where(_of(mine))))
    for pair in pairs:
        session.delete(pair)
    session.flush()
    flag(session, mine | {one for pair in pairs for one in (pair.first_id, pair.second_id)}, now)


def flag(session: Session, engagement_ids: Iterable[UUID], now: datetime) -> None:
    """Have the flags of engagements say what open pairs they are in; the heaviest one weighs."""
    for engagement_id in sorted(engagement_ids):
        engagement = session.get(Engagement, engagement_id)
        if engagement is None:
            continue
        standing = of_engagement(session, engagement_id)
        likely = [one.score for one in standing if one.kind == PairKind.PERSON]
        others = [one.score for one in standing if one.kind != PairKind.PERSON]
        _raise(session, engagement, Flag.PAIR, max(likely, default=None), now)
        _raise(session, engagement, Flag.DOUBT, max(others, default=None), now)


def of_engagement(session: Session, engagement_id: UUID) -> list[LikelyPair]:
    """The pairs of an engagement that staff have not judged, the heaviest first."""
    query = sa.select(LikelyPair).where(_of({engagement_id}), LikelyPair.standing == OPEN)
    return list(session.scalars(query.order_by(LikelyPair.score.desc(), LikelyPair.id)))


def _take_turn(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _TURN})


def _raise(session: Session, engagement: Engagement, which: Flag, score: int | None, now: datetime) -> None:
    if score is None:
        lower_flag(session, engagement, which)
    else:
        raise_flag(session, engagement, which, now, weight=max(score, 0))


def _of(engagement_ids: set[UUID]) -> sa.ColumnElement[bool]:
    return sa.or_(LikelyPair.first_id.in_(engagement_ids), LikelyPair.second_id.in_(engagement_ids))


def _found(
    session: Session,
    runtime: Runtime,
    claim: Claim,
    particulars: Particulars,
    digests: dict[bytes, Kind],
) -> dict[tuple[UUID, UUID], Weighed]:
    """Pairs of engagements, the earlier first, with what was weighed."""
    review = runtime.matters.by_id(claim.matter_version_id).matter.review
    if not review.doubts:
        review = runtime.matters.current().matter.review
    mine = prints.of_claim(session, runtime, claim)
    found: dict[tuple[UUID, UUID], Weighed] = {}
    for other, shared in _candidates(session, claim, digests):
        if not weighing.can_matter(review, shared):
            continue
        alike = Kind.PICTURE in shared and any(
            prints.near(one, theirs) for one in mine for theirs in prints.of_claim(session, runtime, other)
        )
        codes = weighing.reasons(
            particulars, sealed.read(session, runtime.vault, other), shared, picture=alike
        )
        result = weighing.weighed(review, codes)
        if result.kind is not None:
            found |= {pair: _as(result, kind) for pair, kind in _pairs_of(claim, other, result.kind)}
    return found


def _candidates(
    session: Session, claim: Claim, digests: dict[bytes, Kind]
) -> Iterator[tuple[Claim, set[Kind]]]:
    shared: dict[UUID, set[Kind]] = defaultdict(set)
    for digest, kind in digests.items():
        if kind is Kind.NAMED:
            continue
        query = sa.select(ScreeningKey.claim_id).where(
            ScreeningKey.digest == digest, ScreeningKey.claim_id != claim.id
        )
        most = MOST_ALIKE if kind is Kind.PICTURE else MOST
        met = session.scalars(query.limit(most + 1)).all()
        for claim_id in met if len(met) <= most else ():
            shared[claim_id].add(kind)
    for claim_id, kinds in sorted(shared.items()):
        other = session.get(Claim, claim_id) if kinds & _SOURCES else None
        if other and other.erased_at is None and not other.draft and other.matter_slug == claim.matter_slug:
            yield other, kinds


def _as(result: Weighed, kind: PairKind) -> Weighed:
    return Weighed(result.reasons, result.score, kind)


def _pairs_of(claim: Claim, other: Claim, kind: PairKind) -> Iterator[tuple[tuple[UUID, UUID], PairKind]]:
    """Two engagements of one office are a pair; a person with a claim at each office has just that: one at each."""
    mine, theirs = _active(claim), _active(other)
    together = mine.keys() & theirs.keys()
    for jurisdiction in together:
        yield _ordered(claim, other, mine[jurisdiction], theirs[jurisdiction]), kind
    if not together and kind is PairKind.PERSON:
        for one in mine.values():
            for another in theirs.values():
                yield _ordered(claim, other, one, another), PairKind.ACROSS


def _active(claim: Claim) -> dict[str, UUID]:
    return {one.jurisdiction: one.id for one in claim.engagements if one.state in ACTIVE}


def _ordered(claim: Claim, other: Claim, mine: UUID, theirs: UUID) -> tuple[UUID, UUID]:
    return (mine, theirs) if claim.id < other.id else (theirs, mine)


def _keep(
    session: Session, claim: Claim, found: dict[tuple[UUID, UUID], Weighed], now: datetime
) -> set[UUID]:
    """Write what was found; open pairs of which nothing is left go. Answers the engagements that it touches."""
    held = {
        (one.first_id, one.second_id): one
        for one in session.scalars(sa.select(LikelyPair).where(_of({one.id for one in claim.engagements})))
    }
    touched: set[UUID] = set()
    for pair, row in held.items():
        if row.standing == OPEN and pair not in found:
            session.delete(row)
            touched |= set(pair)
    for pair, result in found.items():
        row = held.get(pair) or LikelyPair(
            id=new_id(), first_id=pair[0], second_id=pair[1], standing=OPEN, found_at=now
        )
        if row.standing == OPEN:
            row.kind, row.score = str(result.kind), result.score
            row.reasons = [code.value for code in result.reasons]
            session.add(row)
            touched |= set(pair)
    return touched

"""Which pairs and checks staff may see: the one place where they are authorised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload
from werkzeug.exceptions import NotFound

from portal.claims.access import engagements_seen_by
from portal.claims.models import Claim, Engagement
from portal.screening.models import ConflictCheck, ConflictList, LikelyPair
from portal.web.access import Staff


@dataclass(frozen=True)
class SeenPair:
    """A pair with what of it a person may see: None where an engagement is another office's."""

    pair: LikelyPair
    first: Engagement | None
    second: Engagement | None

    @property
    def whole(self) -> bool:
        """Whether both are theirs to see; only then they can be made one."""
        return self.first is not None and self.second is not None


def pairs_seen_by(staff: Staff) -> sa.Select[LikelyPair]:
    """Every pair of which somebody may see at least one side; none of an erased claim."""
    mine = _kept(engagements_seen_by(staff))
    kept = _kept(sa.select(Engagement))
    return sa.select(LikelyPair).where(
        sa.or_(LikelyPair.first_id.in_(mine), LikelyPair.second_id.in_(mine)),
        LikelyPair.first_id.in_(kept),
        LikelyPair.second_id.in_(kept),
    )


def seen_pair(session: Session, staff: Staff, pair_id: UUID, *, to_change: bool = False) -> SeenPair:
    """One of them, its row locked if it is to be judged. Raises NotFound."""
    query = pairs_seen_by(staff).where(LikelyPair.id == pair_id)
    found = session.scalars(query.with_for_update(of=LikelyPair) if to_change else query).one_or_none()
    if found is None:
        raise NotFound
    return sides(session, staff, [found])[0]


def sides(session: Session, staff: Staff, pairs: list[LikelyPair]) -> list[SeenPair]:
    """Pairs with those of their engagements that somebody may see."""
    wanted = {one for pair in pairs for one in (pair.first_id, pair.second_id)}
    query = engagements_seen_by(staff).where(Engagement.id.in_(wanted)).options(joinedload(Engagement.claim))
    seen = {one.id: one for one in session.scalars(query)}
    return [SeenPair(one, seen.get(one.first_id), seen.get(one.second_id)) for one in pairs]


def count_pairs(session: Session, staff: Staff) -> int:
    """How many pairs wait for their judgement."""
    return _count(session, pairs_seen_by(staff).where(LikelyPair.standing == "open"))


def count_hits(session: Session, staff: Staff) -> int:
    """How many checks have hits that nobody settled."""
    waiting = (ConflictCheck.hits.is_not(None), ConflictCheck.settlement.is_(None))
    return _count(session, checks_seen_by(staff).where(*waiting))


def checks_seen_by(staff: Staff) -> sa.Select[ConflictCheck]:
    """The newest check of every engagement that somebody may see; none of an erased claim."""
    return sa.select(ConflictCheck).where(
        ConflictCheck.newest,
        _kept(engagements_seen_by(staff))
        .where(Engagement.id == ConflictCheck.engagement_id)
        .correlate(ConflictCheck)
        .exists(),
    )


def seen_check(session: Session, staff: Staff, check_id: UUID, *, to_change: bool = False) -> ConflictCheck:
    """One of them. Raises NotFound."""
    query = checks_seen_by(staff).where(ConflictCheck.id == check_id)
    found = session.scalars(query.with_for_update(of=ConflictCheck) if to_change else query).one_or_none()
    if found is None:
        raise NotFound
    return found


def lists_seen_by(staff: Staff) -> sa.Select[ConflictList]:
    """The lists of somebody's offices, versions that were replaced too."""
    return sa.select(ConflictList).where(ConflictList.jurisdiction.in_(staff.jurisdictions))


def _count(session: Session, query: sa.Select[Any]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0


def _kept(engagements: sa.Select[Engagement]) -> sa.Select[UUID]:
    return (
        engagements.join(Claim, Claim.id == Engagement.claim_id)
        .where(Claim.erased_at.is_(None))
        .with_only_columns(Engagement.id)
    )

"""Cure dates: until when claimants are asked to answer, counted by day, and the flag of those that have passed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.claims.flags import Flag, has, lower_flag, raise_flag
from portal.claims.models import Engagement, EngagementFlag
from portal.claims.states import ClaimState
from portal.runtime import Runtime
from portal.web.language import HOME_ZONES

AT_ONCE = 500
WEIGHT = 1
"""What a late answer adds to an engagement's doubt: enough to be looked at before others, no more."""


@dataclass(frozen=True)
class CureDay:
    """How many claims of one office are to be answered by a day; ``left`` in days, below 0 when it has passed."""

    jurisdiction: str
    day: date
    claims: int
    left: int


def by_day(session: Session, jurisdictions: Sequence[str], now: datetime) -> list[CureDay]:
    """The days by which claimants of these offices are asked to answer, the first first."""
    query = (
        sa.select(Engagement.jurisdiction, Engagement.due_on, sa.func.count())
        .where(*_asked(), Engagement.jurisdiction.in_(jurisdictions))
        .group_by(Engagement.jurisdiction, Engagement.due_on)
        .order_by(Engagement.due_on, Engagement.jurisdiction)
    )
    today = {one: _today(one, now) for one in jurisdictions}
    found = session.execute(query)
    return [CureDay(place, day, count, (day - today[place]).days) for place, day, count in found if day]


def flag_late(runtime: Runtime) -> int:
    """Raise the flag of cure dates that have passed, lower it where none stands any more; answers how many changed."""
    now, changed = runtime.clock(), 0
    for jurisdiction in HOME_ZONES:
        late = (
            *_asked(),
            Engagement.jurisdiction == jurisdiction,
            Engagement.due_on < _today(jurisdiction, now),
        )
        for condition, up in (
            (sa.and_(*late, ~has(Flag.CURE_LATE)), True),
            (_settled(jurisdiction, *late), False),
        ):
            while found := _change(runtime, condition, up, now):
                changed += found
    return changed


def _change(runtime: Runtime, condition: sa.ColumnElement[bool], up: bool, now: datetime) -> int:
    """Some of them in one transaction, so that nobody waits long for the lock."""
    with runtime.database.transaction() as session:
        query = sa.select(Engagement).where(condition).limit(AT_ONCE).with_for_update(of=Engagement)
        engagements = session.scalars(query).all()
        for engagement in engagements:
            if up:
                raise_flag(session, engagement, Flag.CURE_LATE, now, WEIGHT)
            else:
                lower_flag(session, engagement, Flag.CURE_LATE)
        return len(engagements)


def _asked() -> tuple[sa.ColumnElement[bool], ...]:
    return Engagement.state == ClaimState.INFORMATION_REQUESTED, Engagement.due_on.is_not(None)


def _settled(jurisdiction: str, *late: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Flagged, and yet not late: answered, decided, or given more time."""
    # Not in SQL's three-valued logic: a cure date that is gone makes the comparison unknown.
    return sa.and_(
        Engagement.jurisdiction == jurisdiction,
        Engagement.id.in_(
            sa.select(EngagementFlag.engagement_id).where(EngagementFlag.flag == Flag.CURE_LATE.value)
        ),
        sa.not_(sa.func.coalesce(sa.and_(*late), sa.false())),
    )


def _today(jurisdiction: str, now: datetime) -> date:
    return now.astimezone(HOME_ZONES[jurisdiction]).date()

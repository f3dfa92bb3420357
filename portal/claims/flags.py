"""Flags of engagements: what staff should notice, raised and lowered here alone."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.claims.models import Engagement, EngagementFlag


class Flag(StrEnum):
    """Everything that can be flagged; how each is called stands in ``web.words``."""

    PAIR = "pair"  # likely the same person as another claim, not judged yet
    DOUBT = "doubt"  # another doubt that the matter weighs
    CONFLICT = "conflict"  # a hit of the conflict check that nobody has settled
    SECOND_EYES = "second_eyes"  # one person decided; another has to confirm
    CORRECTION = "correction"  # staff corrected something; the claimant has to confirm
    UNCONFIRMED = "unconfirmed"  # taken in by staff or imported; the claimant has not confirmed
    CURE_LATE = "cure_late"  # the date by which information was asked for has passed
    OF_AGE = "of_age"  # a minor came of age
    RECALL = "recall"  # changed or withdrawn after it was produced to somebody


BLOCKING = frozenset({Flag.PAIR, Flag.CONFLICT, Flag.SECOND_EYES, Flag.CORRECTION, Flag.UNCONFIRMED})
"""Flags with which an engagement cannot be in a batch."""


def raise_flag(session: Session, engagement: Engagement, flag: Flag, now: datetime, weight: int = 0) -> None:
    """Put up a flag, or give the one that stands its new weight."""
    held = session.get(EngagementFlag, (engagement.id, flag.value))
    if held is None:
        session.add(
            EngagementFlag(engagement_id=engagement.id, flag=flag.value, weight=weight, raised_at=now)
        )
    else:
        held.weight = weight
    _sum(session, engagement)


def lower_flag(session: Session, engagement: Engagement, flag: Flag) -> None:
    """Take a flag down; content when it does not stand."""
    held = session.get(EngagementFlag, (engagement.id, flag.value))
    if held is not None:
        session.delete(held)
        _sum(session, engagement)


def flags_of(session: Session, engagement: Engagement) -> list[Flag]:
    """The flags that stand, the oldest first."""
    query = sa.select(EngagementFlag.flag).where(EngagementFlag.engagement_id == engagement.id)
    return [
        Flag(one) for one in session.scalars(query.order_by(EngagementFlag.raised_at, EngagementFlag.flag))
    ]


def has(*flags: Flag) -> sa.ColumnElement[bool]:
    """A condition on Engagement: one of these flags stands."""
    met = sa.select(EngagementFlag.engagement_id).where(
        EngagementFlag.engagement_id == Engagement.id, EngagementFlag.flag.in_([one.value for one in flags])
    )
    return met.exists()


def _sum(session: Session, engagement: Engagement) -> None:
    session.flush()
    total = sa.select(sa.func.coalesce(sa.func.sum(EngagementFlag.weight), 0))
    engagement.doubt = session.scalars(total.where(EngagementFlag.engagement_id == engagement.id)).one()

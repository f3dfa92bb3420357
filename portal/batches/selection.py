"""Which claims a batch would hold, and what keeps the others out. Reads only."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session, aliased

from portal.batches.models import BatchEntry
from portal.claims.models import Claim, Engagement
from portal.claims.states import ClaimState
from portal.packets.models import Packet, PacketState
from portal.web.language import HOME_ZONES


class Blocker(StrEnum):
    """Why a claim cannot be in a batch now."""

    IN_A_BATCH = "in_a_batch"
    ERASED = "erased"
    NOT_ACCEPTED = "not_accepted"
    PACKET_NOT_SEALED = "packet_not_sealed"
    UNKNOWN = "unknown"


class Criteria(BaseModel):
    """How claims are chosen: all accepted ones of a jurisdiction, fewer by any of these, or a list of numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    matter: str = Field(description="slug")
    jurisdiction: str
    track: str | None = None
    accepted_from: date | None = Field(None, description="a date where the counsel are")
    accepted_to: date | None = Field(None, description="included")
    numbers: tuple[str, ...] = Field((), description="claim numbers; empty: all")
    limit: int | None = Field(None, gt=0, description="no more than so many, the longest accepted first")


@dataclass(frozen=True)
class Candidate:
    """A claim as it stands before the choice."""

    engagement_id: uuid.UUID | None
    number: str
    accepted_at: datetime | None
    blocker: Blocker | None


@dataclass(frozen=True)
class Preview:
    """What freezing would do: how many claims would be in, what keeps others out, and the first of both."""

    ready: int
    blocked: dict[Blocker, int]
    first_ready: Sequence[Candidate]
    first_blocked: Sequence[Candidate]


PacketRow = aliased(Packet)
_newest = (
    sa.select(Packet.engagement_id, sa.func.max(Packet.revision).label("revision"))
    .group_by(Packet.engagement_id)
    .subquery("newest")
)
_blocker = sa.case(
    (BatchEntry.engagement_id.is_not(None), Blocker.IN_A_BATCH.value),
    (Claim.erased_at.is_not(None), Blocker.ERASED.value),
    (Engagement.state != ClaimState.ACCEPTED, Blocker.NOT_ACCEPTED.value),
    (PacketRow.state.is_distinct_from(PacketState.SEALED), Blocker.PACKET_NOT_SEALED.value),
)


def candidates(session: Session, criteria: Criteria, *, shown: int = 50) -> Preview:
    """Preview the choice: counts of all, and the first ``shown`` claims in and out."""
    chosen = matching(criteria)
    counted = chosen.with_only_columns(_blocker.label("blocker"), sa.func.count()).group_by("blocker")
    counts: dict[str | None, int] = dict(iter(session.execute(counted)))
    blocked = {Blocker(code): count for code, count in counts.items() if code}
    count = min(counts.get(None, 0), criteria.limit or counts.get(None, 0))
    first_ready = session.execute(ready(criteria).limit(min(shown, count))) if shown else ()
    first_blocked = (
        session.execute(_listed(chosen.where(_blocker.is_not(None))).limit(shown)) if shown else ()
    )
    unknown = _unknown(session, criteria)
    if unknown:
        blocked[Blocker.UNKNOWN] = len(unknown)
    return Preview(
        ready=count,
        blocked=blocked,
        first_ready=[Candidate(*row) for row in first_ready],
        first_blocked=[*unknown, *(_candidate(row) for row in first_blocked)][:shown],
    )


def matching(criteria: Criteria) -> sa.Select[Any]:
    """Every engagement the criteria speak of, joined to what decides whether it can be in a batch."""
    query = (
        sa.select(Engagement.id, Claim.number, Engagement.state_changed_at, _blocker.label("blocker"))
        .join(Claim, Claim.id == Engagement.claim_id)
        .outerjoin(BatchEntry, BatchEntry.engagement_id == Engagement.id)
        .outerjoin(_newest, _newest.c.engagement_id == Engagement.id)
        .outerjoin(
            PacketRow,
            (PacketRow.engagement_id == Engagement.id) & (PacketRow.revision == _newest.c.revision),
        )
        .where(Claim.matter_slug == criteria.matter, Engagement.jurisdiction == criteria.jurisdiction)
    )
    if criteria.numbers:
        return query.where(Claim.number.in_(criteria.numbers), Engagement.state != ClaimState.DRAFT)
    # Without a list of numbers nobody asks why claims still in review, or in earlier batches, are not there.
    query = query.where(Engagement.state == ClaimState.ACCEPTED, BatchEntry.engagement_id.is_(None))
    if criteria.track:
        query = query.where(
            sa.cast(Engagement.tracks, sa.String).contains(f'"{criteria.track}"', autoescape=True)
        )
    zone = HOME_ZONES[criteria.jurisdiction]
    if criteria.accepted_from:
        query = query.where(
            Engagement.state_changed_at >= datetime.combine(criteria.accepted_from, time(), zone)
        )
    if criteria.accepted_to:
        end = datetime.combine(criteria.accepted_to + timedelta(days=1), time(), zone)
        query = query.where(Engagement.state_changed_at < end)
    return query


def ready(criteria: Criteria) -> sa.Select[Any]:
    """The claims that can be frozen, in the order they will have: the longest accepted first, then by number."""
    return _listed(matching(criteria).where(_blocker.is_(None))).limit(criteria.limit)


def _listed(query: sa.Select[Any]) -> sa.Select[Any]:
    return query.order_by(Engagement.state_changed_at, Claim.number)


def _candidate(row: Any) -> Candidate:
    return Candidate(row[0], row[1], row[2], Blocker(row[3]) if row[3] else None)


def _unknown(session: Session, criteria: Criteria) -> list[Candidate]:
    """Listed numbers that are no claim of this jurisdiction; whether another office knows them is not said."""
    if not criteria.numbers:
        return []
    known = set(session.scalars(matching(criteria).with_only_columns(Claim.number)))
    return [
        Candidate(None, number, None, Blocker.UNKNOWN) for number in criteria.numbers if number not in known
    ]

"""Which claims a batch would hold, and what keeps the others out. Reads only."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Literal

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session, aliased

from portal.batches.models import Batch, BatchEntry
from portal.claims import flags
from portal.claims.models import Claim, Engagement
from portal.claims.states import ClaimState
from portal.correspondence.models import Author, Letter
from portal.evidence.models import EvidenceFile
from portal.matters.matter import Matter
from portal.packets.models import Packet, PacketState
from portal.web.language import HOME_ZONES


class Blocker(StrEnum):
    """Why a claim cannot be in a batch now."""

    IN_A_BATCH = "in_a_batch"
    ERASED = "erased"
    WITHDRAWN = "withdrawn"
    QUESTION_OPEN = "question_open"
    NOT_ACCEPTED = "not_accepted"
    PACKET_NOT_SEALED = "packet_not_sealed"
    LETTER_WAITING = "letter_waiting"
    AUTHORITY_MISSING = "authority_missing"
    CONFLICT_UNCHECKED = "conflict_unchecked"
    PAIR = "pair"
    CONFLICT = "conflict"
    SECOND_EYES = "second_eyes"
    CORRECTION = "correction"
    UNCONFIRMED = "unconfirmed"
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
    limit: int | None = Field(None, gt=0, description="no more than so many, the first in the order")
    order: Literal["accepted", "number"] = Field(
        "accepted", description="the longest accepted first, or by number"
    )
    supplements: str | None = Field(
        None, description="number of an earlier batch: only its claims that were signed anew since"
    )


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


def blocker(matter: Matter, criteria: Criteria) -> sa.ColumnElement[str | None]:
    """The first thing that keeps an engagement out of a batch, as a column; none where nothing does."""
    whens: list[tuple[sa.ColumnElement[bool], str]] = [
        (_in_a_batch(criteria), Blocker.IN_A_BATCH.value),
        (Claim.erased_at.is_not(None), Blocker.ERASED.value),
        (Engagement.state == ClaimState.WITHDRAWN, Blocker.WITHDRAWN.value),
        (Engagement.state == ClaimState.INFORMATION_REQUESTED, Blocker.QUESTION_OPEN.value),
        (Engagement.state != ClaimState.ACCEPTED, Blocker.NOT_ACCEPTED.value),
        (PacketRow.state.is_distinct_from(PacketState.SEALED), Blocker.PACKET_NOT_SEALED.value),
        (_letter_waiting(), Blocker.LETTER_WAITING.value),
        *((lacks, Blocker.AUTHORITY_MISSING.value) for lacks in _without_authority(matter)),
    ]
    if matter.review.conflicts.required:
        unchecked = Engagement.conflict.not_in(("clear", "waived"))
        whens.append((unchecked, Blocker.CONFLICT_UNCHECKED.value))
    # A flag of this kind says more than that, but it must never be in a batch unseen.
    whens += [(flags.has(one), Blocker(one.value).value) for one in flags.Flag if one in flags.BLOCKING]
    return sa.case(*whens)


def _letter_waiting() -> sa.ColumnElement[bool]:
    waiting = sa.select(Letter.id).where(
        Letter.engagement_id == Engagement.id,
        Letter.author == Author.CLAIMANT.value,
        Letter.settled_at.is_(None),
    )
    return waiting.exists()


def _without_authority(matter: Matter) -> Iterator[sa.ColumnElement[bool]]:
    """For each kind of claimant that has to prove who acts: a proof is not there, nor one of an exception."""
    for kind in matter.claimants.kinds:
        exceptions = [one.proof for one in kind.exceptions]
        if kind.proofs:
            missing = sa.or_(*(~_has((one,)) for one in kind.proofs))
            yield (Claim.kind == kind.kind) & missing & ~(_has(exceptions) if exceptions else sa.false())


def _has(kinds: Sequence[str]) -> sa.ColumnElement[bool]:
    there = sa.select(EvidenceFile.id).where(
        EvidenceFile.claim_id == Claim.id, EvidenceFile.kind.in_(kinds), EvidenceFile.removed_at.is_(None)
    )
    return there.exists()


def candidates(session: Session, matter: Matter, criteria: Criteria, *, shown: int = 50) -> Preview:
    """Preview the choice: counts of all, and the first ``shown`` claims in and out."""
    chosen = matching(criteria, blocker(matter, criteria))
    outcome = chosen.subquery().c.blocker
    counted = sa.select(outcome, sa.func.count()).group_by(outcome)
    counts: dict[str | None, int] = dict(iter(session.execute(counted)))
    blocked = {Blocker(code): count for code, count in counts.items() if code}
    count = min(counts.get(None, 0), criteria.limit or counts.get(None, 0))
    first_ready = session.execute(ready(matter, criteria).limit(min(shown, count))) if shown else ()
    first_blocked = session.execute(left_out(matter, criteria).limit(shown)) if shown else ()
    unknown = unknown_in(session, criteria)
    if unknown:
        blocked[Blocker.UNKNOWN] = len(unknown)
    return Preview(
        ready=count,
        blocked=blocked,
        first_ready=[Candidate(*row) for row in first_ready],
        first_blocked=[*unknown, *(as_candidate(row) for row in first_blocked)][:shown],
    )


def matching(criteria: Criteria, kept_out: sa.ColumnElement[str | None]) -> sa.Select[Any]:
    """Every engagement the criteria speak of, joined to what decides whether it can be in a batch."""
    query: sa.Select[*tuple[Any, ...]] = (
        sa.select(Engagement.id, Claim.number, Engagement.state_changed_at, kept_out.label("blocker"))
        .join(Claim, Claim.id == Engagement.claim_id)
        .outerjoin(_newest, _newest.c.engagement_id == Engagement.id)
        .outerjoin(
            PacketRow,
            (PacketRow.engagement_id == Engagement.id) & (PacketRow.revision == _newest.c.revision),
        )
        .where(Claim.matter_slug == criteria.matter, Engagement.jurisdiction == criteria.jurisdiction)
    )
    if criteria.supplements:
        earlier = aliased(BatchEntry)
        query = query.where(
            sa.select(earlier.position)
            .join(Batch, Batch.id == earlier.batch_id)
            .where(earlier.engagement_id == Engagement.id, Batch.number == criteria.supplements)
            .exists()
        )
    if criteria.numbers:
        return query.where(Claim.number.in_(criteria.numbers), Engagement.state != ClaimState.DRAFT)
    # Without a list of numbers nobody asks why claims still in review, or in earlier batches, are not there.
    query = query.where(Engagement.state == ClaimState.ACCEPTED, ~_in_a_batch(criteria))
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


def ready(matter: Matter, criteria: Criteria) -> sa.Select[Any]:
    """The claims that can be frozen, in the order they will have."""
    kept_out = blocker(matter, criteria)
    return _listed(matching(criteria, kept_out).where(kept_out.is_(None)), criteria).limit(criteria.limit)


def left_out(matter: Matter, criteria: Criteria) -> sa.Select[Any]:
    """The claims that cannot be, in the same order; rows for :func:`as_candidate`."""
    kept_out = blocker(matter, criteria)
    return _listed(matching(criteria, kept_out).where(kept_out.is_not(None)), criteria)


def _in_a_batch(criteria: Criteria) -> sa.ColumnElement[bool]:
    """Whether it is in one; for a supplement, whether the packet that stands now is."""
    there = sa.select(BatchEntry.position).where(BatchEntry.engagement_id == Engagement.id)
    return (there.where(BatchEntry.packet_id == PacketRow.id) if criteria.supplements else there).exists()


def _listed(query: sa.Select[Any], criteria: Criteria) -> sa.Select[Any]:
    if criteria.order == "number":
        return query.order_by(Claim.number)
    return query.order_by(Engagement.state_changed_at, Claim.number)


def as_candidate(row: Any) -> Candidate:
    """A row of :func:`ready` or :func:`left_out`."""
    return Candidate(row[0], row[1], row[2], Blocker(row[3]) if row[3] else None)


def unknown_in(session: Session, criteria: Criteria) -> list[Candidate]:
    """Listed numbers that are no claim of this jurisdiction; whether another office knows them is not said."""
    if not criteria.numbers:
        return []
    known = set(
        session.scalars(matching(criteria, sa.literal(None, sa.String)).with_only_columns(Claim.number))
    )
    return [
        Candidate(None, number, None, Blocker.UNKNOWN) for number in criteria.numbers if number not in known
    ]

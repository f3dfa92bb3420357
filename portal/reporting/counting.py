"""Counting: what happened on one day, and how everything stands. Queries only; nothing is opened or named."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.audit import AuditEvent
from portal.claims.models import Claim, Engagement, Signature
from portal.claims.queue_models import QueueGroup
from portal.claims.states import ClaimState
from portal.identity.models import Code
from portal.messages.models import MessageState, OutboxMessage
from portal.web.language import HOME_ZONES

Counted = Counter[tuple[str, str]]
"""How many by measure and part."""

FUNNEL = ("codes", "proved", "begun", "submitted", "accepted", "filed")
"""Steps on the way to court. Visits are not tracked, so the first step is a code that somebody asked for."""
ENDED = ("declined", "withdrawn")
SOURCES = ("web", "phone", "counter", "import", "paper")
AGES = (1, 3, 7, 14, 30)
"""Days that bound the ages of work: under one, one to three, …, thirty and more."""
WORKED_ON = (
    ClaimState.SUBMITTED,
    ClaimState.IN_REVIEW,
    ClaimState.INFORMATION_REQUESTED,
    ClaimState.ACCEPTED,
)
MESSAGES = tuple(str(state) for state in MessageState)


@dataclass(frozen=True)
class Span:
    """From a moment up to another one, which is no longer in it."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Events:
    """Audit events after one number up to another, both known from counting day by day; up to the newest if empty."""

    after: int
    last: int | None = None


def today(jurisdiction: str, now: datetime) -> date:
    """The day where an office is."""
    return now.astimezone(HOME_ZONES[jurisdiction]).date()


def span(day: date, jurisdiction: str) -> Span:
    """A whole day where an office is: 23 or 25 hours where clocks are put forward or back."""
    zone = HOME_ZONES[jurisdiction]
    following = day + timedelta(days=1)
    return Span(datetime.combine(day, time(), zone), datetime.combine(following, time(), zone))


def flows(session: Session, jurisdiction: str, within: Span, events: Events) -> Counted:
    """What happened within a span; of the audit chain only ``events`` are looked at."""
    found: Counted = Counter()
    codes = sa.select(sa.func.count(), sa.func.count(Code.proved_at)).where(_in(Code.created_at, within))
    found["codes", ""], found["proved", ""] = session.execute(codes).one()
    for source, number in session.execute(_begun(jurisdiction, within)):
        found["begun", source] += number
    for action, source, number in session.execute(_moves(jurisdiction, within, events)):
        found[action.removeprefix("claim."), source] += number
    return found + messages(session, within)


def messages(session: Session, within: Span) -> Counted:
    """Messages written within a span, by how they stand now."""
    query = sa.select(OutboxMessage.state, sa.func.count()).where(_in(OutboxMessage.created_at, within))
    return Counter(
        {("message", str(state)): n for state, n in session.execute(query.group_by(OutboxMessage.state))}
    )


def last_event(session: Session, before: datetime, after: int) -> int:
    """The number of the last audit event before a moment, at least ``after``."""
    query = sa.select(AuditEvent.sequence).where(AuditEvent.sequence > after, AuditEvent.at >= before)
    following = session.scalar(query.order_by(AuditEvent.sequence).limit(1))
    if following is not None:
        return following - 1
    return session.scalar(sa.select(sa.func.max(AuditEvent.sequence))) or after


def stock(session: Session, jurisdiction: str) -> Counted:
    """How all signed claims of an office stand now: by state, track, outcome, kind, country and reason.

    The queue's groups know how many claims are alike in all of these, so this takes as long at a million claims.
    """
    found: Counted = Counter()
    ours = sa.select(QueueGroup).where(QueueGroup.jurisdiction == jurisdiction, QueueGroup.number > 0)
    for group in session.scalars(ours):
        found["state", group.state] += group.number
        found["outcome", group.outcome] += group.number
        found["kind", group.kind] += group.number
        found["country", group.country] += group.number
        for track in _parts(group.tracks):
            found["track", track] += group.number
            found["track", f"{track} {group.state}"] += group.number
        for reason in _parts(group.reasons):
            found["reason", reason] += group.number
    return found


def ages(session: Session, jurisdiction: str, now: datetime) -> Counted:
    """How long claims that wait for somebody have stood where they are, by state and place in AGES."""
    reached = [
        (Engagement.state_changed_at > now - timedelta(days=days), place) for place, days in enumerate(AGES)
    ]
    age = sa.case(*reached, else_=len(AGES))
    query = (
        sa.select(Engagement.state, age, sa.func.count())
        .where(Engagement.jurisdiction == jurisdiction, Engagement.state.in_(WORKED_ON))
        .group_by(Engagement.state, age)
    )
    return Counter({("age", f"{state} {place}"): number for state, place, number in session.execute(query)})


def first_day(session: Session, jurisdiction: str) -> date | None:
    """The day on which the first claim was begun or the first code asked for."""
    firsts = [
        session.scalar(sa.select(sa.func.min(column))) for column in (Claim.created_at, Code.created_at)
    ]
    moments = [one for one in firsts if one is not None]
    return today(jurisdiction, min(moments)) if moments else None


def _begun(jurisdiction: str, within: Span) -> sa.Select[str, int]:
    source = _source()
    return (
        sa.select(source, sa.func.count())
        .select_from(Claim)
        .join(Engagement, Engagement.claim_id == Claim.id)
        # Wrapped, so that SQLite starts from the day's claims and not from all engagements of the office.
        .where(_in(Claim.created_at, within), sa.func.coalesce(Engagement.jurisdiction, "") == jurisdiction)
        .group_by(source)
    )


def _moves(jurisdiction: str, within: Span, events: Events) -> sa.Select[str, str, int]:
    source = _source()
    return (
        sa.select(AuditEvent.action, source, sa.func.count())
        .select_from(AuditEvent)
        .join(Claim, Claim.id == AuditEvent.subject_id)
        .join(Engagement, sa.and_(Engagement.claim_id == Claim.id, Engagement.jurisdiction == jurisdiction))
        .where(
            AuditEvent.action.in_([f"claim.{one}" for one in (*FUNNEL[3:], *ENDED)]),
            AuditEvent.sequence > events.after,
            sa.true() if events.last is None else AuditEvent.sequence <= events.last,
            _in(AuditEvent.at, within),
            AuditEvent.detail["jurisdiction"].as_string() == jurisdiction,
        )
        .group_by(AuditEvent.action, source)
    )


def _parts(listed: str) -> list[str]:
    """What a group lists as ``|one|two|``."""
    return listed.strip("|").split("|") if listed else []


def _source() -> sa.ColumnElement[str]:
    """How a claim came: what staff took in says so itself; of the others paper is what was signed in ink."""
    inked = sa.select(Signature.id).where(Signature.engagement_id == Engagement.id, Signature.means == "ink")
    return sa.case((Claim.origin != "", Claim.origin), (inked.exists(), "paper"), else_="web")


def _in(column: Any, within: Span) -> sa.ColumnElement[bool]:
    condition: sa.ColumnElement[bool] = sa.and_(column >= within.start, column < within.end)
    return condition

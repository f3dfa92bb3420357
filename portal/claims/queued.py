"""Keep the queue's rows and groups in step with engagements, whoever changes them.

A listener notes which engagements a transaction touched, and as the last thing before it is kept puts them into the
group where they now belong. Nothing else is done in the transaction after that, so the groups' rows are locked for the
moment of the commit only, in one order, and cannot meet the turn at the audit chain from the other side.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import astuple, dataclass
from typing import cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.claims.models import Claim, Decision, Engagement, EngagementFlag
from portal.claims.queue_models import QueueGroup, QueueRow
from portal.claims.states import ClaimState
from portal.database import new_id

_rows = cast(sa.Table, QueueRow.__table__)
_counted = cast(sa.Table, QueueGroup.__table__)
_TOUCHED = "queued"  # in Session.info: ids of engagements, and of claims with all of theirs


@dataclass(frozen=True)
class Facets:
    """Everything that the queue filters by; its order is that of the digest."""

    jurisdiction: str
    state: str
    outcome: str
    kind: str
    country: str
    assignee: str
    tracks: str
    reasons: str
    flags: str

    @property
    def digest(self) -> str:
        """By which equal ones are one group."""
        return hashlib.sha256(json.dumps(astuple(self)).encode()).hexdigest()


def listed(values: Iterable[str]) -> str:
    """``|one|two|``, in which ``|one|`` is found whole; empty for none."""
    kept = sorted(set(values))
    return f"|{'|'.join(kept)}|" if kept else ""


def settle(session: Session, engagements: Collection[UUID]) -> None:
    """Bring the rows of these engagements, and the numbers of their groups, up to date.

    Rows are locked before facets are read: of two transactions the second then sees what the first kept.
    """
    ordered = sorted(engagements)
    held = {
        row.engagement_id: row
        for row in session.execute(
            sa.select(QueueRow.__table__)
            .where(QueueRow.engagement_id.in_(ordered))
            .order_by(QueueRow.engagement_id)
            .with_for_update()
        )
    }
    found = _read(session, ordered)
    groups = _groups(session, {facets for facets, _row in found.values()})
    moved: dict[UUID, int] = {}
    fresh = []
    for engagement_id, (facets, row) in found.items():
        group_id = groups[facets]
        row["group_id"] = group_id
        before = held.get(engagement_id)
        if before is None:
            fresh.append({"engagement_id": engagement_id, **row})
        elif any(getattr(before, name) != value for name, value in row.items()):
            session.execute(sa.update(_rows).where(_rows.c.engagement_id == engagement_id), row)
        if before is None or before.group_id != group_id:
            moved[group_id] = moved.get(group_id, 0) + 1
            if before is not None:
                moved[before.group_id] = moved.get(before.group_id, 0) - 1
    for engagement_id in held.keys() - found.keys():
        session.execute(sa.delete(_rows).where(_rows.c.engagement_id == engagement_id))
        moved[held[engagement_id].group_id] = moved.get(held[engagement_id].group_id, 0) - 1
    if fresh:
        session.execute(sa.insert(_rows), fresh)
    for group_id in sorted(moved):
        if moved[group_id]:
            counted = _counted.c.number + moved[group_id]
            session.execute(sa.update(_counted).where(_counted.c.id == group_id).values(number=counted))


def missing(limit: int) -> sa.Select[UUID]:
    """Engagements that belong into the queue and have no row there: from before there were rows."""
    has_row = sa.exists().where(QueueRow.engagement_id == Engagement.id)
    return sa.select(Engagement.id).where(Engagement.state != ClaimState.DRAFT, ~has_row).limit(limit)


def recount(session: Session) -> int:
    """Count every group anew; how many stood wrong. No other transaction may move rows meanwhile."""
    counted = (
        sa.select(sa.func.count())
        .where(QueueRow.group_id == QueueGroup.id)
        .correlate(QueueGroup)
        .scalar_subquery()
    )
    wrong = sa.update(QueueGroup).where(QueueGroup.number != counted).values(number=counted)
    changed = session.execute(wrong.execution_options(synchronize_session=False))
    return int(changed.rowcount)  # type: ignore[attr-defined]


def _read(session: Session, engagements: list[UUID]) -> dict[UUID, tuple[Facets, dict[str, object]]]:
    """Facets and row of those that belong into the queue."""
    columns = sa.select(
        Engagement.id,
        Engagement.claim_id,
        Engagement.jurisdiction,
        Engagement.state,
        Engagement.outcome,
        Engagement.tracks,
        Engagement.submitted_at,
        Engagement.state_changed_at,
        Engagement.assignee_id,
        Engagement.due_on,
        Engagement.doubt,
        Claim.kind,
        Claim.residence,
    ).join(Claim, Claim.id == Engagement.claim_id)
    rows = session.execute(
        columns.where(Engagement.id.in_(engagements), Engagement.state != ClaimState.DRAFT)
    ).all()
    flags: dict[UUID, list[str]] = {}
    for engagement_id, flag in session.execute(
        sa.select(EngagementFlag.engagement_id, EngagementFlag.flag).where(
            EngagementFlag.engagement_id.in_(engagements)
        )
    ):
        flags.setdefault(engagement_id, []).append(flag)
    decided: dict[tuple[UUID, str], list[str]] = {}
    for claim_id, track, reasons in session.execute(
        sa.select(Decision.claim_id, Decision.track, Decision.reasons)
        .where(Decision.claim_id.in_({row.claim_id for row in rows}))
        .order_by(Decision.decided_at, Decision.id)
    ):
        decided[claim_id, track] = reasons  # the newest stands
    found = {}
    for row in rows:
        facets = Facets(
            jurisdiction=row.jurisdiction,
            state=str(row.state),
            outcome=row.outcome or "",
            kind=row.kind,
            country=row.residence or "",
            assignee=str(row.assignee_id or ""),
            tracks=listed(row.tracks),
            reasons=listed(one for track in row.tracks for one in decided.get((row.claim_id, track), ())),
            flags=listed(flags.get(row.id, ())),
        )
        found[row.id] = (
            facets,
            {
                "claim_id": row.claim_id,
                "jurisdiction": row.jurisdiction,
                "received_at": row.submitted_at or row.state_changed_at,
                "doubt": row.doubt,
                "due_on": row.due_on,
            },
        )
    return found


def _groups(session: Session, wanted: set[Facets]) -> dict[Facets, UUID]:
    """The group of each, made where it is the first of its kind."""
    by_digest = {facets.digest: facets for facets in wanted}
    known = sa.select(QueueGroup.digest, QueueGroup.id).where(QueueGroup.digest.in_(by_digest))
    there = dict(session.execute(known).all())
    new = [
        {"id": new_id(), "digest": digest, "number": 0, **vars(facets)}
        for digest, facets in sorted(by_digest.items())
        if digest not in there
    ]
    if new:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        insert = dialect.insert(QueueGroup.__table__).on_conflict_do_nothing()
        session.execute(insert, new)
        there = dict(session.execute(known).all())
    return {facets: there[digest] for digest, facets in by_digest.items()}


def _note(session: Session, _context: object) -> None:
    """Remember what a flush touches."""
    touched: set[tuple[str, UUID]] = session.info.setdefault(_TOUCHED, set())
    for one in (*session.new, *session.dirty, *session.deleted):
        match one:
            case Engagement() if one.state is not ClaimState.DRAFT:
                touched.add(("engagement", one.id))
            case EngagementFlag():
                touched.add(("engagement", one.engagement_id))
            case Decision():
                touched.add(("claim", one.claim_id))
            case Claim() if one.submitted_at is not None and _moved(one):
                touched.add(("claim", one.id))
            case _:
                pass


def _moved(claim: Claim) -> bool:
    state = sa.inspect(claim)
    return any(state.attrs[name].history.has_changes() for name in ("kind", "residence", "submitted_at"))


def _settle(session: Session) -> None:
    """As the last thing of a transaction."""
    if session.in_nested_transaction():
        return
    session.flush()
    touched: set[tuple[str, UUID]] = session.info.pop(_TOUCHED, set())
    engagements = {key for what, key in touched if what == "engagement"}
    if claims := {key for what, key in touched if what == "claim"}:
        query = sa.select(Engagement.id).where(Engagement.claim_id.in_(claims))
        engagements |= set(session.scalars(query))
    if engagements:
        settle(session, engagements)


def _forget(session: Session) -> None:
    session.info.pop(_TOUCHED, None)


def listen() -> None:
    """Have every session keep the queue; done once, where claims are first imported."""
    sa.event.listen(Session, "after_flush", _note)
    sa.event.listen(Session, "before_commit", _settle)
    sa.event.listen(Session, "after_rollback", _forget)


listen()

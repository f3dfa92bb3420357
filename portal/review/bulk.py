"""One act upon many engagements: looked at claim by claim before, done claim by claim, and what failed is named."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portal import audit, jobs
from portal.claims import access
from portal.claims.models import Claim, Engagement
from portal.database import new_id
from portal.review import desk_acts
from portal.review.desk_acts import Act
from portal.review.desk_models import BulkItem, BulkRun
from portal.review.service import actor_of
from portal.runtime import Runtime
from portal.staff.models import StaffMember
from portal.web import Staff

MOST = 1_000  # of one mass act: so many can still be looked through before


@dataclass(frozen=True)
class Foreseen:
    """What will happen with one engagement: nothing stands in the way, or this does."""

    engagement_id: UUID
    number: str
    state: str
    obstacle: str


def preview(session: Session, runtime: Runtime, ids: Sequence[UUID], act: Act, by: Staff) -> list[Foreseen]:
    """Each of these engagements that the person sees, in the order given, with what stands in the way."""
    query = access.engagements_seen_by(by).where(Engagement.id.in_(list(ids)[:MOST]))
    found = {one.id: one for one in session.scalars(query.options(joinedload(Engagement.claim)))}
    return [
        Foreseen(one.id, one.claim.number, str(one.state), desk_acts.obstacle(session, runtime, one, act, by))
        for one in (found[key] for key in ids if key in found)
    ]


def start(
    session: Session, runtime: Runtime, ids: Sequence[UUID], act: Act, *, by: Staff, now: datetime
) -> BulkRun:
    """Confirm an act upon these engagements, with the job that does it."""
    member = session.get_one(StaffMember, by.id)
    run = BulkRun(
        id=new_id(),
        staff_id=by.id,
        act=act.name,
        until=act.until,
        assignee_id=act.to,
        total=len(ids),
        done=0,
        failed=0,
        started_at=now,
    )
    if act.texts:
        plain = json.dumps(dict(act.texts)).encode()
        run.text = runtime.vault.seal(session, member.subject_id, _purpose(run.id), plain)
    session.add(run)
    session.flush()
    session.add_all(
        BulkItem(run_id=run.id, position=at, engagement_id=one, state="waiting")
        for at, one in enumerate(ids, 1)
    )
    actor = actor_of(by)
    audit.record(
        session, now=now, actor=actor, action="bulk.started", act=act.name, count=len(ids), run=str(run.id)
    )
    jobs.defer(session, "review.bulk", run_id=run.id)
    return run


def go_on(runtime: Runtime, run_id: UUID) -> None:
    """Do what is left, each engagement in a transaction of its own. Run again it goes on where it stood."""
    while item := _next(runtime, run_id):
        with runtime.database.transaction() as session:
            _do_one(session, runtime, run_id, item)


def _next(runtime: Runtime, run_id: UUID) -> int | None:
    with runtime.database.reading() as session:
        waits = sa.select(sa.func.min(BulkItem.position)).where(
            BulkItem.run_id == run_id, BulkItem.state == "waiting"
        )
        return session.scalar(waits)


def _do_one(session: Session, runtime: Runtime, run_id: UUID, position: int) -> None:
    now = runtime.clock()
    run = session.get_one(BulkRun, run_id, with_for_update=True)
    item = session.get_one(BulkItem, (run_id, position), with_for_update=True)
    if item.state != "waiting":
        return
    by = desk_acts.person_of(session, runtime, run.staff_id, now)
    act = Act(run.act, texts=_texts(session, runtime, run), until=run.until, to=run.assignee_id)
    code = (
        "right"
        if by is None
        else desk_acts.perform(session, runtime, item.engagement_id, act, by=by, now=now)
    )
    item.state, item.failure = ("failed", code) if code else ("done", None)
    run.done, run.failed = run.done + (not code), run.failed + bool(code)
    if run.done + run.failed == run.total:
        run.finished_at, run.text = now, None
        actor = audit.Actor("staff", run.staff_id)
        audit.record(
            session,
            now=now,
            actor=actor,
            action="bulk.finished",
            run=str(run.id),
            done=run.done,
            failed=run.failed,
        )


def of_person(session: Session, run_id: UUID, by: Staff) -> BulkRun | None:
    """A mass act of this person."""
    run = session.get(BulkRun, run_id)
    return run if run is not None and run.staff_id == by.id else None


def failures(session: Session, run: BulkRun) -> list[tuple[BulkItem, str]]:
    """What failed, with the number of its claim."""
    query = (
        sa.select(BulkItem, Claim.number)
        .join(Engagement, Engagement.id == BulkItem.engagement_id)
        .join(Claim, Claim.id == Engagement.claim_id)
        .where(BulkItem.run_id == run.id, BulkItem.state == "failed")
        .order_by(BulkItem.position)
    )
    return list(session.execute(query).all())


def _texts(session: Session, runtime: Runtime, run: BulkRun) -> dict[str, str]:
    if run.text is None:
        return {}
    member = session.get_one(StaffMember, run.staff_id)
    plain = runtime.vault.open(session, member.subject_id, _purpose(run.id), run.text)
    texts: dict[str, str] = json.loads(plain)
    return texts


def _purpose(run_id: UUID) -> str:
    return f"bulk:{run_id}"

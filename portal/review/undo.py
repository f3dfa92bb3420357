"""What is done from the queue with one key is held for ten seconds, and only then carried out.

So an undo takes nothing back: no state moved, nobody was told, nothing was written for the claimant. What is shown as
done to the person at the desk is kept in the same transaction as the job that will do it, and whether it can be done
is looked at twice: when the key is pressed, and when its moment has come.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portal import audit, jobs
from portal.claims.models import Engagement
from portal.database import new_id
from portal.errors import PortalError
from portal.review import desk_acts
from portal.review.desk_acts import Act
from portal.review.desk_models import DeskAct
from portal.review.service import actor_of
from portal.runtime import Runtime
from portal.web import Staff

HELD = timedelta(seconds=10)
KEPT = timedelta(days=30)  # rows of acts; what was done stands in the audit chain


class TooLate(PortalError):
    """The act was carried out already, or undone before."""


class CannotBeDone(PortalError):
    """The act cannot be done; the message is the code of the reason."""


def hold(
    session: Session, runtime: Runtime, engagement: Engagement, act: Act, *, by: Staff, now: datetime
) -> DeskAct:
    """Do something with an engagement ten seconds from now; to assign it is done at once. Raises CannotBeDone."""
    if code := desk_acts.obstacle(session, runtime, engagement, act, by):
        raise CannotBeDone(code)
    made = DeskAct(
        id=new_id(),
        engagement_id=engagement.id,
        staff_id=by.id,
        act=act.name,
        until=act.until,
        was_id=engagement.assignee_id,
        held_at=now,
        due_at=now + HELD,
        state="held",
    )
    if act.texts:
        subject, plain = engagement.claim.subject_id, json.dumps(dict(act.texts)).encode()
        made.text = runtime.vault.seal(session, subject, _purpose(made.id), plain)
    session.add(made)
    session.flush()
    if act.name == "assign":
        if code := desk_acts.perform(session, runtime, engagement.id, act, by=by, now=now):
            raise CannotBeDone(code)
        made.state = "done"
    else:
        jobs.defer(session, "review.carry_out", run_at=made.due_at, act_id=made.id)
        _record(session, engagement, made, "claim.act_held", by, now)
    return made


def undo(session: Session, runtime: Runtime, act_id: UUID, *, by: Staff, now: datetime) -> DeskAct:
    """Take back what this person did a moment ago. Raises TooLate."""
    held = session.get(DeskAct, act_id, with_for_update=True)
    if held is None or held.staff_id != by.id or now > held.due_at:
        raise TooLate
    engagement = session.get_one(Engagement, held.engagement_id)
    if held.act == "assign" and held.state == "done":
        back = Act("assign", to=held.was_id)
        if desk_acts.perform(session, runtime, engagement.id, back, by=by, now=now):
            raise TooLate
    elif held.state != "held":
        raise TooLate
    held.state, held.text = "undone", None
    _record(session, engagement, held, "claim.act_undone", by, now)
    return held


def latest(session: Session, by: Staff, now: datetime) -> DeskAct | None:
    """What this person did last, if it can still be undone."""
    query = sa.select(DeskAct).where(
        DeskAct.staff_id == by.id, DeskAct.state.in_(("held", "done")), DeskAct.due_at >= now
    )
    found = session.scalars(query.order_by(DeskAct.held_at.desc(), DeskAct.id.desc()).limit(1)).first()
    return None if found is None or (found.state == "done" and found.act != "assign") else found


def held_among(session: Session, engagements: Sequence[UUID]) -> dict[UUID, str]:
    """Of these engagements those with an act that waits for its moment, and which."""
    query = sa.select(DeskAct.engagement_id, DeskAct.act).where(
        DeskAct.engagement_id.in_(engagements), DeskAct.state == "held"
    )
    return dict(session.execute(query).all())


def failed_of(session: Session, by: Staff) -> list[tuple[DeskAct, Engagement]]:
    """What this person did and could not be carried out, until they have read it."""
    query = sa.select(DeskAct, Engagement).join(Engagement, Engagement.id == DeskAct.engagement_id)
    query = query.options(joinedload(Engagement.claim))
    mine = query.where(DeskAct.staff_id == by.id, DeskAct.state == "failed").order_by(DeskAct.id).limit(50)
    return list(session.execute(mine).all())


def forget_failed(session: Session, by: Staff) -> None:
    """They have read it."""
    session.execute(sa.delete(DeskAct).where(DeskAct.staff_id == by.id, DeskAct.state == "failed"))


def carry_out(runtime: Runtime, act_id: UUID) -> None:
    """Its moment has come. Run again it finds nothing to do."""
    now = runtime.clock()
    with runtime.database.transaction() as session:
        held = session.get(DeskAct, act_id, with_for_update=True)
        if held is None or held.state != "held" or now < held.due_at:
            return
        engagement = session.get_one(Engagement, held.engagement_id)
        by = desk_acts.person_of(session, runtime, held.staff_id, now)
        texts = {}
        if held.text is not None and engagement.claim.erased_at is None:
            subject = engagement.claim.subject_id
            texts = json.loads(runtime.vault.open(session, subject, _purpose(held.id), held.text))
        act = Act(held.act, texts=texts, until=held.until)
        code = "right"
        if by is not None:
            code = desk_acts.perform(session, runtime, engagement.id, act, by=by, now=now)
        held.state, held.failure, held.text = ("failed" if code else "done"), code or None, None
        old = sa.delete(DeskAct).where(DeskAct.held_at < now - KEPT, DeskAct.state != "held")
        session.execute(old.execution_options(synchronize_session=False))


def _record(
    session: Session, engagement: Engagement, held: DeskAct, action: str, by: Staff, now: datetime
) -> None:
    audit.record(
        session,
        now=now,
        actor=actor_of(by),
        action=action,
        subject=engagement.claim_id,
        jurisdiction=engagement.jurisdiction,
        act=held.act,
    )


def _purpose(act_id: UUID) -> str:
    return f"act:{act_id}"

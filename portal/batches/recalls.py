"""What a recipient has to be told about a claim that they were given, until they have confirmed it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import Actor
from portal.batches.ledger_models import ProducedClaim, Production, Recall, RecallNotice
from portal.claims import flags
from portal.claims.flags import Flag
from portal.claims.models import Claim, Engagement
from portal.claims.states import ClaimState
from portal.database import new_id
from portal.packets.models import Packet, PacketState

_LEFT = {ClaimState.WITHDRAWN: Recall.WITHDRAWN, ClaimState.DECLINED: Recall.DECLINED}


def look(session: Session, now: datetime) -> int:
    """Make a notice for each recipient of a claim that left or was signed anew since; answers how many."""
    made = 0
    known = _known(session)
    seen: set[tuple[UUID, UUID]] = set()
    for row in session.execute(_changed()):
        reason = Recall.ERASED if row.erased_at else _LEFT.get(row.state, Recall.AMENDED)
        pair = (row.recipient_id, row.engagement_id)
        if pair in seen or (*pair, reason.value, row.newest) in known or _has(session, row, reason):
            continue
        seen.add(pair)
        session.add(
            RecallNotice(
                id=new_id(),
                production_id=row.production_id,
                engagement_id=row.engagement_id,
                claim_number=row.claim_number,
                reason=reason.value,
                packet_id=row.newest,
                raised_at=now,
            )
        )
        engagement = session.get_one(Engagement, row.engagement_id)
        flags.raise_flag(session, engagement, Flag.RECALL, now)
        audit.record(
            session,
            now=now,
            actor=audit.SYSTEM,
            action="production.recall_raised",
            subject=engagement.claim_id,
            production=row.number,
            reason=reason.value,
        )
        made += 1
    return made


def note_sent(session: Session, notice: RecallNotice, *, actor: Actor, now: datetime) -> None:
    """The office told the recipient."""
    if notice.sent_at is None:
        notice.sent_at, notice.sent_by = now, actor.id
        _audited(session, notice, "production.recall_sent", actor, now)


def acknowledge(session: Session, notice: RecallNotice, note: str, *, actor: Actor, now: datetime) -> None:
    """The recipient confirmed it; the claim's flag comes down with the last notice that was open."""
    if notice.acknowledged_at is not None:
        return
    notice.acknowledged_at, notice.acknowledged_by, notice.note = now, actor.id, note.strip()[:300]
    _audited(session, notice, "production.recall_acknowledged", actor, now)
    session.flush()
    still = sa.select(RecallNotice.id).where(
        RecallNotice.engagement_id == notice.engagement_id, RecallNotice.acknowledged_at.is_(None)
    )
    if session.scalars(still.limit(1)).first() is None:
        flags.lower_flag(session, session.get_one(Engagement, notice.engagement_id), Flag.RECALL)


def notices_of(
    session: Session, jurisdictions: tuple[str, ...], *, limit: int = 200
) -> list[tuple[RecallNotice, Production]]:
    """An office's notices with their productions: open ones first, the oldest of them first."""
    query = (
        sa.select(RecallNotice, Production)
        .join(Production, Production.id == RecallNotice.production_id)
        .where(Production.jurisdiction.in_(jurisdictions))
        .order_by(RecallNotice.acknowledged_at.is_not(None), RecallNotice.raised_at)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def seen(session: Session, jurisdictions: tuple[str, ...], notice_id: UUID) -> RecallNotice | None:
    """A notice of one of these offices."""
    query = sa.select(RecallNotice).join(Production, Production.id == RecallNotice.production_id)
    mine = query.where(RecallNotice.id == notice_id, Production.jurisdiction.in_(jurisdictions))
    return session.scalars(mine).one_or_none()


def _changed() -> sa.Select[*tuple[Any, ...]]:
    """Produced claims that are no longer what was produced, the newest production of each first."""
    newest = (
        sa.select(Packet.id)
        .where(Packet.engagement_id == ProducedClaim.engagement_id, Packet.state == PacketState.SEALED)
        .order_by(Packet.revision.desc())
        .limit(1)
        .correlate(ProducedClaim)
        .scalar_subquery()
    )
    changed: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            ProducedClaim.production_id,
            ProducedClaim.engagement_id,
            ProducedClaim.claim_number,
            Production.recipient_id,
            Production.number,
            Engagement.state,
            Claim.erased_at,
            sa.func.coalesce(newest, ProducedClaim.packet_id).label("newest"),
        )
        .join(Production, Production.id == ProducedClaim.production_id)
        .join(Engagement, Engagement.id == ProducedClaim.engagement_id)
        .join(Claim, Claim.id == Engagement.claim_id)
        .where(
            Engagement.state.in_(_LEFT)
            | Claim.erased_at.is_not(None)
            | (sa.func.coalesce(newest, ProducedClaim.packet_id) != ProducedClaim.packet_id)
        )
        .order_by(Production.number.desc())
    )
    return changed


def _known(session: Session) -> set[tuple[UUID, UUID, str, UUID]]:
    query = sa.select(
        Production.recipient_id, RecallNotice.engagement_id, RecallNotice.reason, RecallNotice.packet_id
    ).join(Production, Production.id == RecallNotice.production_id)
    return {(row[0], row[1], row[2], row[3]) for row in session.execute(query)}


def _has(session: Session, row: Any, reason: Recall) -> bool:
    """Whether the recipient was given the newest packet already, in a supplement."""
    if reason is not Recall.AMENDED:
        return False
    query = (
        sa.select(ProducedClaim.position)
        .join(Production, Production.id == ProducedClaim.production_id)
        .where(ProducedClaim.packet_id == row.newest, Production.recipient_id == row.recipient_id)
    )
    return session.execute(query.limit(1)).first() is not None


def _audited(session: Session, notice: RecallNotice, action: str, actor: Actor, now: datetime) -> None:
    engagement = session.get_one(Engagement, notice.engagement_id)
    audit.record(
        session, now=now, actor=actor, action=action, subject=engagement.claim_id, notice=str(notice.id)
    )

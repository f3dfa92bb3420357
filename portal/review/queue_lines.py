"""The lines of the queue: what is shown of each engagement, whatever describes the person masked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, lazyload, selectinload

from portal.claims import access, sealed
from portal.claims.models import Claim, Engagement
from portal.claims.states import ClaimState
from portal.correspondence import service as letters
from portal.evidence.models import EvidenceFile
from portal.packets.models import Packet
from portal.review import locks, undo
from portal.vault import SubjectKey, Vault, VaultError
from portal.web import Staff
from portal.web.shown import masked_email, masked_name, masked_phone


@dataclass(frozen=True)
class Line:
    """One line of the queue."""

    engagement_id: UUID
    number: str
    name: str
    contact: str
    jurisdiction: str
    tracks: Sequence[str]
    outcome: str
    state: ClaimState
    submitted_at: datetime
    kind: str
    country: str
    flags: Sequence[str]
    due_on: date | None
    files: int = 0
    packet: str = ""
    letters: int = 0
    assignee: str = ""
    working: str = ""
    working_since: datetime | None = None
    held: str = ""
    seen_by: Sequence[str] = field(default=())


def lines(
    session: Session,
    vault: Vault,
    staff: Staff,
    ids: Sequence[UUID],
    names: Mapping[UUID, str],
    now: datetime,
) -> list[Line]:
    """The lines of these engagements in their order, by a few queries for all; ``names`` are those of colleagues."""
    if not ids:
        return []
    query = access.engagements_seen_by(staff).where(Engagement.id.in_(ids))
    loaded = query.options(
        joinedload(Engagement.claim).options(lazyload(Claim.engagements)), selectinload(Engagement.flags)
    )
    found = {one.id: one for one in session.scalars(loaded)}
    subjects = [one.claim.subject_id for one in found.values()]
    keys = session.scalars(sa.select(SubjectKey).where(SubjectKey.id.in_(subjects))).all()
    files = _files(session, [one.claim_id for one in found.values()])
    packets = _packets(session, list(found))
    waiting = letters.waiting_in(session, list(found))
    visits = locks.visits_of(session, list(found))
    held = undo.held_among(session, list(found))
    shown = []
    for one in (found[key] for key in ids if key in found):
        name, contact = _person(session, vault, one.claim)
        others = [visit for visit in visits.get(one.id, []) if visit.staff_id in names]
        busy = next(
            (each for each in others if each.staff_id != staff.id and locks.is_working(each, now)), None
        )
        shown.append(
            Line(
                engagement_id=one.id,
                number=one.claim.number,
                name=name,
                contact=contact,
                jurisdiction=one.jurisdiction,
                tracks=one.tracks,
                outcome=one.outcome or "",
                state=one.state,
                submitted_at=one.submitted_at or one.claim.created_at,
                kind=one.claim.kind,
                country=one.claim.residence or "",
                flags=[flag.flag for flag in one.flags],
                due_on=one.due_on,
                files=files.get(one.claim_id, 0),
                packet=packets.get(one.id, ""),
                letters=waiting.get(one.id, 0),
                assignee=names.get(one.assignee_id, "–") if one.assignee_id else "",
                working=names[busy.staff_id] if busy else "",
                working_since=busy.since if busy else None,
                held=held.get(one.id, ""),
                seen_by=[names[each.staff_id] for each in others],
            )
        )
    del keys  # held until here, so that none was read again for its claim
    return shown


def _person(session: Session, vault: Vault, claim: Claim) -> tuple[str, str]:
    """Name and contact, masked; an erased or damaged claim keeps its line, so that somebody sees that it is there."""
    try:
        particulars = sealed.read(session, vault, claim)
    except VaultError:
        return "—", ""
    name = masked_name(particulars.name.shown(claim.language)) if particulars.name else ""
    return name, masked_phone(particulars.phone) or masked_email(particulars.email)


def _files(session: Session, claims: Sequence[UUID]) -> dict[UUID, int]:
    counted = (
        sa.select(EvidenceFile.claim_id, sa.func.count())
        .where(EvidenceFile.claim_id.in_(claims), EvidenceFile.removed_at.is_(None))
        .group_by(EvidenceFile.claim_id)
    )
    return dict(session.execute(counted).all())


def _packets(session: Session, engagements: Sequence[UUID]) -> dict[UUID, str]:
    newest = (
        sa.select(Packet.engagement_id, Packet.state)
        .where(Packet.engagement_id.in_(engagements))
        .order_by(Packet.revision)
    )
    return {engagement_id: str(state) for engagement_id, state in session.execute(newest)}

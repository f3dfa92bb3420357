"""The queue: filters and pages by key over the engagements that a staff member may see."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.claims import access, sealed
from portal.claims.models import Claim, Engagement
from portal.claims.states import OPEN, ClaimState
from portal.correspondence import service as letters
from portal.evidence.models import EvidenceFile
from portal.packets.models import Packet
from portal.review.search import matching
from portal.vault import Vault, VaultError
from portal.web import Staff
from portal.web.shown import masked_email, masked_name, masked_phone

PAGE = 50
GROUPS: dict[str, frozenset[ClaimState]] = {
    "open": OPEN,
    **{str(state): frozenset({state}) for state in ClaimState if state is not ClaimState.DRAFT},
    "all": frozenset(ClaimState) - {ClaimState.DRAFT},
}


@dataclass(frozen=True)
class Filters:
    """What the reader asked to see; unknown values mean "any"."""

    state: str = "open"
    track: str = ""
    outcome: str = ""
    text: str = ""
    before: str = ""

    @property
    def states(self) -> frozenset[ClaimState]:
        """The states that the chosen group stands for."""
        return GROUPS.get(self.state, OPEN)


@dataclass(frozen=True)
class Row:
    """One line of the queue; whatever describes the person is masked."""

    engagement_id: UUID
    number: str
    name: str
    contact: str
    jurisdiction: str
    tracks: Sequence[str]
    outcome: str
    state: ClaimState
    files: int
    packet: str
    submitted_at: datetime
    letters: int = 0
    kind: str = "self"


@dataclass(frozen=True)
class Page:
    """Some lines, and the key of the next older ones if there are any."""

    rows: list[Row]
    older: str


def page(session: Session, vault: Vault, prefix: str, staff: Staff, filters: Filters) -> Page:
    """The newest engagements that pass the filters and lie before the key."""
    query = _filtered(access.engagements_seen_by(staff), filters)
    query = matching(query, vault, prefix, filters.text)
    query = _before(query, filters.before)
    query = query.order_by(Engagement.submitted_at.desc(), Engagement.id.desc()).limit(PAGE + 1)
    engagements = session.scalars(query).all()
    rows = _rows(session, vault, engagements[:PAGE])
    older = _key(engagements[PAGE - 1]) if len(engagements) > PAGE else ""
    return Page(rows, older)


def counts(session: Session, staff: Staff) -> dict[str, int]:
    """How many engagements stand in each state, for the navigation."""
    seen = access.engagements_seen_by(staff).subquery()
    counted = session.execute(sa.select(seen.c.state, sa.func.count()).group_by(seen.c.state)).all()
    by_state = {ClaimState(state): number for state, number in counted}
    return {group: sum(by_state.get(state, 0) for state in states) for group, states in GROUPS.items()}


def _filtered(query: sa.Select[Engagement], filters: Filters) -> sa.Select[Engagement]:
    query = query.where(Engagement.state.in_(sorted(filters.states)))
    if filters.outcome in ("eligible", "needs_review", "not_eligible"):
        query = query.where(Engagement.outcome == filters.outcome)
    if filters.track:
        # Tracks are a short JSON list of identifiers, so that a quoted identifier is a whole one.
        query = query.where(
            sa.cast(Engagement.tracks, sa.String).contains(f'"{filters.track}"', autoescape=True)
        )
    return query


def _before(query: sa.Select[Engagement], key: str) -> sa.Select[Engagement]:
    moment, _separator, engagement_id = key.partition("~")
    try:
        submitted_at, last = datetime.fromisoformat(moment), UUID(engagement_id)
    except ValueError:
        return query
    if submitted_at.tzinfo is None:
        return query
    return query.where(
        sa.or_(
            Engagement.submitted_at < submitted_at,
            sa.and_(Engagement.submitted_at == submitted_at, Engagement.id < last),
        )
    )


def _key(engagement: Engagement) -> str:
    return f"{engagement.submitted_at.isoformat() if engagement.submitted_at else ''}~{engagement.id}"


def _rows(session: Session, vault: Vault, engagements: Sequence[Engagement]) -> list[Row]:
    claims = {engagement.claim_id for engagement in engagements}
    files = _files(session, claims)
    packets = _packets(session, {engagement.id for engagement in engagements})
    waiting = letters.waiting_in(session, [engagement.id for engagement in engagements])
    rows = [
        _row(session, vault, one, files.get(one.claim_id, 0), packets.get(one.id, "")) for one in engagements
    ]
    return [replace(row, letters=waiting.get(row.engagement_id, 0)) for row in rows]


def _row(session: Session, vault: Vault, engagement: Engagement, files: int, packet: str) -> Row:
    claim: Claim = engagement.claim
    name, contact = "", ""
    try:
        particulars = sealed.read(session, vault, claim)
    except VaultError:
        name = "—"  # an erased or damaged claim keeps its line, so that somebody sees that it is there
    else:
        name = masked_name(particulars.name.shown(claim.language)) if particulars.name else ""
        contact = masked_phone(particulars.phone) or masked_email(particulars.email)
    return Row(
        engagement_id=engagement.id,
        number=claim.number,
        kind=claim.kind,
        name=name,
        contact=contact,
        jurisdiction=engagement.jurisdiction,
        tracks=engagement.tracks,
        outcome=engagement.outcome or "",
        state=engagement.state,
        files=files,
        packet=packet,
        submitted_at=engagement.submitted_at or claim.created_at,
    )


def _files(session: Session, claims: set[UUID]) -> dict[UUID, int]:
    counted = (
        sa.select(EvidenceFile.claim_id, sa.func.count())
        .where(EvidenceFile.claim_id.in_(claims), EvidenceFile.removed_at.is_(None))
        .group_by(EvidenceFile.claim_id)
    )
    return dict(session.execute(counted).all())


def _packets(session: Session, engagements: set[UUID]) -> dict[UUID, str]:
    newest = (
        sa.select(Packet.engagement_id, Packet.state)
        .where(Packet.engagement_id.in_(engagements))
        .order_by(Packet.revision)
    )
    return {engagement_id: str(state) for engagement_id, state in session.execute(newest)}

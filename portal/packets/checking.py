"""The daily look at what was signed: is there a packet for everything, and does every packet's seal still hold?

Two lists come of it, for staff and for `portal doctor`: claims signed without a sealed packet, and packets without a
valid seal. The first is read from the rows as they stand. The second rests on opening files, which takes time: what
was made since the last look is opened every day, and of everything else a seventh, so that each file is opened once a
week. A seal that does not hold is noted on the packet's row, which stays sealed, and struck when it holds again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import SYSTEM, AuditEvent
from portal.claims.models import Claim, Engagement, Signature
from portal.packets import certificates, service
from portal.packets.models import Packet, PacketEdition, PacketKind, PacketState
from portal.runtime import Runtime
from portal.storage import Corrupt, Missing
from portal.vault import Destroyed, VaultError

log = structlog.get_logger(__name__)

LATE = timedelta(hours=1)
"""A signature this old should have its packet."""
ROUND_DAYS = 7
MARGIN = timedelta(hours=1)
"""What was made shortly before the last look may have been kept after it."""
SLICE = 100
"""Packets opened by one job; the others follow in jobs of their own, so that no worker is held up for long."""
OVERDUE = timedelta(days=2)
"""A look that is older than this was missed."""
LOOKED = "packets.checked"

SEAL_BROKEN, FILE_MISSING, FILE_DAMAGED, UNREADABLE = (
    "seal-broken",
    "file-missing",
    "file-damaged",
    "unreadable",
)


@dataclass(frozen=True)
class Unmade:
    """Something signed that has no sealed packet; `packet` is None where not even a row waits to be made."""

    number: str
    jurisdiction: str
    engagement_id: UUID
    signed_at: datetime
    packet: Packet | None


@dataclass(frozen=True)
class Round:
    """How far a daily look has come; it travels from job to job as plain arguments.

    `since` bounds what counts as new (empty: everything does), `after` is the last packet opened, `left` how many older
    ones are still to be opened today, None while the new ones are.
    """

    since: str
    after: str = ""
    left: int | None = None
    checked: int = 0
    queued: int = 0


@dataclass(frozen=True)
class Look:
    """The last daily look that came to its end."""

    at: datetime
    checked: int
    queued: int
    unmade: int
    unsound: int


def unmade(session: Session, now: datetime, jurisdictions: Collection[str] | None = None) -> list[Unmade]:
    """What was signed an hour ago or longer and has no sealed packet, oldest first; erased claims are left out."""
    of_signature = sa.and_(Packet.signature_id == Signature.id, Packet.kind == PacketKind.ENGAGEMENT)
    query = (
        sa.select(Claim.number, Engagement.jurisdiction, Engagement.id, Signature.signed_at, Packet)
        .select_from(Signature)
        .join(Engagement, Signature.engagement_id == Engagement.id)
        .join(Claim, Engagement.claim_id == Claim.id)
        .outerjoin(Packet, of_signature)
        .where(
            Signature.complete,
            Signature.signed_at < now - LATE,
            Claim.erased_at.is_(None),
            sa.or_(Packet.id.is_(None), Packet.state != PacketState.SEALED),
        )
        .order_by(Signature.signed_at)
        .limit(500)
    )
    if jurisdictions is not None:
        query = query.where(Engagement.jurisdiction.in_(jurisdictions))
    return [Unmade(*row) for row in session.execute(query)]


def unsound(session: Session, jurisdictions: Collection[str] | None = None) -> list[tuple[Packet, str]]:
    """Sealed packets whose seal or file did not hold when it was last looked at, with their claim numbers."""
    query = (
        sa.select(Packet, Claim.number)
        .join(Engagement, Packet.engagement_id == Engagement.id)
        .join(Claim, Engagement.claim_id == Claim.id)
        .where(Packet.state == PacketState.SEALED, Packet.failure.is_not(None))
        .order_by(Packet.sealed_at)
        .limit(500)
    )
    if jurisdictions is not None:
        query = query.where(Packet.jurisdiction.in_(jurisdictions))
    return [(packet, number) for packet, number in session.execute(query)]


def last_look(session: Session) -> Look | None:
    """When everything due was last looked at, and what came of it."""
    event = _last(session)
    if event is None:
        return None
    return Look(event.at, **{name: event.detail[name] for name in ("checked", "queued", "unmade", "unsound")})


def begin(runtime: Runtime, *, everything: bool = False) -> Round:
    """Queue what was never queued, and say from where today's look starts; `everything` leaves no file for later."""
    with runtime.database.transaction() as session:
        queued = _queue_missing(session, runtime, runtime.clock())
        last = _last(session)
    since = (last.at - MARGIN).isoformat() if last and not everything else ""
    return Round(since=since, queued=queued)


def go_on(runtime: Runtime, look: Round) -> Round | None:
    """Open the next packets; None when today's are done, which is then on record.

    Raises storage.StorageError when the store does not answer, which says nothing about any packet.
    """
    with runtime.database.reading() as session:
        found = _next(session, look)
    for packet_id in found:
        examine(runtime, packet_id)
    look = replace(look, checked=look.checked + len(found))
    if look.left is None:
        if len(found) == SLICE:
            return replace(look, after=str(found[-1]))
        with runtime.database.reading() as session:
            look = replace(look, after=_cursor(session), left=_share(session))
        if look.since:
            return look
        _end(runtime, look)  # everything was opened
        return None
    asked, left = min(SLICE, look.left), look.left - len(found)
    if left and len(found) == asked:
        return replace(look, after=str(found[-1]), left=left)
    if left and look.after:
        return replace(look, after="", left=left)  # the end was reached: on with the first ones
    _end(runtime, replace(look, after=str(found[-1]) if found else ""))
    return None


def examine(runtime: Runtime, packet_id: UUID) -> bool:
    """Open a sealed packet's newest file and judge its seal; what is wrong stands on its row afterwards."""
    with runtime.database.reading() as session:
        packet = session.get(Packet, packet_id)
        if packet is None or packet.state != PacketState.SEALED:
            return True
        before, failure = packet.failure, _failure_of(session, runtime, packet)
    if failure != before:
        with runtime.database.transaction() as session:
            _note(
                session,
                session.get_one(Packet, packet_id, with_for_update={"of": Packet}),
                failure,
                runtime.clock(),
            )
    return failure is None


def _note(session: Session, packet: Packet, failure: str | None, now: datetime) -> None:
    packet.failure = failure
    log.warning("packet.unsound" if failure else "packet.sound_again", packet=str(packet.id), code=failure)
    audit.record(
        session,
        now=now,
        actor=SYSTEM,
        action="packet.unsound" if failure else "packet.sound_again",
        subject=packet.engagement.claim_id,
        jurisdiction=packet.jurisdiction,
        revision=packet.revision,
        code=failure,
    )


def _failure_of(session: Session, runtime: Runtime, packet: Packet) -> str | None:
    if packet.engagement.claim.erased_at is not None:
        return None  # its file was deleted with the claim, as it should be
    try:
        data = service.open_packet(session, runtime, packet)
    except Missing:
        return FILE_MISSING
    except Corrupt:
        return FILE_DAMAGED
    except Destroyed:
        return None  # the claim was erased, as it should be
    except VaultError:
        return UNREADABLE
    trust = certificates.trust_of(runtime.settings)
    sound = sha256(data).hexdigest() == packet.sha256 and certificates.judge(data, trust).genuine
    return None if sound else SEAL_BROKEN


def _queue_missing(session: Session, runtime: Runtime, now: datetime) -> int:
    """Pending packets for signatures that have none at all; answers how many."""
    claims = {one.engagement_id for one in unmade(session, now) if one.packet is None}
    found = (
        sa.select(Claim).join(Engagement, Engagement.claim_id == Claim.id).where(Engagement.id.in_(claims))
    )
    return sum(
        len(service.queue_all(session, runtime, claim, now)) for claim in session.scalars(found).unique()
    )


def _next(session: Session, look: Round) -> Sequence[UUID]:
    query = sa.select(Packet.id).where(Packet.state == PacketState.SEALED).order_by(Packet.id)
    if look.after:
        query = query.where(Packet.id > UUID(look.after))
    if look.left is not None:
        return session.scalars(query.limit(min(SLICE, look.left))).all()
    if look.since:
        since = datetime.fromisoformat(look.since)
        newly = sa.select(PacketEdition.packet_id).where(PacketEdition.made_at >= since)
        query = query.where(sa.or_(Packet.sealed_at >= since, Packet.id.in_(newly)))
    return session.scalars(query.limit(SLICE)).all()


def _share(session: Session) -> int:
    """A seventh of all sealed packets, rounded up."""
    sealed = sa.select(sa.func.count()).where(Packet.state == PacketState.SEALED)
    return -(-(session.scalar(sealed) or 0) // ROUND_DAYS)


def _cursor(session: Session) -> str:
    last = _last(session)
    return str(last.detail["after"]) if last else ""


def _last(session: Session) -> AuditEvent | None:
    query = sa.select(AuditEvent).where(AuditEvent.action == LOOKED).order_by(AuditEvent.sequence.desc())
    return session.scalars(query.limit(1)).one_or_none()


def _end(runtime: Runtime, look: Round) -> None:
    """Keep what came of the look, and how far it came."""
    now = runtime.clock()
    with runtime.database.transaction() as session:
        audit.record(
            session,
            now=now,
            actor=SYSTEM,
            action=LOOKED,
            checked=look.checked,
            queued=look.queued,
            unmade=len(unmade(session, now)),
            unsound=len(unsound(session)),
            after=look.after,
        )

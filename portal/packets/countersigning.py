"""Counsel signs accepted packets, one or thousands: what is ready, one confirmation, one job, each packet once.

The key is opened for the job and closed after it. A packet is signed only while its engagement stands accepted and no
newer revision was signed; whoever comes second to a packet finds it signed, and keeps nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session, aliased

from portal import audit, jobs
from portal.audit import SYSTEM, Actor
from portal.claims.models import Claim, Engagement
from portal.claims.states import ClaimState
from portal.claims.telling import tell_of
from portal.database import new_id
from portal.errors import PortalError
from portal.matters.placeholders import legal_date
from portal.packets import editions, events, service
from portal.packets.models import (
    Countersigning,
    CountersigningItem,
    EditionKind,
    Packet,
    PacketKind,
    PacketState,
)
from portal.packets.signer import KeyExpired, KeyMissing, common_name
from portal.runtime import Runtime
from portal.storage import StorageError
from portal.vault import Destroyed, VaultError
from portal.web.language import HOME_ZONES

if TYPE_CHECKING:  # pages count what waits; only where something is signed do the libraries for it load
    from portal.packets.seal import SigningKey
    from portal.packets.timestamps import Authority

log = structlog.get_logger(__name__)

RUNNING = ("pending", "running")
AT_A_TIME = 200  # packets of one job, some ten seconds: a worker asked to stop finishes the job in hand first
_TRIES = 3  # when a packet is extended while it is being signed


class NotSigned(PortalError):
    """A packet was not signed; the message is the code of the reason."""


class Waiting(Exception):
    """The signing stopped for what will pass; the job engine tries again."""


def ready(jurisdictions: Collection[str]) -> sa.Select[UUID]:
    """Packets that wait for counsel's signature: accepted, sealed, the newest of their engagement, not yet signed."""
    newer = aliased(Packet)
    superseded = sa.exists().where(
        newer.engagement_id == Packet.engagement_id, newer.revision > Packet.revision
    )
    return (
        sa.select(Packet.id)
        .join(Engagement, Packet.engagement_id == Engagement.id)
        .join(Claim, Engagement.claim_id == Claim.id)
        .where(
            Packet.jurisdiction.in_(jurisdictions),
            Packet.kind == PacketKind.ENGAGEMENT,
            Packet.state == PacketState.SEALED,
            Packet.countersigned_at.is_(None),
            Engagement.state == ClaimState.ACCEPTED,
            Claim.erased_at.is_(None),
            ~superseded,
        )
    )


def count_ready(session: Session, jurisdiction: str) -> int:
    """How many wait in a jurisdiction."""
    return session.scalar(sa.select(sa.func.count()).select_from(ready([jurisdiction]).subquery())) or 0


def waiting_of(session: Session, engagement: Engagement) -> set[UUID]:
    """The packets of an engagement that wait for counsel's signature: one, or none."""
    query = ready([engagement.jurisdiction]).where(Packet.engagement_id == engagement.id)
    return set(session.scalars(query))


def is_ready(session: Session, packet: Packet) -> bool:
    """Whether this packet waits for counsel's signature."""
    return session.scalar(ready([packet.jurisdiction]).where(Packet.id == packet.id)) is not None


def start(
    session: Session,
    jurisdiction: str,
    *,
    packet_ids: Collection[UUID] | None = None,
    by: UUID | None = None,
    now: datetime,
    deferred: bool = True,
) -> Countersigning:
    """One confirmation: what is ready now, or these of it, with the job that signs them."""
    query = ready([jurisdiction]).order_by(Packet.id)
    if packet_ids is not None:
        query = query.where(Packet.id.in_(packet_ids))
    chosen = session.scalars(query).all()
    made = Countersigning(
        id=new_id(),
        jurisdiction=jurisdiction,
        state="pending",
        total=len(chosen),
        done=0,
        failed=0,
        confirmed_by=by,
        confirmed_at=now,
    )
    session.add(made)
    session.flush()
    session.add_all(
        CountersigningItem(countersigning_id=made.id, packet_id=packet_id, state="pending")
        for packet_id in chosen
    )
    audit.record(
        session,
        now=now,
        actor=Actor("staff", by) if by else SYSTEM,
        action="packets.countersigning",
        jurisdiction=jurisdiction,
        count=len(chosen),
        countersigning=str(made.id),
    )
    session.flush()
    if deferred:
        jobs.defer(session, "packets.countersign", countersigning_id=made.id)
    return made


def try_again(session: Session, one: Countersigning) -> None:
    """Sign what failed or was left over; what was signed stays as it is."""
    failed = sa.update(CountersigningItem).where(
        CountersigningItem.countersigning_id == one.id, CountersigningItem.state == "failed"
    )
    session.execute(failed.values(state="pending", failure=None))
    one.state, one.failed, one.failure, one.finished_at = "pending", 0, None, None
    session.flush()
    jobs.defer(session, "packets.countersign", countersigning_id=one.id)


def run_configured(runtime: Runtime, countersigning_id: UUID) -> bool:
    """Sign with the configured key what is left of one confirmation, or a good part of it; True when more is left.

    Raises `Waiting`. Without the key nothing is signed, and staff are told.
    """
    from portal.packets.counsel import opened, place_of

    with runtime.database.reading() as session:
        one = session.get_one(Countersigning, countersigning_id)
        jurisdiction, state = one.jurisdiction, one.state
    if state not in RUNNING:
        return False
    try:
        with opened(runtime.settings, place_of(runtime.settings, jurisdiction)) as key:
            return run(runtime, countersigning_id, key, limit=AT_A_TIME)
    except KeyMissing as error:
        stop(runtime, countersigning_id, error)
        return False


def run(runtime: Runtime, countersigning_id: UUID, key: SigningKey, *, limit: int | None = None) -> bool:
    """Sign what is left of one confirmation, at most `limit`; True when more is left.

    Raises `Waiting` while the timestamp authority or the store is away, and `KeyMissing` when the token goes.
    """
    from portal.packets.timestamps import TimestampRefused, open_authority

    with runtime.database.transaction() as session:
        one = session.get_one(Countersigning, countersigning_id)
        one.state, one.failure = "running", None
    left = _left(runtime, countersigning_id)
    try:
        authority = open_authority(runtime.settings) if left else None
    except TimestampRefused as error:
        _stopped(runtime, countersigning_id, "timestamp", "running")
        raise Waiting("timestamp") from error
    for packet_id in left[:limit]:
        failure = _signed(runtime, packet_id, key, authority)
        if failure in PASSING:
            _stopped(runtime, countersigning_id, failure, "running")
            raise Waiting(failure)
        _note(runtime, countersigning_id, packet_id, failure)
    if limit is not None and len(left) > limit:
        return True
    with runtime.database.transaction() as session:
        one = session.get_one(Countersigning, countersigning_id)
        one.state, one.finished_at = "done", runtime.clock()
    return False


def stop(runtime: Runtime, countersigning_id: UUID, error: KeyMissing) -> None:
    """Say that nothing can be signed for want of the key. It is not tried again by itself: tokens lock themselves."""
    log.warning("packets.not_countersigned", countersigning=str(countersigning_id), reason=str(error))
    _stopped(runtime, countersigning_id, failure_code(error) or "key-missing", "failed")


# These stop the whole signing until they have passed.
PASSING = frozenset({"timestamp", "storage"})


def failure_code(error: Exception) -> str | None:
    """The code of a foreseen failure; None is a bug, and keeps its traceback."""
    from portal.fonts import GlyphMissing
    from portal.packets.countersignature import NoRoom
    from portal.packets.seal import SealTooLarge
    from portal.packets.setting.flow import Oversized
    from portal.packets.timestamps import TimestampRefused

    if isinstance(error, NotSigned):
        return str(error)
    kinds: tuple[tuple[type[Exception], str], ...] = (
        (TimestampRefused, "timestamp"),
        (KeyExpired, "counsel-key-expired"),
        (KeyMissing, "counsel-key"),
        (SealTooLarge, "counsel-key"),
        (NoRoom, "no-room"),
        (Oversized, "oversized"),
        (GlyphMissing, "glyph"),
        (Destroyed, "erased"),
        (StorageError, "storage"),
        (VaultError, "unreadable"),
    )
    return next((code for kind, code in kinds if isinstance(error, kind)), None)


def _left(runtime: Runtime, countersigning_id: UUID) -> Sequence[UUID]:
    query = sa.select(CountersigningItem.packet_id).where(
        CountersigningItem.countersigning_id == countersigning_id, CountersigningItem.state == "pending"
    )
    with runtime.database.reading() as session:
        return session.scalars(query.order_by(CountersigningItem.packet_id)).all()


def _signed(runtime: Runtime, packet_id: UUID, key: SigningKey, authority: Authority | None) -> str | None:
    """Signs a packet; answers the code of the reason when it was not signed. Raises `KeyMissing`."""
    code: str | None = None
    for _ in range(_TRIES):
        try:
            sign_packet(runtime, packet_id, key, authority)
        except KeyMissing:
            raise
        except Exception as error:
            code = failure_code(error)
            if code is None:
                raise
            log.warning("packet.not_countersigned", packet=str(packet_id), code=code)
            if code != "changed":
                return code
        else:
            return None
    return code


def sign_packet(runtime: Runtime, packet_id: UUID, key: SigningKey, authority: Authority | None) -> None:
    """Counsel's signature upon one packet, as its next edition. Signed before, it is left as it is.

    Raises `NotSigned` with the reason, and whatever `countersignature` and `timestamps` raise.
    """
    from portal.packets.countersignature import Visible, countersigning
    from portal.packets.lasting import signed_to_level
    from portal.packets.seal import room

    now = runtime.clock()
    with runtime.database.reading() as session:
        packet = session.get_one(Packet, packet_id)
        if packet.countersigned_at is not None:
            return
        _refuse_unready(session, packet)
        before = packet.sha256
        data = service.open_packet(session, runtime, packet)
        matter = runtime.matters.by_id(packet.matter_version_id).matter
        counsel = matter.counsel(packet.jurisdiction)
        governing = matter.packets[counsel.jurisdiction].governing_language
    name = common_name(key.chain[0])
    visible = Visible(counsel, name, now, counsel.jurisdiction, governing)
    draft = countersigning(data, visible, room(authority))
    made = signed_to_level(runtime.settings, draft, key, authority)
    with runtime.database.reading() as session:
        blob = editions.store(session, runtime, session.get_one(Packet, packet_id), made.data)
    with runtime.database.transaction() as session:
        packet = session.get_one(Packet, packet_id, with_for_update={"of": Packet})
        if packet.countersigned_at is not None or packet.sha256 != before:
            # Another worker signed it, or a timestamp was added meanwhile: what was made here is not kept.
            runtime.storage.delete(blob)
            if packet.countersigned_at is None:
                raise NotSigned("changed")
            return
        _refuse_unready(session, packet)
        certificate = _fingerprint(key)
        edition = editions.add(
            session, runtime, packet, made.data, EditionKind.COUNTERSIGNED, certificate, now, blob=blob
        )
        packet.countersigned_at, packet.countersigner, packet.level = now, name[:200], made.level
        dues = (made.due,) if made.level == "B-LTA" else (packet.extend_due_at, made.due)
        packet.extend_due_at = min(filter(None, dues), default=None)
        events.append(
            session, runtime, packet.engagement, "countersigned", now,
            revision=packet.revision, signer=name, sha256=edition.sha256, certificate=certificate,
            level=made.level, code=packet.code, authority=made.stamp.authority if made.stamp else None,
        )  # fmt: skip
        signed_on = legal_date(
            now.astimezone(HOME_ZONES[packet.jurisdiction]).date(), packet.engagement.claim.language
        )
        tell_of(session, runtime, packet.engagement, "countersigned", date=signed_on)


def _refuse_unready(session: Session, packet: Packet) -> None:
    if packet.engagement.claim.erased_at is not None:
        raise NotSigned("erased")
    if packet.engagement.state != ClaimState.ACCEPTED:
        raise NotSigned("not-accepted")
    if not is_ready(session, packet):
        raise NotSigned("superseded")


def _fingerprint(key: SigningKey) -> str:
    from cryptography.hazmat.primitives.hashes import SHA256

    return key.chain[0].fingerprint(SHA256()).hex()


def _note(runtime: Runtime, countersigning_id: UUID, packet_id: UUID, failure: str | None) -> None:
    with runtime.database.transaction() as session:
        item = session.get_one(CountersigningItem, (countersigning_id, packet_id))
        one = session.get_one(Countersigning, countersigning_id, with_for_update=True)
        if item.state != "pending":
            return  # another worker was here
        item.state, item.failure = ("failed" if failure else "done"), failure
        one.done, one.failed = one.done + (not failure), one.failed + bool(failure)


def _stopped(runtime: Runtime, countersigning_id: UUID, failure: str, state: str) -> None:
    with runtime.database.transaction() as session:
        one = session.get_one(Countersigning, countersigning_id)
        one.state, one.failure = state, failure

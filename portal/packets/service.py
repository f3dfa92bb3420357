"""What can be done with packets: queue, keep, open, retry. Making one stands in `making`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit, jobs
from portal.audit import SYSTEM
from portal.claims.act import newest_signature
from portal.claims.models import Claim, Engagement, Signature
from portal.claims.telling import tell
from portal.database import new_id
from portal.packets import authority, editions, events
from portal.packets.models import EditionKind, Packet, PacketKind, PacketState
from portal.runtime import Runtime

if TYPE_CHECKING:  # what asks for timestamps loads only where packets are made
    from portal.packets.timestamps import Timestamp

RECEIPT, FIRST = 0, 1
"""Revisions: the receipt of the handing in stands before the first packet and takes no packet's number."""
FORGOTTEN = timedelta(minutes=5)  # a pending packet this old has lost its job; making it twice is harmless


def queue_all(session: Session, runtime: Runtime, claim: Claim, now: datetime) -> list[Packet]:
    """A pending packet for each of the claim's signatures with which everybody needed had signed and that has none
    yet, with its job, in the caller's transaction; with its first packet an engagement also gets its receipt.
    """
    having = sa.select(Packet.signature_id).join(Engagement, Packet.engagement_id == Engagement.id)
    waiting = (
        sa.select(Signature, Engagement)
        .join(Engagement, Signature.engagement_id == Engagement.id)
        .where(
            Engagement.claim_id == claim.id,
            Signature.complete,
            Signature.void_at.is_(None),
            Signature.id.not_in(having.where(Engagement.claim_id == claim.id)),
        )
        .order_by(Signature.id)
    )
    queued = []
    for signature, engagement in session.execute(waiting).all():
        packet = _queue(session, signature, engagement, now)
        queued.append(packet)
        if packet.revision == FIRST:
            _queue(session, signature, engagement, now, PacketKind.RECEIPT)
    return queued


def packets_of(session: Session, engagement: Engagement) -> Sequence[Packet]:
    """All packets of an engagement and the receipt of its withdrawal, newest first."""
    query = sa.select(Packet).where(Packet.engagement_id == engagement.id, Packet.kind != PacketKind.RECEIPT)
    return session.scalars(query.order_by(Packet.revision.desc())).all()


def receipt_of(session: Session, engagement: Engagement) -> Packet | None:
    """The receipt of an engagement's handing in; None for what was handed in before there were any."""
    query = sa.select(Packet).where(Packet.engagement_id == engagement.id, Packet.kind == PacketKind.RECEIPT)
    return session.scalars(query).one_or_none()


def packet_of(session: Session, engagement: Engagement, packet_id: UUID) -> Packet | None:
    """A packet of this very engagement; another's is None."""
    query = sa.select(Packet).where(Packet.id == packet_id, Packet.engagement_id == engagement.id)
    return session.scalars(query).one_or_none()


def own_packet(session: Session, claim: Claim, packet_id: UUID) -> Packet | None:
    """A sealed packet of this very claim; another's, or one that is not sealed, is None."""
    query = sa.select(Packet).join(Engagement, Packet.engagement_id == Engagement.id)
    query = query.where(
        Packet.id == packet_id, Engagement.claim_id == claim.id, Packet.state == PacketState.SEALED
    )
    return session.scalars(query).one_or_none()


def open_packet(session: Session, runtime: Runtime, packet: Packet) -> bytes:
    """The newest edition's PDF. Raises storage.Missing, storage.Corrupt, or a VaultError after erasure."""
    subject = packet.engagement.claim.subject_id
    content = runtime.storage.get(packet.blob or "")
    return runtime.vault.open(session, subject, editions.purpose(packet.id), content)


def file_name(packet: Packet) -> str:
    """What a downloaded packet is called: the claim number, jurisdiction and revision, nothing personal."""
    if packet.kind == PacketKind.RECEIPT:
        return f"{packet.engagement.claim.number}-{packet.jurisdiction}-receipt.pdf"
    return f"{packet.engagement.claim.number}-{packet.jurisdiction}-r{packet.revision}.pdf"


def failures(session: Session, jurisdictions: Sequence[str]) -> list[tuple[Packet, str]]:
    """Packets that could not be made, oldest first, with their claim numbers."""
    query = (
        sa.select(Packet, Claim.number)
        .join(Engagement, Packet.engagement_id == Engagement.id)
        .join(Claim, Engagement.claim_id == Claim.id)
        .where(Packet.state == PacketState.FAILED, Packet.jurisdiction.in_(jurisdictions))
        .order_by(Packet.created_at)
        .limit(500)
    )
    return [(packet, number) for packet, number in session.execute(query)]


def retry(session: Session, packet: Packet, now: datetime) -> None:
    """Have a failed packet made again."""
    if packet.state == PacketState.FAILED:
        packet.state, packet.failure = PacketState.PENDING, None
        jobs.defer(session, "packets.make", packet_id=packet.id)


def forgotten(session: Session, now: datetime, limit: int = 500) -> Sequence[UUID]:
    """Pending packets whose job must have been lost."""
    query = sa.select(Packet.id).where(
        Packet.state == PacketState.PENDING, Packet.created_at < now - FORGOTTEN
    )
    return session.scalars(query.order_by(Packet.created_at).limit(limit)).all()


def stopped(session: Session, passing: Collection[str]) -> Sequence[UUID]:
    """Packets that their own job gave up for a reason that may have passed meanwhile, oldest first."""
    query = sa.select(Packet.id).where(
        Packet.state == PacketState.FAILED, Packet.failure.in_(passing), Packet.attempts >= jobs.ATTEMPTS
    )
    return session.scalars(query.order_by(Packet.created_at)).all()


def mark_sealed(
    session: Session, runtime: Runtime, packet: Packet, data: bytes, *, record: bytes, blob: str, pages: int,
    certificate: str, level: str, now: datetime, stamp: Timestamp | None = None,
) -> None:  # fmt: skip
    """Keep what was made, the first edition. When it was the last of the claim's packets the claimant is told."""
    packet.state, packet.failure, packet.sealed_at = PacketState.SEALED, None, now
    packet.pages, packet.level, packet.extend_due_at = pages, level, stamp.expires if stamp else None
    _keep_record(session, runtime, packet, record)
    edition = editions.add(session, runtime, packet, data, EditionKind.SEALED, certificate, now, blob=blob)
    sha256 = edition.sha256
    if (
        packet.kind != PacketKind.RECEIPT
    ):  # a receipt is no part of the authority, and later records do not tell of it
        _append(session, runtime, packet, sha256, certificate, level, stamp, now)
    claim = packet.engagement.claim
    audit.record(
        session,
        now=now,
        actor=SYSTEM,
        action="packet.sealed",
        subject=claim.id,
        jurisdiction=packet.jurisdiction,
        revision=packet.revision,
        sha256=sha256,
    )
    session.flush()
    if packet.kind == PacketKind.ENGAGEMENT and not _unfinished(session, claim):
        tell(session, runtime, claim, "packets-ready")


def _append(
    session: Session, runtime: Runtime, packet: Packet, sha256: str, certificate: str, level: str,
    stamp: Timestamp | None, now: datetime,
) -> None:  # fmt: skip
    """Append to the authority that its packet was sealed, and timestamped where it was."""
    events.append(
        session, runtime, packet.engagement, "sealed", now,
        revision=packet.revision, sha256=sha256, certificate=certificate, level=level, code=packet.code,
        record_sha256=packet.record_sha256,
    )  # fmt: skip
    if stamp:
        events.append(
            session, runtime, packet.engagement, "timestamped", now,
            revision=packet.revision, authority=stamp.authority, time=stamp.at, sha256=sha256,
            certificate=stamp.certificate, level=level, code=packet.code,
        )  # fmt: skip


def open_record(session: Session, runtime: Runtime, packet: Packet) -> bytes:
    """The authority record of a sealed packet as canonical JSON. Raises a VaultError after erasure."""
    subject = packet.engagement.claim.subject_id
    return runtime.vault.open(session, subject, _record_purpose(packet.id), packet.record or b"")


def _keep_record(session: Session, runtime: Runtime, packet: Packet, record: bytes) -> None:
    subject = packet.engagement.claim.subject_id
    packet.record = runtime.vault.seal(session, subject, _record_purpose(packet.id), record)
    packet.record_sha256 = authority.digest(record)


def _record_purpose(packet_id: UUID) -> str:
    return f"authority-record:{packet_id}"


def mark_failed(session: Session, packet: Packet, failure: str) -> None:
    """Say why a packet could not be made; the signature stands as it was, and staff see the failure."""
    packet.state, packet.failure = PacketState.FAILED, failure


def queue_receipt(session: Session, engagement: Engagement, now: datetime) -> Packet:
    """A pending receipt of the engagement's withdrawal, with its job, in the caller's transaction."""
    newest = newest_signature(session, engagement)
    assert newest is not None  # only what was signed can be withdrawn
    return _queue(session, newest, engagement, now, PacketKind.WITHDRAWAL)


def _queue(
    session: Session,
    signature: Signature,
    engagement: Engagement,
    now: datetime,
    kind: PacketKind = PacketKind.ENGAGEMENT,
) -> Packet:
    newest = sa.select(sa.func.max(Packet.revision)).where(Packet.engagement_id == engagement.id)
    following = (session.scalar(newest) or 0) + 1
    packet = Packet(
        id=new_id(),
        engagement_id=engagement.id,
        signature_id=signature.id,
        matter_version_id=signature.matter_version_id,
        jurisdiction=engagement.jurisdiction,
        kind=kind,
        revision=RECEIPT if kind == PacketKind.RECEIPT else following,
        state=PacketState.PENDING,
        attempts=0,
        created_at=now,
    )
    session.add(packet)
    session.flush()
    jobs.defer(session, "packets.make", packet_id=packet.id)
    return packet


def _unfinished(session: Session, claim: Claim) -> bool:
    query = sa.select(Packet.id).join(Engagement, Packet.engagement_id == Engagement.id)
    query = query.where(
        Engagement.claim_id == claim.id,
        Packet.state != PacketState.SEALED,
        Packet.kind == PacketKind.ENGAGEMENT,
    )
    return session.scalar(query.limit(1)) is not None

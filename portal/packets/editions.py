"""The states of a packet's file, each kept for good: as sealed, as countersigned, as extended.

A later edition begins with the one before, byte for byte. The packet's row points to the newest; batches and people
hold an edition by its hash, and what they hold stays to be had.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.database import new_id
from portal.packets.models import EditionKind, Packet, PacketEdition
from portal.runtime import Runtime


def purpose(packet_id: UUID) -> str:
    """What a packet's bytes are sealed for."""
    return f"packet:{packet_id}"


def store(session: Session, runtime: Runtime, packet: Packet, data: bytes) -> str:
    """Seal a file for its claim and store it; answers the blob's key. May be done before any lock is taken."""
    held = runtime.vault.seal(session, packet.engagement.claim.subject_id, purpose(packet.id), data)
    return runtime.storage.put(held)


def add(
    session: Session,
    runtime: Runtime,
    packet: Packet,
    data: bytes,
    kind: EditionKind,
    certificate: str,
    now: datetime,
    *,
    blob: str = "",
) -> PacketEdition:
    """The packet's newest edition, in the caller's transaction and under its lock of the packet's row.

    `certificate` is the SHA-256 of the certificate that signed or timestamped last; `blob` says that `store` was
    called before.
    """
    newest = sa.select(sa.func.max(PacketEdition.number)).where(PacketEdition.packet_id == packet.id)
    edition = PacketEdition(
        id=new_id(),
        packet_id=packet.id,
        number=(session.scalar(newest) or 0) + 1,
        kind=kind,
        blob=blob or store(session, runtime, packet, data),
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        certificate=certificate,
        made_at=now,
    )
    session.add(edition)
    packet.blob, packet.sha256, packet.size = edition.blob, edition.sha256, edition.size
    packet.certificate = certificate
    session.flush()
    return edition


def open(session: Session, runtime: Runtime, edition: PacketEdition) -> bytes:
    """The PDF of an edition. Raises storage.Missing, storage.Corrupt, or a VaultError after erasure."""
    packet = session.get_one(Packet, edition.packet_id)
    held = runtime.storage.get(edition.blob)
    return runtime.vault.open(session, packet.engagement.claim.subject_id, purpose(packet.id), held)


def editions_of(session: Session, packet: Packet) -> list[PacketEdition]:
    """All editions of a packet, oldest first."""
    query = sa.select(PacketEdition).where(PacketEdition.packet_id == packet.id)
    return list(session.scalars(query.order_by(PacketEdition.number)))


def edition_of(session: Session, sha256: str) -> PacketEdition | None:
    """The edition whose PDF has this hash."""
    return session.scalars(sa.select(PacketEdition).where(PacketEdition.sha256 == sha256)).first()

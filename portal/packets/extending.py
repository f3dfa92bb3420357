"""Extends packets for the long term before the certificates of their last timestamp end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.claims.models import Claim, Engagement
from portal.errors import PortalError
from portal.packets import editions, events, service
from portal.packets.models import EditionKind, Packet, PacketState
from portal.packets.signer import COUNSEL, SEALS, known_chains
from portal.packets.timestamps import open_authority
from portal.runtime import Runtime

NOTICE = timedelta(days=60)  # before a timestamp's certificate ends, another is put over it


class NoAuthority(PortalError):
    """Without a timestamp authority nothing can be extended."""


def due(
    session: Session, now: datetime, within: timedelta = NOTICE, *, all_of_them: bool = False
) -> Sequence[UUID]:
    """Packets whose last timestamp has to be covered by then, the most urgent first; or every sealed packet."""
    query = (
        sa.select(Packet.id)
        .join(Engagement, Packet.engagement_id == Engagement.id)
        .join(Claim, Engagement.claim_id == Claim.id)
        .where(Packet.state == PacketState.SEALED, Claim.erased_at.is_(None))
    )
    if not all_of_them:
        query = query.where(Packet.extend_due_at <= now + within)
    return session.scalars(query.order_by(Packet.extend_due_at, Packet.id)).all()


def is_due(session: Session, packet_id: UUID, now: datetime) -> bool:
    """Whether this packet's last timestamp has to be covered soon."""
    due_at = session.scalar(sa.select(Packet.extend_due_at).where(Packet.id == packet_id))
    return due_at is not None and due_at <= now + NOTICE


def extend(runtime: Runtime, packet_id: UUID) -> bool:
    """One packet, as its next edition; False when it changed meanwhile and is to be tried again.

    Raises `NoAuthority` or `TimestampRefused`; the packet then stays as it was.
    """
    from portal.packets.lasting import extended

    authority = open_authority(runtime.settings)
    if authority is None:
        raise NoAuthority("PORTAL_SEAL_LEVEL is B-B: there is no timestamp authority to extend with")
    with runtime.database.reading() as session:
        packet = session.get_one(Packet, packet_id)
        before, data = packet.sha256, service.open_packet(session, runtime, packet)
    folder = runtime.settings.data_dir
    chains = (*known_chains(folder, SEALS), *known_chains(folder, COUNSEL))
    used = [one for chain in chains for one in chain[1:]]
    made = extended(data, authority, used, fetch=runtime.settings.revocation_fetch)
    assert made.stamp is not None
    now = runtime.clock()
    with runtime.database.reading() as session:
        blob = editions.store(session, runtime, session.get_one(Packet, packet_id), made.data)
    with runtime.database.transaction() as session:
        packet = session.get_one(Packet, packet_id, with_for_update={"of": Packet})
        if packet.sha256 != before:
            runtime.storage.delete(blob)
            return False
        edition = editions.add(
            session, runtime, packet, made.data, EditionKind.EXTENDED, made.stamp.certificate, now, blob=blob
        )
        packet.level, packet.extend_due_at = "B-LTA", made.stamp.expires
        events.append(
            session, runtime, packet.engagement, "extended", now,
            revision=packet.revision, authority=made.stamp.authority, sha256=edition.sha256,
            certificate=made.stamp.certificate, level="B-LTA", code=packet.code,
        )  # fmt: skip
    return True

"""What is left of an erased claim beside the database: sealed files that nobody can open. They go all the same."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from portal.claims.models import Claim, Engagement
from portal.correspondence.enclosures import PARTS
from portal.correspondence.models import Enclosure, Letter
from portal.evidence import blobs
from portal.evidence.models import EvidenceFile
from portal.packets.models import Packet, PacketEdition, PaperPage, PaperPrint
from portal.runtime import Runtime

PAGE = 100
PAPER_LOOKED_AT = timedelta(days=7)
"""Prints have no place to note that they were swept, so they are looked at for some days and then no more."""


def sweep(runtime: Runtime, now: datetime) -> int:
    """Delete the files of erased claims; answers how many. Repeating it is harmless."""
    _remove_evidence(runtime, now)
    blobs.sweep(runtime, now)
    return _sweep_enclosures(runtime) + _sweep_packets(runtime) + _sweep_paper(runtime, now)


def _remove_evidence(runtime: Runtime, now: datetime) -> None:
    """Evidence has a sweeper of its own, which takes what is marked as removed."""
    erased = sa.select(Claim.id).where(Claim.erased_at.is_not(None))
    left = sa.update(EvidenceFile).where(EvidenceFile.removed_at.is_(None), EvidenceFile.claim_id.in_(erased))
    with runtime.database.transaction() as session:
        session.execute(left.values(removed_at=now, details=None))


def _sweep_enclosures(runtime: Runtime) -> int:
    query = (
        sa.select(Enclosure)
        .join(Letter, Enclosure.letter_id == Letter.id)
        .where(Letter.engagement_id.in_(_engagements()), Enclosure.original_key.is_not(None))
        .limit(PAGE)
    )
    swept = 0
    while True:
        with runtime.database.reading() as session:
            found = session.scalars(query).all()
        if not found:
            return swept
        for one in found:
            keys = [getattr(one, f"{part}_key") for part in PARTS]
            swept += _delete(runtime, keys)
        forget = {f"{part}_key": None for part in PARTS}
        with runtime.database.transaction() as session:
            session.execute(
                sa.update(Enclosure).where(Enclosure.id.in_([one.id for one in found])).values(forget)
            )


def _sweep_packets(runtime: Runtime) -> int:
    """Every edition's file; rows and hashes stay, so that whoever holds a packet learns that it was erased."""
    query = (
        sa.select(Packet.id)
        .where(Packet.engagement_id.in_(_engagements()), Packet.blob.is_not(None))
        .limit(PAGE)
    )
    swept = 0
    while True:
        with runtime.database.reading() as session:
            found = session.scalars(query).all()
            keys = session.scalars(
                sa.select(PacketEdition.blob).where(PacketEdition.packet_id.in_(found))
            ).all()
        if not found:
            return swept
        swept += _delete(runtime, keys)
        with runtime.database.transaction() as session:
            session.execute(sa.update(Packet).where(Packet.id.in_(found)).values(blob=None))


def _sweep_paper(runtime: Runtime, now: datetime) -> int:
    lately = (
        sa.select(Engagement.id)
        .join(Claim, Engagement.claim_id == Claim.id)
        .where(Claim.erased_at > now - PAPER_LOOKED_AT)
    )
    prints = sa.select(PaperPrint.id).where(PaperPrint.engagement_id.in_(lately))
    with runtime.database.reading() as session:
        keys = [
            *session.scalars(sa.select(PaperPrint.blob).where(PaperPrint.engagement_id.in_(lately))),
            *session.scalars(sa.select(PaperPage.blob).where(PaperPage.print_id.in_(prints))),
        ]
    return _delete(runtime, keys)


def _engagements() -> sa.Select[UUID]:
    return (
        sa.select(Engagement.id)
        .join(Claim, Engagement.claim_id == Claim.id)
        .where(Claim.erased_at.is_not(None))
    )


def _delete(runtime: Runtime, keys: Iterable[str | None]) -> int:
    deleted = 0
    for key in keys:
        if key is not None:
            runtime.storage.delete(key)
            deleted += 1
    return deleted

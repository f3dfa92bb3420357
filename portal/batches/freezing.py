"""Freezing: from a choice of claims to a batch that never changes."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portal import audit
from portal.audit import Actor
from portal.batches import errors
from portal.batches.exhibits import CaseFiles
from portal.batches.keys import keys_at_hand
from portal.batches.lines import PacketFacts, line_of
from portal.batches.models import Batch, BatchEntry, BatchState
from portal.batches.selection import Criteria, ready
from portal.batches.volume import packet_name
from portal.claims import sealed
from portal.claims.models import Claim, Engagement
from portal.database import new_id
from portal.matters.matter import Matter
from portal.matters.models import MatterVersion
from portal.matters.shelf import PublishedMatter
from portal.packets.models import Packet
from portal.review.verdicts import accepted_tracks
from portal.vault import Vault

SEALED_LINE = "register line"
_LOCK = 0x62617463  # one freeze at a time on PostgreSQL; SQLite has one writer anyway
_PAGE = 500


def freeze(
    session: Session,
    vault: Vault,
    published: PublishedMatter,
    criteria: Criteria,
    *,
    actor: Actor,
    now: datetime,
    expected: int | None = None,
) -> Batch:
    """Make a batch of every claim that can be in one, in its order, with packets and register lines as they are now.

    ``expected`` is the number shown before; another number raises SelectionChanged. Nothing raises NothingToFreeze.
    """
    one_at_a_time(session)
    chosen = [
        row[0] for row in session.execute(ready(published.matter, criteria).with_for_update(of=Engagement))
    ]
    if expected is not None and len(chosen) != expected:
        raise errors.SelectionChanged(expected, len(chosen))
    if not chosen:
        raise errors.NothingToFreeze("no chosen claim can be in a batch")
    batch = _new_batch(session, published, criteria, len(chosen), actor, now)
    versions = _version_labels(session)
    numbered = enumerate(chosen, 1)
    digest = hashlib.sha256()
    while page := list(islice(numbered, _PAGE)):
        entries = list(_entries(session, vault, published.matter, batch, page, versions))
        for one in entries:
            digest.update(digest_line(one["position"], one["claim_number"], one["packet_sha256"]))
        session.execute(sa.insert(BatchEntry), entries)
    batch.digest = digest.hexdigest()
    audit.record(
        session,
        now=now,
        actor=actor,
        action="batch.frozen",
        batch=str(batch.id),
        number=batch.number,
        jurisdiction=batch.jurisdiction,
        claims=batch.claims,
    )
    return batch


def digest_line(position: int, claim_number: str, packet_sha256: str) -> bytes:
    """What one entry adds to the batch's digest."""
    return f"{position} {claim_number} {packet_sha256}\n".encode()


def one_at_a_time(session: Session) -> None:
    """Let nobody else freeze or produce until this transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _new_batch(
    session: Session, published: PublishedMatter, criteria: Criteria, count: int, actor: Actor, now: datetime
) -> Batch:
    matter, jurisdiction = published.matter, criteria.jurisdiction
    highest = sa.select(sa.func.max(Batch.sequence)).where(
        Batch.matter_slug == matter.slug, Batch.jurisdiction == jurisdiction
    )
    sequence = (session.scalar(highest) or 0) + 1
    batch = Batch(
        id=new_id(),
        number=f"{matter.toml.prefix}-{jurisdiction.upper()}-{sequence:04}",
        sequence=sequence,
        matter_slug=matter.slug,
        matter_version_id=published.version_id,
        jurisdiction=jurisdiction,
        state=BatchState.FROZEN,
        criteria=criteria.model_dump(mode="json", exclude_defaults=True),
        claims=count,
        created_at=now,
        created_by=actor.id,
        frozen_at=now,
        frozen_by=actor.id,
    )
    session.add(batch)
    session.flush()
    return batch


def _entries(
    session: Session,
    vault: Vault,
    matter: Matter,
    batch: Batch,
    page: list[tuple[int, uuid.UUID]],
    versions: dict[uuid.UUID, str],
) -> Iterator[dict[str, Any]]:
    """Rows of :class:`BatchEntry` for some claims; everything about them is read in six queries."""
    ids = [engagement_id for _, engagement_id in page]
    with_claims = joinedload(Engagement.claim).lazyload(Claim.engagements)
    query = sa.select(Engagement).where(Engagement.id.in_(ids)).options(with_claims)
    engagements = {one.id: one for one in session.scalars(query)}
    packets = _newest_packets(session, ids)
    claims = [one.claim.id for one in engagements.values()]
    cases = CaseFiles(session, vault, matter, batch.jurisdiction, packets, claims)
    with keys_at_hand(session, [one.claim.subject_id for one in engagements.values()]):
        for position, engagement_id in page:
            engagement, packet = engagements[engagement_id], packets[engagement_id]
            version = versions[packet.matter_version_id]
            yield _entry(session, vault, batch, position, engagement, packet, version, cases)


def _entry(
    session: Session,
    vault: Vault,
    batch: Batch,
    position: int,
    engagement: Engagement,
    packet: Packet,
    version: str,
    cases: CaseFiles,
) -> dict[str, Any]:
    claim: Claim = engagement.claim
    file = packet_name(claim.number, batch.jurisdiction, packet.revision)
    assert packet.sha256 is not None  # sealed packets have it
    facts = PacketFacts(file, packet.sha256, packet.size, packet.pages, version)
    particulars = sealed.read(session, vault, claim)
    line = line_of(claim, engagement, particulars, facts, accepted_tracks(session, engagement))
    plain = line.model_dump_json().encode()
    return {
        "batch_id": batch.id,
        "position": position,
        "engagement_id": engagement.id,
        "packet_id": packet.id,
        "packet_sha256": packet.sha256,
        "file": file,
        "claim_number": claim.number,
        "subject_id": claim.subject_id,
        "line": vault.seal(session, claim.subject_id, SEALED_LINE, plain),
        "case_file": cases.sealed(claim, packet, particulars),
    }


def _newest_packets(session: Session, engagement_ids: list[uuid.UUID]) -> dict[uuid.UUID, Packet]:
    query = sa.select(Packet).where(Packet.engagement_id.in_(engagement_ids)).order_by(Packet.revision)
    return {packet.engagement_id: packet for packet in session.scalars(query)}


def _version_labels(session: Session) -> dict[uuid.UUID, str]:
    query = sa.select(MatterVersion.id, MatterVersion.slug, MatterVersion.hash)
    return {version_id: f"{slug} {digest[:12]}" for version_id, slug, digest in session.execute(query)}

"""What can be done with a batch: the only place that changes one."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portal import audit, jobs
from portal.audit import Actor
from portal.batches import errors
from portal.batches.exhibits import CaseFiles
from portal.batches.keys import keys_at_hand
from portal.batches.lines import HeadLanguage, PacketFacts, line_of
from portal.batches.models import Batch, BatchEntry, BatchState, Download, Volume, VolumeState
from portal.batches.selection import Criteria, ready
from portal.batches.volume import packet_name
from portal.claims import sealed
from portal.claims.models import Claim, Engagement
from portal.claims.states import ClaimState
from portal.database import new_id
from portal.matters.matter import Matter
from portal.matters.models import MatterVersion
from portal.matters.shelf import PublishedMatter
from portal.packets.models import Packet
from portal.vault import Vault, VaultError

KEPT = timedelta(days=14)  # how long a sealed volume stays to be downloaded
SHORTEST_REASON = 10  # characters
LONGEST_COMMAND = timedelta(days=1)  # after which a volume written outside must have been killed
SEALED_LINE = "register line"
SEALED_VOLUME = "volume"
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
    _one_at_a_time(session)
    chosen = [row[0] for row in session.execute(ready(criteria).with_for_update(of=Engagement))]
    if expected is not None and len(chosen) != expected:
        raise errors.SelectionChanged(expected, len(chosen))
    if not chosen:
        raise errors.NothingToFreeze("no chosen claim can be in a batch")
    batch = _new_batch(session, published, criteria, len(chosen), actor, now)
    versions = _version_labels(session)
    numbered = enumerate(chosen, 1)
    while page := list(islice(numbered, _PAGE)):
        session.execute(
            sa.insert(BatchEntry), list(_entries(session, vault, published.matter, batch, page, versions))
        )
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


def start_export(
    session: Session,
    vault: Vault,
    batch: Batch,
    *,
    language: HeadLanguage,
    purpose: str,
    actor: Actor,
    now: datetime,
    outside: bool = False,
) -> Volume:
    """Ask for a volume; ``outside`` leaves the writing to the caller, otherwise a job does it.

    Claims withdrawn since the freeze are left out from here on, and the manifest says so.
    """
    if batch.state is BatchState.OPEN:
        raise errors.NotFrozen(f"batch {batch.number} is not frozen")
    left_out = _withdrawn(session, batch)
    volume = Volume(
        id=new_id(),
        batch_id=batch.id,
        profile="standard",
        language=language,
        purpose=purpose.strip(),
        state=VolumeState.WRITING if outside else VolumeState.PENDING,
        total=batch.claims - len(left_out),
        left_out=left_out,
        subject_id=None if outside else vault.new_subject(session, now),
        created_at=now,
        created_by=actor.id,
    )
    session.add(volume)
    session.flush()
    audit.record(
        session,
        now=now,
        actor=actor,
        action="batch.export",
        batch=str(batch.id),
        volume=str(volume.id),
        claims=volume.total,
        outside=outside,
    )
    if not outside:
        jobs.defer(session, "batches.export", volume_id=volume.id)
    return volume


def try_again(session: Session, volume: Volume, *, actor: Actor, now: datetime) -> None:
    """Write a volume that failed once more, after its cause is gone."""
    if volume.state is not VolumeState.FAILED or volume.subject_id is None:
        raise errors.NotReady("only a failed volume is written again")
    volume.state, volume.failure, volume.failed_claim, volume.done = VolumeState.PENDING, None, None, 0
    volume.started_at = now
    audit.record(session, now=now, actor=actor, action="batch.export_again", volume=str(volume.id))
    jobs.defer(session, "batches.export", volume_id=volume.id)


def mark_filed(session: Session, batch: Batch, *, actor: Actor, now: datetime) -> None:
    """Note that counsel handed the batch over; a job then moves its claims to filed and tells each claimant."""
    if batch.state is BatchState.FILED:
        raise errors.AlreadyFiled(f"batch {batch.number} was marked as filed before")
    written = sa.select(Volume.id).where(Volume.batch_id == batch.id, Volume.finished_at.is_not(None))
    if session.scalars(written.limit(1)).first() is None:
        raise errors.NotExported(f"no volume of batch {batch.number} was written yet")
    batch.state, batch.filed_at, batch.filed_by = BatchState.FILED, now, actor.id
    audit.record(
        session, now=now, actor=actor, action="batch.filed", batch=str(batch.id), claims=batch.claims
    )
    jobs.defer(session, "batches.file", batch_id=batch.id)


def open_volume(
    session: Session, vault: Vault, folder: Path, volume: Volume, *, reason: str, actor: Actor, now: datetime
) -> Iterator[bytes]:
    """The plain bytes of a ready volume, piece by piece, once the stated reason is in the audit chain.

    The first piece is opened here, so that a damaged file is refused before anything is sent.
    """
    reason = " ".join(reason.split())
    if len(reason) < SHORTEST_REASON:
        raise errors.NoReason("a download needs its reason")
    if volume.state is not VolumeState.READY or not volume.file or not volume.subject_id:
        raise errors.NotReady("this volume cannot be downloaded")
    pieces = _opened(session, vault, folder / volume.file, volume.subject_id)
    assert actor.id is not None
    taken = Download(
        id=new_id(),
        volume_id=volume.id,
        staff_id=actor.id,
        reason=reason[:500],
        subjects=volume.total,
        at=now,
    )
    session.add(taken)
    audit.record(
        session,
        now=now,
        actor=actor,
        action="volume.downloaded",
        volume=str(volume.id),
        batch=str(volume.batch_id),
        download=str(taken.id),
        subjects=volume.total,
        reason=taken.reason,
    )
    return pieces


def expire(session: Session, vault: Vault, folder: Path, now: datetime) -> int:
    """Destroy the keys and files of volumes kept long enough. Answers how many."""
    due = sa.select(Volume).where(Volume.state == VolumeState.READY, Volume.expires_at <= now)
    volumes = session.scalars(due).all()
    for volume in volumes:
        if volume.subject_id:
            vault.erase(session, volume.subject_id, now)
        if volume.file:
            (folder / volume.file).unlink(missing_ok=True)
        volume.state, volume.file = VolumeState.EXPIRED, None
        audit.record(session, now=now, actor=audit.SYSTEM, action="volume.expired", volume=str(volume.id))
    return len(volumes)


def note_abandoned(session: Session, now: datetime) -> None:
    """Say on volumes that nobody writes any more that they stopped, so that no page waits for them."""
    for job in jobs.given_up(session):
        volume_id = job.arguments.get("volume_id")
        volume = (
            session.get(Volume, uuid.UUID(volume_id)) if job.name == "batches.export" and volume_id else None
        )
        if volume and volume.running and (volume.started_at or volume.created_at) <= job.given_up_at:
            volume.state, volume.failure = VolumeState.FAILED, "interrupted"
    outside = sa.select(Volume).where(
        Volume.state == VolumeState.WRITING,
        Volume.subject_id.is_(None),
        Volume.created_at < now - LONGEST_COMMAND,
    )
    for volume in session.scalars(outside):
        volume.state, volume.failure = VolumeState.FAILED, "interrupted"


def _one_at_a_time(session: Session) -> None:
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
    line = line_of(claim, engagement, particulars, facts)
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


def _withdrawn(session: Session, batch: Batch) -> list[dict[str, str]]:
    """Entries whose claim left after the freeze: it must not be handed over any more."""
    gone = (
        sa.select(BatchEntry.claim_number, Engagement.state, Claim.erased_at)
        .join(Engagement, Engagement.id == BatchEntry.engagement_id)
        .join(Claim, Claim.id == Engagement.claim_id)
        .where(
            BatchEntry.batch_id == batch.id,
            Engagement.state.not_in((ClaimState.ACCEPTED, ClaimState.FILED)) | Claim.erased_at.is_not(None),
        )
        .order_by(BatchEntry.position)
    )
    return [
        {"claim": number, "reason": "erased" if erased_at else str(state)}
        for number, state, erased_at in session.execute(gone)
    ]


def _opened(session: Session, vault: Vault, path: Path, subject_id: uuid.UUID) -> Iterator[bytes]:
    try:
        file = open(path, "rb")  # noqa: SIM115 - closed when the last piece was read
        pieces = iter(vault.reader(session, subject_id, SEALED_VOLUME, file))
        first = next(pieces)
    except (OSError, VaultError) as error:
        raise errors.VolumeUnreadable("the sealed volume cannot be opened") from error

    def rest() -> Iterator[bytes]:
        with file:
            yield first
            yield from pieces

    return rest()

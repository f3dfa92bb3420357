"""What can be done with a frozen batch: the only place, with ``freezing`` and ``ledger``, that changes one."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit, jobs
from portal.audit import Actor
from portal.batches import errors, ledger
from portal.batches.freezing import SEALED_LINE, freeze
from portal.batches.handing_models import Recipient
from portal.batches.lines import HeadLanguage
from portal.batches.models import Batch, BatchEntry, BatchState, Volume, VolumeState
from portal.batches.opening import work_of
from portal.batches.profiles import PROFILES
from portal.batches.taking import SHORTEST_REASON, open_volume
from portal.claims.models import Claim, Engagement
from portal.claims.states import ClaimState
from portal.database import new_id
from portal.runtime import Runtime

_MB = 10**6


def approve(session: Session, batch: Batch, *, actor: Actor, now: datetime) -> None:
    """A second person agrees that the batch is handed over. Raises SamePerson for the one who froze it."""
    if batch.state is not BatchState.FROZEN:
        raise errors.NotFrozen(f"batch {batch.number} does not wait for an approval")
    if actor.id is None or actor.id == batch.frozen_by:
        raise errors.SamePerson(f"batch {batch.number} needs the approval of somebody who did not freeze it")
    batch.state, batch.approved_at, batch.approved_by = BatchState.APPROVED, now, actor.id
    audit.record(
        session,
        now=now,
        actor=actor,
        action="batch.approved",
        batch=str(batch.id),
        claims=batch.claims,
        digest=batch.digest,
    )


def start_export(
    session: Session,
    runtime: Runtime,
    batch: Batch,
    *,
    language: HeadLanguage,
    purpose: str,
    actor: Actor,
    now: datetime,
    outside: bool = False,
    profile: str = "standard",
    options: dict[str, object] | None = None,
    recipient: Recipient | None = None,
    replaces: int | None = None,
) -> Volume:
    """Ask for a volume; ``outside`` leaves the writing to the caller, otherwise a job does it.

    Claims withdrawn since the freeze are left out from here on, and the manifest says so. A recipient who has these
    packets already raises AlreadyProduced, unless ``replaces`` names the production whose place this one takes.
    """
    if batch.state not in (BatchState.APPROVED, BatchState.FILED):
        raise errors.NotApproved(f"batch {batch.number} is not approved by a second person yet")
    if profile not in PROFILES or batch.jurisdiction not in PROFILES[profile].jurisdictions:
        raise errors.NoSuchProfile(f"batch {batch.number} cannot be written as {profile}")
    if recipient is not None:
        ledger.check_new_to(session, batch, recipient, replaces)
    left_out = _withdrawn(session, batch)
    volume = Volume(
        id=new_id(),
        batch_id=batch.id,
        profile=profile,
        options=options or {},
        language=language,
        purpose=purpose.strip(),
        state=VolumeState.WRITING if outside else VolumeState.PENDING,
        total=batch.claims - len(left_out),
        left_out=left_out,
        subject_id=None if outside else runtime.vault.new_subject(session, now),
        recipient_id=recipient.id if recipient else None,
        replaces=replaces,
        ledger_head=ledger.head(session, batch.matter_slug),
        part_limit=_part_limit(runtime, batch),
        created_at=now,
        created_by=actor.id,
    )
    session.add(volume)
    session.flush()
    work = work_of(runtime, session, batch, volume, within=True)
    volume.options = PROFILES[profile].prepare(session, work, now)
    audit.record(
        session,
        now=now,
        actor=actor,
        action="batch.export",
        batch=str(batch.id),
        volume=str(volume.id),
        profile=profile,
        claims=volume.total,
        outside=outside,
    )
    if not outside:
        jobs.defer(session, "batches.export", volume_id=volume.id)
    return volume


def try_again(session: Session, volume: Volume, *, actor: Actor, now: datetime) -> None:
    """Write a volume that failed once more, after its cause is gone; finished parts stay."""
    if volume.state is not VolumeState.FAILED or volume.subject_id is None:
        raise errors.NotReady("only a failed volume is written again")
    _go_on(session, volume, "batch.export_again", actor, now)


def pause(session: Session, volume: Volume, *, actor: Actor, now: datetime) -> None:
    """Let the writing rest; the worker stops within a second or so, and finished parts stay."""
    if not volume.running or volume.subject_id is None:
        raise errors.NotReady("only a volume that is being written can be paused")
    volume.state = VolumeState.PAUSED
    audit.record(session, now=now, actor=actor, action="batch.export_paused", volume=str(volume.id))


def resume(session: Session, volume: Volume, *, actor: Actor, now: datetime) -> None:
    """Go on with a paused volume after its last finished part."""
    if volume.state is not VolumeState.PAUSED:
        raise errors.NotReady("only a paused volume can go on")
    _go_on(session, volume, "batch.export_resumed", actor, now)


def cancel(session: Session, volume: Volume, *, actor: Actor, now: datetime) -> None:
    """Give a volume up for good. What was written of it is destroyed at the next tidying; its key at once."""
    waiting = (VolumeState.PAUSED, VolumeState.FAILED)
    if not (volume.running or volume.state in waiting) or volume.subject_id is None:
        raise errors.NotReady("this volume can no longer be cancelled")
    volume.state, volume.expires_at = VolumeState.CANCELLED, now
    audit.record(session, now=now, actor=actor, action="batch.export_cancelled", volume=str(volume.id))


def go_on_without(session: Session, volume: Volume, *, actor: Actor, now: datetime) -> None:
    """Leave out the claim that stopped the volume, and write it anew; the manifest names the claim and the reason."""
    if volume.state is not VolumeState.FAILED or not volume.failed_claim or volume.subject_id is None:
        raise errors.NotReady("no claim stops this volume")
    claim, reason = volume.failed_claim, volume.failure or "unreadable"
    volume.left_out = [*volume.left_out, {"claim": claim, "reason": reason}]
    volume.total -= 1
    # Every file may speak of the claim, the register above all: nothing of what was written can stay.
    for part in list(volume.parts):
        session.delete(part)
    volume.attempt += 1
    audit.record(
        session,
        now=now,
        actor=actor,
        action="batch.claim_left_out",
        volume=str(volume.id),
        claim=claim,
        reason=reason,
    )
    _go_on(session, volume, "batch.export_again", actor, now)


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


def kept_for(runtime: Runtime, matter_version_id: UUID) -> timedelta:
    """How long a sealed volume stays to be downloaded, as the matter says."""
    return timedelta(days=runtime.matters.by_id(matter_version_id).matter.filing.volumes.kept_days)


def _go_on(session: Session, volume: Volume, action: str, actor: Actor, now: datetime) -> None:
    volume.state, volume.failure, volume.failed_claim = VolumeState.PENDING, None, None
    volume.started_at = now
    audit.record(session, now=now, actor=actor, action=action, volume=str(volume.id))
    jobs.defer(session, "batches.export", volume_id=volume.id)


def _part_limit(runtime: Runtime, batch: Batch) -> int | None:
    megabytes = runtime.matters.by_id(batch.matter_version_id).matter.filing.volumes.max_part_mb
    return megabytes * _MB if megabytes else None


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


__all__ = [
    "SEALED_LINE",
    "SHORTEST_REASON",
    "approve",
    "cancel",
    "freeze",
    "go_on_without",
    "kept_for",
    "mark_filed",
    "open_volume",
    "pause",
    "resume",
    "start_export",
    "try_again",
]

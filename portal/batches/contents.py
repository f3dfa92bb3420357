"""What goes into a batch's volume: who is named in the manifest, the README, and the profile's files."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from string import Template

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.batches import manifest
from portal.batches.models import Batch, BatchEntry, Volume
from portal.batches.opening import work_of
from portal.batches.profiles import PROFILES, VolumeFile, Work
from portal.batches.profiles.base import GoesOn
from portal.batches.signing import Signer
from portal.batches.volume import Contents
from portal.matters.models import MatterVersion
from portal.packets.models import Packet
from portal.runtime import Runtime, signing_key
from portal.staff import service as staff
from portal.staff.models import StaffMember

TEMPLATES = Path(__file__).parents[1] / "templates" / "batches"


def signer_of(runtime: Runtime) -> Signer:
    """The installation's key for manifests."""
    return Signer(signing_key(runtime.vault.keyring), demo=not runtime.settings.production)


def archive_name(batch_number: str, part: int = 1, parts: int = 1) -> str:
    """The file name under which a part of a volume leaves the firm."""
    return f"{batch_number}.zip" if parts == 1 else f"{batch_number}-part-{part:03}.zip"


def contents_of(runtime: Runtime, volume: Volume) -> Contents:
    """All that goes into a volume; packets and lines are opened only while they are written."""
    signer = signer_of(runtime)
    with runtime.database.reading() as session:
        batch = session.get_one(Batch, volume.batch_id)
        head = _head(session, runtime, batch, volume, signer)
        work = work_of(runtime, session, batch, volume)
    return Contents(
        head=head,
        count=volume.total,
        left_out=tuple(manifest.Failure(claim=one["claim"], reason=one["reason"]) for one in volume.left_out),
        readme=_readme(batch, volume, signer),
        files=lambda first: _files(volume.profile, work, first),
        each=volume.profile == "standard",
    )


def _files(name: str, work: Work, first: int) -> Iterator[VolumeFile]:
    profile = PROFILES[name]
    if isinstance(profile, GoesOn):
        return profile.files_from(work, first)
    return islice(profile.files(work), first, None)


def _head(session: Session, runtime: Runtime, batch: Batch, volume: Volume, signer: Signer) -> manifest.Head:
    assert batch.frozen_at is not None
    approved = None
    if batch.approved_at:
        approved = manifest.Act(at=batch.approved_at, by=_person(session, runtime, batch.approved_by))
    return manifest.Head(
        batch=str(batch.id),
        batch_number=batch.number,
        volume=str(volume.id),
        profile=volume.profile,
        jurisdiction=batch.jurisdiction,
        matter=tuple(_versions(session, batch)),
        frozen=manifest.Act(at=batch.frozen_at, by=_person(session, runtime, batch.frozen_by)),
        approved=approved,
        exported=manifest.Act(
            at=volume.created_at, by=_person(session, runtime, volume.created_by), purpose=volume.purpose
        ),
        batch_digest=batch.digest or "",
        batch_before=_before(session, batch),
        ledger=volume.ledger_head or "",
        signed_by=signer.described,
    )


def _before(session: Session, batch: Batch) -> manifest.BatchBefore | None:
    query = sa.select(Batch).where(
        Batch.matter_slug == batch.matter_slug,
        Batch.jurisdiction == batch.jurisdiction,
        Batch.sequence < batch.sequence,
        Batch.digest.is_not(None),
    )
    found = session.scalars(query.order_by(Batch.sequence.desc()).limit(1)).first()
    return manifest.BatchBefore(number=found.number, digest=found.digest or "") if found else None


def _versions(session: Session, batch: Batch) -> Iterator[manifest.MatterVersion]:
    """The published versions that the batch's packets rest on, oldest first."""
    used = (
        sa.select(Packet.matter_version_id)
        .join(BatchEntry, BatchEntry.packet_id == Packet.id)
        .where(BatchEntry.batch_id == batch.id)
    )
    query = sa.select(MatterVersion).where(MatterVersion.id.in_(used)).order_by(MatterVersion.sequence)
    for version in session.scalars(query):
        yield manifest.MatterVersion(slug=version.slug, version=str(version.sequence), hash=version.hash)


def _person(session: Session, runtime: Runtime, staff_id: uuid.UUID | None) -> manifest.Person:
    if staff_id is None:
        return manifest.Person(id="system", name="portal batch")  # the command line
    member = session.get(StaffMember, staff_id)
    name = staff.person(session, runtime.vault, member).name if member else ""
    return manifest.Person(id=str(staff_id), name=name)


def _readme(batch: Batch, volume: Volume, signer: Signer) -> bytes:
    """The frame that every volume has, around what its profile says of its files, in Korean and in English."""
    said = (TEMPLATES / f"README.{volume.profile}.txt").read_text(encoding="utf-8")
    korean, english = said.split("\n---\n")
    values = {
        "number": batch.number,
        "written": f"{volume.total:,}",
        "archive": f"{batch.number}*.zip",
        "fingerprint": signer.described.fingerprint,
    }
    values |= {
        "korean": Template(korean.strip()).substitute(values),
        "english": Template(english.strip()).substitute(values),
    }
    return Template((TEMPLATES / "README.txt").read_text(encoding="utf-8")).substitute(values).encode()

"""What goes into a batch's volume, read from the database and the store while it is written."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.batches import manifest
from portal.batches.ahead import ahead
from portal.batches.errors import ClaimStops
from portal.batches.keys import keys_at_hand
from portal.batches.lines import HeadLanguage, RegisterLine, row_of, sheet_of
from portal.batches.models import Batch, BatchEntry, Volume
from portal.batches.register import Row
from portal.batches.service import SEALED_LINE
from portal.batches.signing import Signer
from portal.batches.volume import Contents, PacketFile
from portal.matters.models import MatterVersion
from portal.packets import editions
from portal.packets.models import Packet, PacketEdition
from portal.runtime import Runtime, signing_key
from portal.staff import service as staff
from portal.staff.models import StaffMember
from portal.storage import Corrupt, Missing
from portal.vault import VaultError
from portal.web.catalogues import compiled

README = Path(__file__).parents[1] / "templates" / "batches" / "README.txt"
_PAGE = 200
_READERS = 4  # threads that read the store ahead, a bucket far away above all; each holds a packet in memory


def signer_of(runtime: Runtime) -> Signer:
    """The installation's key for manifests."""
    return Signer(signing_key(runtime.vault.keyring), demo=not runtime.settings.production)


def archive_name(batch: Batch) -> str:
    """The file name under which a volume of the batch leaves the firm."""
    return f"{batch.number}.zip"


def contents_of(runtime: Runtime, volume: Volume) -> Contents:
    """All that goes into a volume; packets and lines are opened only while they are written."""
    signer = signer_of(runtime)
    with runtime.database.reading() as session:
        batch = session.get_one(Batch, volume.batch_id)
        head = _head(session, runtime, batch, volume, signer)
    left_out = tuple(manifest.Failure(**one) for one in volume.left_out)
    pages = _Pages(runtime, volume.batch_id, frozenset(one.claim for one in left_out))
    language = cast(HeadLanguage, volume.language)
    return Contents(
        head=head,
        count=volume.total,
        left_out=left_out,
        readme=_readme(batch, volume, signer),
        sheet=sheet_of(batch.number, batch.jurisdiction, language, compiled(runtime.settings.data_dir)),
        rows=pages.rows(),
        packets=pages.packets(),
    )


@dataclass(frozen=True)
class _Pages:
    """A batch's entries, some at a time and each time in a session of its own: no transaction outlives a page."""

    runtime: Runtime
    batch_id: uuid.UUID
    left_out: frozenset[str]

    def rows(self) -> Iterator[Row]:
        """The register."""
        for session, entries in self._pages(BatchEntry.line):
            for entry in entries:
                with _stopping_at(entry.claim_number):
                    plain = self.runtime.vault.open(session, entry.subject_id, SEALED_LINE, entry.line)
                yield row_of(entry.position, RegisterLine.model_validate_json(plain))

    def packets(self) -> Iterator[PacketFile]:
        """The packets, each in the edition that was frozen; that it is the one is proved when it is written."""
        # A countersignature or a timestamp since then made a newer edition, which is no part of the batch.
        blob = sa.func.coalesce(PacketEdition.blob, Packet.blob).label("blob")
        columns = (BatchEntry.file, BatchEntry.packet_sha256, Packet.id.label("packet_id"), blob)
        with ThreadPoolExecutor(_READERS) as pool:
            for session, entries in self._pages(*columns):
                for entry, sealed in ahead(pool, self._fetch, entries, _READERS):
                    with _stopping_at(entry.claim_number):
                        purpose = editions.purpose(entry.packet_id)
                        content = self.runtime.vault.open(session, entry.subject_id, purpose, sealed.result())
                    yield PacketFile(entry.file, content, entry.packet_sha256)

    def _fetch(self, entry: Any) -> bytes:
        return self.runtime.storage.get(entry.blob)

    def _pages(self, *columns: Any) -> Iterator[tuple[Session, list[Any]]]:
        always = (BatchEntry.position, BatchEntry.claim_number, BatchEntry.subject_id)
        frozen = sa.and_(
            PacketEdition.packet_id == BatchEntry.packet_id,
            PacketEdition.sha256 == BatchEntry.packet_sha256,
        )
        query = (
            sa.select(*always, *columns)
            .join(Packet, Packet.id == BatchEntry.packet_id)
            .outerjoin(PacketEdition, frozen)
            .where(BatchEntry.batch_id == self.batch_id)
            .order_by(BatchEntry.position)
            .limit(_PAGE)
        )
        after = 0
        while True:
            with self.runtime.database.reading() as session:
                entries = session.execute(query.where(BatchEntry.position > after)).all()
                if not entries:
                    return
                after = entries[-1].position
                present = [entry for entry in entries if entry.claim_number not in self.left_out]
                with keys_at_hand(session, [entry.subject_id for entry in present]):
                    yield session, present


@contextmanager
def _stopping_at(claim_number: str) -> Iterator[None]:
    """Turn what is wrong with one claim's bytes into the reason why the volume stops."""
    try:
        yield
    except Missing as error:
        raise ClaimStops(claim_number, "packet_missing") from error
    except Corrupt as error:
        raise ClaimStops(claim_number, "packet_corrupt") from error
    except VaultError as error:
        raise ClaimStops(claim_number, "unreadable") from error


def _head(session: Session, runtime: Runtime, batch: Batch, volume: Volume, signer: Signer) -> manifest.Head:
    assert batch.frozen_at is not None
    return manifest.Head(
        batch=str(batch.id),
        batch_number=batch.number,
        volume=str(volume.id),
        profile=volume.profile,
        jurisdiction=batch.jurisdiction,
        matter=tuple(_versions(session, batch)),
        frozen=manifest.Act(at=batch.frozen_at, by=_person(session, runtime, batch.frozen_by)),
        exported=manifest.Act(
            at=volume.created_at, by=_person(session, runtime, volume.created_by), purpose=volume.purpose
        ),
        signed_by=signer.described,
    )


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
    values = {
        "number": batch.number,
        "written": str(volume.total),
        "archive": archive_name(batch),
        "fingerprint": signer.described.fingerprint,
    }
    return Template(README.read_text(encoding="utf-8")).substitute(values).encode()

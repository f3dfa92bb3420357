"""What can be done with a claim's evidence: the only place that changes it."""

from __future__ import annotations

import errno
import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal import audit, jobs
from portal.claims.errors import AlreadySubmitted
from portal.claims.models import Claim
from portal.claims.service import claimant_of, may_amend
from portal.database import new_id
from portal.evidence import blobs, exhibits
from portal.evidence.box import cleanse_in_box
from portal.evidence.details import EvidenceDetails, tidy_file_name
from portal.evidence.harmless import Harmless
from portal.evidence.inspect import check_agrees, identify
from portal.evidence.jobs import SWEEP
from portal.evidence.models import EvidenceFile, EvidenceUpload
from portal.evidence.refusals import ClaimFull, NoRoom, TooLarge, TooManyFiles
from portal.matters.matter import Matter
from portal.matters.model import EvidenceKind
from portal.runtime import Runtime
from portal.settings import Settings
from portal.web.language import HOME_ZONES

MB = 1_000_000


@dataclass(frozen=True)
class Upload:
    """A file as it came: name and type are the sender's words, and worth no more."""

    file_name: str
    declared_type: str
    content: bytes


@dataclass(frozen=True)
class Added:
    """What became of an upload; `already` when the claim held this very file before."""

    file_id: UUID
    already: bool = False


@dataclass(frozen=True)
class Piece:
    """A file of a claim with its details opened; `size` in bytes as received."""

    id: UUID
    sequence: int
    kind: str
    media_type: str
    size: int
    pages: int
    received_at: datetime
    details: EvidenceDetails
    position: int = 0

    @property
    def place(self) -> tuple[bool, int, int]:
        """Sorts pieces as their owner put them; those that were never moved follow in order of arrival."""
        return (self.position == 0, self.position, self.sequence)


def may_add(claim: Claim) -> bool:
    """Whether files can be added: before signing, and after it to be signed again, until all is filed or ended."""
    return may_amend(claim)


def may_change(claim: Claim, received_at: datetime) -> bool:
    """Whether a file can be described or removed: what was signed for stays as it was."""
    return may_add(claim) and (claim.submitted_at is None or received_at > claim.submitted_at)


def add(runtime: Runtime, claim_id: UUID, upload: Upload, kind: str, now: datetime) -> Added:
    """Take a file: check it, make it harmless in a box, seal and store both, and only then write its row.

    Raises a Refusal that says why not, and AlreadySubmitted. Nothing of a refused file is kept. Adding the same file
    twice gives the one that is there.
    """
    if len(upload.content) > runtime.settings.max_file_mb * MB:
        raise TooLarge(len(upload.content), runtime.settings.max_file_mb * MB)
    digest = runtime.vault.index("evidence", hashlib.sha256(upload.content).hexdigest())
    with runtime.database.reading() as session:
        claim = _claim(session, claim_id)
        if held := _held(session, claim, digest):
            return Added(held, already=True)
        _check_room(session, runtime.settings, claim, len(upload.content))
    harmless = _made_harmless(upload)
    try:
        return _keep(runtime, claim, upload, harmless, digest, kind, now)
    except (OSError, DBAPIError) as error:
        if _disk_is_full(error):
            raise NoRoom from error
        raise


def describe(
    session: Session, runtime: Runtime, claim: Claim, file: EvidenceFile,
    *, title: str, author: str, dated: date | None, kind: str,
) -> None:  # fmt: skip
    """Say what a file is; `title` and `author` are already checked text. Raises AlreadySubmitted."""
    _only_changeable(claim, file)
    known = _details(session, runtime, claim.subject_id, file)
    file.kind = kind
    _seal_details(
        session,
        runtime,
        claim,
        file,
        known.model_copy(update={"title": title, "author": author, "dated": dated}),
    )


def attach(session: Session, runtime: Runtime, claim: Claim, file: EvidenceFile, incident_id: str) -> None:
    """Say to which entry of the harm diary a file belongs; an empty id takes it off. Raises AlreadySubmitted."""
    _only_changeable(claim, file)
    known = _details(session, runtime, claim.subject_id, file)
    _seal_details(session, runtime, claim, file, known.model_copy(update={"incident": incident_id}))


def move(session: Session, claim: Claim, file: EvidenceFile, to: int) -> None:
    """Put a file at a place of the list, counted from 0; the others close up. Raises AlreadySubmitted.

    What was signed for keeps its place before all that came later: exhibits of a signed packet keep their numbers.
    """
    _only_changeable(claim, file)
    files = list(_files(session, claim.id))
    signed = sum(not may_change(claim, one.received_at) for one in files)
    files.remove(file)
    files.insert(max(to, signed), file)
    for place, one in enumerate(files, 1):
        one.position = place


def remove(session: Session, claim: Claim, file: EvidenceFile, now: datetime) -> None:
    """Take a file back: its details go at once, its blobs with the job deferred here. Raises AlreadySubmitted."""
    _only_changeable(claim, file)
    if file.removed_at is not None:
        return
    file.removed_at, file.details = now, None
    jobs.defer(session, SWEEP)
    audit.record(session, now=now, actor=claimant_of(claim), action="evidence.removed", subject=claim.id,
                 file=str(file.id))  # fmt: skip


def list_for(session: Session, runtime: Runtime, claim_id: UUID) -> list[Piece]:
    """The files of a claim as the claimant put them; those never moved follow in order of arrival."""
    claim = session.get_one(Claim, claim_id)
    return [_piece(session, runtime, claim.subject_id, file) for file in _files(session, claim_id)]


def file_of(session: Session, claim_id: UUID, file_id: UUID) -> EvidenceFile | None:
    """A file of this very claim; another claim's or a removed one is None."""
    query = sa.select(EvidenceFile).where(
        EvidenceFile.id == file_id, EvidenceFile.claim_id == claim_id, EvidenceFile.removed_at.is_(None)
    )
    return session.scalars(query).one_or_none()


def piece_of(session: Session, runtime: Runtime, file: EvidenceFile) -> Piece:
    """A file with its details opened."""
    return _piece(session, runtime, session.get_one(Claim, file.claim_id).subject_id, file)


def open_original(session: Session, runtime: Runtime, file: EvidenceFile) -> bytes:
    """The file as it was received. It was never made harmless: only ever to be saved, not shown. Raises Damaged."""
    return _opened(session, runtime, file, "original")


def open_harmless(session: Session, runtime: Runtime, file: EvidenceFile) -> bytes:
    """The harmless copy, of `file.media_type`. Raises Damaged."""
    return _opened(session, runtime, file, "harmless")


def open_thumbnail(session: Session, runtime: Runtime, file: EvidenceFile) -> bytes:
    """A small JPEG. Raises Damaged."""
    return _opened(session, runtime, file, "thumbnail")


def exhibits_for(
    session: Session,
    runtime: Runtime,
    matter: Matter,
    claim: Claim,
    jurisdiction: str,
    *,
    until: datetime | None = None,
) -> tuple[exhibits.Exhibit, ...]:
    """The claim's evidence as exhibits of one jurisdiction's packet, without their content; with `until` only what was
    there then, so that what came later changes no number.

    The content is `open_harmless` of `file_of(session, claim.id, exhibit.file_id)`.
    """
    tracks = {track.id for track in matter.tracks if track.jurisdiction == jurisdiction}
    language = next(plan.governing_language for name, plan in matter.packets.items() if name == jurisdiction)
    pieces = [
        piece for piece in list_for(session, runtime, claim.id) if until is None or piece.received_at <= until
    ]
    return exhibits.numbered(pieces, matter.evidence_for(tracks & set(claim.tracks)), language)


def certificates_for(
    session: Session, runtime: Runtime, matter: Matter, claim: Claim, jurisdiction: str
) -> tuple[exhibits.Exhibit, ...]:
    """What the claim has that proves who signed in one jurisdiction; never exhibits, and numbered by themselves."""
    tracks = {track.id for track in matter.tracks if track.jurisdiction == jurisdiction}
    language = matter.packets[jurisdiction].governing_language
    pieces = list_for(session, runtime, claim.id)
    return exhibits.numbered(pieces, matter.authority_for(tracks & set(claim.tracks)), language)


def signed_on(claim: Claim, kind: EvidenceKind) -> date | None:
    """The day on which the mandate that a certificate proves was signed, where it was given; None before."""
    signed = [
        one for one in claim.engagements if one.submitted_at and not set(kind.tracks).isdisjoint(one.tracks)
    ]
    if not signed:
        return None
    return max(
        one.submitted_at.astimezone(HOME_ZONES[one.jurisdiction]).date() for one in signed if one.submitted_at
    )


def kinds_missing(matter: Matter, claim: Claim, pieces: Sequence[Piece]) -> tuple[EvidenceKind, ...]:
    """Required kinds of evidence of which the claim has none yet."""
    given = {piece.kind for piece in pieces}
    return tuple(kind for kind in matter.evidence_for(claim.tracks) if kind.required and kind.id not in given)


def _made_harmless(upload: Upload) -> Harmless:
    check_agrees(identify(upload.content), upload.file_name, upload.declared_type)
    return cleanse_in_box(upload.content)


def _keep(
    runtime: Runtime,
    claim: Claim,
    upload: Upload,
    harmless: Harmless,
    digest: bytes,
    kind: str,
    now: datetime,
) -> Added:
    file = EvidenceFile(
        id=new_id(), claim_id=claim.id, kind=kind, media_type=harmless.media_type.value, size=len(upload.content),
        harmless_size=len(harmless.content), pages=harmless.pages, content_digest=digest, received_at=now,
    )  # fmt: skip
    details = EvidenceDetails(
        file_name=tidy_file_name(upload.file_name),
        sha256=hashlib.sha256(upload.content).hexdigest(),
        harmless_sha256=hashlib.sha256(harmless.content).hexdigest(),
    )
    with runtime.database.reading() as session:
        contents = (upload.content, harmless.content, harmless.thumbnail)
        sealed = [
            runtime.vault.seal(session, claim.subject_id, blobs.purpose(file.id, part), content)
            for part, content in zip(blobs.PARTS, contents, strict=True)
        ]
    stored = blobs.put(runtime, sealed, now)
    file.original_key, file.harmless_key, file.thumbnail_key = stored.keys
    return _write(runtime, claim.id, file, details, stored, now)


def _write(
    runtime: Runtime,
    claim_id: UUID,
    file: EvidenceFile,
    details: EvidenceDetails,
    stored: EvidenceUpload,
    now: datetime,
) -> Added:
    """The one short transaction; whatever was checked before it is checked again under the claim's lock."""
    with runtime.database.transaction() as session:
        claim = _claim(session, claim_id, lock=True)
        if held := _held(session, claim, file.content_digest):
            return Added(held, already=True)  # sent twice at once; the sweeper takes this one's blobs
        _check_room(session, runtime.settings, claim, file.size)
        last = sa.select(sa.func.max(EvidenceFile.sequence)).where(EvidenceFile.claim_id == claim_id)
        file.sequence = (session.scalar(last) or 0) + 1
        _seal_details(session, runtime, claim, file, details)
        session.add(file)
        blobs.arrived(session, stored)
        claim.updated_at = now
        audit.record(session, now=now, actor=claimant_of(claim), action="evidence.added", subject=claim.id,
                     file=str(file.id), media_type=file.media_type, size=file.size)  # fmt: skip
    return Added(file.id)


def _claim(session: Session, claim_id: UUID, *, lock: bool = False) -> Claim:
    claim = session.get_one(Claim, claim_id, with_for_update=True if lock else None)
    if not may_add(claim):
        raise AlreadySubmitted("no file can be added to what is filed or ended")
    return claim


def _only_changeable(claim: Claim, file: EvidenceFile) -> None:
    if not may_change(claim, file.received_at):
        raise AlreadySubmitted("a file that was signed for stays as it was")


def _files(session: Session, claim_id: UUID) -> Sequence[EvidenceFile]:
    query = sa.select(EvidenceFile).where(
        EvidenceFile.claim_id == claim_id, EvidenceFile.removed_at.is_(None)
    )
    unmoved = sa.case((EvidenceFile.position == 0, 1), else_=0)
    return session.scalars(query.order_by(unmoved, EvidenceFile.position, EvidenceFile.sequence)).all()


def _held(session: Session, claim: Claim, digest: bytes) -> UUID | None:
    query = sa.select(EvidenceFile.id).where(
        EvidenceFile.claim_id == claim.id,
        EvidenceFile.content_digest == digest,
        EvidenceFile.removed_at.is_(None),
    )
    return session.scalars(query).one_or_none()


def _check_room(session: Session, settings: Settings, claim: Claim, size: int) -> None:
    held = _files(session, claim.id)
    if len(held) >= settings.max_files:
        raise TooManyFiles(len(held), settings.max_files)
    total, most = sum(file.size for file in held) + size, settings.max_claim_mb * MB
    if total > most:
        raise ClaimFull(total, most)


def _piece(session: Session, runtime: Runtime, subject_id: UUID, file: EvidenceFile) -> Piece:
    return Piece(
        file.id, file.sequence, file.kind, file.media_type, file.size, file.pages, file.received_at,
        _details(session, runtime, subject_id, file), file.position,
    )  # fmt: skip


def _details(session: Session, runtime: Runtime, subject_id: UUID, file: EvidenceFile) -> EvidenceDetails:
    plain = runtime.vault.open(session, subject_id, blobs.purpose(file.id, "details"), file.details or b"")
    return EvidenceDetails.model_validate_json(plain)


def _seal_details(
    session: Session, runtime: Runtime, claim: Claim, file: EvidenceFile, details: EvidenceDetails
) -> None:
    plain = details.model_dump_json().encode()
    file.details = runtime.vault.seal(session, claim.subject_id, blobs.purpose(file.id, "details"), plain)


def _opened(session: Session, runtime: Runtime, file: EvidenceFile, part: str) -> bytes:
    return blobs.opened(session, runtime, session.get_one(Claim, file.claim_id).subject_id, file, part)


def _disk_is_full(error: OSError | DBAPIError) -> bool:
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    code = getattr(error.orig, "sqlite_errorcode", None)
    return (
        code == sqlite3.SQLITE_FULL or getattr(error.orig, "sqlstate", None) == "53100"
    )  # PostgreSQL: disk_full

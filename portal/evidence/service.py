"""What can be done with a claim's evidence: the only place that changes it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal import audit, jobs
from portal.claims.errors import AlreadySubmitted, ClaimError
from portal.claims.models import Claim
from portal.claims.service import claimant_of, may_amend
from portal.database import new_id
from portal.evidence import blobs
from portal.evidence.box import cleanse_in_box
from portal.evidence.details import EvidenceDetails, tidy_file_name
from portal.evidence.harmless import Harmless
from portal.evidence.inspect import check_agrees, identify
from portal.evidence.listing import details_of, digest_of, file_of, files_of, held_under, open_harmless
from portal.evidence.models import EvidenceFile, EvidenceUpload
from portal.evidence.refusals import ClaimFull, NoPicture, NoRoom, TooLarge, TooManyFiles
from portal.evidence.rework import Change, rework_in_box
from portal.runtime import Runtime
from portal.settings import Settings

MB = 1_000_000


@dataclass(frozen=True)
class Upload:
    """A file as it came: name and type are the sender's words, and worth no more."""

    file_name: str
    declared_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Of the content, in hex."""
        return hashlib.sha256(self.content).hexdigest()


class ChangedMeanwhile(ClaimError):
    """Two changes of one file's copy at once: the second saw what the first had already replaced."""


@dataclass(frozen=True)
class Added:
    """What became of an upload; `already` when the claim held this very file before, and `attached` when that one
    now belongs to the entry of the harm diary for which it was sent."""

    file_id: UUID
    already: bool = False
    attached: bool = False


def may_add(claim: Claim) -> bool:
    """Whether files can be added: before signing, and after it to be signed again, until all is filed or ended."""
    return may_amend(claim)


def may_change(claim: Claim, received_at: datetime) -> bool:
    """Whether a file can be described or removed: what was signed for stays as it was."""
    return may_add(claim) and (claim.submitted_at is None or received_at > claim.submitted_at)


def add(
    runtime: Runtime, claim_id: UUID, upload: Upload, kind: str, now: datetime,
    *, cover: Upload | None = None, masked: bool = False, incident: str = "",
) -> Added:  # fmt: skip
    """Take a file: check it, make it harmless in a box, seal and store both, and only then write its row.

    `cover` is the same picture with what is not the claimant's painted over: the harmless copy is made of it, and the
    file itself stays sealed. `masked` without a cover says that the file itself is so covered.

    Raises a Refusal that says why not, and AlreadySubmitted. Nothing of a refused file is kept. Adding the same file
    twice gives the one that is there; with a cover, it is covered then, and with an incident put there if it was free.
    """
    _check_size(runtime, upload)
    digest = digest_of(runtime, upload.sha256)
    with runtime.database.reading() as session:
        claim = _claim(session, claim_id)
        held = held_under(session, claim, digest)
        if not held:
            _check_room(session, runtime.settings, claim, len(upload.content))
    if held and cover is None:
        return _known(runtime, claim_id, held, incident)
    harmless = _covered(runtime, upload, cover) if cover else _made_harmless(upload)
    details = EvidenceDetails(
        file_name=tidy_file_name(upload.file_name),
        sha256=upload.sha256,
        harmless_sha256=hashlib.sha256(harmless.content).hexdigest(),
        masked=masked or cover is not None,
        original_kept=cover is not None or not masked,
        incident=incident,
    )
    try:
        if held:
            _replace_copy(runtime, claim_id, held, harmless, now, action="evidence.covered", masked=True)
            return _known(runtime, claim_id, held, incident)
        return _keep(runtime, claim, upload, harmless, details, digest, kind, now)
    except (OSError, DBAPIError) as error:
        if blobs.disk_is_full(error):
            raise NoRoom from error
        raise


def rework(
    runtime: Runtime,
    claim_id: UUID,
    file_id: UUID,
    change: Change,
    now: datetime,
    *,
    keep_original: bool = True,
) -> None:
    """Turn the harmless copy of a file, or paint parts of it over; without `keep_original` the file as received goes.

    Raises AlreadySubmitted, NoPicture when pages are to be covered, Damaged, NoRoom, and ChangedMeanwhile.
    """
    with runtime.database.reading() as session:
        file = file_of(session, claim_id, file_id)
        if file is None:
            raise ChangedMeanwhile("the file is gone")
        _only_changeable(_claim(session, claim_id), file)
        content, seen = open_harmless(session, runtime, file), file.harmless_key
    harmless = rework_in_box(content, change)
    action = "evidence.covered" if change.covers else "evidence.turned"
    try:
        _replace_copy(
            runtime, claim_id, file_id, harmless, now,
            action=action, seen=seen, masked=bool(change.covers), keep_original=keep_original,
        )  # fmt: skip
    except (OSError, DBAPIError) as error:
        if blobs.disk_is_full(error):
            raise NoRoom from error
        raise


def describe(
    session: Session, runtime: Runtime, claim: Claim, file: EvidenceFile,
    *, title: str, author: str, dated: date | None, kind: str,
) -> None:  # fmt: skip
    """Say what a file is; `title` and `author` are already checked text. Raises AlreadySubmitted."""
    _only_changeable(claim, file)
    known = details_of(session, runtime, claim.subject_id, file)
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
    known = details_of(session, runtime, claim.subject_id, file)
    _seal_details(session, runtime, claim, file, known.model_copy(update={"incident": incident_id}))


def attach_known(session: Session, runtime: Runtime, claim: Claim, file_id: UUID, incident_id: str) -> Added:
    """A file that the claim has already was sent for an entry of the harm diary: it is put with that entry, unless it
    belongs to one or was signed for."""
    file = file_of(session, claim.id, file_id)
    if not incident_id or file is None or not may_change(claim, file.received_at):
        return Added(file_id, already=True)
    if details_of(session, runtime, claim.subject_id, file).incident:
        return Added(file_id, already=True)
    attach(session, runtime, claim, file, incident_id)
    return Added(file_id, already=True, attached=True)


def move(session: Session, claim: Claim, file: EvidenceFile, to: int) -> None:
    """Put a file at a place of the list, counted from 0; the others close up. Raises AlreadySubmitted.

    What was signed for keeps its place before all that came later: exhibits of a signed packet keep their numbers.
    """
    _only_changeable(claim, file)
    files = list(files_of(session, claim.id))
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
    jobs.defer(session, blobs.SWEEP)
    audit.record(session, now=now, actor=claimant_of(claim), action="evidence.removed", subject=claim.id,
                 file=str(file.id))  # fmt: skip


def check_room(session: Session, runtime: Runtime, claim_id: UUID, size: int) -> Claim:
    """The claim, if it takes one more file of so many bytes.

    Raises TooLarge, TooManyFiles, ClaimFull and AlreadySubmitted.
    """
    claim = _claim(session, claim_id)
    most = runtime.settings.max_file_mb * MB
    if size > most:
        raise TooLarge(size, most)
    _check_room(session, runtime.settings, claim, size)
    return claim


def check_can_add(claim: Claim) -> None:
    """Raise AlreadySubmitted unless the claim takes files."""
    if not may_add(claim):
        raise AlreadySubmitted("no file can be added to what is filed or ended")


def _check_size(runtime: Runtime, upload: Upload) -> None:
    most = runtime.settings.max_file_mb * MB
    if len(upload.content) > most:
        raise TooLarge(len(upload.content), most)


def _made_harmless(upload: Upload) -> Harmless:
    check_agrees(identify(upload.content), upload.file_name, upload.declared_type)
    return cleanse_in_box(upload.content)


def _covered(runtime: Runtime, upload: Upload, cover: Upload) -> Harmless:
    """The copy of the covered picture; the uncovered one must be a picture that opens, too."""
    _check_size(runtime, cover)
    if not identify(upload.content).is_picture or not identify(cover.content).is_picture:
        raise NoPicture
    _made_harmless(upload)
    return _made_harmless(cover)


def _known(runtime: Runtime, claim_id: UUID, file_id: UUID, incident: str) -> Added:
    with runtime.database.transaction() as session:
        return attach_known(session, runtime, _claim(session, claim_id, lock=True), file_id, incident)


def _keep(
    runtime: Runtime,
    claim: Claim,
    upload: Upload,
    harmless: Harmless,
    details: EvidenceDetails,
    digest: bytes,
    kind: str,
    now: datetime,
) -> Added:
    file = EvidenceFile(
        id=new_id(), claim_id=claim.id, kind=kind, media_type=harmless.media_type.value, size=len(upload.content),
        harmless_size=len(harmless.content), pages=harmless.pages, content_digest=digest, received_at=now,
    )  # fmt: skip
    contents = {"original": upload.content, "harmless": harmless.content, "thumbnail": harmless.thumbnail}
    with runtime.database.reading() as session:
        contents_sealed = _sealed(session, runtime, claim, file.id, contents)
    stored = blobs.put(runtime, contents_sealed, now)
    file.original_key, file.harmless_key, file.thumbnail_key = stored.keys
    return _write(runtime, claim.id, file, details, stored, now)


def _sealed(
    session: Session, runtime: Runtime, claim: Claim, file_id: UUID, contents: Mapping[str, bytes]
) -> list[bytes]:
    return [
        runtime.vault.seal(session, claim.subject_id, blobs.purpose(file_id, part), content)
        for part, content in contents.items()
    ]


def _replace_copy(
    runtime: Runtime, claim_id: UUID, file_id: UUID, harmless: Harmless, now: datetime,
    *, action: str, seen: str | None = None, masked: bool = False, keep_original: bool = True,
) -> None:  # fmt: skip
    """Put another harmless copy in a file's place; `seen` is the key of the copy from which it was made.

    Where the original goes, the covered copy takes its place too: what is called the file as received is then what the
    portal still has of it, with that copy's hash.
    """
    contents = {"harmless": harmless.content, "thumbnail": harmless.thumbnail}
    if not keep_original:
        contents["original"] = harmless.content
    with runtime.database.reading() as session:
        contents_sealed = _sealed(session, runtime, session.get_one(Claim, claim_id), file_id, contents)
    stored = blobs.put(runtime, contents_sealed, now)
    with runtime.database.transaction() as session:
        claim = _claim(session, claim_id, lock=True)
        file = file_of(session, claim_id, file_id)
        if file is None or (seen is not None and file.harmless_key != seen):
            raise ChangedMeanwhile("the copy was changed by another request")
        _only_changeable(claim, file)
        old = [key for part in contents if (key := getattr(file, f"{part}_key"))]
        for part, key in zip(contents, stored.keys, strict=True):
            setattr(file, f"{part}_key", key)
        file.media_type, file.harmless_size, file.pages = (
            harmless.media_type.value, len(harmless.content), harmless.pages,
        )  # fmt: skip
        _seal_details(session, runtime, claim, file,
                      _changed_details(details_of(session, runtime, claim.subject_id, file), harmless, masked=masked,
                                       keep_original=keep_original))  # fmt: skip
        blobs.arrived(session, stored)
        blobs.release(session, old, now)
        claim.updated_at = now
        audit.record(session, now=now, actor=claimant_of(claim), action=action, subject=claim.id,
                     file=str(file.id), original_kept=keep_original)  # fmt: skip


def _changed_details(
    details: EvidenceDetails, harmless: Harmless, *, masked: bool, keep_original: bool
) -> EvidenceDetails:
    sha256 = hashlib.sha256(harmless.content).hexdigest()
    changes: dict[str, object] = {"harmless_sha256": sha256, "masked": details.masked or masked}
    if not keep_original:
        changes |= {"sha256": sha256, "original_kept": False}
    return details.model_copy(update=changes)


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
        if held := held_under(session, claim, file.content_digest):
            # Sent twice at once; the sweeper takes this one's blobs.
            return attach_known(session, runtime, claim, held, details.incident)
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
    check_can_add(claim)
    return claim


def _only_changeable(claim: Claim, file: EvidenceFile) -> None:
    if not may_change(claim, file.received_at):
        raise AlreadySubmitted("a file that was signed for stays as it was")


def _check_room(session: Session, settings: Settings, claim: Claim, size: int) -> None:
    held = files_of(session, claim.id)
    if len(held) >= settings.max_files:
        raise TooManyFiles(len(held), settings.max_files)
    total, most = sum(file.size for file in held) + size, settings.max_claim_mb * MB
    if total > most:
        raise ClaimFull(total, most)


def _seal_details(
    session: Session, runtime: Runtime, claim: Claim, file: EvidenceFile, details: EvidenceDetails
) -> None:
    plain = details.model_dump_json().encode()
    file.details = runtime.vault.seal(session, claim.subject_id, blobs.purpose(file.id, "details"), plain)

"""Pages that come back: each picture is read by its code, kept if it belongs here, and named if it does not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import Actor
from portal.claims import service as claims
from portal.claims.models import Claim, Engagement
from portal.database import new_id
from portal.evidence import blobs
from portal.evidence.inspect import check_agrees, identify
from portal.evidence.models import EvidenceUpload
from portal.evidence.refusals import Refusal, TooLarge, TooManyFiles
from portal.evidence.service import MB, Upload
from portal.matters.shelf import PublishedMatter
from portal.packets import paper_scans
from portal.packets.models import PaperPage, PaperPrint
from portal.packets.paper import prints
from portal.packets.paper.box import look_in_box
from portal.packets.paper.marks import INSTRUCTIONS, PageMark, read_blank, read_mark
from portal.packets.paper.prints import PrintState
from portal.packets.paper.recognise import Seen
from portal.runtime import Runtime

MOST_PICTURES = 8
"""Pictures of one page that are kept, replaced ones included; nobody photographs a page more often in good faith."""


class Fate(StrEnum):
    """What became of one picture."""

    RECEIVED = "received"
    REPLACED = "replaced"  # it counts now instead of an earlier picture of the same page
    SAME = "same"
    GUIDE = "guide"
    CHANGED = "changed"  # of a document that is no longer what was printed
    OLDER = "older"
    CLOSED = "closed"  # nothing of this print is waited for any more
    FOREIGN = "foreign"
    BLANK = "blank"  # of a blank form, which staff type in
    SEVERAL = "several"
    UNREADABLE = "unreadable"
    REFUSED = "refused"


KEPT = frozenset({Fate.RECEIVED, Fate.REPLACED, Fate.SAME, Fate.GUIDE})
"""Fates that ask nothing of the sender."""


@dataclass(frozen=True)
class Result:
    """One picture of an upload: `place` is its page in a PDF, from 1 (0: a photograph); `number` the printed page."""

    name: str
    fate: Fate
    place: int = 0
    number: int = 0
    jurisdiction: str = ""
    print_id: UUID | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True)
class Sender:
    """Who sends pages, and of which engagements they may be."""

    actor: Actor
    role: str
    engagements: sa.Select[UUID]


def from_claimant(claim: Claim) -> Sender:
    """The claimant sends pages of the claim's own prints."""
    return Sender(
        claims.claimant_of(claim), "claimant", sa.select(Engagement.id).where(Engagement.claim_id == claim.id)
    )


def from_staff(actor: Actor, seen: sa.Select[Engagement]) -> Sender:
    """Staff send what came by post, for any engagement of their office."""
    return Sender(actor, "staff", seen.with_only_columns(Engagement.id))


def take(
    runtime: Runtime, published: PublishedMatter, sender: Sender, upload: Upload, now: datetime
) -> tuple[Result, ...]:
    """Take one photograph or scan. A file that cannot be opened is told of like a page that cannot be read."""
    name = upload.file_name
    try:
        pictures = _looked_at(runtime, upload)
    except Refusal as refusal:
        return (Result(name, Fate.REFUSED, refusal=refusal),)
    original = hashlib.sha256(upload.content).hexdigest()
    several = len(pictures) > 1
    return tuple(
        _take_one(
            runtime,
            published,
            sender,
            Result(name, Fate.UNREADABLE, place if several else 0),
            seen,
            original,
            now,
        )
        for place, seen in enumerate(pictures, 1)
    )


def _looked_at(runtime: Runtime, upload: Upload) -> tuple[Seen, ...]:
    most = runtime.settings.max_file_mb * MB
    if len(upload.content) > most:
        raise TooLarge(len(upload.content), most)
    check_agrees(identify(upload.content), upload.file_name, upload.declared_type)
    return look_in_box(upload.content)


def _take_one(
    runtime: Runtime,
    published: PublishedMatter,
    sender: Sender,
    result: Result,
    seen: Seen,
    original: str,
    now: datetime,
) -> Result:
    marks = {mark for text in seen.texts if (mark := read_mark(text))}
    blanks = {blank for text in seen.texts if (blank := read_blank(text))}
    if len(blanks) == 1 and not marks:
        return _ending(result, Fate.BLANK, blanks.pop().page)
    if len(marks) != 1:
        return _ending(result, Fate.SEVERAL if marks or blanks else Fate.UNREADABLE)
    mark = marks.pop()
    with runtime.database.reading() as session:
        found = _belongs(session, sender, mark)
        if found is None:
            return _ending(result, Fate.FOREIGN)
        print_, engagement = found
        held = runtime.vault.seal(session, engagement.claim.subject_id, paper_scans.PURPOSE, seen.picture)
    result = _ending(result, result.fate, mark.page, engagement.jurisdiction, print_.id)
    if mark.page == INSTRUCTIONS:
        return _ending(result, Fate.GUIDE)
    stored = blobs.put(runtime, [held], now)
    picture = PaperPage(
        id=new_id(),
        print_id=print_.id,
        number=mark.page,
        blob=stored.keys[0],
        sha256=hashlib.sha256(seen.picture).hexdigest(),
        original_sha256=original,
        received_from=sender.role,
    )
    try:
        fate = _keep(runtime, published, sender, picture, stored, now)
    except TooManyFiles as refusal:
        return Result(result.name, Fate.REFUSED, result.place, refusal=refusal)
    return _ending(result, fate)


def _ending(
    result: Result,
    fate: Fate,
    number: int | None = None,
    jurisdiction: str | None = None,
    print_id: UUID | None = None,
) -> Result:
    return Result(
        result.name,
        fate,
        result.place,
        result.number if number is None else number,
        result.jurisdiction if jurisdiction is None else jurisdiction,
        print_id or result.print_id,
    )


def _belongs(session: Session, sender: Sender, mark: PageMark) -> tuple[PaperPrint, Engagement] | None:
    """The print of a page and its engagement, if the sender may know of it; nobody is told whose another's is."""
    print_ = prints.of_code(session, mark.code)
    if print_ is None or mark.pages != len(print_.plan):
        return None
    query = sender.engagements.where(Engagement.id == print_.engagement_id)
    if session.scalar(query) is None:
        return None
    return print_, session.get_one(Engagement, print_.engagement_id)


def _keep(
    runtime: Runtime,
    published: PublishedMatter,
    sender: Sender,
    picture: PaperPage,
    stored: EvidenceUpload,
    now: datetime,
) -> Fate:
    """The one short transaction, under the claim's lock. A picture that is not kept leaves its blob to the sweeper."""
    with runtime.database.transaction() as session:
        print_ = session.get_one(PaperPrint, picture.print_id)
        engagement = session.get_one(Engagement, print_.engagement_id)
        claim = session.get_one(Claim, engagement.claim_id, with_for_update=True)
        session.refresh(print_)
        if print_.state == PrintState.REPLACED:
            return Fate.OLDER
        stands = prints.standing(session, runtime, published, engagement, print_)
        if not stands.open:
            return Fate.CLOSED
        sheet = stands.sheets[picture.number - 1]
        if sheet.document in stands.changed:
            return Fate.CHANGED
        if _is_there(sheet.page, picture):
            return Fate.SAME
        picture.received_at = _received_at(session, picture, now)
        if sheet.page is not None:
            sheet.page.replaced = True
        session.add(picture)
        session.flush()
        blobs.arrived(session, stored)
        _note(session, runtime, published, claim, engagement, print_, picture, sender, now)
        return Fate.REPLACED if sheet.page is not None else Fate.RECEIVED


def _is_there(here: PaperPage | None, picture: PaperPage) -> bool:
    """Whether this very picture of this very page counts already; of a scan with many pages the page must agree too."""
    return here is not None and (here.original_sha256, here.sha256) == (
        picture.original_sha256,
        picture.sha256,
    )


def _received_at(session: Session, picture: PaperPage, now: datetime) -> datetime:
    """Now, or a moment after the last picture of the page: of two that come at once, the second counts."""
    query = sa.select(sa.func.count(), sa.func.max(PaperPage.received_at)).where(
        PaperPage.print_id == picture.print_id, PaperPage.number == picture.number
    )
    count, last = session.execute(query).one()
    if count >= MOST_PICTURES:
        raise TooManyFiles(count, MOST_PICTURES)
    return max(now, last + timedelta(microseconds=1)) if last else now


def _note(
    session: Session,
    runtime: Runtime,
    published: PublishedMatter,
    claim: Claim,
    engagement: Engagement,
    print_: PaperPrint,
    picture: PaperPage,
    sender: Sender,
    now: datetime,
) -> None:
    """When the last page is here the print waits for a person, and the draft with it for as long as that takes."""
    audit.record(
        session,
        now=now,
        actor=sender.actor,
        action="paper.returned",
        subject=claim.id,
        jurisdiction=engagement.jurisdiction,
        print=print_.code,
        page=picture.number,
        sha256=picture.sha256,
    )
    claims.prolong(claim, published.matter, now)
    claim.updated_at = now
    if prints.standing(session, runtime, published, engagement, print_).to_check:
        print_.state, print_.returned_at = PrintState.RETURNED, now
        claim.expires_at = None


def kept(results: Sequence[Result]) -> Iterator[Result]:
    """Results that ask nothing of the sender."""
    return (result for result in results if result.fate in KEPT)

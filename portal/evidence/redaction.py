"""What staff cover on a file before it leaves the firm: drawn, burnt into a copy of its own, and withdrawn with a note.

The file as received and the kept copy stay as they are. What one office covered, no office lets out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import Actor
from portal.claims.models import Claim, Engagement
from portal.database import new_id
from portal.evidence import blobs
from portal.evidence.burning import burn_in_box
from portal.evidence.harmless import Cover, Harmless
from portal.evidence.leaving import Reason, redacted_purpose, standing_copy, standing_redactions
from portal.evidence.listing import file_of, open_harmless
from portal.evidence.models import EvidenceFile, EvidenceUpload, RedactedCopy, Redaction
from portal.evidence.refusals import NoRoom
from portal.evidence.rework import MOST_COVERS, covers_from
from portal.evidence.service import ChangedMeanwhile
from portal.runtime import Runtime


@dataclass(frozen=True)
class Area:
    """A rectangle on a page, counted from 1, that must not leave the firm, and why."""

    page: int
    cover: Cover
    reason: Reason

    @classmethod
    def told(cls, one: Mapping[str, Any]) -> Area:
        """An area as a page sends it. Raises ValueError, KeyError or TypeError for anything else."""
        (cover,) = covers_from([[one[side] for side in ("left", "top", "width", "height")]])
        return cls(int(one["page"]), cover, Reason(one["reason"]))

    def row(self) -> dict[str, Any]:
        """As it is kept."""
        cover = self.cover
        return {"page": self.page, "left": cover.left, "top": cover.top, "width": cover.width,
                "height": cover.height, "reason": self.reason.value}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """A redaction as its file's page lists it; ``stale``: it lies on a copy that is no longer the file's."""

    id: UUID
    jurisdiction: str
    areas: tuple[Area, ...]
    note: str
    made_by: UUID
    made_at: datetime
    withdrawn_by: UUID | None
    withdrawn_at: datetime | None
    withdrawal: str
    stale: bool


def areas_from(told: Iterable[Mapping[str, Any]], pages: int) -> tuple[Area, ...]:
    """Areas as a page sends them, each on a page that is there. Raises ValueError."""
    try:
        areas = tuple(Area.told(one) for one in told)
    except (KeyError, TypeError) as error:
        raise ValueError("not a list of areas") from error
    if not 0 < len(areas) <= MOST_COVERS or any(not 1 <= area.page <= pages for area in areas):
        raise ValueError("no areas, too many, or on a page that is not there")
    return areas


def redact(
    runtime: Runtime, engagement: Engagement, file_id: UUID, areas: Sequence[Area], note: str,
    *, actor: Actor, now: datetime,
) -> None:  # fmt: skip
    """Cover these areas beside those that stand, and keep the copy that leaves from now on.

    Raises ChangedMeanwhile, Damaged, NoRoom, and whatever opening a file can raise.
    """
    with runtime.database.reading() as session:
        file = _file(session, engagement, file_id)
        made = Redaction(
            id=new_id(), file_id=file.id, jurisdiction=engagement.jurisdiction,
            areas=[one.row() for one in areas], made_from=file.harmless_key or "", made_by=_person(actor),
            made_at=now,
        )  # fmt: skip
        if note:
            made.note = _seal(session, runtime, engagement.claim, made, "note", note)
        standing = standing_redactions(session, file.id)
    _renew(runtime, engagement, file_id, [*standing, made], now, actor, "evidence.redacted", made)


def withdraw(
    runtime: Runtime, engagement: Engagement, file_id: UUID, redaction_id: UUID, note: str,
    *, actor: Actor, now: datetime,
) -> None:  # fmt: skip
    """Let what a redaction of this office covered leave after all, saying why. Raises what ``redact`` raises."""
    with runtime.database.reading() as session:
        file = _file(session, engagement, file_id)
        standing = list(standing_redactions(session, file.id))
        mine = (
            one for one in standing if (one.id, one.jurisdiction) == (redaction_id, engagement.jurisdiction)
        )
        gone = next(mine, None)
        if gone is None:
            raise ChangedMeanwhile("it was withdrawn, or is another office's")
        withdrawal = _seal(session, runtime, engagement.claim, gone, "withdrawal", note)
    left = [one for one in standing if one is not gone]
    gone.withdrawn_at, gone.withdrawn_by, gone.withdrawal = now, _person(actor), withdrawal
    _renew(runtime, engagement, file_id, left, now, actor, "evidence.redaction_withdrawn", gone)


def history(session: Session, runtime: Runtime, claim: Claim, file: EvidenceFile) -> list[Shown]:
    """Every redaction of a file, the newest first."""
    query = sa.select(Redaction).where(Redaction.file_id == file.id)
    rows = session.scalars(query.order_by(Redaction.made_at.desc(), Redaction.id.desc())).all()
    return [
        Shown(
            id=row.id,
            jurisdiction=row.jurisdiction,
            areas=tuple(Area.told(one) for one in row.areas),
            note=_open(session, runtime, claim, row, "note", row.note),
            made_by=row.made_by,
            made_at=row.made_at,
            withdrawn_by=row.withdrawn_by,
            withdrawn_at=row.withdrawn_at,
            withdrawal=_open(session, runtime, claim, row, "withdrawal", row.withdrawal),
            stale=row.made_from != file.harmless_key,
        )
        for row in rows
    ]


def open_redacted(session: Session, runtime: Runtime, claim: Claim, copy: RedactedCopy) -> bytes:
    """The bytes of a redacted copy. Raises Damaged."""
    sealed_for = redacted_purpose(copy)
    return blobs.opened_as(
        session, runtime, claim.subject_id, copy.file_id, copy.blob, sealed_for, "redacted"
    )


def _renew(
    runtime: Runtime, engagement: Engagement, file_id: UUID, standing: Sequence[Redaction], now: datetime,
    actor: Actor, action: str, changed: Redaction,
) -> None:  # fmt: skip
    """Make the copy that shows what stands, and put it in the place of the one before in one transaction."""
    with runtime.database.reading() as session:
        file = _file(session, engagement, file_id)
        content, seen = open_harmless(session, runtime, file), file.harmless_key or ""
    copy, stored = None, None
    if standing:
        harmless = burn_in_box(content, _covers(standing))
        copy, stored = _stored(runtime, engagement.claim, file_id, harmless, standing, seen, now)
    known = {one.id for one in standing} - {changed.id}
    with runtime.database.transaction() as session:
        file = _locked(session, engagement, file_id)
        here = {one.id for one in standing_redactions(session, file_id)} - {changed.id}
        if file.harmless_key != seen or not known <= here:
            raise ChangedMeanwhile("somebody else changed the file or what is covered on it")
        if before := standing_copy(session, file_id):
            before.superseded_at = now
        session.merge(changed)
        if copy is not None and stored is not None:
            session.add(copy)
            blobs.arrived(session, stored)
        audit.record(
            session, now=now, actor=actor, action=action, subject=engagement.claim_id,
            jurisdiction=engagement.jurisdiction, file=str(file_id), areas=len(changed.areas),
            reasons=sorted({one["reason"] for one in changed.areas}),
        )  # fmt: skip


def _stored(
    runtime: Runtime, claim: Claim, file_id: UUID, harmless: Harmless, standing: Sequence[Redaction], seen: str,
    now: datetime,
) -> tuple[RedactedCopy, EvidenceUpload]:  # fmt: skip
    copy = RedactedCopy(
        id=new_id(), file_id=file_id, made_from=seen, media_type=harmless.media_type.value,
        size=len(harmless.content), pages=harmless.pages, made_at=now,
        reasons=sorted({one["reason"] for row in standing for one in row.areas}),
    )  # fmt: skip
    with runtime.database.reading() as session:
        content = runtime.vault.seal(session, claim.subject_id, redacted_purpose(copy), harmless.content)
    try:
        stored = blobs.put(runtime, [content], now)
    except (OSError, DBAPIError) as error:
        if blobs.disk_is_full(error):
            raise NoRoom from error
        raise
    copy.blob = stored.keys[0]
    return copy, stored


def _covers(standing: Iterable[Redaction]) -> dict[int, list[Cover]]:
    covers: dict[int, list[Cover]] = {}
    for row in standing:
        for area in map(Area.told, row.areas):
            covers.setdefault(area.page, []).append(_outwards(area.cover))
    return covers


def _outwards(cover: Cover) -> Cover:
    """Drawn a hair wider: fractions are rounded on their way, and a seam of a letter must not stay."""
    hair = 0.001
    left, top = max(cover.left - hair, 0), max(cover.top - hair, 0)
    return replace(cover, left=left, top=top, width=cover.width + 2 * hair, height=cover.height + 2 * hair)


def _person(actor: Actor) -> UUID:
    if actor.id is None:
        raise ValueError("somebody has to answer for a redaction")
    return actor.id


def _file(session: Session, engagement: Engagement, file_id: UUID) -> EvidenceFile:
    file = file_of(session, engagement.claim_id, file_id)
    if file is None:
        raise ChangedMeanwhile("the file is gone")
    return file


def _locked(session: Session, engagement: Engagement, file_id: UUID) -> EvidenceFile:
    session.get_one(Claim, engagement.claim_id, with_for_update=True)
    return _file(session, engagement, file_id)


def _seal(session: Session, runtime: Runtime, claim: Claim, row: Redaction, part: str, text: str) -> bytes:
    return runtime.vault.seal(session, claim.subject_id, f"redaction {row.id} {part}", text.encode())


def _open(
    session: Session, runtime: Runtime, claim: Claim, row: Redaction, part: str, kept: bytes | None
) -> str:
    if kept is None:
        return ""
    return runtime.vault.open(session, claim.subject_id, f"redaction {row.id} {part}", kept).decode()

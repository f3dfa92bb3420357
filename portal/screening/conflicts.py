"""The conflict check: everybody in a claim against the parties of the matter and the lists of the office.

Its result stands on the engagement before counsel accepts: clear, open (a hit that nobody settled), waived.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import SYSTEM, Actor
from portal.claims import sealed
from portal.claims.flags import Flag, lower_flag, raise_flag
from portal.claims.models import Engagement
from portal.claims.particulars import Particulars
from portal.database import new_id
from portal.errors import PortalError
from portal.matters.matter import Matter
from portal.runtime import Runtime
from portal.screening import keys, lists, names
from portal.screening.models import ConflictCheck
from portal.screening.sheet import Listed


class Result(StrEnum):
    """How a check stands, as the engagement bears it."""

    CLEAR = "clear"
    OPEN = "open"
    WAIVED = "waived"


class Settlement(StrEnum):
    """What became of hits."""

    APART = "apart"
    WAIVED = "waived"
    DECLINED = "declined"


class Settled(PortalError):
    """Somebody settled the hits meanwhile, or a newer check took this one's place."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Hit(_Part):
    """One listed name that somebody in the claim is like; `who` is claimant, company, deceased or a representative."""

    who: str
    called: tuple[str, ...]
    listed: Listed
    list_name: str = ""
    version: int = 0
    percent: int

    @property
    def mark(self) -> str:
        """What makes it the same hit again when a list is replaced: who, and the name and birth date listed."""
        return hashlib.sha256(
            f"{self.who} {self.called} {self.listed.names} {self.listed.birth_date}".encode()
        ).hexdigest()


class Hits(_Part):
    """All hits of a check, as they are sealed with the claim's key."""

    hits: tuple[Hit, ...]


def check(
    session: Session,
    runtime: Runtime,
    engagement: Engagement,
    now: datetime,
    particulars: Particulars | None = None,
) -> ConflictCheck:
    """Check an engagement and keep the result. Hits that were settled stay so; what has not changed is not written."""
    claim = engagement.claim
    particulars = particulars or sealed.read(session, runtime.vault, claim)
    matter = runtime.matters.current().matter
    hits = tuple(_hits(session, runtime, matter, engagement, particulars))
    held = [str(one.id) for one in lists.current(session, engagement.jurisdiction)]
    before = newest(session, engagement)
    earlier = hits_of(session, runtime, engagement, before) if before else ()
    known = {one.mark for one in earlier}
    same = before is not None and known == {one.mark for one in hits}
    if before is not None and same and before.lists == held:
        return before
    settled = (
        before if before and before.settlement and {one.mark for one in hits} <= known and hits else None
    )
    result = settled.result if settled else Result.OPEN if hits else Result.CLEAR
    made = ConflictCheck(
        id=new_id(), engagement_id=engagement.id, lists=held, result=str(result), checked_at=now, newest=True,
    )  # fmt: skip
    if settled:
        made.settled_at, made.settled_by, made.settlement = (
            settled.settled_at,
            settled.settled_by,
            settled.settlement,
        )
        made.reason = _resealed(session, runtime, engagement, settled, made.id)
    if hits:
        plain = Hits(hits=hits).model_dump_json().encode()
        made.hits = runtime.vault.seal(session, claim.subject_id, f"conflict hits {made.id}", plain)
    if before is not None:
        before.newest = False
    session.add(made)
    _show(session, engagement, made, now, max((one.percent for one in hits), default=0))
    audit.record(
        session, now=now, actor=SYSTEM, action="conflicts.checked", subject=claim.id,
        jurisdiction=engagement.jurisdiction, result=made.result, hits=len(hits), lists=len(held),
    )  # fmt: skip
    return made


def settle(
    session: Session, runtime: Runtime, engagement: Engagement, found: ConflictCheck, how: Settlement, reason: str,
    *, by: Actor, now: datetime,
) -> None:  # fmt: skip
    """Settle a check's hits: nobody who is listed; waived by counsel; or a conflict, for which counsel then decline the
    claim as any other. Raises Settled.
    """
    if found.settlement is not None or not found.newest or found.result != Result.OPEN:
        raise Settled(str(found.settlement))
    subject = engagement.claim.subject_id
    found.settlement, found.settled_at, found.settled_by = how.value, now, by.id
    found.reason = runtime.vault.seal(session, subject, f"conflict reason {found.id}", reason.encode())
    # A conflict for which counsel declines is still there: reopened, the engagement stays blocked.
    found.result = str(
        {Settlement.APART: Result.CLEAR, Settlement.WAIVED: Result.WAIVED}.get(how, Result.OPEN)
    )
    _show(session, engagement, found, now, 100)
    audit.record(
        session, now=now, actor=by, action=f"conflicts.{how}", subject=engagement.claim_id,
        jurisdiction=engagement.jurisdiction, check=str(found.id),
    )  # fmt: skip


def reopen(
    session: Session, engagement: Engagement, found: ConflictCheck, *, by: Actor, now: datetime
) -> None:
    """Take a settlement back: the hits are open again. A claim that was declined stays so. Raises Settled."""
    if found.settlement is None or not found.newest:
        raise Settled("it is open")
    was, found.settlement = found.settlement, None
    found.settled_at = found.settled_by = found.reason = None
    found.result = str(Result.OPEN)
    _show(session, engagement, found, now, 100)
    audit.record(
        session, now=now, actor=by, action="conflicts.reopened", subject=engagement.claim_id,
        jurisdiction=engagement.jurisdiction, check=str(found.id), was=was,
    )  # fmt: skip


def newest(session: Session, engagement: Engagement) -> ConflictCheck | None:
    """The check that counts; None before the first."""
    query = sa.select(ConflictCheck).where(ConflictCheck.engagement_id == engagement.id, ConflictCheck.newest)
    return session.scalars(query).first()


def hits_of(
    session: Session, runtime: Runtime, engagement: Engagement, found: ConflictCheck
) -> tuple[Hit, ...]:
    """The hits of a check, opened."""
    if found.hits is None:
        return ()
    subject = engagement.claim.subject_id
    plain = runtime.vault.open(session, subject, f"conflict hits {found.id}", found.hits)
    return Hits.model_validate_json(plain).hits


def reason_of(session: Session, runtime: Runtime, engagement: Engagement, found: ConflictCheck) -> str:
    """Why it was settled so, in the words of whoever settled it."""
    if found.reason is None:
        return ""
    subject = engagement.claim.subject_id
    return runtime.vault.open(session, subject, f"conflict reason {found.id}", found.reason).decode()


def _resealed(
    session: Session, runtime: Runtime, engagement: Engagement, settled: ConflictCheck, new: UUID
) -> bytes:
    reason = reason_of(session, runtime, engagement, settled)
    return runtime.vault.seal(session, engagement.claim.subject_id, f"conflict reason {new}", reason.encode())


def _show(session: Session, engagement: Engagement, found: ConflictCheck, now: datetime, weight: int) -> None:
    session.flush()
    engagement.conflict = found.result
    if found.result == Result.OPEN:
        raise_flag(session, engagement, Flag.CONFLICT, now, weight=weight)
    else:
        lower_flag(session, engagement, Flag.CONFLICT)


def _hits(
    session: Session, runtime: Runtime, matter: Matter, engagement: Engagement, particulars: Particulars
) -> Iterator[Hit]:
    for who, called, born in _people(particulars):
        for percent, listed in _parties(matter, called):
            if percent >= matter.review.conflicts.alike:
                yield Hit(who=who, called=called, listed=listed, percent=percent)
        for one in lists.met(session, runtime, engagement.jurisdiction, called):
            percent = names.closeness(called, one.listed.names)
            if percent < matter.review.conflicts.alike or _born_apart(born, one.listed.birth_date):
                continue
            yield Hit(
                who=who, called=called, listed=one.listed, list_name=one.of.name, version=one.of.version,
                percent=percent,
            )  # fmt: skip


def _people(particulars: Particulars) -> Iterator[tuple[str, tuple[str, ...], date | None]]:
    if called := keys.all_names(particulars):
        yield ("company" if particulars.company else "claimant"), called, particulars.birth_date
    for one in particulars.representatives:
        yield one.id, names.written(one.name), one.birth_date
    if particulars.deceased:
        yield "deceased", names.written(particulars.deceased.name), particulars.deceased.birth_date


def _parties(matter: Matter, called: tuple[str, ...]) -> Iterator[tuple[int, Listed]]:
    """The defendants, who are on no list of the firm and still cannot be its clients here."""
    for text in {matter.defendant(track.id) for track in matter.tracks}:
        listed = Listed(names=(text.ko, text.en))
        yield names.closeness(called, listed.names), listed


def _born_apart(one: date | None, other: date | None) -> bool:
    return one is not None and other is not None and one != other

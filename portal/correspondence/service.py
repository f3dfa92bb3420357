"""What can be done with letters: write, answer, read, settle. Nothing is edited or taken back once it was sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import Actor
from portal.claims import service as claims
from portal.claims.models import Claim, Engagement
from portal.claims.states import ClaimState
from portal.claims.telling import tell_of
from portal.correspondence import enclosures
from portal.correspondence.enclosures import Enclosed, Taken
from portal.correspondence.models import Author, Letter, LetterKind
from portal.database import new_id
from portal.errors import PortalError
from portal.runtime import Runtime

LONGEST = 4_000
PER_DAY = 20
"""Letters that one claimant sends to one firm within 24 hours; nobody who means it needs more."""
_CLOSED = frozenset({ClaimState.DRAFT, ClaimState.WITHDRAWN})


class Closed(PortalError):
    """No letter can be written: the engagement is not signed yet, was withdrawn, or was erased."""


class TooManyLetters(PortalError):
    """So many letters were sent within a day that no more are taken for now."""


class NothingAsked(PortalError):
    """An answer to what counsel do not ask for, or no longer."""


@dataclass(frozen=True)
class Shown:
    """A letter opened. ``author`` and ``kind`` are those of the row."""

    id: UUID
    kind: str
    author: str
    text: str
    sent_at: datetime
    read_at: datetime | None
    waiting: bool
    files: tuple[Enclosed, ...]


@dataclass(frozen=True)
class Count:
    """How many letters a talk has, and how many the reader has not opened yet."""

    letters: int = 0
    unread: int = 0


def may_write(engagement: Engagement) -> bool:
    """Whether letters are taken: from signing on until it is withdrawn; what was written stays to be read."""
    return engagement.state not in _CLOSED and engagement.claim.erased_at is None


def write(
    session: Session, runtime: Runtime, engagement: Engagement, text: str, taken: Taken, *, now: datetime
) -> Letter:
    """The claimant writes to counsel. Raises Closed or TooManyLetters."""
    _check_open(engagement)
    _check_rate(session, engagement, now)
    return _send(
        session, runtime, engagement, LetterKind.LETTER, text, taken,
        actor=claims.claimant_of(engagement.claim), now=now,
    )  # fmt: skip


def answer(
    session: Session, runtime: Runtime, engagement: Engagement, text: str, taken: Taken, *, now: datetime
) -> Letter:
    """The claimant answers what counsel asked for, and the review goes on. Raises NothingAsked or TooManyLetters."""
    if engagement.state is not ClaimState.INFORMATION_REQUESTED:
        raise NothingAsked("no request is open")
    _check_rate(session, engagement, now)
    sent = _send(
        session, runtime, engagement, LetterKind.ANSWER, text, taken,
        actor=claims.claimant_of(engagement.claim), now=now,
    )  # fmt: skip
    claims.answer_request(session, engagement, now=now)
    engagement.due_on = None
    return sent


def reply(
    session: Session,
    runtime: Runtime,
    engagement: Engagement,
    text: str,
    taken: Taken = Taken(),  # noqa: B008 - frozen
    *,
    by: Actor,
    now: datetime,
) -> Letter:
    """Staff write to the claimant, who is told that a letter is there but not what it says. Raises Closed."""
    _check_open(engagement)
    sent = _send(session, runtime, engagement, LetterKind.LETTER, text, taken, actor=by, now=now)
    settle(session, engagement, now=now)
    tell_of(session, runtime, engagement, "letter")
    return sent


def keep_request(
    session: Session, runtime: Runtime, engagement: Engagement, text: str, *, by: Actor, now: datetime
) -> Letter:
    """Keep among the letters what staff asked for; telling the claimant of it is the asker's part."""
    settle(session, engagement, now=now)
    return _send(session, runtime, engagement, LetterKind.REQUEST, text, Taken(), actor=by, now=now)


def settle(session: Session, engagement: Engagement, *, now: datetime, by: Actor | None = None) -> int:
    """The claimant's letters of this engagement wait no longer; answers how many did. ``by``: staff who found that
    none needs an answer, which is kept in the record."""
    waiting = sa.update(Letter).where(
        Letter.engagement_id == engagement.id, Letter.author == Author.CLAIMANT, Letter.settled_at.is_(None)
    )
    count: int = session.execute(waiting.values(settled_at=now)).rowcount  # type: ignore[attr-defined]
    if count and by is not None:
        audit.record(
            session, now=now, actor=by, action="letters.settled", subject=engagement.claim_id,
            jurisdiction=engagement.jurisdiction, count=count,
        )  # fmt: skip
    return count


def read_all(session: Session, engagement: Engagement, reader: Author, now: datetime) -> int:
    """Note that the reader has opened what the other side wrote; answers how many were new."""
    other = Author.STAFF if reader is Author.CLAIMANT else Author.CLAIMANT
    new = sa.update(Letter).where(
        Letter.engagement_id == engagement.id, Letter.author == other, Letter.read_at.is_(None)
    )
    count: int = session.execute(new.values(read_at=now)).rowcount  # type: ignore[attr-defined]
    return count


def talk(session: Session, runtime: Runtime, engagement: Engagement) -> list[Shown]:
    """Every letter of an engagement, oldest first."""
    return [_shown(session, runtime, engagement.claim, letter) for letter in _letters(session, engagement)]


def counts(session: Session, claim: Claim, reader: Author) -> dict[UUID, Count]:
    """Of each engagement of a claim that has letters, how many, and how many are new to the reader."""
    new = sa.and_(Letter.author != reader, Letter.read_at.is_(None))
    query = (
        sa.select(Letter.engagement_id, sa.func.count(), sa.func.sum(sa.case((new, 1), else_=0)))
        .where(Letter.engagement_id.in_([one.id for one in claim.engagements]))
        .group_by(Letter.engagement_id)
    )
    return {engagement: Count(letters, unread or 0) for engagement, letters, unread in session.execute(query)}


def waiting(
    session: Session, seen: sa.Select[Engagement], limit: int = 200
) -> Sequence[tuple[Engagement, datetime, int]]:
    """Engagements with letters that nobody has answered, the longest waiting first, with since when and how many."""
    open_ones = _open_letters().subquery()
    query = (
        seen.add_columns(open_ones.c.since, open_ones.c.number)
        .join(open_ones, open_ones.c.engagement_id == Engagement.id)
        .order_by(open_ones.c.since)
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def count_waiting(session: Session, seen: sa.Select[Engagement]) -> int:
    """How many of these engagements have letters that nobody has answered."""
    open_ones = _open_letters().subquery()
    mine = seen.with_only_columns(Engagement.id).order_by(None)
    query = sa.select(sa.func.count()).select_from(open_ones).where(open_ones.c.engagement_id.in_(mine))
    return session.scalar(query) or 0


def waiting_in(session: Session, engagements: Sequence[UUID]) -> dict[UUID, int]:
    """Of these engagements, those with letters that nobody has answered, and how many."""
    open_ones = _open_letters().where(Letter.engagement_id.in_(engagements))
    return {row.engagement_id: row.number for row in session.execute(open_ones)}


def _open_letters() -> sa.Select[UUID, datetime, int]:
    return (
        sa.select(
            Letter.engagement_id,
            sa.func.min(Letter.sent_at, type_=Letter.sent_at.type).label("since"),
            sa.func.count().label("number"),
        )
        .where(Letter.author == Author.CLAIMANT.value, Letter.settled_at.is_(None))
        .group_by(Letter.engagement_id)
    )


def _check_open(engagement: Engagement) -> None:
    if not may_write(engagement):
        raise Closed(f"no letters to an engagement that is {engagement.state}")


def _check_rate(session: Session, engagement: Engagement, now: datetime) -> None:
    query = sa.select(sa.func.count()).where(
        Letter.engagement_id == engagement.id,
        Letter.author == Author.CLAIMANT,
        Letter.sent_at > now - timedelta(days=1),
    )
    if (session.scalar(query) or 0) >= PER_DAY:
        raise TooManyLetters("within a day")


def _send(
    session: Session, runtime: Runtime, engagement: Engagement, kind: LetterKind, text: str, taken: Taken,
    *, actor: Actor, now: datetime,
) -> Letter:  # fmt: skip
    author = Author.CLAIMANT if actor.kind == "claimant" else Author.STAFF
    letter = Letter(
        id=new_id(),
        engagement_id=engagement.id,
        kind=kind,
        author=author,
        staff_id=actor.id if author is Author.STAFF else None,
        sent_at=now,
    )
    subject = engagement.claim.subject_id
    letter.body = runtime.vault.seal(session, subject, _purpose(letter.id), text.encode())
    session.add(letter)
    session.flush()
    enclosures.enclose(session, letter, taken)
    audit.record(
        session, now=now, actor=actor, action="letter.sent", subject=engagement.claim_id,
        jurisdiction=engagement.jurisdiction, kind=str(kind), files=len(taken.rows),
    )  # fmt: skip
    return letter


def _letters(session: Session, engagement: Engagement) -> Sequence[Letter]:
    query = sa.select(Letter).where(Letter.engagement_id == engagement.id)
    return session.scalars(query.order_by(Letter.sent_at, Letter.id)).all()


def _shown(session: Session, runtime: Runtime, claim: Claim, letter: Letter) -> Shown:
    return Shown(
        id=letter.id,
        kind=letter.kind,
        author=letter.author,
        text=runtime.vault.open(session, claim.subject_id, _purpose(letter.id), letter.body).decode(),
        sent_at=letter.sent_at,
        read_at=letter.read_at,
        waiting=letter.author == Author.CLAIMANT and letter.settled_at is None,
        files=tuple(enclosures.shown(session, runtime, claim.subject_id, one) for one in letter.enclosures),
    )


def _purpose(letter_id: UUID) -> str:
    return f"letter {letter_id}"

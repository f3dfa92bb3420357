"""Imported people are invited to come, and reminded once at most: by the outbox, at a pace, and only who wants it.

Such a message names nobody, holds no link and no code: the address to type, and the number of the draft. It goes to an
address that the list gave; whoever asked for no more messages, or whose address sent some back, gets none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import SYSTEM, Actor
from portal.claims import reminders, sealed, telling
from portal.claims.models import Claim
from portal.claims.particulars import Particulars
from portal.intake.errors import NoSuchRun
from portal.intake.models import ImportedRow, ImportRun
from portal.messages import service as messages
from portal.messages import stops
from portal.messages.sms import sends_sms
from portal.runtime import Runtime
from portal.web.language import day

KIND = "claim-prepared"
REMIND_AFTER = timedelta(days=7)
PAGE = 100  # people in one transaction


@dataclass(frozen=True)
class Pace:
    """No more than ``limit`` people, ``per_minute`` of them in each minute from now on."""

    limit: int
    per_minute: int


@dataclass(frozen=True)
class Asked:
    """What came of it: messages queued, people who cannot be written to, people who are left for another time."""

    queued: int
    stopped: int
    left: int


@dataclass(frozen=True)
class Standing:
    """How the people of a run stand."""

    drafts: int
    invited: int
    reminded: int
    came: int
    confirmed: int
    signed: int
    gone: int
    to_invite: int
    to_remind: int


def every_run(session: Session) -> Sequence[ImportRun]:
    """All runs, the newest first."""
    return session.scalars(sa.select(ImportRun).order_by(ImportRun.id.desc())).all()


def invite(runtime: Runtime, run_id: UUID, pace: Pace, *, remind: bool = False, by: Actor = SYSTEM) -> Asked:
    """Write to those who were not written to yet; with ``remind``, to those invited a week ago who did not come.

    Raises NoSuchRun.
    """
    queued = stopped = 0
    while queued + stopped < pace.limit:
        with runtime.database.transaction() as session:
            run = session.get(ImportRun, run_id, with_for_update=True)
            if run is None:
                raise NoSuchRun(f"there is no import {run_id}")
            size = min(PAGE, pace.limit - queued - stopped)
            rows = session.scalars(_waiting(run_id, runtime.clock(), remind=remind).limit(size)).all()
            for row in rows:
                wait = timedelta(minutes=queued // pace.per_minute)
                told = _tell(session, runtime, row, wait, remind=remind)
                queued, stopped = queued + told, stopped + (not told)
            if rows:
                action = "claims.import_reminded" if remind else "claims.import_invited"
                audit.record(
                    session, now=runtime.clock(), actor=by, action=action, subject=run_id, rows=len(rows)
                )
        if len(rows) < size:
            break
    with runtime.database.reading() as session:
        left = _count(session, _waiting(run_id, runtime.clock(), remind=remind))
    return Asked(queued, stopped, left)


def standing(session: Session, run: ImportRun, now: datetime) -> Standing:
    """Count a run's people by how far they have come."""
    of_run = (
        sa.select(ImportedRow)
        .join(Claim, Claim.id == ImportedRow.claim_id)
        .where(ImportedRow.run_id == run.id)
    )

    def counted(*met: sa.ColumnElement[bool]) -> int:
        return _count(session, of_run.where(*met))

    return Standing(
        drafts=run.created,
        invited=counted(ImportedRow.invited_at.is_not(None)),
        reminded=counted(ImportedRow.reminded_at.is_not(None)),
        came=counted(Claim.entered_at.is_not(None)),
        confirmed=counted(Claim.confirmed_at.is_not(None)),
        signed=counted(Claim.submitted_at.is_not(None)),
        gone=counted(Claim.erased_at.is_not(None)),
        to_invite=_count(session, _waiting(run.id, now, remind=False)),
        to_remind=_count(session, _waiting(run.id, now, remind=True)),
    )


def given_contacts(session: Session, runtime: Runtime, particulars: Particulars) -> list[str]:
    """Where somebody taken in by others can be written to: e-mail, then telephone; none that sent messages back."""
    texts = sends_sms(runtime.settings)
    given = sorted(particulars.unproved, key=lambda one: one.kind != "email")
    held = [one.value for one in given if one.kind == "email" or texts]
    stopped = stops.stopped_among(session, runtime.vault, held)
    return [one for one in held if one not in stopped]


def tell(session: Session, runtime: Runtime, claim: Claim, later: timedelta = timedelta(0)) -> bool:
    """Queue the message that asks the claimant to come; False where they want none or no address takes any."""
    particulars = sealed.read(session, runtime.vault, claim)
    to = given_contacts(session, runtime, particulars)
    if not to or claim.reminders_off_at is not None or claim.expires_at is None:
        return False
    zones = telling.zones(claim, particulars)
    messages.queue(
        session,
        runtime,
        subject_id=claim.subject_id,
        to=to[0],
        kind=KIND,
        language=claim.language,
        matter=telling.worded_by(runtime, claim, KIND),
        claim_number=claim.number,
        zones=zones,
        unsubscribe=reminders.address_of(runtime, claim),
        later=later,
        date=day(claim.expires_at, claim.language),
    )
    return True


def _tell(session: Session, runtime: Runtime, row: ImportedRow, wait: timedelta, *, remind: bool) -> bool:
    claim = session.get_one(Claim, row.claim_id)
    if remind:
        row.reminded_at = runtime.clock()
    else:
        row.invited_at = runtime.clock()
    return tell(session, runtime, claim, wait)


def _waiting(run_id: UUID, now: datetime, *, remind: bool) -> sa.Select[ImportedRow]:
    """Rows whose people have not come, in the list's order; what was erased or expires is left alone."""
    query = (
        sa.select(ImportedRow)
        .join(Claim, Claim.id == ImportedRow.claim_id)
        .where(
            ImportedRow.run_id == run_id,
            Claim.erased_at.is_(None),
            Claim.entered_at.is_(None),
            Claim.expires_at > now,
        )
        .order_by(ImportedRow.number)
    )
    if remind:
        old = ImportedRow.invited_at <= now - REMIND_AFTER
        return query.where(old, ImportedRow.reminded_at.is_(None), Claim.reminders_off_at.is_(None))
    return query.where(ImportedRow.invited_at.is_(None))


def _count(session: Session, query: sa.Select[ImportedRow]) -> int:
    plain = query.with_only_columns(ImportedRow.id).order_by(None).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(plain)) or 0

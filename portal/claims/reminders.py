"""Reminders to those who began a claim and did not sign it, and warnings before an unsigned claim is erased.

They stop when the claim is signed, withdrawn or erased, and when the claimant says so with one click (RFC 8058 from the
mail program, a button on the claim's page otherwise). None is written twice: each has its row.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import audit, jobs
from portal.audit import SYSTEM
from portal.claims import sealed, steps, telling
from portal.claims.models import Claim, Reminder
from portal.claims.service import claimant_of
from portal.claims.states import ClaimState
from portal.database import new_id
from portal.identity.models import ClaimantSession
from portal.matters.matter import Matter
from portal.matters.model import Reminders
from portal.messages import stops
from portal.messages.quiet import quiet_hours
from portal.runtime import Runtime
from portal.vault import Vault
from portal.web.language import day

log = structlog.get_logger()
REMINDER, ENDING = "reminder", "ending"
_TAG = 12  # bytes of the token that only we can make


@dataclass(frozen=True)
class Due:
    """One reminder or warning that is to be written now."""

    kind: str
    days: int
    about_on: date


def candidates(
    session: Session, now: datetime, plan: Reminders, after: UUID | None, limit: int
) -> list[UUID]:
    """Claims that may be due for something, by id after ``after``: unsigned drafts left alone, or soon to be erased."""
    quiet_since = now - timedelta(days=min(plan.days, default=10_000))
    ends_by = now + timedelta(days=max(plan.ending, default=0))
    query = sa.select(Claim.id).where(
        Claim.submitted_at.is_(None),
        Claim.erased_at.is_(None),
        Claim.reminders_off_at.is_(None),
        Claim.expires_at > now,
        sa.or_(Claim.updated_at <= quiet_since, Claim.expires_at <= ends_by),
    )
    if after is not None:
        query = query.where(Claim.id > after)
    return list(session.scalars(query.order_by(Claim.id).limit(limit)))


def remind(session: Session, runtime: Runtime, claim_id: UUID) -> Due | None:
    """Write what is due to one claimant, in the caller's transaction; None when nothing is, or it is night there."""
    now = runtime.clock()
    claim = session.get(Claim, claim_id, with_for_update=True)
    if claim is None or not _open(claim):
        return None
    matter = runtime.matters.current().matter
    particulars = sealed.read(session, runtime.vault, claim)
    zones = telling.zones(claim, particulars)
    found = due(session, matter, claim, ZoneInfo(zones[0]), now)
    to = telling.reachable_at(session, runtime, particulars)
    if found is None or not to or quiet_hours(runtime.settings).holds(now, zones):
        return None
    if stops.stopped(session, runtime.vault, to):
        return None
    session.add(
        Reminder(
            id=new_id(),
            claim_id=claim.id,
            kind=found.kind,
            days=found.days,
            about_on=found.about_on,
            sent_at=now,
        )
    )
    session.flush()
    missing = next(steps.missing(matter, claim, particulars), None)
    unsigned = "reminder-unfinished" if missing else "reminder-unsigned"
    telling.tell(
        session,
        runtime,
        claim,
        "draft-ending" if found.kind == ENDING else unsigned,
        unsubscribe=address_of(runtime, claim),
        date=day(_ends_on(claim, ZoneInfo(zones[0])), claim.language),
    )
    audit.record(
        session,
        now=now,
        actor=SYSTEM,
        action="claim.reminded",
        subject=claim.id,
        kind=found.kind,
        days=found.days,
    )
    return found


def due(session: Session, matter: Matter, claim: Claim, zone: ZoneInfo, now: datetime) -> Due | None:
    """What a draft is due for: the nearest warning before its end, else the latest reminder since the last activity.

    What was missed, because no worker ran, is not made up for: only the newest is written.
    """
    if claim.expires_at is None:
        return None
    plan, written = matter.toml.reminders, _written(session, claim)
    ends_on, left = _ends_on(claim, zone), claim.expires_at - now
    near = [days for days in plan.ending if left <= timedelta(days=days)]
    if near:
        done = [one.days for one in written if one.kind == ENDING and one.about_on == ends_on]
        return None if any(days <= min(near) for days in done) else Due(ENDING, min(near), ends_on)
    idle = now - last_active(session, matter, claim)
    passed = [days for days in plan.days if idle >= timedelta(days=days)]
    done = [one.days for one in written if one.kind == REMINDER]
    if not passed or any(days >= max(passed) for days in done):
        return None
    return Due(REMINDER, max(passed), claim.created_at.astimezone(zone).date())


def last_active(session: Session, matter: Matter, claim: Claim) -> datetime:
    """When the claimant last saved something, prolonged the draft, or was seen in it."""
    seen = sa.select(sa.func.max(ClaimantSession.seen_at)).where(ClaimantSession.claim_id == claim.id)
    moments = [claim.updated_at, session.scalar(seen)]
    if claim.expires_at:
        moments.append(claim.expires_at - timedelta(days=matter.toml.retention.draft_days))
    return max(moment for moment in moments if moment)


def turn(session: Session, claim: Claim, *, on: bool, now: datetime) -> None:
    """Stop reminders and warnings about a claim, or have them again. Said twice, it changes nothing."""
    if on == (claim.reminders_off_at is None):
        return
    claim.reminders_off_at = None if on else now
    audit.record(
        session,
        now=now,
        actor=claimant_of(claim),
        action="claim.reminders_on" if on else "claim.reminders_off",
        subject=claim.id,
    )


def may_be_reminded(claim: Claim) -> bool:
    """Whether there is anything to remind of: a claim that is neither signed nor erased."""
    return claim.submitted_at is None and claim.erased_at is None


def address_of(runtime: Runtime, claim: Claim) -> str:
    """Where a mail program posts to stop reminders. It opens nothing and shows nothing of the claim."""
    settings = runtime.settings
    scheme = "https" if settings.production else "http"
    return (
        f"{scheme}://{settings.site_address}/{claim.language}/reminders/{token_of(runtime.vault, claim.id)}"
    )


def token_of(vault: Vault, claim_id: UUID) -> str:
    """The claim's token: its id and what only we can make of it. It says nothing of the person and never expires."""
    made = claim_id.bytes + vault.index("reminders off", claim_id.hex)[:_TAG]
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def claim_id_of(vault: Vault, token: str) -> UUID | None:
    """The claim of a genuine token."""
    try:
        made = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    if len(made) != 16 + _TAG:
        return None
    claim_id = UUID(bytes=made[:16])
    return claim_id if hmac.compare_digest(token, token_of(vault, claim_id)) else None


@jobs.every(timedelta(minutes=30), "claims.remind", queue="messages")
def remind_all(runtime: Runtime) -> None:
    """Write the reminders and warnings that are due, each claim's in a transaction of its own."""
    count = 0
    for page in _pages(runtime):
        for claim_id in page:
            try:
                with runtime.database.transaction() as session:
                    count += remind(session, runtime, claim_id) is not None
            except IntegrityError:  # another worker wrote this one
                continue
    if count:
        log.info("claims.reminded", count=count)


def _pages(runtime: Runtime, size: int = 200) -> Iterator[list[UUID]]:
    """The candidates, some at a time; each page is read in a transaction of its own."""
    plan, after = runtime.matters.current().matter.toml.reminders, None
    while True:
        with runtime.database.reading() as session:
            found = candidates(session, runtime.clock(), plan, after, size)
        if found:
            yield found
        if len(found) < size:
            return
        after = found[-1]


def _open(claim: Claim) -> bool:
    drafting = any(one.state is ClaimState.DRAFT for one in claim.engagements) or not claim.engagements
    return may_be_reminded(claim) and claim.reminders_off_at is None and drafting


def _ends_on(claim: Claim, zone: ZoneInfo) -> date:
    assert claim.expires_at is not None
    return claim.expires_at.astimezone(zone).date()


def _written(session: Session, claim: Claim) -> list[Reminder]:
    return list(session.scalars(sa.select(Reminder).where(Reminder.claim_id == claim.id)))

"""Reminders to those who began a claim and did not sign it, to those whom they asked to sign with them, and warnings
before an unsigned claim is erased.

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
from portal.claims.models import Claim, ClaimParty, Reminder
from portal.claims.particulars import Particulars
from portal.claims.service import claimant_of
from portal.claims.states import ClaimState
from portal.database import new_id
from portal.identity.models import ClaimantSession
from portal.matters.matter import Matter
from portal.matters.model import Reminders
from portal.messages import service as messages
from portal.messages import stops
from portal.messages.quiet import quiet_hours
from portal.runtime import Runtime
from portal.vault import Vault
from portal.web.language import day

log = structlog.get_logger()
REMINDER, ENDING = "reminder", "ending"
NEVER = 1_000  # in a representative's row: no more reminders
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
        Claim.expires_at > now,
        sa.or_(Claim.origin == "", Claim.confirmed_at.is_not(None)),
        sa.or_(Claim.updated_at <= quiet_since, Claim.expires_at <= ends_by),
    )
    if after is not None:
        query = query.where(Claim.id > after)
    return list(session.scalars(query.order_by(Claim.id).limit(limit)))


def remind(session: Session, runtime: Runtime, claim_id: UUID) -> Due | None:
    """Write what is due about one claim, in the caller's transaction; answers what its claimant got, None if nothing.

    At night, where the claimant is, nobody is written to.
    """
    now = runtime.clock()
    claim = session.get(Claim, claim_id, with_for_update=True)
    if claim is None or claim.unconfirmed or not _drafting(claim):
        return None  # whoever was taken in by others is asked to confirm by a message of its own, and no more
    particulars = sealed.read(session, runtime.vault, claim)
    zones = telling.zones(claim, particulars)
    if quiet_hours(runtime.settings).holds(now, zones):
        return None
    _remind_parties(session, runtime, claim, particulars, ZoneInfo(zones[0]))
    if claim.reminders_off_at is not None:
        return None
    matter = runtime.matters.current().matter
    found = due(session, matter, claim, ZoneInfo(zones[0]), now)
    to = telling.reachable_at(session, runtime, particulars)
    if found is None or not to or stops.stopped(session, runtime.vault, to):
        return None
    _note(session, claim, found, now)
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
    if not passed or any(days >= max(passed) for days in _done(written, REMINDER)):
        return None
    return Due(REMINDER, max(passed), claim.created_at.astimezone(zone).date())


def last_active(session: Session, matter: Matter, claim: Claim) -> datetime:
    """When the claimant last saved something, prolonged the draft, or was seen in it."""
    seen = sa.select(sa.func.max(ClaimantSession.seen_at)).where(ClaimantSession.claim_id == claim.id)
    moments = [claim.updated_at, session.scalar(seen)]
    if claim.expires_at:
        moments.append(claim.expires_at - timedelta(days=matter.toml.retention.draft_days))
    return max(moment for moment in moments if moment)


def stop_party(session: Session, claim: Claim, party: str, now: datetime) -> None:
    """A representative wants no more reminders of the invitation; they can still come in and sign."""
    if NEVER not in _done(_written(session, claim), _party_kind(party)):
        _note(session, claim, Due(_party_kind(party), NEVER, claim.created_at.date()), now)


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


def address_of(runtime: Runtime, claim: Claim, party: str = "") -> str:
    """Where a mail program posts to stop reminders. It opens nothing and shows nothing of the claim."""
    settings = runtime.settings
    scheme = "https" if settings.production else "http"
    token = token_of(runtime.vault, claim.id, party)
    return f"{scheme}://{settings.site_address}/{claim.language}/reminders/{token}"


def token_of(vault: Vault, claim_id: UUID, party: str = "") -> str:
    """The token of the claimant or a representative: the claim's id, whose it is, and what only we can make of both.

    It says nothing of the person and never expires.
    """
    whose = bytes([int(party[1:] or 0)])
    made = claim_id.bytes + whose + vault.index("reminders off", f"{claim_id.hex} {party}")[:_TAG]
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def read_token(vault: Vault, token: str) -> tuple[UUID, str] | None:
    """The claim of a genuine token, and whose it is: empty for the claimant, else a representative's id."""
    try:
        made = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    if len(made) != 17 + _TAG:
        return None
    claim_id, party = UUID(bytes=made[:16]), f"r{made[16]}" if made[16] else ""
    genuine = hmac.compare_digest(token.encode(), token_of(vault, claim_id, party).encode())
    return (claim_id, party) if genuine else None


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


def _drafting(claim: Claim) -> bool:
    drafting = any(one.state is ClaimState.DRAFT for one in claim.engagements) or not claim.engagements
    return may_be_reminded(claim) and drafting


def _remind_parties(
    session: Session, runtime: Runtime, claim: Claim, particulars: Particulars, zone: ZoneInfo
) -> None:
    """Ask representatives once more who were invited and have neither signed nor refused."""
    now, plan = runtime.clock(), runtime.matters.current().matter.toml.reminders
    waiting = (ClaimParty.signed_at.is_(None), ClaimParty.refused_at.is_(None))
    for row in session.scalars(sa.select(ClaimParty).where(ClaimParty.claim_id == claim.id, *waiting)):
        who = particulars.representative(row.party)
        if who is None or row.invited_at is None:
            continue
        to, kind = who.contact.value if who.contact else who.invited, _party_kind(row.party)
        passed = [days for days in plan.days if now - row.invited_at >= timedelta(days=days)]
        if not passed or any(days >= max(passed) for days in _done(_written(session, claim), kind)):
            continue
        if not to or stops.stopped(session, runtime.vault, to):
            continue
        _note(session, claim, Due(kind, max(passed), claim.created_at.astimezone(zone).date()), now)
        messages.queue(
            session,
            runtime,
            subject_id=claim.subject_id,
            to=to,
            kind="party-invited",
            language=claim.language,
            matter=telling.worded_by(runtime, claim, "party-invited"),
            claim_number=claim.number,
            unsubscribe=address_of(runtime, claim, row.party),
        )


def _party_kind(party: str) -> str:
    return f"party-{party}"


def _done(written: list[Reminder], kind: str) -> list[int]:
    return [one.days for one in written if one.kind == kind]


def _note(session: Session, claim: Claim, what: Due, now: datetime) -> None:
    session.add(
        Reminder(
            id=new_id(),
            claim_id=claim.id,
            kind=what.kind,
            days=what.days,
            about_on=what.about_on,
            sent_at=now,
        )
    )
    session.flush()


def _ends_on(claim: Claim, zone: ZoneInfo) -> date:
    assert claim.expires_at is not None
    return claim.expires_at.astimezone(zone).date()


def _written(session: Session, claim: Claim) -> list[Reminder]:
    return list(session.scalars(sa.select(Reminder).where(Reminder.claim_id == claim.id)))

"""A claim whose mailbox was lost: its phone and a second fact open it again, after a wait in which its contacts can
stop that.

Whoever asks proves the phone first and then names the claim and the birth date. The answer is the same whether they
belong together, so that nothing is learnt of a claim by asking.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.claims import contacts, sealed
from portal.claims.models import Claim, Recovery
from portal.claims.particulars import Particulars, VerifiedContact
from portal.claims.service import claimant_of
from portal.claims.telling import tell_at
from portal.database import new_id
from portal.identity import Proof, spend
from portal.runtime import Runtime
from portal.web.language import day

REMIND_BEFORE = timedelta(hours=24)  # of the end: the second and last notice
TRIES_A_DAY = 5  # at one claim's birth date
KEPT = timedelta(days=30)  # a recovery that ended


def ask(
    session: Session, runtime: Runtime, proof: Proof, number: str, born: date, now: datetime
) -> Claim | None:
    """Try to get into a claim by a proved phone, its number (as stored) and a birth date. Uses the proof up.

    The first time, and until the wait is over, the answer is None, as it is where something does not match. After it
    the phone has become the claim's only contact, and the claim is answered, to open a session of it.
    Raises ProofSpent.
    """
    spend(session, proof, now)
    claim = _claim(session, runtime, number)
    particulars = sealed.read(session, runtime.vault, claim) if claim else Particulars()
    # A strange phone opens nothing whatever is guessed, so it does not use up the tries of the claim's own either.
    if claim is None or proof.value not in _phones(particulars) or not _may_try(session, claim, now):
        return None
    if particulars.birth_date != born:
        _record(session, claim, "recovery.refused", now)
        return None
    held = pending_for(session, claim)
    if held is None:
        _begin(session, runtime, claim, proof, now)
        return None
    if held.phone != _index(runtime, proof.value) or held.due_at > now:
        return None
    return _finish(session, runtime, claim, held, proof, now)


def pending_for(session: Session, claim: Claim) -> Recovery | None:
    """The recovery of a claim that is under way."""
    open_ones = sa.select(Recovery).where(
        Recovery.claim_id == claim.id, Recovery.cancelled_at.is_(None), Recovery.finished_at.is_(None)
    )
    return session.scalars(open_ones.limit(1)).first()


def cancel(session: Session, claim: Claim, now: datetime) -> bool:
    """Somebody who holds a contact of the claim stops it; answers whether there was one to stop."""
    held = pending_for(session, claim)
    if held is None:
        return False
    held.cancelled_at = now
    _record(session, claim, "recovery.cancelled", now)
    return True


def tell_due(session: Session, runtime: Runtime, now: datetime, limit: int = 100) -> int:
    """Tell the contacts of claims that are being recovered: at once, and again a day before the end."""
    ending = sa.and_(
        Recovery.reminded_at.is_(None), Recovery.due_at <= now + REMIND_BEFORE, Recovery.due_at > now
    )
    query = sa.select(Recovery).where(
        Recovery.cancelled_at.is_(None),
        Recovery.finished_at.is_(None),
        sa.or_(Recovery.told_at.is_(None), ending),
    )
    found = session.scalars(query.order_by(Recovery.due_at).limit(limit).with_for_update()).all()
    for one in found:
        _tell(session, runtime, one, now)
    return len(found)


def purge(session: Session, now: datetime) -> None:
    """Forget recoveries that ended long ago, or that nobody came back for."""
    session.execute(sa.delete(Recovery).where(Recovery.due_at < now - KEPT))


def _begin(session: Session, runtime: Runtime, claim: Claim, proof: Proof, now: datetime) -> None:
    session.add(
        Recovery(
            id=new_id(),
            claim_id=claim.id,
            phone=_index(runtime, proof.value),
            begun_at=now,
            due_at=now + timedelta(hours=runtime.settings.recovery_hours),
        )
    )
    _record(session, claim, "recovery.begun", now)


def _finish(
    session: Session, runtime: Runtime, claim: Claim, held: Recovery, proof: Proof, now: datetime
) -> Claim:
    before = sealed.read(session, runtime.vault, claim).contacts
    held.finished_at = now
    _record(session, claim, "recovery.finished", now)
    for one in before:
        if one.value != proof.value:
            tell_at(session, runtime, claim, one.value, "recovery-done", date=day(now, claim.language))
    proved = VerifiedContact(kind="phone", value=proof.value, verified_at=proof.proved_at)
    contacts.only(session, runtime, claim, proved, now)
    return claim


def _tell(session: Session, runtime: Runtime, one: Recovery, now: datetime) -> None:
    claim = session.get_one(Claim, one.claim_id)
    last = one.due_at <= now + REMIND_BEFORE
    one.told_at = one.told_at or now
    one.reminded_at = now if last else None
    if claim.erased_at is not None:
        return
    particulars = sealed.read(session, runtime.vault, claim)
    for contact in particulars.contacts:
        tell_at(
            session, runtime, claim, contact.value, "recovery-started", date=day(one.due_at, claim.language)
        )


def _claim(session: Session, runtime: Runtime, number: str) -> Claim | None:
    slug = runtime.matters.current().matter.slug
    found = sa.select(Claim).where(Claim.number == number, Claim.matter_slug == slug)
    return session.scalars(found.where(Claim.erased_at.is_(None)).with_for_update()).one_or_none()


def _may_try(session: Session, claim: Claim, now: datetime) -> bool:
    refused = sa.select(sa.func.count()).where(
        audit.AuditEvent.subject_id == claim.id,
        audit.AuditEvent.action == "recovery.refused",
        audit.AuditEvent.at > now - timedelta(days=1),
    )
    return (session.scalar(refused) or 0) < TRIES_A_DAY


def _phones(particulars: Particulars) -> set[str]:
    """The numbers that may open it again: proved, or given as the claimant's own."""
    return {particulars.phone, particulars.proved_phone} - {""}


def _index(runtime: Runtime, number: str) -> bytes:
    return runtime.vault.index("phone", number)


def _record(session: Session, claim: Claim, action: str, now: datetime) -> None:
    audit.record(session, now=now, actor=claimant_of(claim), action=action, subject=claim.id)

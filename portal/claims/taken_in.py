"""Drafts that somebody else took in for their claimant: staff on the telephone or at the counter, or an earlier list.

The contact in such a draft was proved by nobody, and may be mistyped or another person's by now. So whoever comes in
by it is asked for a fact that the draft holds before anything of it is shown; then the draft is theirs, and they
confirm it part by part or discard it whole.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from portal import audit
from portal.audit import Actor
from portal.claims import sealed, service
from portal.claims.flags import Flag, lower_flag
from portal.claims.models import Claim
from portal.claims.name_parts import normalised_name
from portal.claims.particulars import Particulars, VerifiedContact
from portal.identity import Contact
from portal.vault import Vault

MISSES = 5  # after so many wrong answers the contact no longer opens the draft; the law firm can help


def opens(claim: Claim, particulars: Particulars, contact: Contact) -> bool:
    """Whether a contact that was given, and not proved, leads to the draft."""
    given = {(one.kind, one.value) for one in particulars.unproved}
    return claim.misses < MISSES and (contact.kind, contact.value) in given


def asks(particulars: Particulars) -> str:
    """Which fact tells the person from whoever has their number or mailbox by now: birth, name, or none is held."""
    if particulars.birth_date:
        return "birth"
    return "name" if particulars.name else ""


def knows(particulars: Particulars, *, birth: date | None = None, name: str = "") -> bool:
    """Whether the fact is as the draft holds it; names in any script, however spaced."""
    if particulars.birth_date:
        return birth == particulars.birth_date
    if particulars.name is None:
        return True
    held = particulars.name
    names = {normalised_name(one) for one in (held.hangul, held.hanja, held.passport)} - {""}
    return normalised_name(name) in names


def miss(claim: Claim) -> int:
    """Count a wrong answer; answers how many are left."""
    claim.misses += 1
    return max(0, MISSES - claim.misses)


def enter(session: Session, vault: Vault, claim: Claim, contact: VerifiedContact, now: datetime) -> None:
    """The claimant has come: the contact is proved, and the others that were given open nothing more."""
    held = sealed.read(session, vault, claim)
    phone = held.phone or (contact.value if contact.kind == "phone" else "")
    proved = held.model_copy(update={"contacts": (*held.contacts, contact), "unproved": (), "phone": phone})
    sealed.write(session, vault, claim, proved, now)
    claim.entered_at = now
    audit.record(
        session,
        now=now,
        actor=service.claimant_of(claim),
        action="claim.entered",
        subject=claim.id,
        origin=claim.origin,
    )


def confirm(session: Session, claim: Claim, *, by: str, actor: Actor, now: datetime) -> None:
    """The claimant said that it is right: by ``code``, on the page, or by ``ink``, in signing it."""
    if not claim.unconfirmed:
        return
    claim.confirmed_at = now
    for engagement in claim.engagements:
        lower_flag(session, engagement, Flag.UNCONFIRMED)
    audit.record(
        session,
        now=now,
        actor=actor,
        action="claim.confirmed",
        subject=claim.id,
        origin=claim.origin,
        by=by,
    )

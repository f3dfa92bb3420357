"""The contacts by which a claim is opened and told: exchanging one, and taking an exchange back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal import audit
from portal.claims import sealed
from portal.claims.models import Claim
from portal.claims.particulars import AccountFacts, Particulars, ReplacedContact, VerifiedContact
from portal.claims.service import claimant_of
from portal.claims.telling import tell_at
from portal.identity import Contact, end_all
from portal.runtime import Runtime
from portal.web.language import day


def change_contact(
    session: Session, runtime: Runtime, claim: Claim, contact: VerifiedContact, now: datetime
) -> None:
    """Put a freshly proved contact in the place of the claim's contact of that kind, or beside it if there is none.

    The claim's contacts so far are told. For as long as a recovery would wait, the owner of the one replaced, or of
    those beside which it was put, can take that back (``restore``), and the one replaced still opens the claim. The
    claimant's other sessions go on.
    """
    until = now + timedelta(hours=runtime.settings.recovery_hours)
    before = sealed.read(session, runtime.vault, claim)
    if (contact.kind, contact.value) in {(one.kind, one.value) for one in before.contacts}:
        return

    def exchanged(particulars: Particulars) -> Particulars:
        gone = [one for one in particulars.contacts if one.kind == contact.kind]
        kept = [one for one in particulars.replaced if one.until > now and one.value != contact.value]
        # Where nothing goes, the others may object to what was put beside them.
        kept += [
            ReplacedContact(kind=one.kind, value=one.value, by=contact.value, until=until)
            for one in gone or particulars.contacts
        ]
        stay = [one for one in particulars.contacts if one.kind != contact.kind]
        changed = {"contacts": (*stay, contact), "replaced": tuple(kept)}
        return particulars.model_copy(
            update=changed | _phone(particulars, contact) | _account(particulars, contact.kind)
        )

    _rewrite(session, runtime, claim, exchanged, now)
    _record(session, claim, "claim.contact_changed", contact.kind, now)
    for one in before.contacts:
        tell_at(session, runtime, claim, one.value, "contact-changed", date=day(now, claim.language))


def replaced_at(session: Session, runtime: Runtime, claim: Claim, now: datetime) -> list[ReplacedContact]:
    """Contacts that were replaced so short a while ago that the exchange can be taken back."""
    return [one for one in sealed.read(session, runtime.vault, claim).replaced if one.until > now]


def restore(session: Session, runtime: Runtime, claim: Claim, held: Contact, now: datetime) -> bool:
    """Whoever still holds a replaced contact says that the exchange was not theirs: it counts again, and the contact
    that took its place opens nothing any more. Everybody is signed out. Answers whether there was such an exchange."""
    particulars = sealed.read(session, runtime.vault, claim)
    found = next((one for one in particulars.replaced if one.until > now and one.value == held.value), None)
    if found is None:
        return False

    def back(one: Particulars) -> Particulars:
        old = VerifiedContact(kind=found.kind, value=found.value, verified_at=now)
        contacts = [c for c in one.contacts if c.kind != found.kind and c.value != found.by] + [old]
        rest = tuple(c for c in one.replaced if c.value not in (found.value, found.by))
        changed = {"contacts": tuple(contacts), "replaced": rest}
        phone = _phone(one, old) or ({"phone": ""} if one.phone == found.by else {})
        return one.model_copy(update=changed | phone)

    _rewrite(session, runtime, claim, back, now)
    end_all(session, claim.id, now)
    _record(session, claim, "claim.contact_restored", found.kind, now)
    return True


def settle(session: Session, runtime: Runtime, claim: Claim, held: Contact, now: datetime) -> None:
    """Whoever holds a replaced contact says that the exchange was theirs: then it is over, and nobody can object."""

    def settled(one: Particulars) -> Particulars:
        return one.model_copy(update={"replaced": tuple(c for c in one.replaced if c.value != held.value)})

    if any(one.value == held.value for one in sealed.read(session, runtime.vault, claim).replaced):
        _rewrite(session, runtime, claim, settled, now)


def only(session: Session, runtime: Runtime, claim: Claim, contact: VerifiedContact, now: datetime) -> None:
    """Make a contact the claim's only one; every other opens nothing any more, and everybody is signed out."""

    def alone(one: Particulars) -> Particulars:
        changed = {"contacts": (contact,), "replaced": ()}
        return one.model_copy(update=changed | _phone(one, contact) | _account(one, "email"))

    _rewrite(session, runtime, claim, alone, now)
    end_all(session, claim.id, now)


def _phone(particulars: Particulars, contact: VerifiedContact) -> dict[str, str]:
    """A proved phone is also the number to call, where none was given or its predecessor was given."""
    if contact.kind != "phone" or particulars.phone not in ("", particulars.proved_phone):
        return {}
    return {"phone": contact.value}


def _account(particulars: Particulars, kind: str) -> dict[str, AccountFacts]:
    """An account's address that was "the same as the contact" stays what it was."""
    account = particulars.account
    if kind != "email" or account is None or account.email or not particulars.email:
        return {}
    return {"account": account.model_copy(update={"email": particulars.email})}


def _rewrite(
    session: Session,
    runtime: Runtime,
    claim: Claim,
    change: Callable[[Particulars], Particulars],
    now: datetime,
) -> None:
    """Who is let in and told counts at once, in what was signed and in what is being changed. What was signed says so
    itself: each act keeps its own details, and a document that states a contact is offered to be signed again."""
    vault, amended = runtime.vault, claim.amendment is not None
    latest = sealed.read_latest(session, vault, claim)
    sealed.write(session, vault, claim, change(sealed.read(session, vault, claim)), now)
    if amended:
        sealed.write_amendment(session, vault, claim, change(latest), now)


def _record(session: Session, claim: Claim, action: str, kind: str, now: datetime) -> None:
    audit.record(session, now=now, actor=claimant_of(claim), action=action, subject=claim.id, kind=kind)

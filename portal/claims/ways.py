"""Which claims a proved contact opens: those whose contact it is, and those in which it is a representative's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.claims import parties, sealed, taken_in
from portal.claims.models import Claim
from portal.claims.particulars import Particulars
from portal.identity import Contact
from portal.vault import Vault

MOST = 50  # claims of one contact that are offered; no household is larger


@dataclass(frozen=True)
class Way:
    """A claim that the contact opens. ``party`` is empty for the claimant and names a representative else."""

    claim: Claim
    party: str = ""
    particulars: Particulars = field(default_factory=Particulars)
    taken_in: bool = False
    """Whether the contact was given by staff or a list, and nobody has proved it yet."""

    @property
    def id(self) -> str:
        """What a form says to choose it."""
        return f"{self.claim.number} {self.party}".strip()


def ways_in(
    session: Session, vault: Vault, slug: str, contact: Contact, now: datetime, *, to_open: bool = False
) -> tuple[Way, ...]:
    """Every claim of a matter that the contact opens, oldest first.

    ``to_open``: two requests that prove the same contact at once wait for each other here, so that they cannot begin
    two claims.
    """
    if to_open and session.get_bind().dialect.name == "postgresql":
        key = int.from_bytes(vault.index(contact.kind, contact.value)[:8], "big", signed=True)
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
    found = [*_own(session, vault, slug, contact, now), *_as_party(session, vault, slug, contact)]
    return tuple(sorted(found, key=lambda way: (way.claim.created_at, way.party)))


def opens(particulars: Particulars, contact: Contact, now: datetime) -> bool:
    """Whether a contact opens the claim of these particulars: it was proved, and was not given up.

    A phone number that was only typed opens nothing; one that was replaced a short while ago still does.
    """
    held = [(one.kind, one.value) for one in particulars.contacts]
    held += [(one.kind, one.value) for one in particulars.replaced if one.until > now]
    return (contact.kind, contact.value) in held


def _own(session: Session, vault: Vault, slug: str, contact: Contact, now: datetime) -> list[Way]:
    found = []
    for claim in _claims(session, vault, slug, contact.kind, contact.value):
        particulars = sealed.read(session, vault, claim)
        if opens(particulars, contact, now):
            found.append(Way(claim, "", particulars))
        elif taken_in.opens(claim, particulars, contact):
            found.append(Way(claim, "", particulars, taken_in=True))
    return found


def _as_party(session: Session, vault: Vault, slug: str, contact: Contact) -> list[Way]:
    found = []
    for claim in _claims(session, vault, slug, f"party_{contact.kind}", contact.value):
        particulars = sealed.read_latest(session, vault, claim)
        found += [
            Way(claim, one.id, particulars)
            for one in particulars.representatives
            if one.invited == contact.value and _is_invited(session, claim, one.id)
        ]
    return found


def _is_invited(session: Session, claim: Claim, party: str) -> bool:
    """Naming somebody's address invites nobody yet."""
    row = parties.row_of(session, claim, party)
    return row is not None and row.invited_at is not None


def _claims(session: Session, vault: Vault, slug: str, kind: str, value: str) -> list[Claim]:
    found = sealed.find(session, vault, kind, value)
    query = found.where(Claim.matter_slug == slug, Claim.erased_at.is_(None)).order_by(Claim.created_at)
    return list(session.scalars(query.limit(MOST)))

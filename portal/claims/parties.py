"""Who signs for a claim, and how a representative is invited and comes in.

The one place that says who must sign. A *seat* is where somebody sits to sign: the claim's own session (empty), or
that of a representative who came in by an invitation. Whoever began the claim for a child, a ward or a company is its
first representative and signs in the claim's own session.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import Actor
from portal.claims import sealed
from portal.claims.errors import ClaimError
from portal.claims.kinds import SELF
from portal.claims.models import Claim, ClaimParty
from portal.claims.particulars import Particulars, PersonName, Representative, VerifiedContact
from portal.database import new_id
from portal.identity.sessions import end_party
from portal.matters.claimants import ActingException
from portal.matters.matter import Matter
from portal.messages import service as messages
from portal.runtime import Runtime

ALONE = (SELF, "heir")  # kinds that sign for themselves
Capacity = Literal["self", "parent", "guardian", "officer", "heir"]
PAUSE = timedelta(minutes=10)  # between two invitations of the same person: a mailbox needs its time


class NotInvited(ClaimError):
    """The contact is not, or no longer, that of the representative who was invited."""


class InvitedJustNow(ClaimError):
    """The representative was invited a moment ago."""


@dataclass(frozen=True)
class Signer:
    """Somebody who must sign. ``party`` is empty for the claimant and else the representative's id."""

    party: str
    capacity: Capacity
    name: PersonName
    seat: str = ""


def signers(matter: Matter, claim: Claim, particulars: Particulars) -> tuple[Signer, ...]:
    """Everybody who must sign, in order. Representatives not named yet are missing from it; ``lacks_signers`` tells."""
    if claim.kind in ALONE:
        capacity: Capacity = "heir" if claim.kind == "heir" else "self"
        return (Signer("", capacity, particulars.name or PersonName()),)
    acting = particulars.representatives[: needed(matter, claim, particulars)]
    return tuple(Signer(one.id, one.kind, one.name, seat_of(one)) for one in acting)


def needed(matter: Matter, claim: Claim, particulars: Particulars) -> int:
    """How many representatives sign: as many as the rule asks for, one where an exception of the matter is claimed."""
    kind = matter.claimants.kind(claim.kind)
    rule = kind.signers if kind else 0
    return 1 if rule and exception_of(matter, claim, particulars) else rule


def exception_of(matter: Matter, claim: Claim, particulars: Particulars) -> ActingException | None:
    """The matter's exception that this claim rests on, if any."""
    kind = matter.claimants.kind(claim.kind)
    return kind.exception(particulars.exception) if kind and particulars.exception else None


def lacks_signers(matter: Matter, claim: Claim, particulars: Particulars) -> bool:
    """Whether somebody who must sign is not named yet."""
    found = signers(matter, claim, particulars)
    return not found or len(found) < needed(matter, claim, particulars)


def seat_of(representative: Representative) -> str:
    """Where a representative signs: in the claim's own session, unless they are invited by a contact of their own."""
    return representative.id if representative.invited else ""


def signer_at(matter: Matter, claim: Claim, particulars: Particulars, seat: str) -> Signer | None:
    """Who signs from a seat; None for a minor who began the claim without the parents, and for anybody not needed."""
    return next((one for one in signers(matter, claim, particulars) if one.seat == seat), None)


def row_of(session: Session, claim: Claim, party: str) -> ClaimParty | None:
    """The row of a representative who is invited; None for one who signs in the claim's own session."""
    query = sa.select(ClaimParty).where(ClaimParty.claim_id == claim.id, ClaimParty.party == party)
    return session.scalars(query).one_or_none()


def rows_of(session: Session, claim: Claim) -> dict[str, ClaimParty]:
    """Every such row of a claim, by the representative's id."""
    query = sa.select(ClaimParty).where(ClaimParty.claim_id == claim.id)
    return {one.party: one for one in session.scalars(query)}


def party_of(claim: Claim) -> Actor:
    """A representative as an actor in the audit chain: known by the claim; the event's detail says which one."""
    return Actor("claimant", claim.id)


def invite(session: Session, runtime: Runtime, claim: Claim, party: str, now: datetime) -> None:
    """Ask a representative to come in, read and sign: a message without a link and without anybody's name.

    Raises NotInvited when there is nobody of that id to invite, and InvitedJustNow.
    """
    who = sealed.read_latest(session, runtime.vault, claim).representative(party)
    if who is None or not who.invited:
        raise NotInvited(party)
    row = row_of(session, claim, party) or _new_row(session, claim, who, now)
    if row.invited_at is not None and now - row.invited_at < PAUSE:
        raise InvitedJustNow(party)
    row.invited_at, row.refused_at = now, None
    tell_party(session, runtime, claim, who, "party-invited")
    audit.record(
        session, now=now, actor=party_of(claim), action="claim.party_invited", subject=claim.id, party=party
    )


def join(
    session: Session,
    runtime: Runtime,
    claim: Claim,
    party: str,
    contact: VerifiedContact,
    now: datetime,
) -> None:
    """A representative has proved the contact by which they were invited, and comes in.

    Raises NotInvited when the invitation is not, or no longer, for this contact.
    """
    latest = sealed.read_latest(session, runtime.vault, claim)
    who = latest.representative(party)
    if who is None or not who.invited or who.invited != contact.value:
        raise NotInvited(party)
    row = row_of(session, claim, party)
    if row is None or row.invited_at is None:
        raise NotInvited(party)
    if row.joined_at is None:
        row.joined_at = now
        audit.record(
            session,
            now=now,
            actor=party_of(claim),
            action="claim.party_joined",
            subject=claim.id,
            party=party,
        )
    keep_contact(session, runtime, claim, party, contact, now)


def keep_contact(
    session: Session, runtime: Runtime, claim: Claim, party: str, contact: VerifiedContact, now: datetime
) -> None:
    """Note the proved contact where the representative is named, in what was signed and in what is being changed."""
    vault = runtime.vault
    held = sealed.read(session, vault, claim)
    changed = sealed.read_latest(session, vault, claim)
    amending = claim.amendment is not None
    if (one := held.representative(party)) and one.invited == contact.value and one.contact != contact:
        sealed.write(session, vault, claim, _with_contact(held, party, contact), now)
    if amending and (one := changed.representative(party)) and one.invited == contact.value:
        sealed.write_amendment(session, vault, claim, _with_contact(changed, party, contact), now)


def refuse(session: Session, claim: Claim, party: str, now: datetime) -> bool:
    """A representative will not sign; whether that is new. Signing or a new invitation takes it back."""
    row = row_of(session, claim, party)
    if row is None or row.refused_at is not None:
        return False
    row.refused_at = now
    audit.record(
        session, now=now, actor=party_of(claim), action="claim.party_refused", subject=claim.id, party=party
    )
    return True


def settle(session: Session, claim: Claim, before: Particulars, after: Particulars, now: datetime) -> None:
    """Keep the rows of invited representatives in step with the details.

    Somebody else, or somebody with another contact, has not come in yet: the earlier one's sessions end.
    """
    rows = rows_of(session, claim)
    for party in {one.id for one in (*before.representatives, *after.representatives)} | rows.keys():
        was, now_is = before.representative(party), after.representative(party)
        if now_is is not None and now_is.invited:
            if party not in rows:
                _new_row(session, claim, now_is, now)
            elif was is not None and was.invited != now_is.invited:
                _start_again(rows[party], now_is)
                end_party(session, claim.id, party, now)
        elif party in rows:
            end_party(session, claim.id, party, now)
            session.delete(rows[party])
    session.flush()


def tell_party(
    session: Session, runtime: Runtime, claim: Claim, who: Representative, kind: str, date: str = ""
) -> None:
    """Queue a message to an invited representative, in the claim's language; without a phrase: they chose none."""
    messages.queue(
        session,
        runtime,
        subject_id=claim.subject_id,
        to=who.contact.value if who.contact else who.invited,
        kind=kind,
        language=claim.language,
        matter=runtime.matters.by_id(claim.matter_version_id).matter,
        claim_number=claim.number,
        date=date,
    )


def _new_row(session: Session, claim: Claim, who: Representative, now: datetime) -> ClaimParty:
    row = ClaimParty(id=new_id(), claim_id=claim.id, party=who.id, kind=who.kind, created_at=now)
    session.add(row)
    session.flush()
    return row


def _start_again(row: ClaimParty, who: Representative) -> None:
    row.kind, row.readings = who.kind, None
    row.invited_at = row.joined_at = row.signed_at = row.refused_at = None


def _with_contact(particulars: Particulars, party: str, contact: VerifiedContact) -> Particulars:
    changed = tuple(
        one.model_copy(update={"contact": contact}) if one.id == party else one
        for one in particulars.representatives
    )
    return particulars.model_copy(update={"representatives": changed})

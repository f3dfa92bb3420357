"""What a browser brings to the entrance: answers and chosen tracks, and a contact that was proved a short while ago."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal import identity
from portal.claims import sealed
from portal.claims.models import Claim
from portal.claims.particulars import Particulars
from portal.claims.service import SEOUL
from portal.eligibility import visit
from portal.identity import Contact, Proof, browser, sessions
from portal.identity.contacts import Kind
from portal.identity.models import ClaimantSession
from portal.identity.service import PROOF_LIFE
from portal.matters.shelf import PublishedMatter
from portal.web import Claimant, runtime


@dataclass(frozen=True)
class Visit:
    """What a visitor answered and chose before proving anything."""

    answers: dict[str, str]
    tracks: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether a claim can begin from it."""
        return bool(self.answers and self.tracks)


@dataclass(frozen=True)
class Basis:
    """A contact proved within the hour, by a proof not used yet or by the session that it opened.

    Whoever proved the contact could open each of its claims then; so the session may be exchanged for another of
    them, as long as the proof is fresh and the contact is still the claim's.
    """

    contact: Contact
    proved_at: datetime
    proof: Proof | None = None
    claim_id: UUID | None = None
    party: str = ""


def visit_here(published: PublishedMatter) -> Visit:
    """What this browser's cookie holds of answers, as far as the present version knows them and tracks are open."""
    path = visit.path(published.matter)
    today = runtime().clock().astimezone(SEOUL).date()
    open_now = {track.id for track in published.matter.tracks if track.is_open(today)}
    tracks = tuple(track for track in visit.chosen() if track in open_now)
    return Visit({} if path.next else dict(path.answers), tracks)


def basis_here(session: Session, *, to_spend: bool = False) -> Basis | None:
    """The contact that this browser proved: by an unused proof first, else by the session it holds.

    ``to_spend`` locks the session's row, so that of two presses of a button the second finds it ended.
    """
    proof = identity.standing_proof(
        session, runtime(), code_id=browser.asked_code(), browser=browser.visitor()
    )
    here = browser.claimant_here()
    if proof is not None:
        claim_id = here.claim_id if here else None
        return Basis(proof.contact, proof.proved_at, proof, claim_id, here.party if here else "")
    return _of_session(session, here, to_spend) if here else None


def basis_of(session: Session, here: Claimant) -> Basis | None:
    """The contact that a session was opened by and when it was proved, however long ago; None where it is unknown or
    no longer the claim's."""
    held = session.get(ClaimantSession, here.session_id)
    contact = _contact(session, held) if held else None
    if held is None or contact is None or held.proved_at is None:
        return None
    return Basis(contact, held.proved_at, None, held.claim_id, held.party)


def _of_session(session: Session, here: Claimant, to_spend: bool) -> Basis | None:
    held = (
        sessions.take(session, here.session_id) if to_spend else session.get(ClaimantSession, here.session_id)
    )
    if held is None or held.ended_at is not None or held.proved_at is None:
        return None
    if held.proved_at + PROOF_LIFE <= runtime().clock():
        return None
    contact = _contact(session, held)
    return Basis(contact, held.proved_at, None, held.claim_id, held.party) if contact else None


def _contact(session: Session, held: ClaimantSession) -> Contact | None:
    """Of the claim's contacts the one whose blind index the session bears."""
    claim = session.get(Claim, held.claim_id)
    if claim is None or claim.erased_at is not None:
        return None
    particulars = sealed.read_latest(session, runtime().vault, claim)
    index = runtime().vault.index
    return next((one for one in _contacts(particulars) if index(one.kind, one.value) == held.contact), None)


def _contacts(particulars: Particulars) -> list[Contact]:
    held = [Contact(one.kind, one.value) for one in particulars.contacts]
    held += [Contact(one.kind, one.value) for one in particulars.replaced]
    for one in particulars.representatives:
        kind: Kind = "phone" if one.invited.startswith("+") else "email"
        held += [Contact(kind, one.invited)] if one.invited else []
    return held

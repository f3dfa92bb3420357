"""Whether the person at the screen has just proved a contact of the claim: asked for before everything is given out."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal import identity
from portal.claims import sealed
from portal.claims.models import Claim
from portal.identity import Contact, browser
from portal.identity.models import ClaimantSession
from portal.runtime import Runtime
from portal.web import Claimant

FRESH = timedelta(minutes=10)
"""Long enough to press a button, too short for a phone that somebody left lying."""


def is_fresh(session: Session, runtime: Runtime, claimant: Claimant, claim: Claim, now: datetime) -> bool:
    """Whether such a contact was proved in this browser within the last ten minutes: by coming in, or since."""
    known = contacts_of(session, runtime, claim, now)
    held = session.get(ClaimantSession, claimant.session_id)
    if held is not None and held.proved_at is not None and now - held.proved_at < FRESH:
        return held.contact in [runtime.vault.index(one.kind, one.value) for one in known]
    proof = identity.standing_proof(
        session, runtime, code_id=browser.asked_code("contact"), browser=browser.visitor(), purpose="contact"
    )
    return proof is not None and now - proof.proved_at < FRESH and proof.contact in known


def contacts_of(session: Session, runtime: Runtime, claim: Claim, now: datetime) -> list[Contact]:
    """Contacts that can be asked whether it is their owner, e-mail first.

    One that was exchanged or added lately is not among them: whoever finds a claim open on a screen could add their
    own, and as long as its owner can take that back, everything is not to be given to it.
    """
    wait = timedelta(hours=runtime.settings.recovery_hours)
    found = sealed.read(session, runtime.vault, claim).contacts
    old = [one for one in found if one.verified_at <= max(claim.created_at, now - wait)]
    return [Contact(one.kind, one.value) for one in sorted(old, key=lambda one: one.kind)]

"""Messages to the claimant of a claim: whose they are, where they go, in which language and with which phrase."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from portal.claims import sealed
from portal.claims.models import Claim, Engagement
from portal.claims.particulars import Particulars
from portal.matters.matter import Matter
from portal.messages import service as messages
from portal.messages import stops
from portal.messages.models import OutboxMessage
from portal.messages.quiet import zones_of
from portal.messages.sms import sends_sms
from portal.runtime import Runtime
from portal.web.language import HOME_ZONES, day


def tell(
    session: Session, runtime: Runtime, claim: Claim, kind: str, *, unsubscribe: str = "", **values: str
) -> OutboxMessage:
    """Queue the matter's message of a kind, in the caller's transaction and the version that the claim rests on.

    It goes to the proved e-mail address, else to the proved telephone; one that messages came back from is passed over
    as long as there is another. ``values`` fill what that kind names beside the claim's own number and phrase.
    """
    particulars = sealed.read(session, runtime.vault, claim)
    return messages.queue(
        session,
        runtime,
        subject_id=claim.subject_id,
        to=reachable_at(session, runtime, particulars),
        kind=kind,
        language=claim.language,
        matter=worded_by(runtime, claim, kind),
        claim_number=claim.number,
        phrase=particulars.phrase,
        zones=zones(claim, particulars),
        unsubscribe=unsubscribe,
        values=values,
    )


def tell_at(session: Session, runtime: Runtime, claim: Claim, to: str, kind: str, **values: str) -> None:
    """The same to one e-mail address or phone number, such as one that no longer opens the claim."""
    messages.queue(
        session,
        runtime,
        subject_id=claim.subject_id,
        to=to,
        kind=kind,
        channel="sms" if to.startswith("+") else "email",
        language=claim.language,
        matter=worded_by(runtime, claim, kind),
        claim_number=claim.number,
        phrase=sealed.read(session, runtime.vault, claim).phrase,
        values=values,
    )


def tell_of(session: Session, runtime: Runtime, engagement: Engagement, kind: str, **values: str) -> None:
    """The same about one engagement, naming its counsel."""
    claim = engagement.claim
    matter = runtime.matters.by_id(claim.matter_version_id).matter
    counsel = matter.counsel(engagement.jurisdiction).name[claim.language]
    tell(session, runtime, claim, kind, counsel=counsel, **values)


def ask_for(session: Session, runtime: Runtime, engagement: Engagement, text: str, until: date) -> None:
    """Keep what is asked of the claimant where the claim's page shows it, and tell them by when it is asked for."""
    sealed.write_note(session, runtime.vault, engagement, text)
    by_day = day(until, engagement.claim.language)
    tell_of(session, runtime, engagement, "information-requested", date=by_day)


def contacts_of(runtime: Runtime, particulars: Particulars) -> list[str]:
    """Where the claimant can be written to, first what is preferred: e-mail, then telephone.

    Proved ones; only whoever signed in ink and proved none yet is written to at what they gave.
    """
    held = [(one.kind, one.value) for one in particulars.contacts or particulars.unproved]
    kinds = ("email", "phone") if sends_sms(runtime.settings) else ("email",)
    return [value for kind in kinds for held_kind, value in held if held_kind == kind]


def reachable_at(session: Session, runtime: Runtime, particulars: Particulars) -> str:
    """The first of them that nothing came back from; the first of all if there is no such; empty without any."""
    contacts = contacts_of(runtime, particulars)
    stopped = stops.stopped_among(session, runtime.vault, contacts)
    return next((one for one in contacts if one not in stopped), contacts[0] if contacts else "")


def worded_by(runtime: Runtime, claim: Claim, kind: str) -> Matter:
    """The version that the claim rests on; the present one for a kind of message that is younger than it."""
    matter = runtime.matters.by_id(claim.matter_version_id).matter
    known = (kind, claim.language) in matter.messages
    return matter if known else runtime.matters.current().matter


def zones(claim: Claim, particulars: Particulars) -> tuple[str, ...]:
    """The zones that the claimant may live in: by their address, else where counsel of their first track sit."""
    home = next((one.jurisdiction for one in claim.engagements), "kr" if claim.language == "ko" else "us")
    address = particulars.address
    country = address.country if address else claim.residence or ""
    otherwise = HOME_ZONES["us" if country == "US" else home].key
    return zones_of(country, address.region if address else "", otherwise)

"""Messages to the claimant of a claim: whose they are, in which language and with which phrase, is said once here."""

from datetime import date

from sqlalchemy.orm import Session

from portal.claims import sealed
from portal.claims.models import Claim, Engagement
from portal.messages import service as messages
from portal.runtime import Runtime
from portal.web.language import day


def tell(session: Session, runtime: Runtime, claim: Claim, kind: str, **values: str) -> None:
    """Queue the matter's message of a kind, in the caller's transaction and the version that the claim rests on.

    ``values`` fill what that kind names beside the claim's own number and phrase.
    """
    particulars = sealed.read(session, runtime.vault, claim)
    messages.queue(
        session,
        runtime,
        subject_id=claim.subject_id,
        to=particulars.email,
        kind=kind,
        language=claim.language,
        matter=runtime.matters.by_id(claim.matter_version_id).matter,
        claim_number=claim.number,
        phrase=particulars.phrase,
        useless_after=None,
        **values,
    )


def tell_of(session: Session, runtime: Runtime, engagement: Engagement, kind: str, **values: str) -> None:
    """The same about one engagement, naming its counsel."""
    claim = engagement.claim
    matter = runtime.matters.by_id(claim.matter_version_id).matter
    counsel = matter.counsel(engagement.jurisdiction).name[claim.language]
    tell(session, runtime, claim, kind, counsel=counsel, **values)


def ask_for(session: Session, runtime: Runtime, engagement: Engagement, text: str, until: date) -> None:
    """Keep what is asked of the claimant where the claim's page shows it, and send it, with the day it is asked for."""
    sealed.write_note(session, runtime.vault, engagement, text)
    by_day = day(until, engagement.claim.language)
    tell_of(session, runtime, engagement, "information-requested", text=text, date=by_day)

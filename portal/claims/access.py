"""Which claims a person may touch: the one place where objects are authorised. Views never load a claim otherwise."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from portal.claims.models import Claim, Engagement
from portal.claims.states import ClaimState
from portal.web.access import Claimant, Staff


def own_claim(session: Session, claimant: Claimant, *, to_change: bool = False) -> Claim:
    """The claim whose contact was proved in this browser. Raises NotFound when it was erased meanwhile.

    ``to_change`` takes the row's lock, so that two devices save one after the other.
    """
    claim = session.get(Claim, claimant.claim_id, with_for_update=True if to_change else None)
    if claim is None or claim.erased_at is not None:
        raise NotFound
    return claim


def handed_claim(session: Session, claim_id: UUID) -> Claim:
    """The claim of a phone's one-time address, found genuine before (``packets.handoff``): it shows the claim's number
    and takes strokes, and nothing else of the claim is anybody's who only holds the address. Raises NotFound."""
    claim = session.get(Claim, claim_id)
    if claim is None or claim.erased_at is not None:
        raise NotFound
    return claim


def reminded_claim(session: Session, claim_id: UUID) -> Claim | None:
    """The claim of a reminder's token, found genuine before (``claims.reminders``): whoever holds the message may stop
    such messages, and see nothing. None when it was erased."""
    claim = session.get(Claim, claim_id, with_for_update=True)
    return None if claim is None or claim.erased_at is not None else claim


def engagements_seen_by(staff: Staff) -> sa.Select[Engagement]:
    """Every engagement a staff member may see: signed, and of their jurisdictions. All staff queries start here."""
    return sa.select(Engagement).where(
        Engagement.jurisdiction.in_(staff.jurisdictions), Engagement.state != ClaimState.DRAFT
    )


def engagements_of_office(staff: Staff) -> sa.Select[Engagement]:
    """Every engagement of a staff member's jurisdictions, drafts too: paper comes in before it counts as signed.

    Of a draft staff see only the print and its pages, which the claimant sent to be looked at.
    """
    # Asked of each that is looked at: a list of all kept claims would be made anew for every page.
    kept = sa.exists().where(Claim.id == Engagement.claim_id, Claim.erased_at.is_(None)).correlate(Engagement)
    return sa.select(Engagement).where(Engagement.jurisdiction.in_(staff.jurisdictions), kept)


def seen_engagement(
    session: Session, staff: Staff, engagement_id: UUID, *, to_change: bool = False
) -> Engagement:
    """One of them. Another office's is NotFound, not Forbidden: that it exists is not theirs to know either.

    ``to_change`` takes the row's lock, so that two members of staff decide one after the other.
    """
    query = engagements_seen_by(staff).where(Engagement.id == engagement_id)
    if to_change:
        query = query.with_for_update(of=Engagement)
    found = session.scalars(query).one_or_none()
    if found is None or found.claim.erased_at is not None:
        raise NotFound
    return found

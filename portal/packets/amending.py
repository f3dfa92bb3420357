"""What a claimant changed after signing and has not signed again, for the claim's page."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from portal.claims.models import Claim
from portal.claims.sections import UnsignedLine
from portal.claims.states import ClaimState
from portal.packets import reading
from portal.web import runtime


def changed_lines(session: Session, claim: Claim) -> Sequence[UnsignedLine]:
    """The documents that have to be signed again; none in a draft, which has not been signed at all."""
    if claim.draft:
        return ()
    published = runtime().matters.current()
    signed = {one.jurisdiction for one in claim.engagements if one.state is not ClaimState.DRAFT}
    return [
        UnsignedLine(entry.jurisdiction, entry.document.title)
        for entry in reading.reading_list(session, runtime(), published, claim)
        if entry.jurisdiction in signed
    ]

"""Who has signed and who has still to, and what is still missing: for the pages of claimants and of staff."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from flask import g
from sqlalchemy.orm import Session

from portal.claims import parties, sealed
from portal.claims.models import Claim, Engagement, Signature
from portal.claims.particulars import Representative
from portal.claims.parties import Signer
from portal.claims.sections import LackingLine, SignerLine
from portal.claims.states import ClaimState
from portal.evidence import listing
from portal.matters.matter import Matter
from portal.packets import reading
from portal.runtime import Runtime
from portal.web import runtime
from portal.web.shown import masked_contact


def signer_lines(session: Session, claim: Claim) -> list[SignerLine]:
    """Everybody who must sign, with how far each has come; nobody for a claim that one person signs alone."""
    matter = _matter(runtime(), claim)
    particulars = sealed.read_latest(session, runtime().vault, claim)
    everybody = parties.signers(matter, claim, particulars)
    if claim.kind in parties.ALONE:
        return []
    rows, here = parties.rows_of(session, claim), getattr(g, "claimant", None)
    lines = []
    for signer in everybody:
        row, who = rows.get(signer.party), particulars.representative(signer.party)
        lines.append(
            SignerLine(
                party=signer.party,
                seat=signer.seat,
                capacity=signer.capacity,
                name=signer.name,
                here=here is not None and here.party == signer.seat,
                contact=_masked(who),
                invited_at=row.invited_at if row else None,
                joined_at=row.joined_at if row else None,
                refused_at=row.refused_at if row else None,
                signed_at=_signed_at(session, claim, signer),
                waiting=_waiting(session, claim, signer),
            )
        )
    return lines


def lacking_lines(session: Session, claim: Claim) -> list[LackingLine]:
    """The proofs that this kind of claim needs and that are not there yet, each with what follows from it."""
    matter = _matter(runtime(), claim)
    kind = matter.claimants.kind(claim.kind)
    if kind is None or kind.lacking is None:
        return []
    particulars = sealed.read_latest(session, runtime().vault, claim)
    exception = parties.exception_of(matter, claim, particulars)
    wanted = dict.fromkeys((*kind.proofs, *([exception.proof] if exception else [])))
    held = {piece.kind for piece in listing.list_for(session, runtime(), claim.id)}
    known = {one.id: one for one in matter.authority_for(claim.tracks)}
    return [
        LackingLine(known[proof].id, known[proof].name, known[proof].help, kind.lacking)
        for proof in wanted
        if proof in known and proof not in held
    ]


def _matter(opened: Runtime, claim: Claim) -> Matter:
    return (
        opened.matters.current().matter
        if claim.draft
        else opened.matters.by_id(claim.matter_version_id).matter
    )


def _masked(who: Representative | None) -> str:
    return masked_contact(who.invited) if who is not None and who.invited else ""


def _signed_at(session: Session, claim: Claim, signer: Signer) -> datetime | None:
    """When they last gave a signature that counts, or counts once the others have signed too."""
    ids = [engagement.id for engagement in claim.engagements]
    query = sa.select(sa.func.max(Signature.signed_at)).where(
        Signature.engagement_id.in_(ids), Signature.party == signer.party, Signature.void_at.is_(None)
    )
    found: datetime | None = session.scalar(query)
    return found


def _waiting(session: Session, claim: Claim, signer: Signer) -> bool:
    """Whether there is something that they have still to sign."""
    if not any(_open(engagement) for engagement in claim.engagements):
        return False
    return bool(reading.to_sign(session, runtime(), runtime().matters.current(), claim, signer.seat))


def _open(engagement: Engagement) -> bool:
    return engagement.state not in (ClaimState.WITHDRAWN, ClaimState.DECLINED, ClaimState.FILED)

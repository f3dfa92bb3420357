"""A claim's evidence as its packets and dossiers ask for it: exhibits, certificates, and what is missing yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.claims import sealed
from portal.claims.models import Claim
from portal.claims.particulars import Incident
from portal.evidence import exhibits
from portal.evidence.listing import Piece, list_for
from portal.matters.matter import Matter
from portal.matters.model import EvidenceKind
from portal.runtime import Runtime
from portal.web.language import HOME_ZONES


def exhibits_for(
    session: Session,
    runtime: Runtime,
    matter: Matter,
    claim: Claim,
    jurisdiction: str,
    *,
    until: datetime | None = None,
    diary: Iterable[Incident] | None = None,
) -> tuple[exhibits.Exhibit, ...]:
    """The claim's evidence as exhibits of one jurisdiction's packet, without their content; with `until` only what was
    there then, so that what came later changes no number. `diary` is the harm diary by which they are put in order,
    where it is not the claim's as it stands.

    The content is `listing.open_harmless` of `listing.file_of(session, claim.id, exhibit.file_id)`.
    """
    tracks = {track.id for track in matter.tracks if track.jurisdiction == jurisdiction}
    language = next(plan.governing_language for name, plan in matter.packets.items() if name == jurisdiction)
    pieces = [
        piece for piece in list_for(session, runtime, claim.id) if until is None or piece.received_at <= until
    ]
    if diary is None:
        diary = sealed.read_latest(session, runtime.vault, claim).diary
    days = {one.id: one.on for one in diary}
    return exhibits.numbered(pieces, matter.evidence_for(tracks & set(claim.tracks)), language, days)


def certificates_for(
    session: Session, runtime: Runtime, matter: Matter, claim: Claim, jurisdiction: str
) -> tuple[exhibits.Exhibit, ...]:
    """What the claim has that proves who signed in one jurisdiction; never exhibits, and numbered by themselves."""
    tracks = {track.id for track in matter.tracks if track.jurisdiction == jurisdiction}
    language = matter.packets[jurisdiction].governing_language
    pieces = list_for(session, runtime, claim.id)
    return exhibits.numbered(pieces, matter.authority_for(tracks & set(claim.tracks)), language)


def signed_on(claim: Claim, kind: EvidenceKind) -> date | None:
    """The day on which the mandate that a certificate proves was signed, where it was given; None before."""
    signed = [
        one for one in claim.engagements if one.submitted_at and not set(kind.tracks).isdisjoint(one.tracks)
    ]
    if not signed:
        return None
    return max(
        one.submitted_at.astimezone(HOME_ZONES[one.jurisdiction]).date() for one in signed if one.submitted_at
    )


def kinds_missing(matter: Matter, claim: Claim, pieces: Sequence[Piece]) -> tuple[EvidenceKind, ...]:
    """Required kinds of evidence of which the claim has none yet."""
    given = {piece.kind for piece in pieces}
    return tuple(kind for kind in matter.evidence_for(claim.tracks) if kind.required and kind.id not in given)

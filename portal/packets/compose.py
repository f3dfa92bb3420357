"""Reads everything that a packet is made from: the act that was signed, and what it was signed upon."""

from __future__ import annotations

import hashlib
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.claims import sealed
from portal.claims.act import read_act
from portal.claims.models import Claim, Decision, Signature
from portal.evidence import service as evidence
from portal.evidence.models import EvidenceFile
from portal.matters.matter import Matter
from portal.matters.model import JURISDICTIONS, Jurisdiction
from portal.packets.content import Exhibit, PacketContent, Sealer, TrackDecision
from portal.packets.models import Packet
from portal.runtime import Runtime


def compose(session: Session, runtime: Runtime, packet: Packet, sealer: Sealer) -> PacketContent:
    """The content of a packet, from the database and the store; it changes nothing.

    Raises `evidence.blobs.Damaged` for a file that is not what was stored, and a VaultError after erasure.
    """
    engagement, claim = packet.engagement, packet.engagement.claim
    matter = runtime.matters.by_id(packet.matter_version_id).matter
    signature = session.get_one(Signature, packet.signature_id)
    jurisdiction = next(one for one in JURISDICTIONS if one == packet.jurisdiction)
    return PacketContent(
        matter=matter,
        jurisdiction=jurisdiction,
        tracks=tuple(engagement.tracks),
        claim_number=claim.number,
        revision=packet.revision,
        made_at=packet.created_at,
        particulars=sealed.read(session, runtime.vault, claim),
        answers=sealed.read_answers(session, runtime.vault, claim),
        decisions=_decisions(session, packet, engagement.tracks),
        act=read_act(session, runtime.vault, engagement, signature),
        exhibits=_exhibits(session, runtime, matter, claim, jurisdiction, signature.signed_at),
        sealer=sealer,
    )


def _decisions(session: Session, packet: Packet, tracks: list[str]) -> tuple[TrackDecision, ...]:
    """The newest decision of each track under the version that was signed."""
    query = (
        sa.select(Decision)
        .where(Decision.claim_id == packet.engagement.claim_id, Decision.track.in_(tracks))
        .where(Decision.matter_version_id == packet.matter_version_id)
        .order_by(Decision.decided_at, Decision.id)
    )
    newest = {one.track: one for one in session.scalars(query)}
    return tuple(
        TrackDecision(track, newest[track].outcome, tuple(newest[track].reasons), newest[track].decided_at)
        for track in tracks
        if track in newest
    )


def _exhibits(
    session: Session,
    runtime: Runtime,
    matter: Matter,
    claim: Claim,
    jurisdiction: Jurisdiction,
    signed_at: datetime,
) -> tuple[Exhibit, ...]:
    """What was there when the claimant signed; a file that came later belongs to a later packet."""
    exhibits = []
    for one in evidence.exhibits_for(session, runtime, matter, claim, jurisdiction):
        if one.received_at > signed_at:
            continue
        content = evidence.open_harmless(session, runtime, session.get_one(EvidenceFile, one.file_id))
        is_pdf = one.media_type == "application/pdf"
        exhibits.append(
            Exhibit(
                number=one.number,
                title=one.title,
                kind=one.kind,
                received_at=one.received_at,
                sha256=one.sha256,
                copy_sha256=hashlib.sha256(content).hexdigest(),
                author=one.author,
                dated=one.dated,
                pictures=() if is_pdf else (content,),
                pdf=content if is_pdf else b"",
            )
        )
    return tuple(exhibits)

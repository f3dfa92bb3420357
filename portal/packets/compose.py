"""Reads everything that a packet is made from: the act that was signed, and what it was signed upon."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.claims import sealed
from portal.claims.act import SigningAct, read_acts
from portal.claims.models import Claim, Decision, Signature
from portal.claims.particulars import Particulars
from portal.evidence import listing, numbering
from portal.evidence.exhibits import Exhibit as Piece
from portal.evidence.models import EvidenceFile
from portal.matters.matter import Matter
from portal.matters.model import Jurisdiction, jurisdiction_of
from portal.packets import events, paper_scans, shown
from portal.packets.content import Exhibit, PacketContent, PaperScan, Sealer, TrackDecision
from portal.packets.models import Packet, PacketKind
from portal.runtime import Runtime


def compose(session: Session, runtime: Runtime, packet: Packet, sealer: Sealer) -> PacketContent:
    """The content of a packet, from the database and the store; it changes nothing.

    Raises `evidence.blobs.Damaged` for a file that is not what was stored, and a VaultError after erasure.
    """
    engagement, claim = packet.engagement, packet.engagement.claim
    matter = runtime.matters.by_id(packet.matter_version_id).matter
    signature = session.get_one(Signature, packet.signature_id)
    jurisdiction = jurisdiction_of(packet.jurisdiction)
    acts = tuple(
        act for act in read_acts(session, runtime.vault, engagement) if act.signed_at <= signature.signed_at
    )
    receipt = packet.kind != PacketKind.ENGAGEMENT
    particulars = acts[-1].particulars or sealed.read(session, runtime.vault, claim)
    return PacketContent(
        matter=matter,
        jurisdiction=jurisdiction,
        tracks=tuple(engagement.tracks),
        claim_number=claim.number,
        revision=packet.revision,
        made_at=packet.created_at,
        particulars=particulars,
        answers=sealed.read_answers(session, runtime.vault, claim),
        decisions=_decisions(session, packet, engagement.tracks),
        acts=acts,
        exhibits=_exhibits(session, runtime, matter, claim, packet, signature, particulars),
        sealer=sealer,
        code=packet.code,
        verify_address=_verify_address(runtime, matter, jurisdiction),
        replaces=packet.revision - 1 if packet.revision > 1 and not receipt else None,
        paper=() if receipt else _paper(session, runtime, claim, acts),
        events=tuple(one for one in events.of(session, runtime, engagement) if one.at <= packet.created_at),
        attachments=_certificates(session, runtime, matter, claim, packet),
        withdrawn_at=packet.created_at if packet.kind == PacketKind.WITHDRAWAL else None,
        receipt=packet.kind == PacketKind.RECEIPT,
        kind=claim.kind,
        age=shown.age_at_signing(engagement, particulars, signature.signed_at),
    )


def _verify_address(runtime: Runtime, matter: Matter, jurisdiction: Jurisdiction) -> str:
    """What to type into a browser to ask about the packet, in its governing language."""
    return f"{runtime.settings.site_address}/{matter.packets[jurisdiction].governing_language}/verify"


def _paper(
    session: Session, runtime: Runtime, claim: Claim, acts: tuple[SigningAct, ...]
) -> tuple[PaperScan, ...]:
    """The sheets signed in ink that still stand: of documents that no later act signed again."""
    newest = {document: act for act in acts for document in act.documents}
    return tuple(
        PaperScan(
            document=sheet.document,
            page=sheet.number,
            signed=sheet.signed,
            picture=paper_scans.open_scan(session, runtime, claim, sheet),
            sha256=sheet.sha256,
            received_at=sheet.received_at,
        )
        for act in acts
        if act.paper
        for sheet in act.paper.sheets
        if newest.get(sheet.document) is act
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
    packet: Packet,
    signature: Signature,
    particulars: Particulars,
) -> tuple[Exhibit, ...]:
    """What was there when the claimant signed; a file that came later belongs to a later packet."""
    pieces = numbering.exhibits_for(
        session,
        runtime,
        matter,
        claim,
        packet.jurisdiction,
        until=signature.signed_at,
        diary=particulars.diary,
    )
    return _shown(session, runtime, packet, pieces, signature.signed_at)


def _certificates(
    session: Session, runtime: Runtime, matter: Matter, claim: Claim, packet: Packet
) -> tuple[Exhibit, ...]:
    """What proves who signed, as far as it is there when the packet is made."""
    pieces = numbering.certificates_for(session, runtime, matter, claim, packet.jurisdiction)
    return _shown(session, runtime, packet, pieces, packet.created_at)


def _shown(
    session: Session, runtime: Runtime, packet: Packet, pieces: Iterable[Piece], until: datetime
) -> tuple[Exhibit, ...]:
    """The pieces received until a moment: with their harmless copies in a packet, only listed in a receipt of the
    handing in, and not at all in one of a withdrawal.
    """
    there = [one for one in pieces if one.received_at <= until]
    if packet.kind == PacketKind.ENGAGEMENT:
        return tuple(opened_exhibit(session, runtime, one) for one in there)
    return tuple(_listed(one) for one in there) if packet.kind == PacketKind.RECEIPT else ()


def _listed(piece: Piece, copy_sha256: str = "") -> Exhibit:
    """A piece of evidence without its content."""
    return Exhibit(
        number=piece.number,
        title=piece.title,
        kind=piece.kind,
        received_at=piece.received_at,
        sha256=piece.sha256,
        copy_sha256=copy_sha256,
        author=piece.author,
        dated=piece.dated,
        part=piece.part,
        incident=piece.incident,
        covered=piece.covered,
    )


def opened_exhibit(session: Session, runtime: Runtime, piece: Piece) -> Exhibit:
    """A piece of evidence with its harmless copy. Raises `evidence.blobs.Damaged`, or a VaultError after erasure."""
    content = listing.open_harmless(session, runtime, session.get_one(EvidenceFile, piece.file_id))
    listed = _listed(piece, hashlib.sha256(content).hexdigest())
    if piece.media_type == "application/pdf":
        return replace(listed, pdf=content)
    return replace(listed, pictures=(content,))

"""What a claim held when its batch was frozen: who claims, their trades, and the exhibits that leave the firm.

It is kept sealed with the batch's entry, so that what the claimant or staff change later changes no volume.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from portal.claims.models import Claim, Signature
from portal.claims.particulars import Particulars
from portal.evidence import blobs
from portal.evidence.details import EvidenceDetails
from portal.evidence.exhibits import Exhibit, numbered
from portal.evidence.leaving import LeavingCopy, StaleRedaction, leaving_copy, redacted_among
from portal.evidence.listing import Piece
from portal.evidence.models import EvidenceFile
from portal.matters.bilingual import Text
from portal.matters.matter import Matter
from portal.matters.model import jurisdiction_of
from portal.packets.models import Packet
from portal.packets.rows import exhibit_label
from portal.vault import Vault

SEALED_CASE = "case file"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FrozenExhibit(_Part):
    """One piece of evidence with its number in the packet, and the copy of it that leaves the firm.

    ``sha256`` is of the file as received. The copy lies in the store under ``copy_key``, which is the hash of its
    sealed bytes; ``trouble`` says why there is none. ``reasons`` say why staff painted over parts of it.
    """

    number: int
    part: int = 0
    label: Text
    title: str
    kind: str
    kind_name: Text
    proves: Text
    author: str = ""
    dated: date | None = None
    received_at: datetime
    media_type: str
    pages: int
    sha256: str
    file_id: UUID
    copy_key: str
    copy_purpose: str
    trouble: str = ""
    reasons: tuple[str, ...] = ()
    covered: bool = False


class CaseFile(_Part):
    """Everything that profiles write of a claim beside its packet and its line of the register."""

    kind: str = "self"
    particulars: Particulars
    exhibits: tuple[FrozenExhibit, ...] = ()


class CaseFiles:
    """The case files of some claims that are being frozen; two queries for all of them."""

    def __init__(
        self,
        session: Session,
        vault: Vault,
        matter: Matter,
        jurisdiction: str,
        packets: Mapping[UUID, Packet],
        claims: Iterable[UUID],
    ) -> None:
        self._session, self._vault, self._matter = session, vault, matter
        self._jurisdiction = jurisdiction_of(jurisdiction)
        self._files = _files(session, claims)
        self._signed = _signed(session, [packet.signature_id for packet in packets.values()])

    def sealed(self, claim: Claim, packet: Packet, particulars: Particulars) -> bytes:
        """The claim's :class:`CaseFile`, sealed with its key."""
        until = self._signed[packet.signature_id]
        # What came after the signature has no number in the packet, so it is no exhibit of this batch.
        there = [file for file in self._files.get(claim.id, ()) if file.received_at <= until]
        exhibits = self._exhibits(claim, particulars, there) if there else ()
        case = CaseFile(kind=claim.kind, particulars=particulars, exhibits=exhibits)
        plain = case.model_dump_json(exclude_defaults=True).encode()
        return self._vault.seal(self._session, claim.subject_id, SEALED_CASE, plain)

    def _exhibits(
        self, claim: Claim, particulars: Particulars, files: Sequence[EvidenceFile]
    ) -> tuple[FrozenExhibit, ...]:
        """The files that are exhibits of this jurisdiction, numbered as the packet numbers them."""
        plan = self._matter.packets[self._jurisdiction]
        tracks = {track.id for track in self._matter.tracks if track.jurisdiction == self._jurisdiction}
        kinds = self._matter.evidence_for(tracks & set(claim.tracks))
        pieces = [self._piece(claim, file) for file in files]
        days = {one.id: one.on for one in particulars.diary}
        copies = self._copies(files)
        return tuple(
            _frozen(one, plan.exhibit_style, *copies[one.file_id])
            for one in numbered(pieces, kinds, plan.governing_language, days)
        )

    def _copies(self, files: Sequence[EvidenceFile]) -> dict[UUID, tuple[LeavingCopy, str]]:
        """For each file the copy that leaves, and what is wrong with it."""
        redacted = redacted_among(self._session, [file.id for file in files])
        copies: dict[UUID, tuple[LeavingCopy, str]] = {}
        for file in files:
            kept, trouble = _kept(file), "" if file.harmless_key else "exhibit_missing"
            try:
                copies[file.id] = (
                    (leaving_copy(self._session, file), "") if file.id in redacted else (kept, trouble)
                )
            except StaleRedaction:
                copies[file.id] = replace(kept, key=""), "redaction_stale"
            except blobs.Damaged:
                copies[file.id] = replace(kept, key=""), "exhibit_missing"
        return copies

    def _piece(self, claim: Claim, file: EvidenceFile) -> Piece:
        sealed_for = blobs.purpose(file.id, "details")
        plain = self._vault.open(self._session, claim.subject_id, sealed_for, file.details or b"")
        details = EvidenceDetails.model_validate_json(plain)
        return Piece(
            file.id, file.sequence, file.kind, file.media_type, file.size, file.pages, file.received_at,
            details, file.position,
        )  # fmt: skip


def _files(session: Session, claims: Iterable[UUID]) -> dict[UUID, list[EvidenceFile]]:
    query = sa.select(EvidenceFile).where(
        EvidenceFile.claim_id.in_(list(claims)), EvidenceFile.removed_at.is_(None)
    )
    found: dict[UUID, list[EvidenceFile]] = {}
    for file in session.scalars(query.order_by(EvidenceFile.sequence)):
        found.setdefault(file.claim_id, []).append(file)
    return found


def _signed(session: Session, signatures: Iterable[UUID]) -> dict[UUID, datetime]:
    query = sa.select(Signature.id, Signature.signed_at).where(Signature.id.in_(list(signatures)))
    return {row[0]: row[1] for row in session.execute(query)}


def _kept(file: EvidenceFile) -> LeavingCopy:
    """The copy of a file of which nothing was covered by staff."""
    sealed_for = blobs.purpose(file.id, "harmless")
    return LeavingCopy(
        file.id, file.harmless_key or "", sealed_for, file.media_type, file.harmless_size, file.pages
    )


def _frozen(exhibit: Exhibit, style: str, copy: LeavingCopy, trouble: str) -> FrozenExhibit:
    return FrozenExhibit(
        number=exhibit.number,
        part=exhibit.part,
        label=exhibit_label(exhibit, style),
        title=exhibit.title,
        kind=exhibit.kind.id,
        kind_name=exhibit.kind.name,
        proves=exhibit.kind.proves,
        author=exhibit.author,
        dated=exhibit.dated,
        received_at=exhibit.received_at,
        media_type=copy.media_type,
        pages=copy.pages,
        sha256=exhibit.sha256,
        file_id=copy.file_id,
        covered=exhibit.covered,
        copy_key=copy.key,
        copy_purpose=copy.sealed_for,
        trouble=trouble,
        reasons=copy.reasons,
    )

"""What is produced of each claim: the documents that its packet files, then its exhibits; and how many pages."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pikepdf

from portal.batches.errors import ClaimStops
from portal.batches.exhibits import FrozenExhibit
from portal.batches.frozen import FrozenClaim, copy_of, with_packets
from portal.batches.profiles.base import Work
from portal.matters.model import PacketPlan
from portal.packets import filing
from portal.packets.filing import NotAPacket, Source

_LANG = "en"


@dataclass(frozen=True)
class Document:
    """One document of a production; ``family`` counts its place among the claim's own, the first is the parent.

    ``open`` gives the bytes of the native as it is produced.
    """

    claim: FrozenClaim
    family: int
    title: str
    kind: str
    media_type: str
    pages: int
    open: Callable[[], bytes]
    exhibit: FrozenExhibit | None = None

    @property
    def redacted(self) -> bool:
        """Whether parts of it were covered, by staff or by the claimant."""
        return bool(self.exhibit and (self.exhibit.reasons or self.exhibit.covered))


def documents(work: Work) -> Iterator[tuple[Document, ...]]:
    """Claim by claim the family of its documents, in their order. Raises ClaimStops."""
    plan = work.published.matter.packets["us"]
    for claim, packet in with_packets(work):
        filed = list(_filed(plan, claim, packet))
        exhibits = [_exhibit(work, claim, one) for one in claim.case.exhibits]
        yield tuple(Document(claim, place, *one) for place, one in enumerate([*filed, *exhibits]))


def count(work: Work) -> tuple[int, str]:
    """Pages of the whole production, and the SHA-256 over what its pages are made of; no page is drawn for it."""
    plan = work.published.matter.packets["us"]
    total, digest = 0, hashlib.sha256()
    for claim, packet in with_packets(work):
        digest.update(f"{claim.number} {claim.entry.packet_sha256}\n".encode())
        total += sum(len(pages) for pages in _filed_pages(plan, claim, packet))
        for one in claim.case.exhibits:
            digest.update(f"{one.copy_key} {one.pages}\n".encode())
            total += one.pages
    return total, digest.hexdigest()


def _filed_pages(plan: PacketPlan, claim: FrozenClaim, packet: bytes) -> list[list[int]]:
    try:
        with pikepdf.open(io.BytesIO(packet)) as pdf:
            return [pages for _part, pages in filing.filed_pages(plan, filing.parts_of(pdf))]
    except (NotAPacket, pikepdf.PdfError) as error:
        raise ClaimStops(claim.number, "not_a_packet") from error


_Facts = tuple[str, str, str, int, Callable[[], bytes], FrozenExhibit | None]


def _filed(plan: PacketPlan, claim: FrozenClaim, packet: bytes) -> Iterator[_Facts]:
    """The documents that are filed; agreements and consents stay between client and counsel."""
    entry = claim.entry
    source = Source(claim.number, "us", 1, "", entry.packet_sha256)
    try:
        for one in filing.filed_documents(packet, plan, source, None):
            yield one.title, "Pleading document", "application/pdf", len(one.pages), _held(one.data), None
    except (NotAPacket, pikepdf.PdfError) as error:
        raise ClaimStops(claim.number, "not_a_packet") from error


def _exhibit(work: Work, claim: FrozenClaim, one: FrozenExhibit) -> _Facts:
    title = f"{one.label[_LANG]}: {one.title}"
    return (
        title,
        one.kind_name[_LANG],
        one.media_type,
        one.pages,
        lambda: copy_of(work.runtime, claim, one),
        one,
    )


def _held(data: bytes) -> Callable[[], bytes]:
    return lambda: data

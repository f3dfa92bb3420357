"""소송위임장: each plaintiff's power of attorney, cut from their packet and bound with the others'.

Who cannot prove each plaintiff's own act loses the suit (서울중앙지법 2018가합561379), so pages are taken over as they
were signed. Packets share their fonts and the pages' fixed content; a bundle holds each of them once.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pikepdf

from portal.batches.errors import ClaimStops
from portal.batches.frozen import FrozenClaim
from portal.batches.profiles.words import filled, word
from portal.matters.matter import Matter
from portal.matters.model import DocumentKind
from portal.packets import formats
from portal.packets.filing import NotAPacket, Part, bare, parts_of

_LANG = "ko"
_FULL = 0.9  # of the limit, by what the pieces of a file weigh before it is written
_PAGE_ROOM = 900  # bytes of a page's own objects
_BOUND = ("document", "paper")


@dataclass(frozen=True)
class Bundle:
    """One file with the plaintiffs from one number to another; ``claims`` are theirs in order."""

    first: int
    last: int
    pages: int
    data: bytes
    claims: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Bound:
    claim: FrozenClaim
    first: int
    count: int


class _Open:
    """A bundle that is being filled."""

    def __init__(self) -> None:
        self.pdf = pikepdf.new()
        self.bound: list[_Bound] = []
        self.weight = 0
        self._shared: dict[str, pikepdf.Object] = {}

    def take(self, claim: FrozenClaim, packet: pikepdf.Pdf, pages: list[int]) -> None:
        """Add the pages of one plaintiff."""
        first = len(self.pdf.pages)
        for number in pages:
            self.pdf.pages.append(packet.pages[number])
            page = self.pdf.pages[-1]
            bare(page)
            self._share(page)
            self.weight += _PAGE_ROOM
        self.bound.append(_Bound(claim, first, len(pages)))

    def _share(self, page: pikepdf.Page) -> None:
        """Point the page to fonts and content that an earlier page brought along."""
        fonts = page.Resources.Font
        for name in list(fonts.keys()):
            fonts[name] = self._once(fonts[name])
        if isinstance(page.Contents, pikepdf.Array):
            page.Contents = pikepdf.Array([self._once(one) for one in page.Contents])
        for picture in page.Resources.get("/XObject", pikepdf.Dictionary()).values():
            self.weight += len(picture.read_raw_bytes())

    def _once(self, found: pikepdf.Object) -> pikepdf.Object:
        digest, size = hashlib.sha256(), 0
        for piece in _pieces(found, 0):
            digest.update(piece)
            size += len(piece)
        if (key := digest.hexdigest()) not in self._shared:
            self._shared[key] = found
            self.weight += size
        return self._shared[key]


def _pieces(found: pikepdf.Object, depth: int) -> Iterator[bytes]:
    """Everything that makes an object what it is, down to its streams."""
    if depth > 6:
        return
    if isinstance(found, pikepdf.Stream):
        yield found.read_raw_bytes()
    if isinstance(found, pikepdf.Stream | pikepdf.Dictionary):
        for key in sorted(found.keys()):
            if key not in ("/Parent", "/Length"):
                yield key.encode()
                yield from _pieces(found[key], depth + 1)
    elif isinstance(found, pikepdf.Array):
        for one in found:
            yield from _pieces(one, depth + 1)
    else:
        yield str(found).encode()


def bundles(
    matter: Matter, packets: Iterable[tuple[FrozenClaim, bytes]], largest: int, *, proofs: bool
) -> Iterator[Bundle]:
    """The powers of attorney in files of up to ``largest`` bytes, as many plaintiffs in each as fit.

    Raises ClaimStops at a packet without one, and where one plaintiff's pages alone are larger.
    """
    wanted = {one.id for one in matter.packets["kr"].documents if one.kind is DocumentKind.POWER}
    filling = _Open()
    for claim, data in packets:
        with pikepdf.open(io.BytesIO(data)) as packet:
            filling.take(claim, packet, _pages(claim, packet, wanted, proofs))
            if filling.weight > largest * _FULL:
                yield from _written(filling.pdf, filling.bound, largest)
                filling = _Open()
    if filling.bound:
        yield from _written(filling.pdf, filling.bound, largest)


def _pages(claim: FrozenClaim, packet: pikepdf.Pdf, wanted: set[str], proofs: bool) -> list[int]:
    try:
        parts = parts_of(packet)
    except NotAPacket as error:
        raise ClaimStops(claim.number, "not_a_packet") from error
    powers = [page for part in parts if _is_power(part, wanted) for page in part.pages]
    if not powers:
        raise ClaimStops(claim.number, "no_power")
    attached = [page for part in parts if proofs and part.kind == "attachment" for page in part.pages]
    return [*powers, *attached]


def _is_power(part: Part, wanted: set[str]) -> bool:
    return part.kind in _BOUND and part.name in wanted


def _written(pdf: pikepdf.Pdf, bound: list[_Bound], largest: int) -> Iterator[Bundle]:
    data = _saved(pdf, bound)
    if len(data) <= largest:
        first, last = bound[0].claim.entry.position, bound[-1].claim.entry.position
        yield Bundle(first, last, len(pdf.pages), data, tuple(one.claim.number for one in bound))
        return
    if len(bound) == 1:
        raise ClaimStops(bound[0].claim.number, "file_too_large")
    middle = len(bound) // 2
    for some in (bound[:middle], bound[middle:]):
        yield from _written(*_apart(pdf, some), largest)


def _apart(pdf: pikepdf.Pdf, bound: list[_Bound]) -> tuple[pikepdf.Pdf, list[_Bound]]:
    """Some plaintiffs of a bundle as a bundle of its own."""
    part, moved = pikepdf.new(), []
    for one in bound:
        moved.append(_Bound(one.claim, len(part.pages), one.count))
        for number in range(one.first, one.first + one.count):
            part.pages.append(pdf.pages[number])
    return part, moved


def _saved(pdf: pikepdf.Pdf, bound: list[_Bound]) -> bytes:
    with pdf.open_outline() as outline:
        outline.root[:] = [pikepdf.OutlineItem(plaintiff(one.claim), one.first, "Fit") for one in bound]
    pdf.Root.Lang = pikepdf.String(_LANG)
    pdf.Root.PageMode = pikepdf.Name.UseOutlines
    pdf.docinfo["/Title"] = word("powers.title")[_LANG]
    pdf.docinfo["/Producer"] = "joint-claims-portal"
    target = io.BytesIO()
    pdf.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return target.getvalue()


def plaintiff(claim: FrozenClaim) -> str:
    """How bookmarks and pages name a plaintiff: 원고 12. 김민준(金民俊), KIM MINJUN."""
    name = formats.claimant_name(claim.case.particulars)
    return filled("powers.plaintiff", _LANG, number=claim.entry.position, name=name)

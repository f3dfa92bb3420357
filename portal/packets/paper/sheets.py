"""Lays out a print: the same documents as in a packet, unsigned, each page with its code, behind a guide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from portal.matters.matter import Matter
from portal.matters.model import Jurisdiction, PacketDocument
from portal.packets.content import PacketContent
from portal.packets.paper.binder import About, Laid, SheetBinder
from portal.packets.paper.blanks import SIGNATURE, Blanks
from portal.packets.paper.furniture import sheet_head
from portal.packets.paper.guide import Listed, guide_strips
from portal.packets.paper.marks import INSTRUCTIONS, PageMark, version_of
from portal.packets.paper.prints import SIGNATURE as SIGNED
from portal.packets.paper.prints import Sheet
from portal.packets.parts.furniture import column_heads
from portal.packets.parts.slots import Filling
from portal.packets.press import FixedPage, Press
from portal.packets.setting.flow import Placed, fill_pages
from portal.packets.setting.strips import Hole, Mark, Strip
from portal.packets.setting.styles import Look
from portal.packets.words import word


@dataclass(frozen=True)
class Paper:
    """A finished print. `plan` names for each page that is to come back its document, with * where it is signed;
    pages that are here already are in the plan and not in the file.
    """

    data: bytes
    plan: tuple[str, ...]


class _PaperPress(Press):
    """A press whose pages keep their corners free for the codes."""

    def furniture(self, document_id: str, look: Look) -> list[Mark]:
        return [*sheet_head(self, self.titles[document_id], look.page), *column_heads(self.plan, look)]


@lru_cache(maxsize=8)
def paper_press(matter: Matter, jurisdiction: Jurisdiction) -> Press:
    """The press of a matter version for paper, made at first use and kept."""
    return _PaperPress(matter, jurisdiction)


def lay_out(content: PacketContent, code: str, kept: Mapping[str, Sequence[Sheet]], site: str) -> Paper:
    """The print of the documents that `content` has readings of. Those in `kept` are counted and not printed.

    Raises `GlyphMissing` or `Oversized` when it cannot be made.
    """
    press = paper_press(content.matter, content.jurisdiction)
    documents = [document for document in content.documents if document.id in content.act.documents]
    laid = {
        document.id: list(_laid_out(content, press, document))
        for document in documents
        if document.id not in kept
    }
    plan, listed = _planned(documents, laid, kept)
    version = version_of(content.matter.hash)
    about = About(
        f"{content.claim_number} {code}", content.sealer.name, content.made_at, code, content.claim_number
    )
    binder = SheetBinder(
        press, about, lambda number, document: PageMark(code, number, len(plan), document, version)
    )
    guide = fill_pages(guide_strips(content, listed, press.usual, site), press.page.depth)
    head = tuple(sheet_head(press, word("print.title"), press.page))
    binder.section(
        word("print.title"),
        [(Laid(press.page, None, tuple(page), head=head), INSTRUCTIONS) for page in guide],
        0,
    )
    numbers = dict(zip((document.id for document in documents), listed, strict=True))
    for index, document in enumerate(documents, 1):
        if document.id in laid:
            pages = zip(laid[document.id], numbers[document.id].pages, strict=True)
            binder.section(document.title, list(pages), index)
    return Paper(binder.finish(), plan)


def _planned(
    documents: Sequence[PacketDocument],
    laid: Mapping[str, Sequence[Laid]],
    kept: Mapping[str, Sequence[Sheet]],
) -> tuple[tuple[str, ...], list[Listed]]:
    plan: list[str] = []
    listed = []
    for document in documents:
        signed = [one.signature for one in kept.get(document.id) or laid[document.id]]
        first = len(plan) + 1
        plan += [document.id + (SIGNED if one else "") for one in signed]
        listed.append(
            Listed(
                document.title,
                tuple(range(first, len(plan) + 1)),
                tuple(number for number, one in enumerate(signed, first) if one),
                kept=document.id in kept,
            )
        )
    return tuple(plan), listed


def _laid_out(content: PacketContent, press: Press, document: PacketDocument) -> Iterator[Laid]:
    return laid_out(Blanks(content, press.look(document.id)), press, document)


def laid_out(blanks: Filling, press: Press, document: PacketDocument) -> Iterator[Laid]:
    """A document's pages with its slots as `blanks` fills them."""
    look, content = blanks.look, blanks.content
    filled = {name: blanks.fill(name, document) for name in press.slots(document.id, content.kind)}
    shapes = tuple(
        (name, tuple(strip.hole(name, place) for place, strip in enumerate(strips)))
        for name, strips in filled.items()
    )
    for fixed in press.pages(document.id, content.kind, shapes):
        placed, signature = _filled(fixed, filled)
        yield Laid(look.page, fixed, placed, signature)


def _filled(fixed: FixedPage, slots: Mapping[str, Sequence[Strip]]) -> tuple[tuple[Placed, ...], bool]:
    """The page's holes filled, and whether a signature is among them."""
    placed, signature = [], False
    for hole in fixed.holes:
        assert isinstance(hole.strip, Hole)
        placed.append(Placed(hole.y, slots[hole.strip.slot][hole.strip.place], hole.repeated))
        signature = signature or hole.strip.slot == SIGNATURE
    return tuple(placed), signature

"""Lays out a print: the same documents as in a packet, unsigned, each page with its code, behind a guide."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from portal.matters.bilingual import Text
from portal.matters.matter import Matter
from portal.matters.model import Jurisdiction, PacketDocument
from portal.packets.content import PacketContent
from portal.packets.paper.blanks import SIGNATURE, Blanks
from portal.packets.paper.furniture import PICTURE, code_form, sheet_head, sheet_marks
from portal.packets.paper.guide import Listed, guide_strips
from portal.packets.paper.marks import INSTRUCTIONS, PageMark, version_of
from portal.packets.paper.prints import SIGNATURE as SIGNED
from portal.packets.paper.prints import Sheet
from portal.packets.parts.furniture import column_heads
from portal.packets.pdf import file as pdf
from portal.packets.pdf.file import Objects
from portal.packets.pdf.fonts import Fonts
from portal.packets.pdf.ink import Ink
from portal.packets.pdf.structure import TaggedPage, TaggedSection, put_structure
from portal.packets.press import FixedPage, Press
from portal.packets.setting.flow import Placed, fill_pages
from portal.packets.setting.strips import Hole, Mark, Strip
from portal.packets.setting.styles import Look, Page
from portal.packets.words import word


@dataclass(frozen=True)
class Paper:
    """A finished print. `plan` names for each page that is to come back its document, with * where it is signed;
    pages that are here already are in the plan and not in the file.
    """

    data: bytes
    plan: tuple[str, ...]


@dataclass(frozen=True)
class _Laid:
    """A page of one document before its number is known."""

    page: Page
    fixed: FixedPage | None
    placed: tuple[Placed, ...]
    signature: bool = False
    head: tuple[Mark, ...] = ()


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
    binder = _Binder(content, press, code, len(plan))
    guide = fill_pages(guide_strips(content, listed, press.usual, site), press.page.depth)
    head = tuple(sheet_head(press, word("print.title"), press.page))
    binder.section(
        word("print.title"),
        [(_Laid(press.page, None, tuple(page), head=head), INSTRUCTIONS) for page in guide],
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
    laid: Mapping[str, Sequence[_Laid]],
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


def _laid_out(content: PacketContent, press: Press, document: PacketDocument) -> Iterator[_Laid]:
    look = press.look(document.id)
    blanks = Blanks(content, look)
    filled = {name: blanks.fill(name, document) for name in press.slots(document.id, content.kind)}
    shapes = tuple(
        (name, tuple(strip.hole(name, place) for place, strip in enumerate(strips)))
        for name, strips in filled.items()
    )
    for fixed in press.pages(document.id, content.kind, shapes):
        placed, signature = _filled(fixed, filled)
        yield _Laid(look.page, fixed, placed, signature)


def _filled(fixed: FixedPage, slots: Mapping[str, Sequence[Strip]]) -> tuple[tuple[Placed, ...], bool]:
    """The page's holes filled, and whether a signature is among them."""
    placed, signature = [], False
    for hole in fixed.holes:
        assert isinstance(hole.strip, Hole)
        placed.append(Placed(hole.y, slots[hole.strip.slot][hole.strip.place], hole.repeated))
        signature = signature or hole.strip.slot == SIGNATURE
    return tuple(placed), signature


class _Binder:
    """Writes the pages, structure and catalogue of one print."""

    def __init__(self, content: PacketContent, press: Press, code: str, pages: int) -> None:
        self.content, self.press, self.code, self.pages = content, press, code, pages
        self.objects, self.fonts = Objects(press.prefix), Fonts(press.fonts)
        self.lang, self.version = press.plan.governing_language, version_of(content.matter.hash)
        self.tree, self.resources = self.objects.take(), self.objects.take()
        self.numbers: list[int] = []
        self.sections: list[TaggedSection] = []

    def section(self, title: Text, pages: Sequence[tuple[_Laid, int]], document: int) -> None:
        """Add a document's pages with their numbers; `document` is its place among the print's documents."""
        tagged = [
            self._put(laid, PageMark(self.code, number, self.pages, document, self.version))
            for laid, number in pages
        ]
        self.sections.append(TaggedSection(title[self.lang], tagged))

    def finish(self) -> bytes:
        """The whole file."""
        fonts = self.press.fonts.resources() + self.fonts.put_own(self.objects)
        self.objects.put(self.resources, f"<<{fonts}>>".encode())
        kids = " ".join(f"{number} 0 R" for number in self.numbers)
        self.objects.put(self.tree, f"<</Type/Pages/Count {len(self.numbers)}/Kids[{kids}]>>".encode())
        structure = put_structure(self.objects, self.sections, self.lang)
        made, title = pdf.date(self.content.made_at), f"{self.content.claim_number} {self.code}"
        about = self.objects.add(
            f"<</Title{pdf.string(title)}/Author{pdf.string(self.content.sealer.name)}"
            f"/Producer(joint-claims-portal)/CreationDate{made}/ModDate{made}>>"
        )
        root = self.objects.add(
            f"<</Type/Catalog/Version/1.7/Pages {self.tree} 0 R/Lang({self.lang})/MarkInfo<</Marked true>>"
            f"/StructTreeRoot {structure} 0 R/ViewerPreferences<</DisplayDocTitle true/PrintScaling/None>>>>"
        )
        identity = hashlib.sha256(self.code.encode()).digest()[:16]
        return bytes(self.objects.write(root=root, about=about, identity=identity).data)

    def _put(self, laid: _Laid, mark: PageMark) -> TaggedPage:
        page, fixed = laid.page, laid.fixed
        elements, structure = (fixed.elements, fixed.structure) if fixed else ((), "")
        ink = Ink(page, self.fonts)
        ink.draw(laid.head)
        ink.place(laid.placed)
        ink.draw(sheet_marks(self.press, page, mark, self.content.claim_number, signature=laid.signature))
        bodies = [self.objects.add(fixed.body)] if fixed else []
        bodies.append(self.objects.add(pdf.stream(ink.content(len(elements)), level=6)))
        code = self.objects.add(code_form(mark))
        number = self.objects.add(
            f"<</Type/Page/Parent {self.tree} 0 R/MediaBox[0 0 {page.width:g} {page.height:g}]"
            f"/Contents[{' '.join(f'{one} 0 R' for one in bodies)}]"
            f"/Resources<</Font {self.resources} 0 R/XObject<</{PICTURE} {code} 0 R>>>>"
            f"/StructParents {len(self.numbers)}/Tabs/S>>"
        )
        self.numbers.append(number)
        return TaggedPage(number, elements, structure, *ink.tagged())

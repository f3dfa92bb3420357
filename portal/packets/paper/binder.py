"""Binds sheets of paper into one file: each page with its code in two corners, whoever fills it in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.matters.bilingual import Text
from portal.packets.paper.furniture import PICTURE, code_form, sheet_marks
from portal.packets.paper.marks import BlankMark, PageMark
from portal.packets.pdf import file as pdf
from portal.packets.pdf.file import Objects
from portal.packets.pdf.fonts import Fonts
from portal.packets.pdf.ink import Ink
from portal.packets.pdf.structure import TaggedPage, TaggedSection, put_structure
from portal.packets.press import FixedPage, Press
from portal.packets.setting.flow import Placed
from portal.packets.setting.strips import Mark
from portal.packets.setting.styles import Page


@dataclass(frozen=True)
class Laid:
    """A page of one document before its number is known."""

    page: Page
    fixed: FixedPage | None
    placed: tuple[Placed, ...]
    signature: bool = False
    head: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class About:
    """What a file of sheets says of itself; of `identity` its file identifier is made."""

    title: str
    author: str
    made_at: datetime
    identity: str
    claim_number: str = ""


class SheetBinder:
    """Writes the pages, structure and catalogue of one print."""

    def __init__(self, press: Press, about: About, mark: Callable[[int, int], PageMark | BlankMark]) -> None:
        """`mark` gives the code of a page by its number and its document's place among the print's documents."""
        self.press, self.about, self.mark = press, about, mark
        self.objects, self.fonts = Objects(press.prefix), Fonts(press.fonts)
        self.lang = press.plan.governing_language
        self.tree, self.resources = self.objects.take(), self.objects.take()
        self.numbers: list[int] = []
        self.sections: list[TaggedSection] = []

    def section(self, title: Text, pages: Sequence[tuple[Laid, int]], document: int) -> None:
        """Add a document's pages with their numbers; `document` is its place among the print's documents."""
        tagged = [self._put(laid, self.mark(number, document)) for laid, number in pages]
        self.sections.append(TaggedSection(title[self.lang], tagged))

    def finish(self) -> bytes:
        """The whole file."""
        fonts = self.press.fonts.resources() + self.fonts.put_own(self.objects)
        self.objects.put(self.resources, f"<<{fonts}>>".encode())
        kids = " ".join(f"{number} 0 R" for number in self.numbers)
        self.objects.put(self.tree, f"<</Type/Pages/Count {len(self.numbers)}/Kids[{kids}]>>".encode())
        structure = put_structure(self.objects, self.sections, self.lang)
        made = pdf.date(self.about.made_at)
        about = self.objects.add(
            f"<</Title{pdf.string(self.about.title)}/Author{pdf.string(self.about.author)}"
            f"/Producer(joint-claims-portal)/CreationDate{made}/ModDate{made}>>"
        )
        root = self.objects.add(
            f"<</Type/Catalog/Version/1.7/Pages {self.tree} 0 R/Lang({self.lang})/MarkInfo<</Marked true>>"
            f"/StructTreeRoot {structure} 0 R/ViewerPreferences<</DisplayDocTitle true/PrintScaling/None>>>>"
        )
        identity = hashlib.sha256(self.about.identity.encode()).digest()[:16]
        return bytes(self.objects.write(root=root, about=about, identity=identity).data)

    def _put(self, laid: Laid, mark: PageMark | BlankMark) -> TaggedPage:
        page, fixed = laid.page, laid.fixed
        elements, structure = (fixed.elements, fixed.structure) if fixed else ((), "")
        ink = Ink(page, self.fonts)
        ink.draw(laid.head)
        ink.place(laid.placed)
        ink.draw(sheet_marks(self.press, page, mark, self.about.claim_number, signature=laid.signature))
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

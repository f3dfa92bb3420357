"""What all packets of a matter version and jurisdiction share, made once: fonts, and the terms laid out in pages.

A document's pages depend on the claimant only through the height of what fills its slots, and most claimants'
names and addresses take the same number of lines. So pages are kept by those heights, finished and compressed;
a claim whose address is longer gets pages of its own, laid out from the same lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from portal.fonts import FaceName
from portal.matters.bilingual import LANGUAGES, Language, Part, Text
from portal.matters.documents import Document, ListBlock, Paragraph
from portal.matters.matter import Matter
from portal.matters.model import Jurisdiction, PacketPlan
from portal.packets.parts.furniture import column_heads, fixed_furniture
from portal.packets.parts.terms import SlotHere, terms_strips
from portal.packets.pdf.file import Objects, Prefix, stream
from portal.packets.pdf.fonts import Fonts, SharedFonts
from portal.packets.pdf.ink import Ink
from portal.packets.pdf.structure import described
from portal.packets.setting.flow import Placed, fill_pages
from portal.packets.setting.strips import Element, Hole, Mark, Strip
from portal.packets.setting.styles import MM, PAGES, Look, Page, court_look, usual_look
from portal.packets.words import all_words, other

_LATIN = "".join(map(chr, range(0x20, 0x7F))) + "·•–—…“”‘’"
_KEPT_LAYOUTS = 512

Shapes = tuple[tuple[str, tuple[Hole, ...]], ...]


@dataclass(frozen=True)
class FixedPage:
    """A page of terms, finished but for its holes. `body` is its content stream object."""

    body: bytes
    elements: tuple[tuple[Element, float], ...]
    structure: str
    holes: tuple[Placed, ...]


class Press:
    """Ready to print packets of one matter version for one jurisdiction."""

    def __init__(self, matter: Matter, jurisdiction: Jurisdiction) -> None:
        self.matter, self.jurisdiction = matter, jurisdiction
        self.plan: PacketPlan = matter.packets[jurisdiction]
        self.page: Page = PAGES[self.plan.page]
        self.usual = usual_look(self.page, self.plan.governing_language)
        self.court = _court_look(self.plan, self.page) or self.usual
        self._filed = frozenset(document.id for document in self.plan.documents if document.filed)
        objects = Objects()
        self.fonts = SharedFonts.put(objects, _texts(matter, self.plan))
        self.prefix: Prefix = objects.prefix()
        self._layouts: dict[tuple[str, str, Shapes], tuple[FixedPage, ...]] = {}
        self._strips: dict[tuple[str, str], tuple[Strip | SlotHere, ...]] = {}

    def look(self, document_id: str) -> Look:
        """How the document is set: as the court asks where it is filed."""
        return self.court if document_id in self._filed else self.usual

    def slots(self, document_id: str, kind: str) -> tuple[str, ...]:
        """Names of the document's slots in reading order, as a kind of claim has them."""
        return tuple(strip.name for strip in self._terms(document_id, kind) if isinstance(strip, SlotHere))

    def pages(self, document_id: str, kind: str, shapes: Shapes) -> tuple[FixedPage, ...]:
        """The document's pages, as a kind of claim has them, with room for slots of these shapes."""
        key = (document_id, self._texts(document_id, kind)[0].text_hash, shapes)
        if key not in self._layouts:
            if len(self._layouts) >= _KEPT_LAYOUTS:
                self._layouts.pop(next(iter(self._layouts)))
            self._layouts[key] = tuple(self._lay_out(document_id, kind, dict(shapes)))
        return self._layouts[key]

    @cached_property
    def titles(self) -> dict[str, Text]:
        """Title of each document by its id."""
        return {document.id: document.title for document in self.plan.documents}

    def plain_page(self, title: Text) -> bytes:
        """The content stream object of a page that holds only furniture."""
        if title not in self._plain:
            ink = Ink(self.page, Fonts(self.fonts))
            ink.draw(fixed_furniture(self.matter, self.plan, title, self.page))
            self._plain[title] = stream(ink.content())
        return self._plain[title]

    @cached_property
    def _plain(self) -> dict[Text, bytes]:
        return {}

    def furniture(self, document_id: str, look: Look) -> list[Mark]:
        """What stands around the text on each page of a document; sheets to be signed in ink have other corners."""
        title = self.titles[document_id]
        return [*fixed_furniture(self.matter, self.plan, title, look.page), *column_heads(self.plan, look)]

    def _texts(self, document_id: str, kind: str) -> tuple[Document, Document]:
        """The governing text and its translation; kinds of claims whose texts are the same share their pages."""
        first: Language = self.plan.governing_language
        return self.matter.document(document_id, first, kind), self.matter.document(
            document_id, other(first), kind
        )

    def _terms(self, document_id: str, kind: str) -> tuple[Strip | SlotHere, ...]:
        texts = self._texts(document_id, kind)
        key = (document_id, texts[0].text_hash)
        if key not in self._strips:
            self._strips[key] = tuple(terms_strips(texts, self.plan, self.look(document_id)))
        return self._strips[key]

    def _lay_out(
        self, document_id: str, kind: str, shapes: dict[str, tuple[Hole, ...]]
    ) -> Iterator[FixedPage]:
        look = self.look(document_id)
        for placed in fill_pages(_with_holes(self._terms(document_id, kind), shapes), look.page.depth):
            ink = Ink(look.page, Fonts(self.fonts))
            ink.draw(self.furniture(document_id, look))
            ink.place(placed)
            holes = tuple(one for one in placed if isinstance(one.strip, Hole))
            elements = tuple(ink.elements)
            yield FixedPage(stream(ink.content(), level=9), elements, described(elements), holes)


@lru_cache(maxsize=16)
def press_for(matter: Matter, jurisdiction: Jurisdiction) -> Press:
    """The press of a matter version, made at first use and kept."""
    return Press(matter, jurisdiction)


def _court_look(plan: PacketPlan, page: Page) -> Look | None:
    form = plan.court_page
    if form is None:
        return None
    top, right, bottom, left = (margin * MM for margin in form.margins_mm)
    return court_look(page, (top, right, bottom, left), form.size_pt, form.line_spacing)


def _with_holes(
    terms: tuple[Strip | SlotHere, ...], shapes: dict[str, tuple[Hole, ...]]
) -> Iterator[Strip | Hole]:
    for strip in terms:
        if isinstance(strip, SlotHere):
            yield from shapes[strip.name]
        else:
            yield strip


def _texts(matter: Matter, plan: PacketPlan) -> dict[FaceName, list[str]]:
    """What the shared fonts must be able to write, by face."""
    labels = [_LATIN, all_words(), *_matter_words(matter, plan)]
    plain: list[str] = []
    bold: list[str] = []
    for document in plan.documents:
        texts = {
            text.text_hash: text
            for kind in document.all_kinds
            for lang in LANGUAGES
            for text in [matter.document(document.id, lang, kind)]
        }
        for text in texts.values():
            _collect(text, plain, bold)
    everything = [*labels, *plain, *bold]
    return {"serif": everything, "serif-bold": [*labels, *bold], "sans": labels, "sans-bold": labels}


def _collect(document: Document, plain: list[str], bold: list[str]) -> None:
    bold.append(document.title)
    bold.extend(clause.title for clause in document.clauses)
    for block in document.blocks:
        groups = (
            (block.runs,)
            if isinstance(block, Paragraph)
            else block.items
            if isinstance(block, ListBlock)
            else ()
        )
        for run in (run for runs in groups for run in runs):
            (bold if run.bold else plain).append(run.text)


def _asked(matter: Matter) -> Iterator[Part]:
    """What packets quote of the harm diary, of other suits, and of who claims."""
    yield from matter.incidents
    yield from matter.joinder.questions if matter.joinder else ()
    yield from matter.claimants.kinds


def _matter_words(matter: Matter, plan: PacketPlan) -> Iterator[str]:
    """Names, notices, questions and reasons of the matter, which packets quote."""
    for part in (matter.toml, plan, *matter.questions, *matter.evidence, *_asked(matter)):
        yield part.model_dump_json()
    for rule in matter.rules.rules:
        yield rule.reason.model_dump_json()

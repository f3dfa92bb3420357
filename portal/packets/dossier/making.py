"""Lays a dossier out and seals it with the firm's key."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pikepdf

from portal.matters.bilingual import Text
from portal.packets import filing
from portal.packets.binding import RESERVED, Binder, Draft, Imprint, Section, Sheet
from portal.packets.dossier.facts import Dossier
from portal.packets.dossier.pages import PARTS, Pages
from portal.packets.filing import Part
from portal.packets.parts.cover import Entry
from portal.packets.parts.exhibits import Caption, ExhibitPage, caption, framed, put_exhibits
from portal.packets.parts.fields import both
from portal.packets.parts.furniture import artifact
from portal.packets.pdf.embedded import EmbeddedPage, embed
from portal.packets.pdf.file import Objects
from portal.packets.press import Press, press_for
from portal.packets.setting.flow import fill_pages
from portal.packets.setting.lines import set_lines, text_width
from portal.packets.setting.strips import Element, Mark, Strip
from portal.packets.setting.styles import FURNITURE, SMALL, Page
from portal.packets.words import filled, word

_NUMBER = FURNITURE.with_(face="sans-bold")
_LEFT_OUT = "exhibit"  # what the claimant adds to prove the claim proves nothing about the mandate


@dataclass(frozen=True)
class _PacketPage:
    """A page of the packet as it will be drawn; `number` is its number in the packet."""

    part: Part
    number: int
    resource: str
    page: EmbeddedPage

    @property
    def width(self) -> float:
        return self.page.width

    @property
    def height(self) -> float:
        return self.page.height

    @property
    def box(self) -> tuple[float, float, float, float]:
        return self.page.box


def render(dossier: Dossier, *, reserved: int = RESERVED) -> Draft:
    """The dossier with an empty place for its seal. Raises `GlyphMissing`, `NotAPacket` or `NotAPdf`."""
    press = press_for(dossier.matter, dossier.jurisdiction)
    objects = Objects(press.prefix)
    attached, total = _packet_pages(dossier.packet, objects)
    certificates = put_exhibits([one.file for one in dossier.certificates], objects)
    pictures = {one.resource: one.page.number for one in attached} | {
        one.resource: one.number for one in certificates
    }
    layout = _Layout(dossier, press)
    sections = [
        *layout.packet(attached, total),
        *(section for part in PARTS[1:] for section in layout.part(part, certificates)),
    ]
    sections.insert(0, layout.cover(sections))
    return Binder(layout.imprint(), press, objects, pictures).bind(sections, reserved, b"")


def _packet_pages(data: bytes, objects: Objects) -> tuple[list[_PacketPage], int]:
    """The packet's pages but those of exhibits, with visible signatures, and how many pages it has."""
    kept = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        total = len(pdf.pages)
        wanted = [(part, page) for part in _parts(pdf) if part.kind != _LEFT_OUT for page in part.pages]
        pdf.flatten_annotations("all")  # a visible signature becomes part of its page
        for one in pdf.pages:
            if "/Annots" in one:
                del one["/Annots"]
        numbers = {page for _part, page in wanted}
        for page in reversed(range(total)):
            if page not in numbers:
                del pdf.pages[page]
        pdf.save(kept)
    embedded = embed(kept.getvalue(), objects)
    return [
        _PacketPage(part, page + 1, f"P{page + 1}", one)
        for (part, page), one in zip(wanted, embedded, strict=True)
    ], total


def _parts(pdf: pikepdf.Pdf) -> Sequence[Part]:
    """The packet's parts; one that does not name them is bound in as a whole."""
    try:
        return filing.parts_of(pdf)
    except filing.NotAPacket:
        return [Part("packet", "whole", word("dossier.packet.title"), 0, len(pdf.pages))]


class _Layout:
    def __init__(self, dossier: Dossier, press: Press) -> None:
        self.dossier, self.press, self.page = dossier, press, press.page
        self.pages = Pages(dossier, press.page)
        self.first = press.plan.governing_language

    def imprint(self) -> Imprint:
        """What the file says of itself."""
        dossier = self.dossier
        names = (dossier.claim_number, dossier.jurisdiction, dossier.made_at.isoformat(), "dossier")
        return Imprint(
            title=f"{dossier.claim_number} {word('dossier.cover.title')[self.first]}",
            author=dossier.sealer.name,
            made_at=dossier.made_at,
            identity=hashlib.sha256(" ".join(names).encode()).digest()[:16],
            whose=f"/Dossier({dossier.claim_number})/Jurisdiction({dossier.jurisdiction})",
            furniture=self._furniture,
        )

    def _furniture(self, page: Page, total: int) -> Callable[[int], list[Mark]]:
        foot, counted = page.height - page.foot + 3, both(word("page.number"), self.first, " · ")
        beside = page.left + text_width(counted.format(page=total, total=total), _NUMBER) + 14
        made = self.pages.home(self.dossier.made_at)
        whose = f"{self.dossier.claim_number} · {word('dossier.cover.title')[self.first]} · {made}"

        def marks(number: int) -> list[Mark]:
            return [
                artifact(counted.format(page=number, total=total), _NUMBER, page.left, foot),
                artifact(whose, FURNITURE, beside, foot),
            ]

        return marks

    def packet(self, attached: Sequence[_PacketPage], total: int) -> Iterator[Section]:
        """The packet's parts, page by page, each a bookmark of its own."""
        for part in dict.fromkeys(one.part for one in attached):
            own = [one for one in attached if one.part == part]
            body = self.press.plain_page(part.title)
            sheets = [Sheet(self.page, body, marks=self._packet_marks(one, total)) for one in own]
            yield Section("packet", f"{part.kind}-{part.name}", part.title, sheets, depth=1)

    def _packet_marks(self, one: _PacketPage, total: int) -> list[Mark]:
        revision = self.dossier.newest.number
        said = filled("dossier.packet_page", revision=revision, page=one.number, total=total)[self.first]
        lines = set_lines(f"{said} · {one.part.title[self.first]}", SMALL, self.page.measure)
        below = Caption(tuple((line, SMALL) for line in lines))
        return framed(one, self.page, self.page.top - 14, below, Element("Figure", alt=said))

    def part(self, name: str, certificates: Sequence[ExhibitPage]) -> Iterator[Section]:
        """One part after the packet; nothing where the claim has nothing of it."""
        strips: list[Strip] = getattr(self.pages, name)()
        if not strips:
            return
        title = word(f"dossier.{name}.title")
        body = self.press.plain_page(title)
        sheets = [Sheet(self.page, body, placed=placed) for placed in fill_pages(strips, self.page.depth)]
        if name == "certificates":
            sheets += [Sheet(self.page, body, marks=self._certificate_marks(one)) for one in certificates]
        yield Section(name, name, title, sheets)

    def _certificate_marks(self, one: ExhibitPage) -> list[Mark]:
        name = one.exhibit.kind.name[self.first]
        counted = filled("exhibits.page", page=one.place, total=one.total)[self.first]
        below = caption((name, counted, word("exhibits.hash")[self.first]), one.exhibit.sha256, self.page)
        return framed(one, self.page, self.page.top - 10, below, Element("Figure", alt=name))

    def cover(self, sections: Sequence[Section]) -> Section:
        """The letter; its own length moves every page number that it prints."""
        title, length = word("dossier.cover.title"), 1
        while True:
            contents, pages = self._contents(sections, length)
            laid = fill_pages(self.pages.cover(contents, pages), self.page.depth)
            if len(laid) == length:
                sheets = [Sheet(self.page, self.press.plain_page(title), placed=placed) for placed in laid]
                return Section("cover", "cover", title, sheets)
            length = len(laid)

    def _contents(self, sections: Sequence[Section], length: int) -> tuple[list[Entry], dict[str, int]]:
        """The table of contents, and the pages where the proofs stand."""
        contents: list[Entry] = []
        pages: dict[str, int] = {}
        part, number = 0, length + 1
        for section in sections:
            if section.kind not in pages:
                part += 1
                pages[section.kind] = number
                title = word(f"dossier.{section.kind}.title")
                contents.append(Entry(Text(ko=f"{part}. {title.ko}", en=f"{part}. {title.en}"), number))
            if section.kind == "packet":
                contents.append(Entry(section.title, number, 1))
                pages |= self._proofs(section.name, number)
            number += len(section.sheets)
        pages["texts"] = pages["records"]
        return contents, pages

    def _proofs(self, name: str, number: int) -> dict[str, int]:
        """The packet's record, and the document that names court, case and parties."""
        kind, _, document = name.partition("-")
        if kind == "record":
            return {"record": number, "chain": number}
        naming = {one.id for one in self.press.plan.documents if one.kind in ("power", "agreement")}
        powers = {one.id for one in self.press.plan.documents if one.kind == "power"} or naming
        return {"power": number} if kind == "document" and document in powers else {}

"""Content becomes a PDF with an empty place for its seal."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from portal.matters.bilingual import Text
from portal.packets.content import PacketContent
from portal.packets.parts.cover import Entry, cover_strips
from portal.packets.parts.exhibits import ExhibitPage, exhibit_label, exhibit_marks, put_exhibits
from portal.packets.parts.furniture import claim_furniture
from portal.packets.parts.record import record_strips
from portal.packets.parts.slots import Place, fill
from portal.packets.pdf import file as pdf
from portal.packets.pdf.file import Objects
from portal.packets.pdf.fonts import Fonts
from portal.packets.pdf.ink import Ink
from portal.packets.pdf.structure import TaggedPage, TaggedSection, put_structure
from portal.packets.press import FixedPage, Press, press_for
from portal.packets.setting.flow import Placed, fill_pages
from portal.packets.setting.strips import Element, Hole, Mark, Strip
from portal.packets.words import word

RESERVED = 8_192  # bytes for the signature container; about 2,000 are used without a timestamp
_RANGE = b"/ByteRange[0 0000000000 0000000000 0000000000]"


@dataclass(frozen=True)
class Draft:
    """A finished file without its seal. `gap` is where the signature's hexadecimal string stands, < and > included;
    `byte_range` is where the array that excludes it has to be written.
    """

    data: bytearray
    byte_range: int
    gap: tuple[int, int]
    pages: int


@dataclass
class _Sheet:
    """One page: finished content, if any, and what this claim draws upon it."""

    fixed: bytes
    elements: tuple[tuple[Element, float], ...] = ()
    placed: list[Placed] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    picture: ExhibitPage | None = None


@dataclass
class _Section:
    title: Text
    sheets: list[_Sheet]
    depth: int = 0


def render(content: PacketContent, *, reserved: int = RESERVED) -> Draft:
    """The packet of this content. Raises `GlyphMissing`, `ExhibitCorrupt` or `Oversized` when it cannot be made."""
    press = press_for(content.matter, content.jurisdiction)
    objects = Objects(press.prefix)
    sections = [*_documents(content, press), *_exhibits(content, press, objects), _record(content, press)]
    sections.insert(0, _cover(content, press, sections))
    return _write(content, press, objects, sections, reserved)


def _documents(content: PacketContent, press: Press) -> Iterator[_Section]:
    for document in content.matter.documents_for(content.jurisdiction, content.tracks):
        place = Place(content, document, press.page)
        filled = {name: fill(name, place) for name in press.slots(document.id)}
        shapes = tuple(
            (name, tuple(strip.hole(name, index) for index, strip in enumerate(strips)))
            for name, strips in filled.items()
        )
        sheets = [_filled(page, filled) for page in press.pages(document.id, shapes)]
        yield _Section(document.title, sheets)


def _filled(page: FixedPage, slots: dict[str, list[Strip]]) -> _Sheet:
    placed = []
    for hole in page.holes:
        assert isinstance(hole.strip, Hole)
        placed.append(Placed(hole.y, slots[hole.strip.slot][hole.strip.index], hole.repeated))
    return _Sheet(page.body, page.elements, placed)


def _exhibits(content: PacketContent, press: Press, objects: Objects) -> Iterator[_Section]:
    section: _Section | None = None
    for one in put_exhibits(content, objects):
        label = exhibit_label(one.exhibit, press.plan.exhibit_style)
        if section is None or one.place == 1:
            if section is not None:
                yield section
            title = Text(ko=f"{label.ko}  {one.exhibit.title}", en=f"{label.en}  {one.exhibit.title}")
            section = _Section(title, [], depth=1)
        sheet = _Sheet(press.plain_page(label), picture=one)
        sheet.marks = exhibit_marks(one, content, press.page)
        section.sheets.append(sheet)
    if section is not None:
        yield section


def _record(content: PacketContent, press: Press) -> _Section:
    title = word("record.title")
    pages = fill_pages(record_strips(content, press.page), press.page.depth)
    return _Section(title, [_Sheet(press.plain_page(title), placed=placed) for placed in pages])


def _cover(content: PacketContent, press: Press, sections: Sequence[_Section]) -> _Section:
    """The cover, laid out twice: its own length moves every page number that it prints."""
    title = press.plan.title
    pages: list[list[Placed]] = []
    for _ in range(2):
        entries, number = [], len(pages) + 1
        for section in sections:
            entries.append(Entry(section.title, number, section.depth))
            number += len(section.sheets)
        pages = fill_pages(cover_strips(content, entries, press.page), press.page.depth)
    return _Section(title, [_Sheet(press.plain_page(title), placed=placed) for placed in pages])


def _write(
    content: PacketContent, press: Press, objects: Objects, sections: Sequence[_Section], reserved: int
) -> Draft:
    fonts, lang = Fonts(press.fonts), press.plan.governing_language
    tree, resources, signature = objects.take(), objects.take(), objects.take()
    fixed: dict[int, int] = {}
    total = sum(len(section.sheets) for section in sections)
    tagged, numbers = [], []
    for section in sections:
        pages = []
        for sheet in section.sheets:
            ink = Ink(press.page, fonts)
            ink.draw(sheet.marks)
            ink.place(sheet.placed)
            ink.draw(claim_furniture(content, press.page, len(numbers) + 1, total))
            number = _put_sheet(objects, sheet, ink, (tree, resources, signature, len(numbers)), press, fixed)
            numbers.append(number)
            pages.append(TaggedPage(number, [*sheet.elements, *ink.elements]))
        tagged.append(TaggedSection(section.title[lang], pages))
    objects.put(resources, f"<<{press.fonts.resources()}{fonts.put_own(objects)}>>".encode())
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects.put(tree, f"<</Type/Pages/Count {total}/Kids[{kids}]>>".encode())
    structure = put_structure(objects, tagged, lang)
    outlines = _put_outlines(objects, sections, tagged, lang)
    title = f"{content.claim_number} {press.plan.title[lang]}"
    root, about = _put_catalogue(content, objects, title, (tree, structure, outlines, signature), lang)
    return _finish(content, objects, (root, about, signature, numbers[0]), reserved, total)


def _put_sheet(
    objects: Objects, sheet: _Sheet, ink: Ink, shared: tuple[int, int, int, int], press: Press, fixed: dict[int, int]
) -> int:
    tree, resources, signature, index = shared
    below = fixed.get(id(sheet.fixed))
    if below is None:
        below = fixed[id(sheet.fixed)] = objects.add(sheet.fixed)
    above = objects.add(pdf.stream(ink.content(len(sheet.elements)), level=1))
    picture = f"/XObject<</{sheet.picture.resource} {sheet.picture.number} 0 R>>" if sheet.picture else ""
    widget = f"/Annots[{signature} 0 R]" if index == 0 else ""
    return objects.add(
        f"<</Type/Page/Parent {tree} 0 R/MediaBox[0 0 {press.page.width:g} {press.page.height:g}]"
        f"/Contents[{below} 0 R {above} 0 R]/Resources<</Font {resources} 0 R{picture}>>"
        f"/StructParents {index}/Tabs/S{widget}>>"
    )


def _put_outlines(
    objects: Objects, sections: Sequence[_Section], tagged: Sequence[TaggedSection], lang: str
) -> int:
    root = objects.take()
    items = [objects.take() for _ in sections]
    for index, (section, pages) in enumerate(zip(sections, tagged, strict=True)):
        near = f"/Prev {items[index - 1]} 0 R" if index else ""
        near += f"/Next {items[index + 1]} 0 R" if index + 1 < len(items) else ""
        name, page = pdf.string(section.title[lang]), pages.pages[0].number
        objects.put(items[index], f"<</Title{name}/Parent {root} 0 R{near}/Dest[{page} 0 R/Fit]>>".encode())
    return objects.put(
        root, f"<</Type/Outlines/First {items[0]} 0 R/Last {items[-1]} 0 R/Count {len(items)}>>".encode()
    )


def _put_catalogue(
    content: PacketContent, objects: Objects, title: str, parts: tuple[int, int, int, int], lang: str
) -> tuple[int, int]:
    tree, structure, outlines, signature = parts
    made = pdf.date(content.made_at)
    about = objects.add(
        f"<</Title{pdf.string(title)}/Author{pdf.string(content.sealer.name)}"
        f"/Producer(joint-claims-portal)/CreationDate{made}/ModDate{made}>>"
    )
    metadata = objects.add(pdf.stream(_metadata(title, lang), "/Type/Metadata/Subtype/XML", level=0))
    root = objects.add(
        f"<</Type/Catalog/Version/1.7/Pages {tree} 0 R/Lang({lang})/MarkInfo<</Marked true>>"
        f"/StructTreeRoot {structure} 0 R/Outlines {outlines} 0 R/PageMode/UseOutlines"
        f"/ViewerPreferences<</DisplayDocTitle true>>/Metadata {metadata} 0 R"
        f"/AcroForm<</SigFlags 3/Fields[{signature} 0 R]>>>>"
    )
    return root, about


def _metadata(title: str, lang: str) -> bytes:
    escaped = title.replace("&", "&amp;").replace("<", "&lt;")
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escaped}</rdf:li></rdf:Alt></dc:title>'
        f"<dc:language><rdf:Bag><rdf:li>{lang}</rdf:li></rdf:Bag></dc:language>"
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    ).encode()


def _finish(
    content: PacketContent, objects: Objects, parts: tuple[int, int, int, int], reserved: int, pages: int
) -> Draft:
    """Adds the signature field with an empty value, writes the file, and finds where the seal goes."""
    root, about, signature, first_page = parts
    # Adobe's and pyHanko's checks want the hole filled by /Contents alone; the range's width never changes.
    value = (
        b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached"
        + _RANGE
        + b"/Contents<"
        + b"0" * (2 * reserved)
        + f">/M{pdf.date(content.made_at)}/Name{pdf.string(content.sealer.name)}>>".encode()
    )
    held = objects.add(value)
    objects.put(
        signature,
        f"<</Type/Annot/Subtype/Widget/FT/Sig/T(Seal)/Rect[0 0 0 0]/F 132/P {first_page} 0 R/V {held} 0 R>>".encode(),
    )
    identity = hashlib.sha256(
        f"{content.claim_number} {content.jurisdiction} {content.revision} {content.matter.hash}".encode()
    ).digest()[:16]
    written = objects.write(root=root, about=about, identity=identity)
    at = written.offsets[held - 1]
    byte_range = written.data.index(_RANGE, at) + len(b"/ByteRange")
    start = written.data.index(b"/Contents<", at) + len(b"/Contents")
    return Draft(written.data, byte_range, (start, start + 2 * reserved + 2), pages)

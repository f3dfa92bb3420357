"""Content becomes a PDF with an empty place for its seal."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from portal.matters.bilingual import Text
from portal.packets import authority
from portal.packets.content import PacketContent
from portal.packets.parts.cover import Entry, cover_strips
from portal.packets.parts.exhibits import (
    ExhibitPage,
    attachment_marks,
    exhibit_label,
    exhibit_marks,
    put_exhibits,
)
from portal.packets.parts.furniture import claim_furniture
from portal.packets.parts.receipt import receipt_strips
from portal.packets.parts.record import record_strips
from portal.packets.parts.scans import ScanPage, paper_title, put_scans, scan_marks
from portal.packets.parts.signature import Signatures, put_signatures
from portal.packets.parts.slots import Filling
from portal.packets.pdf import file as pdf
from portal.packets.pdf.file import Objects
from portal.packets.pdf.fonts import Fonts
from portal.packets.pdf.ink import Ink
from portal.packets.pdf.structure import TaggedPage, TaggedSection, put_structure
from portal.packets.press import FixedPage, Press, press_for
from portal.packets.setting.flow import Placed, fill_pages
from portal.packets.setting.strips import Element, Hole, Mark, Strip
from portal.packets.setting.styles import Look, Page
from portal.packets.words import word

RESERVED = 8_192  # bytes for the signature container; about 2,000 are used without a timestamp
# Private data of ours in the catalogue (ISO 32000-1, 14.5), from which files for a court are cut.
PIECE = "JointClaimsPortal"
_RANGE = b"/ByteRange[0 0000000000 0000000000 0000000000]"
# ISO 32000-1, 12.8.2.2, P 2: after the seal, viewers accept no change but signatures in their fields, and timestamps.
_ONLY_SIGNED = (
    "/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/V/1.2/P 2>>>>]"
)


@dataclass(frozen=True)
class Draft:
    """A finished file without its seal. `gap` is where the signature's hexadecimal string stands, < and > included;
    `byte_range` is where the array that excludes it has to be written. `record` is the authority record as canonical
    JSON, whose SHA-256 the file prints.
    """

    data: bytearray
    byte_range: int
    gap: tuple[int, int]
    pages: int
    record: bytes = b""


@dataclass
class _Sheet:
    """One page: finished content, if any, and what this claim draws upon it."""

    page: Page
    fixed: bytes
    elements: tuple[tuple[Element, float], ...] = ()
    structure: str = ""
    placed: list[Placed] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)


@dataclass
class _Section:
    """Pages that bear one bookmark; `kind` and `name` say to programs what they hold."""

    kind: str
    name: str
    title: Text
    sheets: list[_Sheet]
    depth: int = 0


def render(content: PacketContent, *, reserved: int = RESERVED) -> Draft:
    """The packet of this content. Raises `GlyphMissing`, `ExhibitCorrupt` or `Oversized` when it cannot be made."""
    press = press_for(content.matter, content.jurisdiction)
    record = authority.canonical(authority.record_of(content))
    objects = Objects(press.prefix)
    exhibits, scans = put_exhibits(content.exhibits, objects), put_scans(content, objects)
    attached = put_exhibits(content.attachments, objects)
    signatures = put_signatures(objects, content.acts, [scan.document for scan in content.paper])
    pictures = {
        one.resource: one.number for one in (*exhibits, *attached, *scans, *signatures.forms.values())
    }
    if content.withdrawn_at:
        proof = [_receipt(content, press), _record(content, press, signatures, record)]
        return _Binder(content, press, objects, pictures).bind(proof, reserved, record)
    documents = list(_documents(content, press, signatures))
    papers = list(_papers(content, press, scans))
    proofs = [_record(content, press, signatures, record), *_attachments(content, press, attached)]
    rest = [*papers, *_exhibits(content, press, exhibits), *proofs]
    cover = _cover(content, press, [*documents, *rest])
    if scans:
        # Where the sheets are was known only now; saying so moves no line.
        before = sum(len(section.sheets) for section in (cover, *documents))
        signatures = replace(signatures, scans=_first_pages(scans, before))
        documents = list(_documents(content, press, signatures))
    return _Binder(content, press, objects, pictures).bind([cover, *documents, *rest], reserved, record)


def _documents(content: PacketContent, press: Press, signatures: Signatures) -> Iterator[_Section]:
    fillings: dict[Look, Filling] = {}
    for document in content.matter.documents_for(content.jurisdiction, content.tracks):
        look = press.look(document.id)
        filling = fillings.get(look) or fillings.setdefault(look, Filling(content, look, signatures))
        filled = {name: filling.fill(name, document) for name in press.slots(document.id)}
        shapes = tuple(
            (name, tuple(strip.hole(name, place) for place, strip in enumerate(strips)))
            for name, strips in filled.items()
        )
        sheets = [_filled(page, look.page, filled) for page in press.pages(document.id, shapes)]
        yield _Section("document", document.id, document.title, sheets)


def _filled(fixed: FixedPage, page: Page, slots: dict[str, list[Strip]]) -> _Sheet:
    placed = []
    for hole in fixed.holes:
        assert isinstance(hole.strip, Hole)
        placed.append(Placed(hole.y, slots[hole.strip.slot][hole.strip.place], hole.repeated))
    return _Sheet(page, fixed.body, fixed.elements, fixed.structure, placed)


def _exhibits(content: PacketContent, press: Press, pages: Sequence[ExhibitPage]) -> Iterator[_Section]:
    for exhibit, group in groupby(pages, key=lambda page: page.exhibit):
        label = exhibit_label(exhibit, press.plan.exhibit_style)
        title = Text(ko=f"{label.ko}  {exhibit.title}", en=f"{label.en}  {exhibit.title}")
        body = press.plain_page(label)
        sheets = [_Sheet(press.page, body, marks=exhibit_marks(one, content, press.page)) for one in group]
        yield _Section("exhibit", f"{exhibit.number}.{exhibit.part}", title, sheets, depth=1)


def _papers(content: PacketContent, press: Press, scans: Sequence[ScanPage]) -> Iterator[_Section]:
    """The sheets signed in ink, as they came back, document by document."""
    titles = press.titles
    for document, group in groupby(scans, key=lambda one: one.scan.document):
        title = paper_title(titles[document])
        body = press.plain_page(title)
        sheets = [_Sheet(press.page, body, marks=scan_marks(one, content, press.page)) for one in group]
        yield _Section("paper", document, title, sheets)


def _first_pages(scans: Sequence[ScanPage], before: int) -> dict[str, int]:
    """For each document the page of its sheet that bears the signature, or else of its first sheet."""
    pages: dict[str, int] = {}
    for number, one in sorted(enumerate(scans, before + 1), key=lambda each: not each[1].scan.signed):
        pages.setdefault(one.scan.document, number)
    return pages


def _record(content: PacketContent, press: Press, signatures: Signatures, record: bytes) -> _Section:
    title = word("record.title")
    strips = record_strips(content, press.page, signatures, authority.digest(record))
    pages = fill_pages(strips, press.page.depth)
    sheets = [_Sheet(press.page, press.plain_page(title), placed=placed) for placed in pages]
    return _Section("record", "record", title, sheets)


def _receipt(content: PacketContent, press: Press) -> _Section:
    """The receipt of a withdrawal, which with the record is all that such a file has."""
    title = word("receipt.title")
    pages = fill_pages(receipt_strips(content, press.page), press.page.depth)
    sheets = [_Sheet(press.page, press.plain_page(title), placed=placed) for placed in pages]
    return _Section("receipt", "receipt", title, sheets)


def _attachments(content: PacketContent, press: Press, pages: Sequence[ExhibitPage]) -> Iterator[_Section]:
    """What proves who signed, after the record that names it."""
    for file, group in groupby(pages, key=lambda page: page.exhibit):
        title = file.kind.name
        body = press.plain_page(title)
        sheets = [_Sheet(press.page, body, marks=attachment_marks(one, content, press.page)) for one in group]
        yield _Section("attachment", f"{file.number}.{file.part}", title, sheets, depth=1)


def _cover(content: PacketContent, press: Press, sections: Sequence[_Section]) -> _Section:
    """The cover; its own length moves every page number that it prints, and is nearly always one."""
    title, length = press.plan.title, 1
    while True:
        entries, number = [], length + 1
        for section in sections:
            entries.append(Entry(section.title, number, section.depth))
            number += len(section.sheets)
        pages = fill_pages(cover_strips(content, entries, press.page), press.page.depth)
        if len(pages) == length:
            sheets = [_Sheet(press.page, press.plain_page(title), placed=placed) for placed in pages]
            return _Section("cover", "cover", title, sheets)
        length = len(pages)


class _Binder:
    """Writes pages, structure, outlines and catalogue of one packet."""

    def __init__(
        self, content: PacketContent, press: Press, objects: Objects, pictures: Mapping[str, int]
    ) -> None:
        self.content, self.press, self.objects, self.pictures = content, press, objects, pictures
        self.fonts, self.lang = Fonts(press.fonts), press.plan.governing_language
        self.tree, self.resources, self.signature = objects.take(), objects.take(), objects.take()
        self.numbers: list[int] = []
        self.fields: dict[str, int] = {}
        self._fixed: dict[int, int] = {}

    def bind(self, sections: Sequence[_Section], reserved: int, record: bytes) -> Draft:
        total = sum(len(section.sheets) for section in sections)
        self._furniture = {
            page: claim_furniture(self.content, page, total)
            for page in {sheet.page for section in sections for sheet in section.sheets}
        }
        tagged = [
            TaggedSection(section.title[self.lang], [self._put_sheet(sheet) for sheet in section.sheets])
            for section in sections
        ]
        fonts = self.press.fonts.resources() + self.fonts.put_own(self.objects)
        self.objects.put(self.resources, f"<<{fonts}>>".encode())
        kids = " ".join([f"{number} 0 R" for number in self.numbers])
        self.objects.put(self.tree, f"<</Type/Pages/Count {total}/Kids[{kids}]>>".encode())
        structure = put_structure(self.objects, tagged, self.lang)
        outlines = self._put_outlines(tagged)
        catalogue = self._put_catalogue(structure, outlines, _contents(sections))
        return self._finish(*catalogue, reserved, record)

    def _put_sheet(self, sheet: _Sheet) -> TaggedPage:
        ink, page, index = Ink(sheet.page, self.fonts), sheet.page, len(self.numbers)
        ink.draw(sheet.marks)
        ink.place(sheet.placed)
        ink.draw(self._furniture[page](index + 1))
        below = self._fixed.get(id(sheet.fixed)) or self.objects.add(sheet.fixed)
        self._fixed[id(sheet.fixed)] = below
        above = self.objects.add(pdf.stream(ink.content(len(sheet.elements)), level=0))
        pictures = "".join([f"/{name} {self.pictures[name]} 0 R" for name in sorted(ink.pictures)])
        drawn = f"/XObject<<{pictures}>>" if pictures else ""
        rooms = {name: room for name, room in ink.rooms.items() if name not in self.fields}
        self.fields |= {name: self.objects.take() for name in rooms}
        widgets = [*([] if index else [self.signature]), *(self.fields[name] for name in rooms)]
        widget = f"/Annots[{' '.join(f'{one} 0 R' for one in widgets)}]" if widgets else ""
        number = self.objects.add(
            f"<</Type/Page/Parent {self.tree} 0 R/MediaBox[0 0 {page.width:g} {page.height:g}]"
            f"/Contents[{below} 0 R {above} 0 R]/Resources<</Font {self.resources} 0 R{drawn}>>"
            f"/StructParents {index}/Tabs/S{widget}>>"
        )
        self.numbers.append(number)
        for name, room in rooms.items():  # without a value, and so to be signed later
            place = " ".join(f"{edge:.2f}" for edge in room)
            empty = f"/FT/Sig/T({name})/Rect[{place}]/F 4/P {number} 0 R"
            self.objects.put(self.fields[name], f"<</Type/Annot/Subtype/Widget{empty}>>".encode())
        return TaggedPage(number, sheet.elements, sheet.structure, ink.elements)

    def _put_outlines(self, sections: Sequence[TaggedSection]) -> int:
        root = self.objects.take()
        items = [self.objects.take() for _ in sections]
        for index, section in enumerate(sections):
            near = f"/Prev {items[index - 1]} 0 R" if index else ""
            near += f"/Next {items[index + 1]} 0 R" if index + 1 < len(items) else ""
            name, page = pdf.string(section.title), section.pages[0].number
            body = f"<</Title{name}/Parent {root} 0 R{near}/Dest[{page} 0 R/Fit]>>"
            self.objects.put(items[index], body.encode())
        ends = f"/First {items[0]} 0 R/Last {items[-1]} 0 R/Count {len(items)}"
        return self.objects.put(root, f"<</Type/Outlines{ends}>>".encode())

    def _put_catalogue(self, structure: int, outlines: int, contents: str) -> tuple[int, int]:
        kind = word("receipt.title") if self.content.withdrawn_at else self.press.plan.title
        title = f"{self.content.claim_number} {kind[self.lang]}"
        made = pdf.date(self.content.made_at)
        content = self.content
        whose = (
            f"/Claim({content.claim_number})/Jurisdiction({content.jurisdiction})/Revision {content.revision}"
        )
        private = f"<<{whose}/Code({content.code})/Parts[{contents}]>>"
        ours = f"/PieceInfo<</{PIECE}<</LastModified{made}/Private{private}>>>>"
        about = self.objects.add(
            f"<</Title{pdf.string(title)}/Author{pdf.string(self.content.sealer.name)}"
            f"/Producer(joint-claims-portal)/CreationDate{made}/ModDate{made}>>"
        )
        metadata = self.objects.add(
            pdf.stream(_metadata(title, self.lang), "/Type/Metadata/Subtype/XML", level=0)
        )
        fields = " ".join(f"{one} 0 R" for one in (self.signature, *self.fields.values()))
        self.held = self.objects.take()
        root = self.objects.add(
            f"<</Type/Catalog/Version/1.7/Pages {self.tree} 0 R/Lang({self.lang})/MarkInfo<</Marked true>>"
            f"/StructTreeRoot {structure} 0 R/Outlines {outlines} 0 R/PageMode/UseOutlines"
            f"/ViewerPreferences<</DisplayDocTitle true>>/Metadata {metadata} 0 R"
            f"/AcroForm<</SigFlags 3/Fields[{fields}]>>/Perms<</DocMDP {self.held} 0 R>>{ours}>>"
        )
        return root, about

    def _finish(self, root: int, about: int, reserved: int, record: bytes) -> Draft:
        """Adds the signature field with an empty value, writes the file, and finds where the seal goes."""
        content = self.content
        held = self.objects.put(
            self.held,
            b"".join(
                (
                    b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached",
                    _RANGE,
                    b"/Contents<%b>" % (b"0" * (2 * reserved)),
                    f"/M{pdf.date(content.made_at)}/Name{pdf.string(content.sealer.name)}{_ONLY_SIGNED}>>".encode(),
                )
            ),
        )
        field = f"/FT/Sig/T(Seal)/Rect[0 0 0 0]/F 132/P {self.numbers[0]} 0 R/V {held} 0 R"
        self.objects.put(self.signature, f"<</Type/Annot/Subtype/Widget{field}>>".encode())
        written = self.objects.write(root=root, about=about, identity=_identity(content))
        at = written.offsets[held - 1]
        byte_range = written.data.index(_RANGE, at) + len(b"/ByteRange")
        start = written.data.index(b"/Contents<", at) + len(b"/Contents")
        return Draft(written.data, byte_range, (start, start + 2 * reserved + 2), len(self.numbers), record)


def _contents(sections: Sequence[_Section]) -> str:
    """What stands on which pages, for programs: kind, name, title, first page from 0, and how many."""
    parts, first = [], 0
    for one in sections:
        title = f"/Ko{pdf.string(one.title.ko)}/En{pdf.string(one.title.en)}"
        parts.append(f"<</Kind({one.kind})/Name({one.name}){title}/First {first}/Count {len(one.sheets)}>>")
        first += len(one.sheets)
    return "".join(parts)


def _identity(content: PacketContent) -> bytes:
    names = (content.claim_number, content.jurisdiction, str(content.revision), content.matter.hash)
    return hashlib.sha256(" ".join(names).encode()).digest()[:16]


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

"""Binds sections of pages into one file in one revision, with bookmarks, structure, and an empty place for its seal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from portal.matters.bilingual import Text
from portal.packets.pdf import file as pdf
from portal.packets.pdf.file import Objects
from portal.packets.pdf.fonts import Fonts
from portal.packets.pdf.ink import Ink
from portal.packets.pdf.structure import TaggedPage, TaggedSection, put_structure
from portal.packets.press import Press
from portal.packets.setting.flow import Placed
from portal.packets.setting.strips import Element, Mark
from portal.packets.setting.styles import Page

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
class Sheet:
    """One page: finished content, if any, and what this claim draws upon it."""

    page: Page
    fixed: bytes
    elements: tuple[tuple[Element, float], ...] = ()
    structure: str = ""
    placed: list[Placed] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)


@dataclass
class Section:
    """Pages that bear one bookmark; `kind` and `name` say to programs what they hold."""

    kind: str
    name: str
    title: Text
    sheets: list[Sheet]
    depth: int = 0


@dataclass(frozen=True)
class Imprint:
    """What a file says of itself; `whose` are entries of private data for programs, `furniture` draws what stands on
    each page: for a page and the number of pages, the marks of page number n.
    """

    title: str
    author: str
    made_at: datetime
    identity: bytes
    whose: str
    furniture: Callable[[Page, int], Callable[[int], list[Mark]]]


class Binder:
    """Writes pages, structure, outlines and catalogue of one file, with an empty place for its seal."""

    def __init__(self, imprint: Imprint, press: Press, objects: Objects, pictures: Mapping[str, int]) -> None:
        self.imprint, self.press, self.objects, self.pictures = imprint, press, objects, pictures
        self.fonts, self.lang = Fonts(press.fonts), press.plan.governing_language
        self.tree, self.resources, self.signature = objects.take(), objects.take(), objects.take()
        self.numbers: list[int] = []
        self.fields: dict[str, int] = {}
        self._fixed: dict[int, int] = {}

    def bind(self, sections: Sequence[Section], reserved: int, record: bytes) -> Draft:
        total = sum(len(section.sheets) for section in sections)
        self._furniture = {
            page: self.imprint.furniture(page, total)
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

    def _put_sheet(self, sheet: Sheet) -> TaggedPage:
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
        return TaggedPage(number, sheet.elements, sheet.structure, *ink.tagged())

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
        title, made = self.imprint.title, pdf.date(self.imprint.made_at)
        private = f"<<{self.imprint.whose}/Parts[{contents}]>>"
        ours = f"/PieceInfo<</{PIECE}<</LastModified{made}/Private{private}>>>>"
        about = self.objects.add(
            f"<</Title{pdf.string(title)}/Author{pdf.string(self.imprint.author)}"
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
        held = self.objects.put(
            self.held,
            b"".join(
                (
                    b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached",
                    _RANGE,
                    b"/Contents<%b>" % (b"0" * (2 * reserved)),
                    f"/M{pdf.date(self.imprint.made_at)}/Name{pdf.string(self.imprint.author)}{_ONLY_SIGNED}>>".encode(),
                )
            ),
        )
        field = f"/FT/Sig/T(Seal)/Rect[0 0 0 0]/F 132/P {self.numbers[0]} 0 R/V {held} 0 R"
        self.objects.put(self.signature, f"<</Type/Annot/Subtype/Widget{field}>>".encode())
        written = self.objects.write(root=root, about=about, identity=self.imprint.identity)
        at = written.offsets[held - 1]
        byte_range = written.data.index(_RANGE, at) + len(b"/ByteRange")
        start = written.data.index(b"/Contents<", at) + len(b"/Contents")
        return Draft(written.data, byte_range, (start, start + 2 * reserved + 2), len(self.numbers), record)


def _contents(sections: Sequence[Section]) -> str:
    """What stands on which pages, for programs: kind, name, title, first page from 0, and how many."""
    parts, first = [], 0
    for one in sections:
        title = f"/Ko{pdf.string(one.title.ko)}/En{pdf.string(one.title.en)}"
        parts.append(f"<</Kind({one.kind})/Name({one.name}){title}/First {first}/Count {len(one.sheets)}>>")
        first += len(one.sheets)
    return "".join(parts)


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

"""Files for a court, cut from a sealed packet: one for each document that is filed and each exhibit.

Pages are taken over as they are. What is cut out carries no seal, and says so: it names the packet that does. Pure; it
needs nothing but the packet's bytes and the matter's plan.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pikepdf

from portal.errors import PortalError
from portal.matters.bilingual import Text
from portal.matters.matter import Matter
from portal.matters.model import Jurisdiction, PacketPlan
from portal.packets import formats
from portal.packets.binding import PIECE
from portal.packets.words import filled, word

MB = 1_000_000
_LONGEST_NAME = 40  # characters of a title in a file's name; courts ask for short ones
_FONTS = re.compile(rb"/([FP]\d) [\d.]+ Tf")


class NotAPacket(PortalError):
    """The file does not say what stands on which of its pages."""


class PageTooLarge(PortalError):
    """One page alone is larger than the court takes."""


@dataclass(frozen=True)
class Part:
    """A section of a packet: its kind (cover, document, paper, exhibit, record), what it is of, its pages from 0."""

    kind: str
    name: str
    title: Text
    first: int
    count: int

    @property
    def pages(self) -> range:
        return range(self.first, self.first + self.count)


@dataclass(frozen=True)
class Source:
    """The sealed packet that files are cut from, as they name it."""

    claim_number: str
    jurisdiction: Jurisdiction
    revision: int
    code: str
    sha256: str


@dataclass(frozen=True)
class CourtFile:
    """One file for the court; `pages` are those of the packet, from 1."""

    name: str
    title: str
    pages: tuple[int, ...]
    data: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def parts_of(pdf: pikepdf.Pdf) -> tuple[Part, ...]:
    """What stands on which pages, as the packet itself says. Raises `NotAPacket`."""
    try:
        held = pdf.Root.PieceInfo[f"/{PIECE}"].Private.Parts
        return tuple(_part(one) for one in held)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise NotAPacket("the file does not say what stands on its pages") from error


def _part(held: pikepdf.Object) -> Part:
    title = Text(ko=str(held.Ko), en=str(held.En))
    return Part(str(held.Kind), str(held.Name), title, int(held.First), int(held.Count))


def largest_file(matter: Matter, tracks: Iterable[str]) -> int | None:
    """Bytes that every court of these tracks takes in one file; None where none says."""
    courts = {matter.track(track).court for track in tracks}
    sizes = [size for court in courts if (size := matter.court(court).max_file_mb)]
    return min(sizes) * MB if sizes else None


def court_files(data: bytes, plan: PacketPlan, source: Source, largest: int | None) -> Iterator[CourtFile]:
    """The files, in the plan's order and then by exhibit. Raises `NotAPacket` and `PageTooLarge`."""
    yield from filed_documents(data, plan, source, largest)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        parts = parts_of(pdf)
        cutter = _Cutter(pdf, plan, source, largest)
        for part in parts:
            if part.kind == "exhibit":
                number, piece = map(int, part.name.split("."))
                title = part.title[plan.governing_language]
                yield from cutter.cut(_exhibit_name(number, piece, plan.exhibit_style), title, part.pages)


def filed_documents(
    data: bytes, plan: PacketPlan, source: Source, largest: int | None
) -> Iterator[CourtFile]:
    """The documents that are filed, each a file, without the exhibits. Raises `NotAPacket` and `PageTooLarge`."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        cutter = _Cutter(pdf, plan, source, largest)
        for place, (document, pages) in enumerate(filed_pages(plan, parts_of(pdf)), 1):
            title = document.title[plan.governing_language]
            yield from cutter.cut(f"{place:02d}_{short_name(title)}", title, pages)


def filed_pages(plan: PacketPlan, parts: Sequence[Part]) -> Iterator[tuple[Part, list[int]]]:
    """Each filed document with its pages; the sheets of it that were signed in ink follow it."""
    wanted = {document.id for document in plan.documents if document.filed}
    for part in parts:
        if part.kind == "document" and part.name in wanted:
            inked = [one.pages for one in parts if one.kind == "paper" and one.name == part.name]
            yield part, [*part.pages, *(page for pages in inked for page in pages)]


def short_name(title: str) -> str:
    """A title as a file's name: letters and digits, what parts them as one low line."""
    return re.sub(r"[\W_]+", "_", title).strip("_")[:_LONGEST_NAME].rstrip("_")


def _exhibit_name(number: int, piece: int, style: str) -> str:
    mark = f"갑{number}" if style == "gap" else f"Exhibit-{formats.exhibit_letter(number)}"
    return f"{mark}-{piece}" if piece else mark


class _Cutter:
    """Cuts runs of pages out of one packet."""

    def __init__(self, pdf: pikepdf.Pdf, plan: PacketPlan, source: Source, largest: int | None) -> None:
        self.pdf, self.plan, self.source, self.largest = pdf, plan, source, largest
        self.lang = plan.governing_language

    def cut(self, name: str, title: str, pages: Sequence[int]) -> Iterator[CourtFile]:
        """The pages as one file, or as several of the same name where one would be too large."""
        runs = self._runs(title, pages)
        for place, (run, data) in enumerate(runs, 1):
            numbered = f"{name}_{place}of{len(runs)}" if len(runs) > 1 else name
            yield CourtFile(f"{numbered}.pdf", title, tuple(page + 1 for page in run), data)

    def _runs(self, title: str, pages: Sequence[int]) -> list[tuple[Sequence[int], bytes]]:
        """As few runs of equally many pages as fit. Every run is tried as it will be written."""
        whole = self._written(title, pages)
        if self.largest is None or len(whole) <= self.largest:
            return [(pages, whole)]
        for several in range(-(-len(whole) // self.largest), len(pages) + 1):
            size = -(-len(pages) // several)
            runs = [pages[start : start + size] for start in range(0, len(pages), size)]
            written = [(run, self._written(title, run)) for run in runs]
            if all(len(data) <= self.largest for _, data in written):
                return written
        numbers = page_list([page + 1 for page in pages])
        raise PageTooLarge(
            f"of pages {numbers} one alone is larger than the {self.largest:,} bytes of the court"
        )

    def _written(self, title: str, pages: Sequence[int]) -> bytes:
        out = pikepdf.new()
        for number in pages:
            out.pages.append(self.pdf.pages[number])
        for page in out.pages:
            bare(page)
        self._about(out, title)
        target = io.BytesIO()
        out.save(target, deterministic_id=True)
        return target.getvalue()

    def _about(self, out: pikepdf.Pdf, title: str) -> None:
        out.Root.Lang = pikepdf.String(self.lang)
        out.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        shown = f"{self.source.claim_number} {title}"
        with out.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
            metadata["dc:title"] = shown
            metadata["dc:language"] = [self.lang]
        out.docinfo["/Title"] = shown
        out.docinfo["/Subject"] = note(self.source)[self.lang]
        out.docinfo["/Producer"] = "joint-claims-portal"


def bare(page: pikepdf.Page) -> None:
    """Leaves of a packet's page what shows: no seal's field, no structure of the packet, only the fonts in use."""
    for key in ("/Annots", "/StructParents", "/Tabs"):
        if key in page.obj:
            del page.obj[key]
    contents = page.Contents
    streams = contents if isinstance(contents, pikepdf.Array) else [contents]
    used = {f"/{name.decode()}" for one in streams for name in _FONTS.findall(one.read_bytes())}
    fonts = {name: font for name, font in page.Resources.Font.items() if name in used}
    page.Resources.Font = pikepdf.Dictionary(fonts)


def note(source: Source) -> Text:
    """That the files carry no seal, and which packet does."""
    return filled(
        "filing.note",
        claim=source.claim_number,
        revision=source.revision,
        code=source.code,
        sha256=source.sha256,
    )


def index_csv(files: Sequence[CourtFile], source: Source, lang: str) -> bytes:
    """The list of files with their hashes, for a spreadsheet: UTF-8 with its mark, CRLF."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    heads = ("file", "title", "pages", "size", "sha256", "packet")
    writer.writerow([word(f"filing.{head}")[lang] for head in heads])
    for one in files:
        writer.writerow(
            [one.name, _harmless(one.title), page_list(one.pages), len(one.data), one.sha256, source.sha256]
        )
    writer.writerow([])
    writer.writerow([note(source)[lang]])
    return b"\xef\xbb\xbf" + target.getvalue().encode()


def _harmless(text: str) -> str:
    """The text as no spreadsheet takes it for a formula."""
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") else text


def index_json(files: Sequence[CourtFile], source: Source) -> bytes:
    """The same list for a program."""
    said = note(source)
    content = {
        "packet": {
            "claim": source.claim_number,
            "jurisdiction": source.jurisdiction,
            "revision": source.revision,
            "code": source.code,
            "sha256": source.sha256,
        },
        "sealed": False,
        "note": {"ko": said.ko, "en": said.en},
        "files": [
            {
                "name": one.name,
                "title": one.title,
                "pages": page_list(one.pages),
                "bytes": len(one.data),
                "sha256": one.sha256,
            }
            for one in files
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=2).encode() + b"\n"


def page_list(pages: Sequence[int]) -> str:
    """Page numbers as people write them: 11-15, 28."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and runs[-1][-1] == page - 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)

"""Sheets signed in ink, as they came back: pictures with what they are, when they were received, and their hash."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from portal.matters.bilingual import Text
from portal.packets import formats
from portal.packets.content import PacketContent, PaperScan
from portal.packets.parts.exhibits import caption, framed
from portal.packets.pdf.file import Objects
from portal.packets.pdf.pictures import NotAPicture, Picture
from portal.packets.setting.strips import Element, Mark
from portal.packets.setting.styles import Page
from portal.packets.words import filled, word


class ScanCorrupt(Exception):
    """A sheet signed in ink is not what was accepted."""

    def __init__(self, page: int) -> None:
        super().__init__(f"the sheet of page {page} cannot be shown")
        self.page = page


@dataclass(frozen=True)
class ScanPage:
    """One sheet as it will be drawn: its object, resource name and size."""

    scan: PaperScan
    resource: str
    number: int
    width: float
    height: float
    box: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)


def paper_title(document: Text) -> Text:
    """What the sheets of a document signed in ink are called."""
    heading = word("scans.title")
    return Text(ko=f"{heading.ko}: {document.ko}", en=f"{heading.en}: {document.en}")


def put_scans(content: PacketContent, objects: Objects) -> Sequence[ScanPage]:
    """Writes every sheet, document by document in the packet's order; raises `ScanCorrupt`."""
    return list(_put(content, objects))


def _put(content: PacketContent, objects: Objects) -> Iterator[ScanPage]:
    documents = content.documents
    order = {document.id: place for place, document in enumerate(documents)}
    known = [scan for scan in content.paper if scan.document in order]
    for place, scan in enumerate(sorted(known, key=lambda scan: (order[scan.document], scan.page)), 1):
        try:
            picture = Picture.read(scan.picture)
        except NotAPicture as error:
            raise ScanCorrupt(scan.page) from error
        number = objects.add_large(*picture.body())
        yield ScanPage(scan, f"S{place}", number, picture.width, picture.height)


def scan_marks(one: ScanPage, content: PacketContent, page: Page) -> list[Mark]:
    """The sheet as large as fits, with its caption below."""
    plan, scan = content.matter.packets[content.jurisdiction], one.scan
    first = plan.governing_language
    titles = {document.id: document.title for document in plan.documents}
    named = filled("scans.sheet", document=titles[scan.document][first], page=scan.page)[first]
    at = formats.spoken_time(scan.received_at, formats.SEOUL, first)
    facts = [word("scans.signed")[first]] if scan.signed else []
    received = filled("exhibits.received", time=at)[first]
    below = caption((named, " · ".join([*facts, received]), word("scans.hash")[first]), scan.sha256, page)
    return framed(one, page, page.top - 10, below, Element("Figure", alt=named))

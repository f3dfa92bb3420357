"""Content becomes a PDF with an empty place for its seal."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from portal.matters.bilingual import Text
from portal.packets import authority
from portal.packets.binding import RESERVED, Binder, Draft, Imprint, Section, Sheet
from portal.packets.content import PacketContent
from portal.packets.parts.cover import Entry, cover_strips
from portal.packets.parts.exhibits import (
    ExhibitPage,
    attachment_marks,
    exhibit_marks,
    put_exhibits,
)
from portal.packets.parts.furniture import claim_furniture
from portal.packets.parts.handed_in import handed_in_strips
from portal.packets.parts.receipt import receipt_strips
from portal.packets.parts.record import record_strips
from portal.packets.parts.scans import ScanPage, paper_title, put_scans, scan_marks
from portal.packets.parts.signature import SignatureForm, Signatures, put_signatures
from portal.packets.parts.slots import Filling
from portal.packets.pdf.file import Objects
from portal.packets.press import FixedPage, Press, press_for
from portal.packets.rows import exhibit_label
from portal.packets.setting.flow import Placed, fill_pages
from portal.packets.setting.strips import Hole, Strip
from portal.packets.setting.styles import Look, Page
from portal.packets.words import word


def render(content: PacketContent, *, reserved: int = RESERVED) -> Draft:
    """The packet of this content. Raises `GlyphMissing`, `ExhibitCorrupt` or `Oversized` when it cannot be made."""
    press = press_for(content.matter, content.jurisdiction)
    record = authority.canonical(authority.record_of(content))
    objects = Objects(press.prefix)
    exhibits, scans = put_exhibits(content.exhibits, objects), put_scans(content, objects)
    attached = put_exhibits(content.attachments, objects)
    signatures = put_signatures(objects, content.acts, [scan.document for scan in content.paper])
    drawn: list[ExhibitPage | ScanPage | SignatureForm] = [*exhibits, *attached, *scans]
    drawn += signatures.forms.values()
    pictures = {one.resource: one.number for one in drawn}
    if content.withdrawn_at:
        proof = [_receipt(content, press), _record(content, press, signatures, record)]
        return Binder(_imprint(content, press), press, objects, pictures).bind(proof, reserved, record)
    if content.receipt:
        receipt = _handed_in(content, press, record)
        return Binder(_imprint(content, press), press, objects, pictures).bind([receipt], reserved, record)
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
    return Binder(_imprint(content, press), press, objects, pictures).bind(
        [cover, *documents, *rest], reserved, record
    )


def _documents(content: PacketContent, press: Press, signatures: Signatures) -> Iterator[Section]:
    fillings: dict[Look, Filling] = {}
    for document in content.documents:
        look = press.look(document.id)
        filling = fillings.get(look) or fillings.setdefault(look, Filling(content, look, signatures))
        filled = {name: filling.fill(name, document) for name in press.slots(document.id, content.kind)}
        shapes = tuple(
            (name, tuple(strip.hole(name, place) for place, strip in enumerate(strips)))
            for name, strips in filled.items()
        )
        sheets = [_filled(page, look.page, filled) for page in press.pages(document.id, content.kind, shapes)]
        yield Section("document", document.id, document.title, sheets)


def _filled(fixed: FixedPage, page: Page, slots: dict[str, list[Strip]]) -> Sheet:
    placed = []
    for hole in fixed.holes:
        assert isinstance(hole.strip, Hole)
        placed.append(Placed(hole.y, slots[hole.strip.slot][hole.strip.place], hole.repeated))
    return Sheet(page, fixed.body, fixed.elements, fixed.structure, placed)


def _exhibits(content: PacketContent, press: Press, pages: Sequence[ExhibitPage]) -> Iterator[Section]:
    for exhibit, group in groupby(pages, key=lambda page: page.exhibit):
        label = exhibit_label(exhibit, press.plan.exhibit_style)
        title = Text(ko=f"{label.ko}  {exhibit.title}", en=f"{label.en}  {exhibit.title}")
        body = press.plain_page(label)
        sheets = [Sheet(press.page, body, marks=exhibit_marks(one, content, press.page)) for one in group]
        yield Section("exhibit", f"{exhibit.number}.{exhibit.part}", title, sheets, depth=1)


def _papers(content: PacketContent, press: Press, scans: Sequence[ScanPage]) -> Iterator[Section]:
    """The sheets signed in ink, as they came back, document by document."""
    titles = press.titles
    for document, group in groupby(scans, key=lambda one: one.scan.document):
        title = paper_title(titles[document])
        body = press.plain_page(title)
        sheets = [Sheet(press.page, body, marks=scan_marks(one, content, press.page)) for one in group]
        yield Section("paper", document, title, sheets, depth=1)


def _first_pages(scans: Sequence[ScanPage], before: int) -> dict[str, int]:
    """For each document the page of its sheet that bears the signature, or else of its first sheet."""
    pages: dict[str, int] = {}
    for number, one in sorted(enumerate(scans, before + 1), key=lambda each: not each[1].scan.signed):
        pages.setdefault(one.scan.document, number)
    return pages


def _record(content: PacketContent, press: Press, signatures: Signatures, record: bytes) -> Section:
    title = word("record.title")
    strips = record_strips(content, press.page, signatures, authority.digest(record))
    pages = fill_pages(strips, press.page.depth)
    sheets = [Sheet(press.page, press.plain_page(title), placed=placed) for placed in pages]
    return Section("record", "record", title, sheets)


def _receipt(content: PacketContent, press: Press) -> Section:
    """The receipt of a withdrawal, which with the record is all that such a file has."""
    title = word("receipt.title")
    pages = fill_pages(receipt_strips(content, press.page), press.page.depth)
    sheets = [Sheet(press.page, press.plain_page(title), placed=placed) for placed in pages]
    return Section("receipt", "receipt", title, sheets)


def _handed_in(content: PacketContent, press: Press, record: bytes) -> Section:
    """The receipt of the handing in, which is all that such a file has."""
    title = word("handed_in.title")
    strips = handed_in_strips(content, press.page, authority.digest(record))
    pages = fill_pages(strips, press.page.depth)
    sheets = [Sheet(press.page, press.plain_page(title), placed=placed) for placed in pages]
    return Section("receipt", "receipt", title, sheets)


def _attachments(content: PacketContent, press: Press, pages: Sequence[ExhibitPage]) -> Iterator[Section]:
    """What proves who signed, after the record that names it."""
    for file, group in groupby(pages, key=lambda page: page.exhibit):
        title = file.kind.name
        body = press.plain_page(title)
        sheets = [Sheet(press.page, body, marks=attachment_marks(one, content, press.page)) for one in group]
        yield Section("attachment", f"{file.number}.{file.part}", title, sheets, depth=1)


def _cover(content: PacketContent, press: Press, sections: Sequence[Section]) -> Section:
    """The cover; its own length moves every page number that it prints, and is nearly always one."""
    title, length = press.plan.title, 1
    while True:
        entries, number = [], length + 1
        for section in sections:
            entries.append(Entry(section.title, number, section.depth))
            number += len(section.sheets)
        pages = fill_pages(cover_strips(content, entries, press.page), press.page.depth)
        if len(pages) == length:
            sheets = [Sheet(press.page, press.plain_page(title), placed=placed) for placed in pages]
            return Section("cover", "cover", title, sheets)
        length = len(pages)


def _imprint(content: PacketContent, press: Press) -> Imprint:
    """What the file says of itself."""
    kind = press.plan.title
    if content.withdrawn_at or content.receipt:
        kind = word("receipt.title" if content.withdrawn_at else "handed_in.title")
    names = (content.claim_number, content.jurisdiction, str(content.revision), content.matter.hash)
    return Imprint(
        title=f"{content.claim_number} {kind[press.plan.governing_language]}",
        author=content.sealer.name,
        made_at=content.made_at,
        identity=hashlib.sha256(" ".join(names).encode()).digest()[:16],
        whose=f"/Claim({content.claim_number})/Jurisdiction({content.jurisdiction})"
        f"/Revision {content.revision}/Code({content.code})",
        furniture=lambda page, total: claim_furniture(content, page, total),
    )

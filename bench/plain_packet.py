"""The same packet through plain reportlab platypus: the reference that `packet_render` runs beside.

Every page flows anew for every claim: terms side by side in two-column tables, fields and trades as tables,
photographs as images, page numbers by the usual two-pass canvas. Fonts are registered once, outside the measurement.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from html import escape
from itertools import zip_longest

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Flowable,
    Image,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from portal.fonts import face
from portal.matters.documents import Block, ListBlock, Slot, plain, side_by_side
from portal.matters.documents import Paragraph as TermsParagraph
from portal.packets import formats, rows
from portal.packets.authority import canonical, chain, digest, record_of
from portal.packets.content import PacketContent
from portal.packets.words import filled, word

BODY = ParagraphStyle("body", fontName="serif", fontSize=10, leading=15.5, spaceAfter=5)
HEADING = ParagraphStyle("heading", parent=BODY, fontName="serif-bold", spaceBefore=8)
TITLE = ParagraphStyle("title", parent=BODY, fontName="serif-bold", fontSize=19, leading=27, spaceAfter=10)
SMALL = ParagraphStyle("small", parent=BODY, fontName="sans", fontSize=8, leading=12, spaceAfter=2)
COLUMNS = TableStyle(
    [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEAFTER", (0, 0), (0, -1), 0.4, colors.lightgrey)]
)
RULED = TableStyle(
    [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.4, colors.lightgrey)]
)


def register_fonts() -> None:
    """The packets' own four faces, by our names."""
    for name in ("serif", "serif-bold", "sans", "sans-bold"):
        pdfmetrics.registerFont(TTFont(name, str(face(name).path)))


class NumberedCanvas(Canvas):
    """Reportlab's usual recipe for "page X of N": keep every page and write its foot at the end."""

    claim = ""

    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)
        self._kept: list[dict[str, object]] = []

    def showPage(self) -> None:
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for number, state in enumerate(self._kept, 1):
            self.__dict__.update(state)
            self.setFont("sans", 7.5)
            self.drawString(56, 40, self.claim)
            self.drawCentredString(298, 40, f"Page {number} of {len(self._kept)}")
            super().showPage()
        super().save()


def flow(content: PacketContent) -> bytes:
    """The packet, whole."""
    plan = content.matter.packets[content.jurisdiction]
    out = io.BytesIO()
    size = A4 if plan.page == "A4" else LETTER
    template = SimpleDocTemplate(
        out, pagesize=size, leftMargin=56.7, rightMargin=56.7, topMargin=76, bottomMargin=73
    )
    width = size[0] - 113.4
    canvas = type("Numbered", (NumberedCanvas,), {"claim": content.claim_number})
    template.build(list(_story(content, width, template.height)), canvasmaker=canvas)
    return out.getvalue()


def _story(content: PacketContent, width: float, height: float) -> Iterator[Flowable]:
    matter, plan = content.matter, content.matter.packets[content.jurisdiction]
    first = plan.governing_language
    second = "en" if first == "ko" else "ko"
    documents = matter.documents_for(content.jurisdiction, content.tracks)
    yield Paragraph(escape(plan.title[first]), TITLE)
    yield _fields([rows.Row(one.title, one.summary) for one in documents], first, width)
    for document in documents:
        pair = matter.document(document.id, first), matter.document(document.id, second)
        yield PageBreak()
        yield _columns([(Paragraph(escape(one.title), TITLE) for one in pair)], width)
        yield from _blocks(pair[0].preamble, pair[1].preamble, content, width)
        for clauses in side_by_side(*pair):
            yield _columns(
                [(Paragraph(f"{one.number}. {escape(one.title)}", HEADING) for one in clauses)], width
            )
            yield from _blocks(clauses[0].blocks, clauses[1].blocks, content, width)
    for exhibit in content.exhibits:
        yield PageBreak()
        yield Paragraph(escape(rows.exhibit_label(exhibit, plan.exhibit_style)[first]), TITLE)
        for picture in exhibit.pictures:
            wide, high = ImageReader(io.BytesIO(picture)).getSize()
            scale = min(width / wide, (height - 130) / high)
            yield Image(io.BytesIO(picture), wide * scale, high * scale)
        yield Paragraph(f"{escape(exhibit.title)}<br/>{formats.grouped(exhibit.sha256)}", SMALL)
    yield PageBreak()
    yield from _record(content, first, width)


def _record(content: PacketContent, first: str, width: float) -> Iterator[Flowable]:
    """What ours says, in rows of the same kind: a reference that said less would flatter it."""
    matter, act, second = content.matter, content.act, "en" if first == "ko" else "ko"
    readings = {one.document: one for one in act.readings}
    documents = matter.documents_for(content.jurisdiction, content.tracks)
    track, firm = matter.track(content.tracks[0]), matter.counsel(content.jurisdiction)
    name = formats.full_name(content.particulars.name) if content.particulars.name else ""
    yield _columns(
        [[Paragraph(escape(word("record.title")[lang]), TITLE) for lang in (first, second)]], width
    )
    yield _columns([[Paragraph(escape(word("record.lead")[lang]), SMALL) for lang in (first, second)]], width)

    yield _heading("record.person", first, second)
    contacts = [
        rows.plain(word(f"record.contact_{one.kind}"), f"{one.value} {_clocks(one.verified_at)}")
        for one in act.contacts
    ]
    yield _fields([rows.plain(word("schedule.name"), name), *contacts], first, width)

    yield _heading("record.suit", first, second)
    suit = [
        rows.Row(word("record.court"), matter.court(track.court).name),
        rows.Row(word("record.case"), track.case_name),
        rows.plain(word("record.claimant"), name),
        rows.Row(word("record.defendant"), matter.defendant(track.id)),
        rows.Row(word("record.counsel"), firm.name),
    ]
    yield _fields(suit, first, width)

    yield _heading("record.texts", first, second)
    heads = ("record.document", "record.read", "record.hash")
    texts = []
    for document in documents:
        read = readings[document.id]
        hashes = "\n".join(f"{lang}: {formats.grouped(read.text_hashes[lang], 4)}" for lang in ("ko", "en"))
        opened = f"{read.matter_version}\n{formats.clock_time(read.opened_at, formats.SEOUL)}, {read.seconds_open} s"
        texts.append((f"{document.title[first]}\n{document.title[second]}", opened, hashes))
    yield _table(heads, texts, first, second, width)

    links = chain(content)
    yield _heading("record.consents", first, second)
    given = [
        rows.plain(link.document.title, f"{word(f'consent.{link.answer}')[first]} {_clocks(link.at)}")
        for link in links
        if link.document.kind.value == "consent"
    ]
    yield _fields(given, first, width)

    yield _heading("chain.title", first, second)
    steps = [
        (
            str(number),
            f"{link.document.title[first]}\n{link.document.title[second]}",
            f"{word(f'chain.{link.document.kind.value}')[first]}\n{word(f'chain.{link.document.kind.value}')[second]}",
            _clocks(link.at),
        )
        for number, link in enumerate(links, 1)
    ]
    heads = ("chain.step", "record.document", "chain.establishes", "chain.at")
    yield _table(heads, steps, first, second, width)

    yield _heading("record.act", first, second)
    circumstances = [
        rows.Row(word("record.means"), word(f"signature.{act.means}")),
        rows.plain(word("record.time_kst"), formats.clock_time(act.signed_at, formats.SEOUL)),
        rows.plain(word("record.time_eastern"), formats.clock_time(act.signed_at, formats.NEW_YORK)),
        rows.plain(word("record.session"), _clocks(act.session_began_at or act.signed_at)),
        rows.Row(word("record.place"), formats.country(act.place)),
        rows.plain(word("record.device"), act.device),
        rows.plain(word("record.address"), formats.masked_origin(act.address)),
        rows.Row(word("record.language"), word(f"languages.{act.language}")),
        rows.Row(word("record.strokes"), filled("record.stroke_count", count=len(act.strokes))),
    ]
    yield _fields(circumstances, first, width)
    yield _Strokes(act.strokes)

    yield _heading("record.exhibits", first, second)
    plan = matter.packets[content.jurisdiction]
    files = [
        (
            rows.exhibit_label(one, plan.exhibit_style)[first],
            formats.clock_time(one.received_at, formats.SEOUL),
            f"{formats.grouped(one.sha256, 4)}\n{formats.grouped(one.copy_sha256, 4)}",
        )
        for one in content.exhibits
    ]
    yield _table(("exhibits.number", "record.received", "record.file_hash"), files, first, second, width)

    yield _heading("record.answers", first, second)
    answers = [
        (f"{row.label[first]}\n{row.label[second]}", f"{row.value[first]}\n{row.value[second]}")
        for row in rows.answers(matter, content.answers)
    ]
    yield _table(("record.question", "record.answer"), answers, first, second, width)

    yield _heading("record.decisions", first, second)
    reasons = {rule.id: rule.reason for rule in matter.rules.rules}
    decided = [rows.Row(track.name, reasons[code]) for one in content.decisions for code in one.reasons]
    yield _fields([*decided, rows.plain(word("record.rules"), matter.rules_version)], first, width)

    yield _heading("record.integrity", first, second)
    record = digest(canonical(record_of(content)))
    hashes_of = [
        rows.plain(word("record.sha256"), formats.grouped(record, 4)),
        rows.plain(word("record.matter_hash"), f"{formats.grouped(matter.hash, 4)} {matter.version_label}"),
        rows.plain(word("record.audit"), formats.grouped(act.audit_hash, 4)),
        rows.plain(word("record.sealer"), content.sealer.name),
        rows.plain(word("record.code"), f"{content.code} {content.verify_address}"),
    ]
    yield _fields(hashes_of, first, width)
    for path in ("record.check", "record.later"):
        yield _columns([[Paragraph(escape(word(path)[lang]), SMALL) for lang in (first, second)]], width)


def _clocks(moment: datetime) -> str:
    return " · ".join(formats.clock_time(moment, zone) for zone in (formats.SEOUL, formats.NEW_YORK))


def _heading(path: str, first: str, second: str) -> Paragraph:
    return Paragraph(f"{escape(word(path)[first])} {escape(word(path)[second])}", HEADING)


def _table(
    heads: tuple[str, ...], cells: list[tuple[str, ...]], first: str, second: str, width: float
) -> Table:
    lines = [tuple(f"{word(head)[first]}\n{word(head)[second]}" for head in heads), *cells]
    shown = [[Paragraph(escape(text).replace("\n", "<br/>"), SMALL) for text in row] for row in lines]
    return Table(shown, colWidths=[width / len(heads)] * len(heads), style=RULED, repeatRows=1)


def _columns(cells: list[object], width: float) -> Table:
    return Table([list(row) for row in cells], colWidths=[width * 0.455, width * 0.545], style=COLUMNS)


def _blocks(
    first: tuple[Block, ...], second: tuple[Block, ...], content: PacketContent, width: float
) -> Iterator[Flowable]:
    for blocks in zip_longest(first, second):
        slot = next((block for block in blocks if isinstance(block, Slot)), None)
        if slot:
            yield from _slot(slot.name, content, width)
        else:
            texts = zip_longest(*(_texts(block) for block in blocks), fillvalue="")
            yield _columns([[Paragraph(text, BODY) for text in pair] for pair in texts], width)


def _texts(block: Block | None) -> list[str]:
    if isinstance(block, TermsParagraph):
        return [escape(plain(block.runs))]
    if isinstance(block, ListBlock):
        return [f"{block.start + index}. {escape(plain(item))}" for index, item in enumerate(block.items)]
    return [""]


def _slot(name: str, content: PacketContent, width: float) -> Iterator[Flowable]:
    matter, who = content.matter, content.particulars
    first = matter.packets[content.jurisdiction].governing_language
    if name == "schedule":
        for group in rows.parties(matter, who):
            yield _fields(group.rows, first, width)
    elif name == "claim_facts":
        yield _fields([*rows.account(matter, who), *rows.answers(matter, content.answers)], first, width)
        yield Paragraph(escape(who.account.harm if who.account else ""), BODY)
    elif name == "joinder" and (declared := rows.declared(matter, who)):
        yield _fields(declared, first, width)
    elif name == "exhibits":
        cells = [[one.title, one.kind.name[first], one.kind.proves[first]] for one in content.exhibits]
        yield Table([[Paragraph(escape(text), SMALL) for text in row] for row in cells], style=RULED)
    elif name == "signature":
        yield Spacer(1, 10)
        notice = matter.packets[content.jurisdiction].governing_notice
        yield _columns([[Paragraph(escape(notice[lang]), SMALL) for lang in ("ko", "en")]], width)
        name_line = formats.full_name(who.name) if who.name else ""
        yield Table([[Paragraph(escape(name_line), BODY), _Strokes(content.act.strokes)]], style=RULED)


def _fields(entries: list[rows.Row], first: str, width: float) -> Table:
    second = "en" if first == "ko" else "ko"
    cells = [
        [
            Paragraph(f"{escape(row.label[first])}<br/>{escape(row.label[second])}", SMALL),
            Paragraph(f"{escape(row.value[first])}<br/>{escape(row.value[second])}", BODY),
        ]
        for row in entries
    ]
    return Table(cells, colWidths=[width * 0.3, width * 0.7], style=RULED)


class _Strokes(Flowable):
    """The signature as lines through its points."""

    def __init__(self, strokes: tuple[tuple[tuple[float, float, float], ...], ...]) -> None:
        super().__init__()
        self.strokes = strokes

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return 180, 60

    def draw(self) -> None:
        path = self.canv.beginPath()
        for stroke in self.strokes:
            path.moveTo(stroke[0][0] * 0.15, 60 - stroke[0][1] * 0.15)
            for x, y, _ in stroke[1:]:
                path.lineTo(x * 0.15, 60 - y * 0.15)
        self.canv.drawPath(path)

"""The same packet through plain reportlab platypus: the reference that `packet_render` runs beside.

Every page flows anew for every claim: terms side by side in two-column tables, fields and trades as tables,
photographs as images, page numbers by the usual two-pass canvas. Fonts are registered once, outside the measurement.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
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
from portal.packets.content import PacketContent
from portal.packets.parts.exhibits import exhibit_label

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
        yield Paragraph(escape(exhibit_label(exhibit, plan.exhibit_style)[first]), TITLE)
        for picture in exhibit.pictures:
            wide, high = ImageReader(io.BytesIO(picture)).getSize()
            scale = min(width / wide, (height - 130) / high)
            yield Image(io.BytesIO(picture), wide * scale, high * scale)
        yield Paragraph(f"{escape(exhibit.title)}<br/>{formats.grouped(exhibit.sha256)}", SMALL)
    yield PageBreak()
    yield from _record(content, first, width)


def _record(content: PacketContent, first: str, width: float) -> Iterator[Flowable]:
    matter, act = content.matter, content.act
    yield Paragraph("Authority record", TITLE)
    cells = []
    for document in matter.documents_for(content.jurisdiction, content.tracks):
        hashes = "<br/>".join(
            formats.grouped(matter.document(document.id, lang).text_hash) for lang in ("ko", "en")
        )
        cells.append([Paragraph(escape(document.title[first]), SMALL), Paragraph(hashes, SMALL)])
    for reading in act.readings:
        opened = formats.clock_time(reading.opened_at, formats.SEOUL)
        cells.append(
            [Paragraph(reading.document, SMALL), Paragraph(f"{opened}, {reading.seconds_open} s", SMALL)]
        )
    for zone in (formats.SEOUL, formats.NEW_YORK):
        cells.append([Paragraph("signed", SMALL), Paragraph(formats.clock_time(act.signed_at, zone), BODY)])
    cells.append([Paragraph("device", SMALL), Paragraph(escape(act.device), BODY)])
    yield Table(cells, colWidths=[width * 0.3, width * 0.7], style=RULED)
    yield _Strokes(act.strokes)


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
        yield _fields(rows.party(who), first, width)
    elif name == "claim_facts":
        yield _fields([*rows.account(matter, who), *rows.answers(matter, content.answers)], first, width)
        yield Paragraph(escape(who.account.harm if who.account else ""), BODY)
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

"""The exhibits: their list among the terms, and their pages, stamped and captioned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from portal.matters.bilingual import Text
from portal.packets import formats
from portal.packets.content import Exhibit, PacketContent
from portal.packets.parts.fields import Column, single, table, two_columns
from portal.packets.pdf.embedded import EmbeddedPage, NotAPdf, embed
from portal.packets.pdf.file import Objects
from portal.packets.pdf.pictures import NotAPicture, Picture
from portal.packets.setting.lines import set_lines, text_width
from portal.packets.setting.strips import (
    BoxMark,
    Element,
    Mark,
    PictureMark,
    RuleMark,
    Strip,
    TextMark,
    baseline,
)
from portal.packets.setting.styles import INK, LINE, NOTE, SEAL, SMALL, Page, Style
from portal.packets.words import filled, word

_STAMP = Style("sans-bold", 12, 18, colour=SEAL)
_STAMP_HEIGHT = 25.0
_CAPTION = 62.0
_LARGEST = 1.6  # points a pixel or unit: a small picture is not blown up beyond this


class ExhibitCorrupt(Exception):
    """An exhibit's file is not what was accepted."""

    def __init__(self, number: int) -> None:
        super().__init__(f"exhibit {number} cannot be shown")
        self.number = number


@dataclass(frozen=True)
class ExhibitPage:
    """One page of an exhibit as it will be drawn; `place` and `total` count within the exhibit."""

    exhibit: Exhibit
    place: int
    total: int
    resource: str
    number: int
    width: float
    height: float
    box: tuple[float, float, float, float]


class Numbered(Protocol):
    """Anything that bears an exhibit's number."""

    @property
    def number(self) -> int: ...


def exhibit_label(exhibit: Numbered, style: str, place: int = 1, total: int = 1) -> Text:
    """갑 제1호증 or Exhibit A; with its sub-number where one exhibit is several pictures."""
    if style == "gap":
        if total > 1:
            return filled("exhibits.gap_sub", number=exhibit.number, sub=place)
        return filled("exhibits.gap", number=exhibit.number)
    letter = formats.exhibit_letter(exhibit.number)
    return filled("exhibits.letter", letter=f"{letter}-{place}" if total > 1 else letter)


def exhibit_list(content: PacketContent, page: Page) -> Sequence[Strip]:
    """증거설명서's table, or the exhibit list."""
    plan = content.matter.packets[content.jurisdiction]
    first = plan.governing_language
    if not content.exhibits:
        return [two_columns(word("exhibits.none"), first, page.measure, NOTE)]
    columns = [
        Column(word("exhibits.number"), 2.1),
        Column(word("exhibits.title"), 3.4),
        Column(word("exhibits.author"), 1.7),
        Column(word("exhibits.date"), 1.8),
        Column(word("exhibits.proves"), 4.4),
    ]
    rows = [
        (
            exhibit_label(one, plan.exhibit_style)[first],
            _title(one, first),
            one.author or word("exhibits.by_claimant"),
            formats.legal_date(one.dated, first) if one.dated else word("exhibits.undated")[first],
            one.kind.proves,
        )
        for one in content.exhibits
    ]
    return table(columns, rows, first, page.measure)


def _title(exhibit: Exhibit, first: str) -> str | Text:
    """The title with its kind; a piece that nobody gave a title is called by its kind, in both languages."""
    kind = exhibit.kind.name
    return kind if exhibit.title == kind[first] else f"{exhibit.title}\n{kind[first]}"


def put_exhibits(content: PacketContent, objects: Objects) -> list[ExhibitPage]:
    """Writes every picture and page of the exhibits; raises `ExhibitCorrupt`."""
    pages: list[ExhibitPage] = []
    for exhibit in content.exhibits:
        try:
            pages.extend(_put(exhibit, objects))
        except (NotAPicture, NotAPdf) as error:
            raise ExhibitCorrupt(exhibit.number) from error
    return pages


def _put(exhibit: Exhibit, objects: Objects) -> Iterator[ExhibitPage]:
    if exhibit.pdf:
        embedded = embed(exhibit.pdf, objects)
        for place, one in enumerate(embedded, 1):
            yield _page_of(exhibit, place, len(embedded), one)
        return
    for place, data in enumerate(exhibit.pictures, 1):
        picture = Picture.read(data)
        number = objects.add(picture.body())
        name = f"X{exhibit.number}_{place}"
        total = len(exhibit.pictures)
        unit = (0.0, 0.0, 1.0, 1.0)
        yield ExhibitPage(exhibit, place, total, name, number, picture.width, picture.height, unit)


def _page_of(exhibit: Exhibit, place: int, total: int, page: EmbeddedPage) -> ExhibitPage:
    name = f"X{exhibit.number}_{place}"
    return ExhibitPage(exhibit, place, total, name, page.number, page.width, page.height, page.box)


def exhibit_marks(one: ExhibitPage, content: PacketContent, page: Page) -> list[Mark]:
    """The page: stamp at the top right, the picture as large as fits, caption below."""
    plan = content.matter.packets[content.jurisdiction]
    several = one.total if one.exhibit.pictures else 1
    label = exhibit_label(one.exhibit, plan.exhibit_style, one.place, several)
    first = plan.governing_language
    room = page.depth - _STAMP_HEIGHT - 10 - _CAPTION
    scale = min(page.measure / one.width, room / one.height, _LARGEST)
    width, height = one.width * scale, one.height * scale
    x, y = page.left + (page.measure - width) / 2, page.top + _STAMP_HEIGHT + 10
    frame = BoxMark(x - 2, y - 2, width + 4, height + 4, stroke=LINE, line=0.5)
    figure = Element("Figure", alt=f"{label[first]}: {one.exhibit.title}")
    picture = PictureMark(x, y, width, height, one.resource, one.box, figure)
    return [*_stamp(label, first, page), frame, picture, *_caption(one, first, page, y + height + 8)]


def _stamp(label: Text, first: str, page: Page) -> list[Mark]:
    width = text_width(label[first], _STAMP) + 22
    x = page.width - page.right - width
    return [
        BoxMark(x, page.top - 6, width, _STAMP_HEIGHT, stroke=SEAL, line=1.4, radius=4),
        single(label[first], _STAMP, x + 11, page.top - 6 + 3.5, first, "H2"),
    ]


def _caption(one: ExhibitPage, first: str, page: Page, y: float) -> list[Mark]:
    exhibit, style = one.exhibit, Style("sans-bold", 9, 14)
    dated = formats.legal_date(exhibit.dated, first) if exhibit.dated else word("exhibits.undated")[first]
    count = filled("exhibits.page", page=one.place, total=one.total)[first]
    title = set_lines(exhibit.title, Style("sans", 9.5, 14, colour=INK), page.measure)[:2]
    element = Element("Caption")
    marks: list[Mark] = [RuleMark(page.left, y, page.left + 24, y, 1.2, SEAL)]
    for index, line in enumerate(title):
        line_style = Style("sans", 9.5, 14)
        marks.append(
            TextMark(page.left, y + 4 + index * 14 + baseline(line_style), line, line_style, element)
        )
    y += 4 + len(title) * style.leading
    about = f"{exhibit.kind.name[first]} · {dated} · {count}"
    received = filled("exhibits.received", time=formats.clock_time(exhibit.received_at, formats.SEOUL))[first]
    marks.append(single(about, SMALL, page.left, y, first))
    marks.append(single(f"{received} · {word('exhibits.hash')[first]}", SMALL, page.left, y + 11, first))
    marks.append(single(formats.grouped(exhibit.sha256), SMALL.with_(size=7.5), page.left, y + 21.5))
    return marks

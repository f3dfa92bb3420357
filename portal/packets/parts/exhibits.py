"""The exhibits: their list among the terms, and their pages, stamped and captioned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from portal.evidence.exhibits import Listed
from portal.matters.bilingual import Language, Text
from portal.packets import formats
from portal.packets.content import Exhibit, PacketContent
from portal.packets.parts.fields import Column, single, table, two_columns
from portal.packets.pdf.embedded import EmbeddedPage, NotAPdf, embed
from portal.packets.pdf.file import Objects
from portal.packets.pdf.pictures import NotAPicture, Picture
from portal.packets.rows import EXHIBIT_HEADS, Spoken, exhibit_label, exhibit_letter
from portal.packets.setting.lines import Line, set_lines, text_width
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
from portal.packets.setting.styles import LINE, SEAL, SMALL, WHITE, Look, Page, Style
from portal.packets.words import filled, word

_STAMP = Style("sans-bold", 13, 18, colour=SEAL)
_SUBMITTER = Style("sans", 9, 12, colour=SEAL)
_TAB = Style("sans-bold", 7.5, 10, colour=WHITE)
_LETTER = Style("sans-bold", 17, 21, colour=SEAL)
_TITLE, _ABOUT = Style("sans-bold", 9.5, 13.5), SMALL.with_(leading=12)
_STAMP_TOP, _STAMP_ROOM = (
    22.0,
    190.0,
)  # the stamp stands in the head of its page, left of the edge of the type area
_LARGEST = 1.6  # points a pixel or unit: a small picture is not blown up beyond this
_GAP = 8.0


class ExhibitCorrupt(Exception):
    """An exhibit's file is not what was accepted."""

    def __init__(self, number: int) -> None:
        super().__init__(f"exhibit {number} cannot be shown")
        self.number = number


@dataclass(frozen=True)
class ExhibitPage:
    """One page of an exhibit as it will be drawn; `place` and `total` count within its file."""

    exhibit: Exhibit
    place: int
    total: int
    resource: str
    number: int
    width: float
    height: float
    box: tuple[float, float, float, float]


def exhibit_list(content: PacketContent, look: Look) -> Sequence[Strip]:
    """증거설명서's table, or the exhibit list."""
    plan = content.matter.packets[content.jurisdiction]
    first, width = plan.governing_language, look.page.measure
    if not content.exhibits:
        return [two_columns(word("exhibits.none"), first, width, look.note)]
    shares = (2.1, 3.9, 2.0, 1.6, 4.2)
    columns = [Column(word(head), share) for head, share in zip(EXHIBIT_HEADS, shares, strict=True)]
    cells = exhibit_cells(content.exhibits, plan.exhibit_style, first)
    return table(columns, cells, first, width, look=look)


def exhibit_cells(
    exhibits: Iterable[Listed], style: str, first: Language
) -> list[tuple[Text | Spoken | str, ...]]:
    """A row for each exhibit under `rows.EXHIBIT_HEADS`, with the language of the packet first."""
    return [
        (
            Spoken(exhibit_label(one, style)[first], first),
            _title(one, first),
            Spoken(formats.legal_date(one.dated, first), first) if one.dated else word("exhibits.undated"),
            one.author or word("exhibits.unstated"),
            one.kind.proves,
        )
        for one in exhibits
    ]


def _title(exhibit: Listed, first: Language) -> str | Text:
    """The title with its kind; a piece that nobody gave a title is called by its kind, in both languages.

    Of what the claimant covered that is said: a court must not take it for the document whole.
    """
    kind = exhibit.kind.name
    untitled = exhibit.title == kind[first]
    if exhibit.covered:
        said = word("exhibits.covered")
        kind = Text(ko=f"{kind.ko} ({said.ko})", en=f"{kind.en} ({said.en})")
    return kind if untitled else f"{exhibit.title}\n{kind[first]}"


def put_exhibits(files: Iterable[Exhibit], objects: Objects) -> list[ExhibitPage]:
    """Writes every picture and page of exhibits, or of what follows the record; raises `ExhibitCorrupt`."""
    pages: list[ExhibitPage] = []
    for exhibit in files:
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
        number = objects.add_large(*picture.body())
        total, unit = len(exhibit.pictures), (0.0, 0.0, 1.0, 1.0)
        name = _resource(exhibit, place)
        yield ExhibitPage(exhibit, place, total, name, number, picture.width, picture.height, unit)


def _page_of(exhibit: Exhibit, place: int, total: int, page: EmbeddedPage) -> ExhibitPage:
    name = _resource(exhibit, place)
    return ExhibitPage(exhibit, place, total, name, page.number, page.width, page.height, page.box)


def _resource(exhibit: Exhibit, place: int) -> str:
    letter = "A" if exhibit.kind.authority else "X"
    return f"{letter}{exhibit.number}_{exhibit.part}_{place}"


def exhibit_marks(one: ExhibitPage, content: PacketContent, page: Page) -> list[Mark]:
    """The page: stamp at the top right, the picture as large as fits, caption below."""
    plan = content.matter.packets[content.jurisdiction]
    first, label = plan.governing_language, exhibit_label(one.exhibit, plan.exhibit_style)
    gap = plan.exhibit_style == "gap"
    stamp, top = gap_stamp(label[first], content.shown_name, first, page) if gap else _tab(one.exhibit, page)
    figure = Element("Figure", alt=f"{label[first]}: {one.exhibit.title}")
    below = caption(_said(one, first), one.exhibit.sha256, page)
    return [*stamp, *framed(one, page, top + _GAP, below, figure)]


def exhibit_marks_for(one: ExhibitPage, label: str, name: str, first: str, page: Page) -> list[Mark]:
    """The page of an exhibit in a bundle: stamped for the plaintiff of that name, as in their packet."""
    stamp, top = gap_stamp(label, name, first, page)
    figure = Element("Figure", alt=f"{label}: {one.exhibit.title}")
    below = caption(_said(one, first), one.exhibit.sha256, page)
    return [*stamp, *framed(one, page, top + _GAP, below, figure)]


def attachment_marks(one: ExhibitPage, content: PacketContent, page: Page) -> list[Mark]:
    """A page of what proves who signed: as large as fits, with its caption, and no exhibit's stamp."""
    first = content.matter.packets[content.jurisdiction].governing_language
    below = caption(_said(one, first), one.exhibit.sha256, page)
    return framed(one, page, page.top - 10, below, Element("Figure", alt=one.exhibit.title))


class Shown(Protocol):
    """An object that is drawn as a picture."""

    @property
    def resource(self) -> str: ...
    @property
    def width(self) -> float: ...
    @property
    def height(self) -> float: ...
    @property
    def box(self) -> tuple[float, float, float, float]: ...


def framed(one: Shown, page: Page, top: float, below: Caption, figure: Element) -> list[Mark]:
    """The picture from `top` down, upright, as large as its caption leaves room for, and the caption under it."""
    room = page.height - page.bottom - top - _GAP - below.height
    scale = min(page.measure / one.width, room / one.height, _LARGEST)
    width, height = one.width * scale, one.height * scale
    x = page.left + (page.measure - width) / 2
    frame = BoxMark(x - 1, top - 1, width + 2, height + 2, stroke=LINE, line=0.5)
    picture = PictureMark(x, top, width, height, one.resource, one.box, figure)
    return [frame, picture, *below.marks(page.left, top + height + _GAP)]


def gap_stamp(label: str, name: str, first: str, page: Page) -> tuple[list[Mark], float]:
    """갑 제1호증 over 원고 and the name, in a box at the top right; and how far down it reaches."""
    said = filled("exhibits.submitter", name=name)[first]
    names = set_lines(said, _SUBMITTER, _STAMP_ROOM)
    widest = max(text_width(label, _STAMP), *(line.width for line in names))
    x, height = page.width - page.right - widest - 20, 25 + len(names) * _SUBMITTER.leading
    marks: list[Mark] = [
        BoxMark(x, _STAMP_TOP, widest + 20, height, fill=WHITE, stroke=SEAL, line=1.4, radius=3),
        _centred(label, _STAMP, x + 10, _STAMP_TOP + 3, widest, first, "H2"),
    ]
    element = Element("P", first)
    for index, line in enumerate(names):
        y = _STAMP_TOP + 20 + index * _SUBMITTER.leading + baseline(_SUBMITTER)
        marks.append(TextMark(x + 10 + (widest - line.width) / 2, y, line, _SUBMITTER, element))
    return marks, _STAMP_TOP + height


def _tab(exhibit: Exhibit, page: Page) -> tuple[list[Mark], float]:
    """An exhibit tab: the word in a filled band, the letter large under it; and how far down it reaches."""
    said, letter = word("exhibits.tab").en, exhibit_letter(exhibit)
    width = max(text_width(letter, _LETTER), text_width(said, _TAB)) + 24
    x = page.width - page.right - width
    element = Element("H2", "en")
    return [
        BoxMark(x, _STAMP_TOP, width, 39, fill=WHITE, stroke=SEAL, line=1.4, radius=3),
        BoxMark(x, _STAMP_TOP, width, 13, fill=SEAL),
        _centred(said, _TAB, x, _STAMP_TOP + 1.5, width, "en")._replace(element=element),
        _centred(letter, _LETTER, x, _STAMP_TOP + 15, width, "en")._replace(element=element),
    ], _STAMP_TOP + 39


def _centred(
    text: str, style: Style, x: float, y: float, width: float, lang: str, role: str = "P"
) -> TextMark:
    return single(text, style, x + (width - text_width(text, style)) / 2, y, lang, role)


@dataclass(frozen=True)
class Caption:
    """Lines under a picture: what it is, and the facts that prove where it came from."""

    lines: tuple[tuple[Line, Style], ...]

    @property
    def height(self) -> float:
        return 4 + sum(style.leading for _, style in self.lines)

    def marks(self, x: float, y: float) -> list[Mark]:
        element = Element("Caption")
        marks: list[Mark] = [RuleMark(x, y, x + 24, y, 1.2, SEAL)]
        y += 4
        for line, style in self.lines:
            marks.append(TextMark(x, y + baseline(style), line, style, element))
            y += style.leading
        return marks


def caption(said: Sequence[str], digest: str, page: Page) -> Caption:
    """The first of `said` is the title; the last says what the digest is of."""
    title, *about = said
    lines = [
        (line, _TITLE.with_(face="sans"))
        for line in set_lines(title, _TITLE.with_(face="sans"), page.measure)
    ]
    about[-1] = f"{about[-1]} {formats.grouped(digest)}"
    for text in about:
        lines += [(line, _ABOUT) for line in set_lines(text, _ABOUT, page.measure)]
    return Caption(tuple(lines))


def _said(one: ExhibitPage, first: str) -> tuple[str, ...]:
    exhibit = one.exhibit
    dated = formats.legal_date(exhibit.dated, first) if exhibit.dated else word("exhibits.undated")[first]
    count = filled("exhibits.page", page=one.place, total=one.total)[first]
    at = formats.spoken_time(exhibit.received_at, formats.SEOUL, first)
    received = filled("exhibits.received", time=at)[first]
    about = [exhibit.kind.name[first]] if exhibit.title != exhibit.kind.name[first] else []
    about += [word("exhibits.covered")[first]] if exhibit.covered else []
    return (
        exhibit.title,
        " · ".join([*about, dated, count, received]),
        word("exhibits.hash")[first],
    )

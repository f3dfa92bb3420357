"""The cover: whose packet it is, for which counsel and court, what is inside and on which page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from portal.matters.bilingual import Text
from portal.packets import formats
from portal.packets.content import PacketContent, Sealer
from portal.packets.parts.fields import Field, fields, joined, section_heading, single, two_columns
from portal.packets.parts.furniture import seal_mark
from portal.packets.setting.lines import set_lines, text_width
from portal.packets.setting.strips import (
    BoxMark,
    Element,
    Mark,
    RuleMark,
    Strip,
    TextMark,
    baseline,
    grouped,
    space,
)
from portal.packets.setting.styles import FAINT, INK, LABEL, SEAL, SEAL_SOFT, SMALL, SOFT, Page, Style
from portal.packets.words import filled, other, word

_TITLE = Style("serif-bold", 24, 32)
_OTHER_TITLE = Style("serif", 13, 18, colour=SOFT)
_REPLACES = Style("sans-bold", 10, 15, colour=SEAL)
_ENTRY = Style("serif", 10.5, 15.5)
_EXHIBIT_ENTRY = SMALL.with_(colour=INK, size=9, leading=14)
_NUMBER_ROOM = 26.0  # for page numbers of three digits


@dataclass(frozen=True)
class Entry:
    """A line of the contents."""

    title: Text
    page: int
    depth: int = 0


def cover_strips(content: PacketContent, entries: Sequence[Entry], page: Page) -> list[Strip]:
    """The cover as strips; entries' page numbers do not change its height."""
    matter, plan = content.matter, content.matter.packets[content.jurisdiction]
    first, width = plan.governing_language, page.measure
    second = other(first)
    return [
        _head(matter.toml.name, plan.title, (first, second), width),
        *_replaces(content, first, width),
        space(8),
        *fields(_facts(content, first), first, width, labels=0.24, padding=2.5),
        space(8),
        # Before the contents, which can be longer than a page: the governing language is named on the first.
        *_notices(content, first, width),
        *section_heading(word("cover.contents"), first, width),
        *[strip for entry in entries for strip in entry_strips(entry, first, width)],
        space(7),
        _seal(content.sealer, first, width),
    ]


@lru_cache(16)
def _head(name: Text, title: Text, order: tuple[str, str], width: float) -> Strip:
    """The mark, the matter's name and the packet's title in both languages."""
    first, second = order
    marks: list[Mark] = [
        *seal_mark(0, 0, 30),
        single(name[first], Style("sans-bold", 11, 16), 42, 0, first),
        single(name[second], LABEL, 42, 16, second),
    ]
    y = 42.0
    for style, lang, role in ((_TITLE, first, "H1"), (_OTHER_TITLE, second, "P")):
        element = Element(role, lang)
        for line in set_lines(title[lang], style, width):
            marks.append(TextMark(0, y + baseline(style), line, style, element))
            y += style.leading
    return grouped(Strip(y, tuple(marks)), lasting=True)


def _replaces(content: PacketContent, first: str, width: float) -> list[Strip]:
    """Which revision no longer stands."""
    if content.replaces is None:
        return []
    said = filled("cover.replaces", revision=content.replaces)
    return [space(6), two_columns(said, first, width, _REPLACES)]


def _facts(content: PacketContent, first: str) -> list[Field]:
    matter = content.matter
    firm = matter.counsel(content.jurisdiction)
    tracks = [matter.track(track) for track in content.tracks]
    courts = [matter.court(track.court).name for track in tracks]
    signed = [formats.clock_time(content.act.signed_at, zone) for zone in (formats.SEOUL, formats.NEW_YORK)]
    if formats.HOME[content.jurisdiction] == formats.NEW_YORK:
        signed.reverse()  # the packet's own country first

    return [
        Field(word("cover.claim_number"), content.claim_number),
        Field(word("cover.claimant"), content.full_name),
        Field(word("cover.tracks"), joined(track.name for track in tracks)),
        Field(word("cover.counsel"), firm.name),
        Field(word("cover.court"), joined(courts)),
        Field(word("cover.signed"), signed[0], note=signed[1]),
        Field(
            word("cover.check"),
            content.code,
            note=filled("cover.check_at", address=content.verify_address)[first],
        ),
    ]


def entry_strips(entry: Entry, first: str, width: float) -> list[Strip]:
    """Title, a line of dots, page number. Titles of documents are the same in every packet, those of exhibits not."""
    style = _EXHIBIT_ENTRY if entry.depth else _ENTRY
    set_title = _exhibit_title if entry.depth else _document_title
    title = set_title(entry.title, first, width)
    number = str(entry.page)
    x = width - text_width(number, style)
    return [Strip(title.height, (*title.marks, single(number, style, x, title.height - style.leading - 1)))]


@lru_cache(128)
def _document_title(title: Text, first: str, width: float) -> Strip:
    """The title in both languages, the second in small type, and the dots."""
    second = other(first)
    strip, end = _titled(title[first], _ENTRY, 0.0, first, width)
    drop = strip.height - _ENTRY.leading - 1
    marks = list(strip.marks)
    if end + text_width(title[second], SMALL) + 60 < width:
        beside = (_ENTRY.leading - SMALL.leading) / 2 + 0.6
        marks.append(single(title[second], SMALL, end + 8, drop + beside, second))
        end += 8 + text_width(title[second], SMALL)
    marks += _dots(end, drop, width, _ENTRY)
    return grouped(Strip(strip.height, tuple(marks)), lasting=True)


def _exhibit_title(title: Text, first: str, width: float) -> Strip:
    strip, end = _titled(title[first], _EXHIBIT_ENTRY, 14.0, first, width)
    dots = _dots(end, strip.height - _EXHIBIT_ENTRY.leading - 1, width, _EXHIBIT_ENTRY)
    return Strip(strip.height, (*strip.marks, *dots))


def _titled(text: str, style: Style, x: float, lang: str, width: float) -> tuple[Strip, float]:
    """The title's lines, and how far the last one reaches."""
    lines, element = set_lines(text, style, width - x - 40), Element("P", lang)
    marks = [
        TextMark(x, index * style.leading + baseline(style), line, style, element)
        for index, line in enumerate(lines)
    ]
    return Strip(len(lines) * style.leading + 1, tuple(marks)), x + lines[-1].width


def _dots(end: float, y: float, width: float, style: Style) -> list[Mark]:
    """Dots from the end of a title to the page number, on one raster for all entries of a style."""
    step = text_width(". ", style)
    count = int((width - _NUMBER_ROOM - end - 6) // step)
    if count < 2:
        return []
    leader = single(". " * count, style.with_(colour=FAINT), width - _NUMBER_ROOM - count * step, y)
    return [leader._replace(element=None)]


def _notices(content: PacketContent, first: str, width: float) -> list[Strip]:
    plan, standing = (
        content.matter.packets[content.jurisdiction],
        word(f"cover.{content.jurisdiction}.standing"),
    )
    return [
        two_columns(plan.governing_notice, first, width, SMALL),
        space(4),
        two_columns(standing, first, width, SMALL),
    ]


@lru_cache(16)
def _seal(sealer: Sealer, first: str, width: float) -> Strip:
    """The visible sign of the seal, and what the seal means, in both languages side by side."""
    note, room = filled("cover.seal_note", name=sealer.name), (width - 96) / 2
    said = [(note, INK)]
    if sealer.demo:
        said.append((word("cover.demo_note"), SEAL))
    marks: list[Mark] = []
    height = 62.0
    for place, lang in enumerate((first, other(first))):
        y, element = 6.0, Element("P", lang)
        for text, colour in said:
            style = SMALL.with_(colour=colour, leading=11)
            for line in set_lines(text[lang], style, room):
                marks.append(TextMark(74 + place * (room + 14), y + baseline(style), line, style, element))
                y += style.leading
        height = max(height, y + 6)
    box = BoxMark(0, 0, width, height, fill=SEAL_SOFT, radius=6)
    return grouped(Strip(height, (box, *_stamp(12, (height - 50) / 2), *marks)), lasting=True)


def _stamp(x: float, y: float) -> list[Mark]:
    """A 도장: the word for seal in a vermilion square, in both scripts."""
    big, small = Style("serif-bold", 15, 18, colour=SEAL), Style("sans-bold", 6.2, 8, colour=SEAL)
    text = word("cover.stamp")
    marks: list[Mark] = [BoxMark(x, y, 50, 50, stroke=SEAL, line=2.2, radius=7)]
    marks.append(RuleMark(x + 8, y + 35.5, x + 42, y + 35.5, 0.6, SEAL))
    marks.append(single(text.ko, big, x + 25 - text_width(text.ko, big) / 2, y + 12, "ko"))
    marks.append(single(text.en, small, x + 25 - text_width(text.en, small) / 2, y + 37, "en"))
    return marks

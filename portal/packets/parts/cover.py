"""The cover: whose packet it is, for which counsel and court, what is inside and on which page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.matters.bilingual import Text
from portal.packets import formats
from portal.packets.content import PacketContent
from portal.packets.parts.fields import Field, fields, joined, section_heading, single, two_columns
from portal.packets.parts.furniture import seal_mark
from portal.packets.setting.lines import set_lines, text_width
from portal.packets.setting.strips import (
    BoxMark,
    Cell,
    Element,
    Mark,
    RuleMark,
    Strip,
    TextMark,
    baseline,
    row,
    space,
)
from portal.packets.setting.styles import FAINT, INK, LABEL, SEAL, SEAL_SOFT, SMALL, SOFT, Page, Style
from portal.packets.words import filled, word

_TITLE = Style("serif-bold", 24, 33)
_OTHER_TITLE = Style("serif", 13, 20, colour=SOFT)
_ENTRY = Style("serif", 10.5, 16)


@dataclass(frozen=True)
class Entry:
    """A line of the contents."""

    title: Text
    page: int
    depth: int = 0


def cover_strips(content: PacketContent, entries: Sequence[Entry], page: Page) -> list[Strip]:
    """The cover as strips; entries' page numbers do not change its height."""
    matter, plan = content.matter, content.matter.packets[content.jurisdiction]
    first, second = plan.governing_language, "en" if plan.governing_language == "ko" else "ko"
    width = page.measure
    titles = [
        *row([Cell(0, set_lines(plan.title[first], _TITLE, width), _TITLE, Element("H1", first))]),
        *row(
            [Cell(0, set_lines(plan.title[second], _OTHER_TITLE, width), _OTHER_TITLE, Element("P", second))]
        ),
    ]
    return [
        Strip(32, (*seal_mark(0, 0, 30), *_matter_name(matter.toml.name, first))),
        space(16),
        *titles,
        space(12),
        *fields(_facts(content), first, width, labels=0.24, padding=3),
        *section_heading(word("cover.contents"), first, width),
        *[strip for entry in entries for strip in _entry(entry, first, width)],
        space(12),
        *_notices(content, first, width),
        space(9),
        _seal(content, first, width),
    ]


def _matter_name(name: Text, first: str) -> list[Mark]:
    second = "en" if first == "ko" else "ko"
    return [
        single(name[first], Style("sans-bold", 11, 16), 42, 0, first),
        single(name[second], LABEL, 42, 16, second),
    ]


def _facts(content: PacketContent) -> list[Field]:
    matter = content.matter
    name, firm = content.particulars.name, matter.counsel(content.jurisdiction)
    tracks = [matter.track(track) for track in content.tracks]
    courts = [matter.court(track.court).name for track in tracks]
    signed = [formats.clock_time(content.act.signed_at, zone) for zone in (formats.SEOUL, formats.NEW_YORK)]

    return [
        Field(word("cover.claim_number"), content.claim_number),
        Field(word("cover.claimant"), formats.full_name(name) if name else ""),
        Field(word("cover.tracks"), joined(track.name for track in tracks)),
        Field(word("cover.counsel"), firm.name),
        Field(word("cover.court"), joined(courts)),
        Field(word("cover.signed"), signed[0], note=signed[1]),
    ]


def _entry(entry: Entry, first: str, width: float) -> list[Strip]:
    """Title, a line of dots, page number; the other language in small type beside it."""
    second = "en" if first == "ko" else "ko"
    style = _ENTRY if not entry.depth else SMALL.with_(colour=INK, size=9, leading=14)
    indent, number = 14.0 * entry.depth, str(entry.page)
    right = width - text_width(number, style)
    room = width - indent - 40
    lines = set_lines(entry.title[first], style, room)
    marks: list[Mark] = [
        TextMark(indent, index * style.leading + baseline(style), line, style, element)
        for element in [Element("P", first)]
        for index, line in enumerate(lines)
    ]
    down = (len(lines) - 1) * style.leading
    end = indent + lines[-1].width
    other = entry.title[second]
    if not entry.depth and end + text_width(other, SMALL) + 30 < right:
        marks.append(single(other, SMALL, end + 8, down + (style.leading - SMALL.leading) / 2 + 0.6, second))
        end += 8 + text_width(other, SMALL)
    dots = _dots(right - end - 12, style)
    if dots:
        leader = single(dots, style.with_(colour=FAINT), right - 6 - text_width(dots, style), down)
        marks.append(TextMark(leader.x, leader.y, leader.line, leader.style, None))
    marks.append(single(number, style, right, down))
    return [Strip(len(lines) * style.leading + 1, tuple(marks))]


def _dots(room: float, style: Style) -> str:
    return ". " * int(room // text_width(". ", style)) if room > 0 else ""


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


def _seal(content: PacketContent, first: str, width: float) -> Strip:
    """The visible sign of the seal, and what the seal means, in both languages side by side."""
    note, room = filled("cover.seal_note", name=content.sealer.name), (width - 96) / 2
    said = [(note, INK)]
    if content.sealer.demo:
        said.append((word("cover.demo_note"), SEAL))
    marks: list[Mark] = []
    height = 0.0
    for place, lang in enumerate((first, "en" if first == "ko" else "ko")):
        y, element = 9.0, Element("P", lang)
        for text, colour in said:
            style = SMALL.with_(colour=colour, leading=11)
            for line in set_lines(text[lang], style, room):
                marks.append(TextMark(74 + place * (room + 14), y + baseline(style), line, style, element))
                y += style.leading
        height = max(height, y + 9)
    box = BoxMark(0, 0, width, height, fill=SEAL_SOFT, radius=6)
    return Strip(height, (box, *_stamp(12, (height - 50) / 2), *marks))


def _stamp(x: float, y: float) -> list[Mark]:
    """A 도장: the word for seal in a vermilion square, in both scripts."""
    big, small = Style("serif-bold", 15, 18, colour=SEAL), Style("sans-bold", 6.2, 8, colour=SEAL)
    text = word("cover.stamp")
    marks: list[Mark] = [BoxMark(x, y, 50, 50, stroke=SEAL, line=2.2, radius=7)]
    marks.append(RuleMark(x + 8, y + 35.5, x + 42, y + 35.5, 0.6, SEAL))
    marks.append(single(text.ko, big, x + 25 - text_width(text.ko, big) / 2, y + 12, "ko"))
    marks.append(single(text.en, small, x + 25 - text_width(text.en, small) / 2, y + 37, "en"))
    return marks

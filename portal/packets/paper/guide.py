"""The first sheet of a print: how to sign, which pages, and how they come back. It need not come back itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.matters.bilingual import LANGUAGES, Text
from portal.matters.model import Counsel
from portal.packets.content import PacketContent
from portal.packets.parts.fields import (
    Column,
    Field,
    both,
    fields,
    section_heading,
    single,
    table,
    two_columns,
)
from portal.packets.parts.furniture import seal_mark
from portal.packets.setting.lines import set_lines
from portal.packets.setting.strips import Element, Mark, Strip, TextMark, baseline, grouped, space
from portal.packets.setting.styles import SEAL, SMALL, SOFT, Look, Style
from portal.packets.words import filled, other, word

_TITLE = Style("serif-bold", 19, 26)
_OTHER_TITLE = Style("serif", 12, 18, colour=SOFT)
_STEP, _NUMBER = Style("serif", 10, 15), Style("sans-bold", 11, 15, colour=SEAL)
_SECOND = Style("serif", 9, 12, colour=SOFT)
_CLOSE = _STEP.with_(size=9.5, leading=13), _SECOND.with_(leading=11)  # so that seven steps stay one sheet
_STEPS = ("sign", "initial", "photograph", "send", "after")
_BLANK_STEPS = ("fill", "never", "choose", "sign", "attach", "send", "after")
_INDENT = 20.0


@dataclass(frozen=True)
class Listed:
    """A document on the guide: its pages of the print, those to sign, and whether its pages are here already."""

    title: Text
    pages: tuple[int, ...]
    signed: tuple[int, ...]
    kept: bool = False


def guide_strips(content: PacketContent, listed: Sequence[Listed], look: Look, site: str) -> list[Strip]:
    """The guide in strips, in the governing language first."""
    plan = content.matter.packets[content.jurisdiction]
    first, width = plan.governing_language, look.page.measure
    firm = content.matter.counsel(content.jurisdiction)
    sent = sum(len(one.pages) for one in listed if not one.kept)
    consents = content.matter.packets[content.jurisdiction].documents
    steps = [one for one in _STEPS if one != "initial" or any(each.kind == "consent" for each in consents)]
    return [
        _head(first, width, word("print.title")),
        space(10),
        *[
            strip
            for number, step in enumerate(steps, 1)
            for strip in _step(number, filled(f"print.{step}", pages=sent, site=site), first, width)
        ],
        *section_heading(word("print.pages"), first, width),
        *table(_columns(), [_row(one, first) for one in listed], first, width, look=look),
        space(8),
        *fields([Field(word("print.address"), _posted_to(firm))], first, width, look=look, padding=3),
    ]


def blank_guide_strips(content: PacketContent, listed: Sequence[Listed], look: Look) -> list[Strip]:
    """The first sheet of a blank form: how to fill it in, what never to write, and where to send it."""
    first, width = content.matter.packets[content.jurisdiction].governing_language, look.page.measure
    firm, pages = content.matter.counsel(content.jurisdiction), sum(len(one.pages) for one in listed)
    return [
        _head(first, width, word("blank.title")),
        space(8),
        *[
            strip
            for number, step in enumerate(_BLANK_STEPS, 1)
            for strip in _step(number, filled(f"blank.{step}", pages=pages), first, width, _CLOSE)
        ],
        *section_heading(word("print.pages"), first, width),
        two_columns(_pages(listed), first, width, SMALL),
        space(6),
        *fields([Field(word("print.address"), _posted_to(firm))], first, width, look=look, padding=3),
    ]


def _pages(listed: Sequence[Listed]) -> Text:
    """Each document with its pages and those to sign, a line each, so that the sheet stays one."""
    lines = {
        lang: "\n".join(
            f"{one.title[lang]}: {_numbers(one.pages)}"
            + (f" ({word('print.to_sign')[lang]} {', '.join(map(str, one.signed))})" if one.signed else "")
            for one in listed
        )
        for lang in LANGUAGES
    }
    return Text(**lines)


def _posted_to(firm: Counsel) -> Text:
    return Text(**{lang: f"{firm.name[lang]}, {firm.address[lang]}, {firm.phone}" for lang in LANGUAGES})


def _head(first: str, width: float, title: Text) -> Strip:
    second = other(first)
    marks: list[Mark] = [
        *seal_mark(0, 0, 30),
        single(title[first], _TITLE, 42, -1, first, "H1"),
        single(title[second], _OTHER_TITLE, 42, 25, second),
    ]
    return grouped(Strip(46, tuple(marks)))


def _step(
    number: int, text: Text, first: str, width: float, styles: tuple[Style, Style] = (_STEP, _SECOND)
) -> list[Strip]:
    """One step; the second language follows in small type, so that it reads on as one list."""
    marks: list[Mark] = [single(str(number), _NUMBER)]
    y = 0.0
    for lang, style in ((first, styles[0]), (other(first), styles[1])):
        element = Element("P", lang)
        for line in set_lines(text[lang], style, width - _INDENT):
            marks.append(TextMark(_INDENT, y + baseline(style), line, style, element))
            y += style.leading
    return [grouped(Strip(y, tuple(marks))), space(4)]


def _columns() -> list[Column]:
    return [
        Column(word("print.document"), 7.6),
        Column(word("print.page_numbers"), 1.2),
        Column(word("print.to_sign"), 1.6),
    ]


def _row(one: Listed, first: str) -> list[Text | str]:
    """On one line, so that the guide stays one sheet."""
    signed = word("print.kept")[first] if one.kept else ", ".join(map(str, one.signed)) or "–"
    return [both(one.title, first, " · "), _numbers(one.pages), signed]


def _numbers(pages: tuple[int, ...]) -> str:
    return str(pages[0]) if len(pages) == 1 else f"{pages[0]}–{pages[-1]}"

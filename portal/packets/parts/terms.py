"""The terms: both languages of a document side by side, the governing one on the left, clause by clause in step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from portal.matters.bilingual import Language
from portal.matters.documents import Block, Clause, Document, ListBlock, Paragraph, Run, Slot, side_by_side
from portal.matters.model import PacketPlan
from portal.packets.setting.lines import set_lines
from portal.packets.setting.strips import (
    Cell,
    Element,
    RuleMark,
    Strip,
    bind,
    row,
    space,
)
from portal.packets.setting.styles import BODY, GUTTER, HEADING, LINE, TITLE, Page, Style, column_widths
from portal.packets.words import other

_INDENT = 15.0
_WITH_SIGNATURE, _WITH_SLOT = 250.0, 50.0  # points of the words before a slot that stay on its page
_TRANSLATION = (0.22, 0.27, 0.34)


@dataclass(frozen=True, slots=True)
class SlotHere:
    """Where personal content stands between strips of the terms."""

    name: str


@dataclass(frozen=True, slots=True)
class _Column:
    lang: Language
    x: float
    width: float
    governing: bool

    def style(self, style: Style) -> Style:
        return style if self.governing else style.with_(colour=_TRANSLATION)

    def cell(self, runs: Sequence[Run] | str, style: Style, *, role: str = "P", indent: float = 0.0) -> Cell:
        style = self.style(style)
        lines = set_lines(runs, style, self.width - indent)
        return Cell(self.x + indent, lines, style, Element(role, self.lang))


def columns(plan: PacketPlan, page: Page) -> tuple[_Column, _Column]:
    """The governing language's column on the left and the translation's on the right."""
    widths, first = column_widths(page), plan.governing_language
    second: Language = other(first)
    beside = widths[first] + GUTTER
    return _Column(first, 0.0, widths[first], True), _Column(second, beside, widths[second], False)


def terms_strips(
    documents: tuple[Document, Document], plan: PacketPlan, page: Page
) -> Iterator[Strip | SlotHere]:
    """The document in strips; `documents` are the governing text and its translation."""
    pair = columns(plan, page)
    titles = [
        column.cell(document.title, TITLE, role="H1")
        for column, document in zip(pair, documents, strict=True)
    ]
    yield from bind(_divided(row(titles), pair), last=True)
    yield from _divided([space(10, bound=True)], pair)
    yield from _kept_together(_blocks(documents[0].preamble, documents[1].preamble, pair))
    for clauses in side_by_side(*documents):
        yield from _kept_together(_clause(clauses, plan, pair))


def _kept_together(strips: Iterable[Strip | SlotHere]) -> list[Strip | SlotHere]:
    """A slot goes with the words before it. A signature never stands on a page without the clause that it closes."""
    kept = list(strips)
    for at, strip in enumerate(kept):
        if isinstance(strip, SlotHere):
            room = _WITH_SIGNATURE if strip.name == "signature" else _WITH_SLOT
            _bind_before(kept, at, room)
    return kept


def _bind_before(strips: list[Strip | SlotHere], at: int, room: float) -> None:
    for index in range(at - 1, -1, -1):
        strip = strips[index]
        if isinstance(strip, SlotHere) or room < strip.height:
            return
        strips[index] = strip._replace(bound=True)
        room -= strip.height


def _clause(
    clauses: tuple[Clause, Clause], plan: PacketPlan, pair: tuple[_Column, _Column]
) -> Iterator[Strip | SlotHere]:
    yield from _divided([space(9)], pair)
    headings = [
        column.cell(
            plan.clause_heading[column.lang].format(number=clause.number, title=clause.title),
            HEADING,
            role="H2",
        )
        for column, clause in zip(pair, clauses, strict=True)
    ]
    yield from bind(_divided(row(headings), pair), last=True)
    yield from _divided([space(2, bound=True)], pair)
    yield from _blocks(clauses[0].blocks, clauses[1].blocks, pair)


def _blocks(
    first: Iterable[Block], second: Iterable[Block], pair: tuple[_Column, _Column]
) -> Iterator[Strip | SlotHere]:
    for blocks in zip_longest(first, second):
        slot = next((block for block in blocks if isinstance(block, Slot)), None)
        if slot:
            yield SlotHere(slot.name)
        else:
            yield from _divided(_pair_of_blocks(blocks, pair), pair)


def _pair_of_blocks(blocks: Sequence[Block | None], pair: tuple[_Column, _Column]) -> list[Strip]:
    strips: list[Strip] = []
    for parts in zip_longest(*(_paragraphs(block) for block in blocks)):
        cells: list[Cell] = []
        for column, part in zip(pair, parts, strict=True):
            if part is not None:
                cells.extend(_cells(column, *part))
        strips.extend(row(cells))
        strips.append(space(3 if len(strips) else 5))
    strips[-1] = space(6)
    return strips


def _paragraphs(block: Block | None) -> list[tuple[str, tuple[Run, ...]]]:
    """Marker and runs of each paragraph of a block."""
    match block:
        case Paragraph(runs):
            return [("", runs)]
        case ListBlock(ordered, items, start):
            return [(f"{start + index}." if ordered else "–", item) for index, item in enumerate(items)]
        case _:
            return []


def _cells(column: _Column, marker: str, runs: tuple[Run, ...]) -> list[Cell]:
    if not marker:
        return [column.cell(runs, BODY)]
    text = column.cell(runs, BODY, role="LI", indent=_INDENT)
    style = column.style(BODY)
    return [Cell(column.x, set_lines(marker, style, _INDENT), style, text.element), text]


def _divided(strips: Iterable[Strip], pair: tuple[_Column, _Column]) -> list[Strip]:
    """The strips with the hairline that divides the columns."""
    x = pair[1].x - GUTTER / 2
    return [
        Strip(one.height, (RuleMark(x, 0, x, one.height, 0.4, LINE), *one.marks), one.glue, one.bound)
        for one in strips
    ]

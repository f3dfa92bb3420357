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
from portal.packets.setting.styles import LINE, Look, Style
from portal.packets.words import other

_LAST_CLAUSE = 200.0  # points: a last clause that is not longer is not parted
_WITH_SIGNATURE, _WITH_SLOT = 90.0, 50.0  # points of the words before a slot that stay on its page


@dataclass(frozen=True, slots=True)
class SlotHere:
    """Where personal content stands between strips of the terms."""

    name: str


@dataclass(frozen=True, slots=True)
class _Column:
    """One language's column: 0 is the governing one, 1 the translation."""

    place: int
    lang: Language
    x: float
    width: float

    def cell(
        self, runs: Sequence[Run] | str, styles: tuple[Style, Style], *, role: str = "P", indent: float = 0.0
    ) -> Cell:
        style = styles[self.place]
        lines = set_lines(runs, style, self.width - indent)
        return Cell(self.x + indent, lines, style, Element(role, self.lang))


def columns(plan: PacketPlan, look: Look) -> tuple[_Column, _Column]:
    """The governing language's column on the left and the translation's on the right."""
    room = look.page.measure - look.gutter
    widths = [room * share for share in look.shares]
    first = plan.governing_language
    return _Column(0, first, 0.0, widths[0]), _Column(1, other(first), widths[0] + look.gutter, widths[1])


def terms_strips(
    documents: tuple[Document, Document], plan: PacketPlan, look: Look
) -> Iterator[Strip | SlotHere]:
    """The document in strips; `documents` are the governing text and its translation."""
    return _Terms(plan, look).strips(documents)


class _Terms:
    """Sets one plan's documents in one look."""

    def __init__(self, plan: PacketPlan, look: Look) -> None:
        self.plan, self.look, self.pair = plan, look, columns(plan, look)

    def strips(self, documents: tuple[Document, Document]) -> Iterator[Strip | SlotHere]:
        titles = [
            column.cell(document.title, self.look.title, role="H1")
            for column, document in zip(self.pair, documents, strict=True)
        ]
        yield from bind(self._divided(self._row(titles, self.look.title)), last=True)
        yield from self._divided([space(10, bound=True)])
        yield from _kept_together(self._blocks(documents[0].preamble, documents[1].preamble))
        for clauses in side_by_side(*documents):
            strips = _kept_together(self._clause(clauses))
            yield from _whole(strips) if clauses[0] is documents[0].clauses[-1] else strips

    def _clause(self, clauses: tuple[Clause, Clause]) -> Iterator[Strip | SlotHere]:
        yield from self._divided([space(9)])
        pattern = self.plan.clause_heading
        headings = [
            column.cell(
                pattern[column.lang].format(number=clause.number, title=clause.title),
                self.look.heading,
                role="H2",
            )
            for column, clause in zip(self.pair, clauses, strict=True)
        ]
        yield from bind(self._divided(self._row(headings, self.look.heading)), last=True)
        yield from self._divided([space(2, bound=True)])
        yield from self._blocks(clauses[0].blocks, clauses[1].blocks)

    def _blocks(self, first: Iterable[Block], second: Iterable[Block]) -> Iterator[Strip | SlotHere]:
        for blocks in zip_longest(first, second):
            slot = next((block for block in blocks if isinstance(block, Slot)), None)
            if slot:
                yield SlotHere(slot.name)
            else:
                yield from self._divided(self._pair_of_blocks(blocks))

    def _pair_of_blocks(self, blocks: Sequence[Block | None]) -> list[Strip]:
        strips: list[Strip] = []
        for parts in zip_longest(*(_paragraphs(block) for block in blocks)):
            cells: list[Cell] = []
            for column, part in zip(self.pair, parts, strict=True):
                if part is not None:
                    cells.extend(self._cells(column, *part))
            strips.extend(self._row(cells, self.look.body))
            strips.append(space(3 if len(strips) else 5))
        strips[-1] = space(6)
        return strips

    def _cells(self, column: _Column, marker: str, runs: tuple[Run, ...]) -> list[Cell]:
        if not marker:
            return [column.cell(runs, self.look.body)]
        style = self.look.body[column.place]
        indent = style.size * 1.5
        text = column.cell(runs, self.look.body, role="LI", indent=indent)
        return [Cell(column.x, set_lines(marker, style, indent), style, text.element), text]

    def _row(self, cells: Sequence[Cell], styles: tuple[Style, Style]) -> list[Strip]:
        return row(cells, drop=self.look.drop(styles[0]))

    def _divided(self, strips: Iterable[Strip]) -> list[Strip]:
        """The strips with the hairline that divides the columns."""
        x = self.pair[1].x - self.look.gutter / 2
        return [
            Strip(one.height, (RuleMark(x, 0, x, one.height, 0.4, LINE), *one.marks), one.glue, one.bound)
            for one in strips
        ]


def _paragraphs(block: Block | None) -> list[tuple[str, tuple[Run, ...]]]:
    """Marker and runs of each paragraph of a block."""
    match block:
        case Paragraph(runs):
            return [("", runs)]
        case ListBlock(ordered, items, start):
            return [(f"{start + index}." if ordered else "–", item) for index, item in enumerate(items)]
        case _:
            return []


def _kept_together(strips: Iterable[Strip | SlotHere]) -> list[Strip | SlotHere]:
    """A slot goes with the words before it. A signature never stands on a page without the clause that it closes."""
    kept = list(strips)
    for at, strip in enumerate(kept):
        if isinstance(strip, SlotHere):
            room = _WITH_SIGNATURE if strip.name == "signature" else _WITH_SLOT
            _bind_before(kept, at, room)
    return kept


def _whole(strips: list[Strip | SlotHere]) -> list[Strip | SlotHere]:
    """A short last clause on one page, so that no document ends overleaf on a line or two."""
    lines = [strip for strip in strips if not isinstance(strip, SlotHere)]
    if len(lines) < len(strips) or sum(strip.height for strip in lines) > _LAST_CLAUSE:
        return strips
    return [*bind(lines[:-1], last=True), lines[-1]]


def _bind_before(strips: list[Strip | SlotHere], at: int, room: float) -> None:
    for index in range(at - 1, -1, -1):
        strip = strips[index]
        if isinstance(strip, SlotHere) or room < strip.height:
            return
        strips[index] = strip._replace(bound=True)
        room -= strip.height

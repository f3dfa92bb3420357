"""All figures of a text, whichever language it is in: a Korean text cites Rule 23, an English one 갑 제1호증."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portal.matters.drift.citations import Names, read_citations
from portal.matters.drift.dates import read_dates
from portal.matters.drift.figure import Figure, Sheet
from portal.matters.drift.quantities import read_marks, read_quantities

# A thing cited twice is cited as once: languages differ in how often they say "this Article" instead.
_ONCE = frozenset({"citation", "code citation", "exhibit", "code", "address"})


def figures(text: str, names: Names | None = None) -> tuple[Figure, ...]:
    """Dates, times, citations, amounts, percentages, periods, ordinals, numbers and placeholders, in order."""
    sheet = Sheet(text)
    read_marks(sheet)
    read_dates(sheet)
    read_citations(sheet, names or Names({}))
    read_quantities(sheet)
    found = sorted(sheet.figures, key=lambda figure: (figure.start, figure.end))
    return tuple(_once(_without_glosses(found, text)))


def _without_glosses(found: list[Figure], text: str) -> Iterator[Figure]:
    """제23조(Rule 23) and ninety (90): what stands in brackets after its like is the same thing said again."""
    before: Figure | None = None
    for figure in found:
        if before is None or not (before.agrees(figure) and _is_gloss(text, before.end, figure)):
            yield figure
            before = figure


def _is_gloss(text: str, end: int, figure: Figure) -> bool:
    opened = re.fullmatch(r"[^()]{0,3}\([^()]{0,30}", text[end : figure.start])
    return bool(opened) and bool(re.match(r"[^()]{0,12}\)", text[figure.end :]))


def _once(found: Iterator[Figure]) -> Iterator[Figure]:
    seen: set[tuple[str, str, str]] = set()
    for figure in found:
        key = (figure.kind, figure.value, figure.law)
        if (figure.kind in _ONCE or "ordinal" in figure.units) and key in seen:
            continue
        seen.add(key)
        yield figure


def unanswered(first: tuple[Figure, ...], second: tuple[Figure, ...]) -> tuple[list[Figure], list[Figure]]:
    """The figures of each text that nothing in the other answers. Each answers once, the most alike first."""
    free = list(second)
    alone: list[Figure] = []
    waiting = list(first)
    for fits in (_same, Figure.agrees):
        left = []
        for figure in waiting:
            answer = next((one for one in free if one.certain and fits(figure, one)), None)
            answer = answer or next((one for one in free if fits(figure, one)), None)
            if answer is None:
                left.append(figure)
            else:
                free.remove(answer)
        waiting = left
    # A loose word must not have taken the place of a sure one.
    alone = [figure for figure in waiting if figure.certain]
    return alone, [figure for figure in free if figure.certain]


def _same(one: Figure, other: Figure) -> bool:
    return one.agrees(other) and one.units == other.units and one.law == other.law

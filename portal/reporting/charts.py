"""A chart and the table beside it from the same rows: geometry for an inline SVG, and cells for a CSV. Pure.

Colours and type stand in the stylesheet; everything here is a position in units of the picture, which scales.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from portal.reporting.small import suppressed

WIDTH: Final = 360
BAR, ROW, LONGEST_BAR = 12, 36, 288  # room beside the longest bar for a number of seven digits
COLUMNS_HEIGHT, TOP, BASE = 168, 36, 140
WIDE, NARROW, FIRST_WIDE = 11.5, 6.6, 0x1100  # of a character in 12 units high type; Hangul is about square
MOST_LABELS = 6

Value = int | None
"""A count; None where it is not shown."""


@dataclass(frozen=True)
class Row:
    """One line of the table and one mark of the chart; ``link`` leads to the claims that are counted."""

    label: str
    values: tuple[Value, ...]
    link: str = ""


@dataclass(frozen=True)
class Chart:
    """What is counted: heads name the values' columns, ``drawn`` says which of them the picture shows.

    ``columns`` stand side by side along time with a second value as a line across each; ``bars`` lie below each other.
    """

    id: str
    title: str
    first: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    shape: Literal["bars", "columns"] = "bars"
    drawn: int = 0
    crossed: int | None = None
    note: str = ""

    def without_small(self) -> Chart:
        """The same for readers who see no claims: no links, and small counts hidden.

        Of bars only what is drawn is left, unless its columns count different things (those of the sources).
        """
        kept = range(len(self.heads)) if self.shape == "columns" or self.id == "sources" else (self.drawn,)
        hidden = [suppressed([row.values[place] or 0 for row in self.rows]) for place in kept]
        rows = tuple(
            replace(row, values=tuple(column[line] for column in hidden), link="")
            for line, row in enumerate(self.rows)
        )
        drawn = list(kept).index(self.drawn)
        return replace(self, heads=tuple(self.heads[place] for place in kept), rows=rows, drawn=drawn)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(row.values[self.drawn] or row.values[self.drawn] is None for row in self.rows)

    @property
    def hides(self) -> bool:
        """Whether some counts are not shown."""
        return any(value is None for row in self.rows for value in row.values)

    @property
    def described(self) -> str:
        """What the picture shows, in words, for those who do not see it."""
        head = self.heads[self.drawn]
        told = [f"{row.label}: {shown(row.values[self.drawn])}" for row in self.rows]
        return f"{head}. " + "; ".join(told)


@dataclass(frozen=True)
class Mark:
    """One bar or column with its direct label; ``across`` is the height of the line that crosses a column."""

    x: float
    y: float
    width: float
    height: float
    label: str
    value: str
    text_x: float
    text_y: float
    labelled: bool = True
    valued: bool = True
    across: float | None = None
    second: str = ""


@dataclass(frozen=True)
class Picture:
    """Marks in a picture of ``WIDTH`` by ``height`` units."""

    height: int
    marks: tuple[Mark, ...]
    base: int = BASE


def shown(value: Value) -> str:
    """A number as pages print it."""
    return "–" if value is None else f"{value:,}"


def fitting(label: str) -> str:
    """A label as long as the picture is wide; the table beside it has the whole of it."""
    room: float = WIDTH
    for place, character in enumerate(label):
        room -= WIDE if ord(character) >= FIRST_WIDE else NARROW
        if room < 0:
            return label[: place - 1].rstrip() + "…"
    return label


def picture(chart: Chart) -> Picture:
    """Where everything stands."""
    return _columns(chart) if chart.shape == "columns" else _bars(chart)


def _bars(chart: Chart) -> Picture:
    most = _most(chart, chart.drawn)
    marks = []
    for place, row in enumerate(chart.rows):
        value = row.values[chart.drawn]
        width = _scaled(value, most, LONGEST_BAR)
        marks.append(
            Mark(
                x=0,
                y=place * ROW + 17,
                width=width,
                height=BAR,
                label=fitting(row.label),
                value=shown(value),
                text_x=round(width + 6, 1),
                text_y=place * ROW + 28,
            )
        )
    return Picture(len(chart.rows) * ROW, tuple(marks))


def _columns(chart: Chart) -> Picture:
    most = max(_most(chart, chart.drawn), _most(chart, chart.crossed) if chart.crossed is not None else 0)
    step = WIDTH / max(len(chart.rows), 1)
    named = _spread(len(chart.rows))
    tallest = max(
        range(len(chart.rows)), key=lambda place: chart.rows[place].values[chart.drawn] or 0, default=0
    )
    marks = []
    for place, row in enumerate(chart.rows):
        value = row.values[chart.drawn]
        height = _scaled(value, most, BASE - TOP)
        second = row.values[chart.crossed] if chart.crossed is not None else None
        marks.append(
            Mark(
                x=round(place * step + step * 0.12, 1),
                y=round(BASE - height, 1),
                width=round(step * 0.76, 1),
                height=height,
                label=row.label,
                value=shown(value),
                text_x=round(place * step + step / 2, 1),
                text_y=round(BASE - height - 5, 1),
                labelled=place in named,
                valued=bool(value) and place in (tallest, len(chart.rows) - 1),
                across=round(BASE - _scaled(second, most, BASE - TOP), 1) if second else None,
                second=shown(second) if chart.crossed is not None else "",
            )
        )
    return Picture(COLUMNS_HEIGHT, tuple(marks))


def _most(chart: Chart, place: int) -> int:
    return max((row.values[place] or 0 for row in chart.rows), default=0)


def _scaled(value: Value, most: int, length: int) -> float:
    return round(max(value / most * length, 1.5), 1) if value and most else 0


def _spread(count: int) -> frozenset[int]:
    """Places of a few labels, evenly, the first and the last among them."""
    if count <= MOST_LABELS:
        return frozenset(range(count))
    gaps = MOST_LABELS - 2
    return frozenset(round(place * (count - 1) / gaps) for place in range(gaps + 1))


def sums(rows: Sequence[Row]) -> tuple[int, ...]:
    """The sum of each column; what is not shown counts for nothing."""
    return tuple(
        sum(value or 0 for value in column) for column in zip(*(row.values for row in rows), strict=True)
    )

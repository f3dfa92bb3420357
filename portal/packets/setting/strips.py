"""Strips: horizontal bands of a column, the atoms that pages are made of.

A strip's marks are placed from its top left corner, y downwards. A page is broken only between strips, and never
after one that is `bound` to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from portal.packets.setting.lines import Line
from portal.packets.setting.styles import INK, LINE, Colour, Style


@dataclass(eq=False, slots=True)
class Element:
    """A logical element of the document: what a screen reader announces, in one language."""

    role: str = "P"
    lang: str = ""
    alt: str = ""


class TextMark(NamedTuple):
    """A line of text; `y` is its baseline."""

    x: float
    y: float
    line: Line
    style: Style
    element: Element | None = None


class RuleMark(NamedTuple):
    """A straight line of `width` points."""

    x: float
    y: float
    to_x: float
    to_y: float
    width: float = 0.5
    colour: Colour = LINE


class BoxMark(NamedTuple):
    """A rectangle with its top left corner at x, y; rounded when `radius` is given."""

    x: float
    y: float
    width: float
    height: float
    fill: Colour | None = None
    stroke: Colour | None = None
    line: float = 0.75
    radius: float = 0.0


class PathMark(NamedTuple):
    """Open curves through points, drawn with a round pen: a tick, or strokes of a signature."""

    x: float
    y: float
    curves: tuple[tuple[tuple[float, float], ...], ...]
    width: float = 1.2
    colour: Colour = INK
    element: Element | None = None


class PictureMark(NamedTuple):
    """An image or embedded page by its resource name. `box` is what it covers in its own space: left, bottom,
    width, height; for an image the unit square."""

    x: float
    y: float
    width: float
    height: float
    resource: str
    box: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    element: Element | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Group:
    """Marks that are drawn more than once: turned into operators once, then only moved to their place.

    A `lasting` group is the same in every packet, and keeps its operators for the fonts that all packets of a matter
    version share. Its elements are elements anew wherever it is drawn.
    """

    marks: tuple[Mark, ...]
    lasting: bool = False
    drawn: dict[int, Any] = field(
        default_factory=dict, repr=False
    )  # operators, by the fonts they were drawn with


class GroupMark(NamedTuple):
    """A group with its origin at x, y."""

    x: float
    y: float
    group: Group


class RoomMark(NamedTuple):
    """Room for a signature field of this name, nothing drawn; its top left corner at x, y. Never within a group."""

    x: float
    y: float
    width: float
    height: float
    name: str


Mark = TextMark | RuleMark | BoxMark | PathMark | PictureMark | GroupMark | RoomMark


class Strip(NamedTuple):
    """A band `height` points high. `glue` is white space, dropped at the top of a page. `head` stands above the
    strip again when it begins a page: the head row of a table.
    """

    height: float
    marks: tuple[Mark, ...] = ()
    glue: bool = False
    bound: bool = False
    head: tuple[Strip, ...] = ()

    def hole(self, slot: str, place: int) -> Hole:
        """The strip's shape without its content."""
        return Hole(self.height, self.glue, self.bound, sum(strip.height for strip in self.head), slot, place)


class Hole(NamedTuple):
    """Room kept in fixed pages for a strip of personal content."""

    height: float
    glue: bool
    bound: bool
    head_height: float
    slot: str
    place: int


def grouped(strip: Strip, *, lasting: bool = False) -> Strip:
    """The strip with its marks as one group."""
    return strip._replace(marks=(GroupMark(0, 0, Group(strip.marks, lasting)),)) if strip.marks else strip


def space(height: float, *, bound: bool = False) -> Strip:
    return Strip(height, glue=True, bound=bound)


def bind(strips: Iterable[Strip], *, last: bool = False) -> list[Strip]:
    """The strips as a block that stays on one page; with `last` also together with what follows."""
    bound = [strip._replace(bound=True) for strip in strips]
    if bound and not last:
        bound[-1] = bound[-1]._replace(bound=False)
    return bound


class Cell(NamedTuple):
    """Lines of one column of a row, `x` points from the left."""

    x: float
    lines: Sequence[Line]
    style: Style
    element: Element


def baseline(style: Style) -> float:
    """Distance of the baseline from the top of a line: the letters stand in the middle of their leading."""
    return style.leading / 2 + style.size * 0.36


def row(cells: Sequence[Cell], *, drop: float | None = None) -> list[Strip]:
    """Cells side by side, line by line in step, so that a page break falls between the same lines of all columns.

    One strip is one line of the widest leading; a cell whose leading is a part of it has several lines in each. All
    first baselines stand `drop` points from the top. The first two and the last two strips stay together.
    """
    if not cells:
        return []
    widest = max(cells, key=lambda cell: cell.style.leading).style
    grid, first = widest.leading, baseline(widest) if drop is None else drop
    marks: dict[int, list[Mark]] = {}
    for cell in cells:
        several = max(1, round(grid / cell.style.leading))
        for index, line in enumerate(cell.lines):
            strip, place = divmod(index, several)
            y = first + place * cell.style.leading
            marks.setdefault(strip, []).append(TextMark(cell.x, y, line, cell.style, cell.element))
    depth = len(marks)
    return [
        Strip(grid, tuple(marks[index]), bound=index == 0 < depth - 1 or index == depth - 2)
        for index in range(depth)
    ]

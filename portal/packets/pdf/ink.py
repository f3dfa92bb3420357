"""Draws marks as a page's content: operators, with each logical element marked for its place in the structure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

from portal.packets.pdf.fonts import DrawnGroup, Fonts
from portal.packets.pdf.structure import BETWEEN, element_pattern
from portal.packets.setting.flow import Placed
from portal.packets.setting.strips import (
    BoxMark,
    Element,
    Group,
    GroupMark,
    Hole,
    Mark,
    PathMark,
    PictureMark,
    RoomMark,
    RuleMark,
    TextMark,
)
from portal.packets.setting.styles import Colour, Page

_SLANT = round(math.tan(math.radians(11)), 3)
_ROUND = 0.5523  # how far a Bezier handle reaches to draw a quarter of a circle


@dataclass(slots=True)
class _Marked:
    """One logical element on a page: where it begins, and the operators that draw it."""

    element: Element
    top: float
    ops: list[str]


class _Placed(NamedTuple):
    """A group on a page: the operators that move it there, and where its elements begin: each at its distance below
    `y`, or all at `begins`.
    """

    drawn: DrawnGroup
    moved: str
    y: float
    begins: float | None

    @property
    def tops(self) -> list[float]:
        if self.begins is None:
            return [self.y + top for _, top, _ in self.drawn.marked]
        return [self.begins] * len(self.drawn.marked)


@dataclass
class Ink:
    """Collects marks for one page and writes them as a content stream."""

    page: Page
    fonts: Fonts
    pictures: set[str] = field(default_factory=set)
    rooms: dict[str, tuple[float, float, float, float]] = field(default_factory=dict)
    _plain: list[str] = field(default_factory=list)
    _marked: list[_Marked | _Placed] = field(default_factory=list)
    _known: dict[Element, _Marked] = field(default_factory=dict)

    @property
    def elements(self) -> list[tuple[Element, float]]:
        """The logical elements and how far down the sheet each begins, in the order of their marked content."""
        return [(element, top) for element, top, _ in self._each()]

    def tagged(self) -> tuple[str, list[float]]:
        """The elements as one pattern of the structure, to be filled for each with the numbers of section, page and
        marked content; and how far down the sheet each begins.
        """
        patterns: list[str] = []
        tops: list[float] = []
        for one in self._marked:
            if isinstance(one, _Placed):
                patterns.append(one.drawn.structure)
                tops += one.tops
            else:
                patterns.append(element_pattern(one.element))
                tops.append(one.top)
        return BETWEEN.join(patterns), tops

    def _each(self) -> Iterator[tuple[Element, float, str]]:
        """Every element, also those of groups: where it begins, and its operators."""
        for one in self._marked:
            if isinstance(one, _Placed):
                for (element, _, ops), top in zip(one.drawn.marked, one.tops, strict=True):
                    yield element, top, one.moved + ops
            else:
                yield one.element, one.top, "".join(one.ops)

    def place(self, placed: Iterable[Placed]) -> None:
        """Draws strips where the pages were filled with them; holes stay empty."""
        left, top = self.page.left, self.page.top
        for one in placed:
            if isinstance(one.strip, Hole):
                continue
            if one.repeated:
                y = one.y
                for strip in reversed(one.strip.head):
                    y -= strip.height
                    self._draw_again(strip.marks, left, top + y)
            self.draw(one.strip.marks, left, top + one.y, begins=top + one.y)

    def draw(
        self, marks: Iterable[Mark], x: float = 0.0, y: float = 0.0, *, begins: float | None = None
    ) -> None:
        """Draws marks whose origin lies x, y points from the sheet's top left corner.

        Logical elements are read from the top down. With `begins` all of these begin there and are read as drawn: a
        label before its value, and both before the next row, however many lines each takes.
        """
        top = self.page.height - y
        for mark in marks:
            match mark:
                case TextMark():
                    self._ops(mark.element, y + mark.y if begins is None else begins).append(
                        self._text(mark, x, top)
                    )
                case GroupMark():
                    self._draw_group(mark.group, x + mark.x, y + mark.y, begins)
                case RuleMark():
                    self._plain.append(_rule(mark, x, top))
                case BoxMark():
                    self._plain.append(_box(mark, x, top))
                case PathMark():
                    self._ops(mark.element, y + mark.y if begins is None else begins).append(
                        _path(mark, x, top)
                    )
                case PictureMark():
                    self.pictures.add(mark.resource)
                    self._ops(mark.element, y + mark.y if begins is None else begins).append(
                        _picture(mark, x, top)
                    )
                case RoomMark():
                    left, high = x + mark.x, top - mark.y
                    self.rooms[mark.name] = (left, high - mark.height, left + mark.width, high)

    def _draw_again(self, marks: Iterable[Mark], x: float, y: float) -> None:
        """A head that is repeated overleaf belongs to the page: whoever listens has heard it already."""
        again = Ink(self.page, self.fonts)
        again.draw(marks, x, y)
        self._plain += again._plain
        for _, _, ops in again._each():
            self._plain += ("q\n", ops, "Q\n")

    def content(self, first: int = 0) -> bytes:
        """The operators; the first logical element gets the marked-content number `first`."""
        parts = ["/Artifact BMC\nq\n", *self._plain, "Q\nEMC\n"] if self._plain else []
        number = first
        for one in self._marked:
            if isinstance(one, _Placed):
                drawn, moved = one.drawn, one.moved
                count = len(drawn.marked)
                # One format for all elements of the group: a packet has hundreds.
                filled = [part for index in range(number, number + count) for part in (index, moved)]
                parts.append(drawn.pattern % tuple(filled))
                number += count
            else:
                parts += (f"/{one.element.role}<</MCID {number}>>BDC\nq\n", *one.ops, "Q\nEMC\n")
                number += 1
        return "".join(parts).encode("ascii")

    def _ops(self, element: Element | None, y: float) -> list[str]:
        if element is None:
            return self._plain
        known = self._known.get(element)
        if known is None:
            known = self._known[element] = _Marked(element, y, [])
            self._marked.append(known)
        return known.ops

    def _draw_group(self, group: Group, x: float, y: float, begins: float | None) -> None:
        fonts = self.fonts
        drawn = group.drawn.get(fonts.shared.serial if group.lasting else fonts.serial) or self._drawn(group)
        moved = f"1 0 0 1 {x:.2f} {self.page.height - y:.2f} cm\n"
        if drawn.plain:
            self._plain += ("q ", moved, drawn.plain, "Q\n")
        if drawn.marked:
            self._marked.append(_Placed(drawn, moved, y, begins))
        if drawn.pictures:
            self.pictures |= drawn.pictures

    def _drawn(self, group: Group) -> DrawnGroup:
        """The group's operators with its origin at 0, 0, kept with the group for the next place."""
        fonts, ink = self.fonts, Ink(replace(self.page, height=0.0), self.fonts)
        before = fonts.own_words
        ink.draw(group.marks)
        marked = tuple(ink._each())
        pattern = "".join(f"/{element.role}<</MCID %d>>BDC\nq\n%s{ops}Q\nEMC\n" for element, _, ops in marked)
        structure = BETWEEN.join(element_pattern(element) for element, _, _ in marked)
        made = DrawnGroup("".join(ink._plain), marked, pattern, structure, frozenset(ink.pictures))
        # What needed a font of this packet's own is no good for another packet.
        if not group.lasting or fonts.own_words == before:
            group.drawn[fonts.shared.serial if group.lasting else fonts.serial] = made
        return made

    def _text(self, mark: TextMark, x: float, top: float) -> str:
        style, y, shown = mark.style, top - mark.y, self.fonts.shown
        said = ""
        for piece in mark.line.pieces:
            slant = _SLANT if piece.oblique else 0
            said += f"1 0 {slant} 1 {x + mark.x + piece.x:.2f} {y:.2f} Tm "
            for resource, codes in shown(piece.face, piece.text):
                said += f"/{resource} {style.size:g} Tf <{codes}> Tj\n"
        return f"BT {operands(style.colour)} rg\n{said}ET\n"


def _n(value: float) -> str:
    return f"{value:.2f}"


@lru_cache(64)
def operands(colour: Colour) -> str:
    """The colour as RG and rg take it."""
    return " ".join(f"{part:.3f}".rstrip("0").rstrip(".") or "0" for part in colour)


def _rule(mark: RuleMark, x: float, top: float) -> str:
    line = f"{x + mark.x:.2f} {top - mark.y:.2f} m {x + mark.to_x:.2f} {top - mark.to_y:.2f} l S\n"
    return f"{operands(mark.colour)} RG {mark.width:.2f} w {line}"


def _box(mark: BoxMark, x: float, top: float) -> str:
    left, bottom = x + mark.x, top - mark.y - mark.height
    paint = {(True, True): "B", (True, False): "f", (False, True): "S"}.get(
        (mark.fill is not None, mark.stroke is not None), "n"
    )
    parts = [f"{operands(mark.fill)} rg " if mark.fill else ""]
    parts.append(f"{operands(mark.stroke)} RG {_n(mark.line)} w " if mark.stroke else "")
    parts.append(_outline(left, bottom, mark.width, mark.height, mark.radius))
    return "".join(parts) + f" {paint}\n"


def _outline(left: float, bottom: float, width: float, height: float, radius: float) -> str:
    if not radius:
        return f"{_n(left)} {_n(bottom)} {_n(width)} {_n(height)} re"
    right, top, handle = left + width, bottom + height, radius * (1 - _ROUND)
    corners = (
        ((left + radius, bottom), (right - radius, bottom), (right - handle, bottom), (right, bottom + handle),
         (right, bottom + radius)),
        (None, (right, top - radius), (right, top - handle), (right - handle, top), (right - radius, top)),
        (None, (left + radius, top), (left + handle, top), (left, top - handle), (left, top - radius)),
        (None, (left, bottom + radius), (left, bottom + handle), (left + handle, bottom), (left + radius, bottom)),
    )  # fmt: skip
    parts = []
    for start, line, *curve in corners:
        if start is not None:
            parts.append(f"{_points([start])} m")
        parts.append(f"{_points([line])} l {_points(curve)} c")
    return " ".join(parts) + " h"


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{_n(x)} {_n(y)}" for x, y in points)


def _path(mark: PathMark, x: float, top: float) -> str:
    """The mark's curves drawn with its origin at x, top."""
    parts = [f"1 J 1 j {operands(mark.colour)} RG {_n(mark.width)} w\n"]
    for curve in mark.curves:
        points = [(x + mark.x + across, top - mark.y - down) for across, down in curve]
        parts += (smooth_curve(points), " S\n")
    return "".join(parts)


def smooth_curve(points: Sequence[tuple[float, float]]) -> str:
    """A curve through all points, each joined by Catmull-Rom tangents; one point alone makes a dot."""
    x1, y1 = points[0]
    if len(points) == 1:
        return f"{x1:.1f} {y1:.1f} m {x1:.1f} {y1:.1f} l"
    x0, y0, numbers = x1, y1, [x1, y1]
    for (x2, y2), (x3, y3) in zip(points[1:], (*points[2:], points[-1]), strict=True):
        numbers += (x1 + (x2 - x0) / 6, y1 + (y2 - y0) / 6, x2 - (x3 - x1) / 6, y2 - (y3 - y1) / 6, x2, y2)
        x0, y0, x1, y1 = x1, y1, x2, y2
    # One format for all: a signature has hundreds of points, and formatting them is what takes the time.
    return ("%.1f %.1f m\n" + "%.1f %.1f %.1f %.1f %.1f %.1f c\n" * (len(points) - 1)) % tuple(numbers)


def _picture(mark: PictureMark, x: float, top: float) -> str:
    left, bottom, wide, high = mark.box
    across, up = mark.width / wide, mark.height / high
    at_x, at_y = x + mark.x - left * across, top - mark.y - mark.height - bottom * up
    return f"q {across:.5f} 0 0 {up:.5f} {at_x:.3f} {at_y:.3f} cm /{mark.resource} Do Q\n"

"""Text as outlines of its glyphs, to show on a page what will be printed, in the very face that prints it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from struct import unpack_from

from portal.fonts.face import FaceName, GlyphMissing, face

Point = tuple[float, float, bool]  # across, up, and whether it lies on the curve

_ON, _SHORT_X, _SHORT_Y, _REPEAT, _SAME_X, _SAME_Y = 1, 2, 4, 8, 16, 32


@dataclass(frozen=True)
class Outline:
    """A line of text as one SVG path; y counts down from `top`. All in font units, the type size being `em`."""

    path: str
    width: int
    top: int
    height: int
    em: int


def outline(name: FaceName, text: str) -> Outline:
    """The text set in a line. Raises GlyphMissing."""
    font, across, drawn = face(name), 0, []
    for character in text:
        if character not in font.glyph_of:
            raise GlyphMissing(character)
        drawn += [_path(contour, across) for contour in _contours(name, character)]
        across += font.advances[font.glyph_of[character]]
    height = font.ascent - font.descent
    return Outline("".join(drawn), across, -font.ascent, height, font.units_per_em)


@cache
def _contours(name: FaceName, character: str) -> tuple[tuple[Point, ...], ...]:
    """The closed curves of a simple glyph (OpenType, table glyf); composed ones do not occur in these files."""
    data = face(name).outline(face(name).glyph_of[character])
    if not data:
        return ()
    (count,) = unpack_from(">h", data)
    ends = unpack_from(f">{count}H", data, 10)
    at = 10 + 2 * count
    at += 2 + int(unpack_from(">H", data, at)[0])  # instructions, which only hint
    flags, at = _flags(data, at, ends[-1] + 1)
    across, at = _coordinates(data, at, flags, _SHORT_X, _SAME_X)
    up, _end = _coordinates(data, at, flags, _SHORT_Y, _SAME_Y)
    points = [(x, y, bool(flag & _ON)) for x, y, flag in zip(across, up, flags, strict=True)]
    return tuple(
        tuple(points[first : last + 1])
        for first, last in zip((0, *(end + 1 for end in ends)), ends, strict=False)
    )


def _flags(data: bytes, at: int, count: int) -> tuple[list[int], int]:
    flags: list[int] = []
    while len(flags) < count:
        flag, at = data[at], at + 1
        times = 1
        if flag & _REPEAT:
            times, at = data[at] + 1, at + 1
        flags += [flag] * times
    return flags, at


def _coordinates(data: bytes, at: int, flags: Sequence[int], short: int, same: int) -> tuple[list[int], int]:
    found, value = [], 0
    for flag in flags:
        if flag & short:
            value += data[at] if flag & same else -data[at]
            at += 1
        elif not flag & same:
            value += int(unpack_from(">h", data, at)[0])
            at += 2
        found.append(value)
    return found, at


def _path(contour: Sequence[Point], across: int) -> str:
    points = [(x + across, -y, on) for x, y, on in _with_midpoints(contour)]
    first = next(place for place, point in enumerate(points) if point[2])
    points = [*points[first:], *points[: first + 1]]
    drawn, bend = f"M{points[0][0]:g} {points[0][1]:g}", ""
    for x, y, on in points[1:]:
        if not on:
            bend = f"Q{x:g} {y:g} "
        else:
            drawn += f"{bend or 'L'}{x:g} {y:g}"
            bend = ""
    return drawn + "Z"


def _with_midpoints(contour: Sequence[Point]) -> Iterator[Point]:
    """Between two points off the curve lies one on it, halfway, which the file leaves out."""
    for (x, y, on), (next_x, next_y, next_on) in zip(contour, (*contour[1:], contour[0]), strict=True):
        yield x, y, on
        if not on and not next_on:
            yield (x + next_x) / 2, (y + next_y) / 2, True

"""Breaks text into lines: between words only (Korean keeps its words whole), with an even right edge.

The breaks of a paragraph are chosen together, so that no line is much shorter than the others and no paragraph
ends on a stub. A word wider than the column (an address without spaces, a hash) is cut where the column ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from portal.fonts import FaceName, face
from portal.matters.documents import Run
from portal.packets.setting.styles import Style

_STUB = 0.2  # a last line shorter than this part of the column counts as a stub


class Piece(NamedTuple):
    """Text of one face on one line, `x` points from the line's left edge; spaces between its words included."""

    x: float
    face: FaceName
    text: str
    oblique: bool = False


class Line(NamedTuple):
    width: float
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class _Letters:
    face: FaceName
    oblique: bool
    text: str
    width: float


@dataclass(slots=True)
class _Word:
    letters: list[_Letters]
    width: float = 0.0
    space: float = 0.0  # the space that follows it, if the line goes on


def set_lines(runs: Sequence[Run] | str, style: Style, width: float) -> tuple[Line, ...]:
    """The runs as lines no wider than `width` points. Line ends in the text begin a new line."""
    if isinstance(runs, str):
        if "\n" in runs or "\r" in runs:
            return tuple(line for part in runs.splitlines() for line in set_lines(part, style, width))
        if (line := _short_line(runs, style, width)) is not None:
            return (line,)
        runs = (Run(runs),)
    lines: list[Line] = []
    for paragraph in _paragraphs(runs):
        words = [part for word in _words(paragraph, style) for part in _fitting(word, style, width)]
        lines.extend(_line(words[first:last], style, width) for first, last in _breaks(words, width))
    return tuple(lines)


def _short_line(text: str, style: Style, width: float) -> Line | None:
    """The text where it needs no breaking, as most names, dates and labels do."""
    if not text or "  " in text or text[0] == " " or text[-1] == " ":
        return None
    used = face(style.face).width(text, style.size)
    if used > width:
        return None
    x = 0.0 if style.align == "left" else width - used if style.align == "right" else (width - used) / 2
    return Line(used, (Piece(x, style.face, text),))


@lru_cache(4096)
def set_label(text: str, style: Style, width: float) -> tuple[Line, ...]:
    """`set_lines` for words that are the same in every packet; never for anything personal, as it remembers."""
    return set_lines(text, style, width)


def text_width(text: str, style: Style) -> float:
    return face(style.face).width(text, style.size)


def _paragraphs(runs: Iterable[Run]) -> Iterable[list[Run]]:
    paragraph: list[Run] = []
    for run in runs:
        first, *others = run.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        paragraph.append(Run(first, run.bold, run.italic))
        for text in others:
            yield paragraph
            paragraph = [Run(text, run.bold, run.italic)]
    yield paragraph


def _words(runs: Iterable[Run], style: Style) -> list[_Word]:
    words: list[_Word] = []
    joined = False  # whether the next letters belong to the word before, as in "(**갑**)"
    for run in runs:
        name = style.bold if run.bold else style.face
        the_face = face(name)
        space = the_face.width(" ", style.size)
        for index, text in enumerate(run.text.split(" ")):
            if index:
                joined = False
                if words:
                    words[-1].space = space
            if not text:
                continue
            letters = _Letters(name, run.italic, text, the_face.width(text, style.size))
            if joined:
                words[-1].letters.append(letters)
            else:
                words.append(_Word([letters]))
            words[-1].width += letters.width
            joined = True
    return words


def _fitting(word: _Word, style: Style, width: float) -> list[_Word]:
    """The word, or its parts when it is wider than the column."""
    if word.width <= width:
        return [word]
    parts = [_Word([])]
    for letters in word.letters:
        measured = face(letters.face)
        for character in letters.text:
            advance = measured.width(character, style.size)
            if parts[-1].letters and parts[-1].width + advance > width:
                parts.append(_Word([]))
            _extend(parts[-1], letters, character, advance)
    parts[-1].space = word.space
    return parts


def _extend(part: _Word, like: _Letters, character: str, advance: float) -> None:
    last = part.letters[-1] if part.letters else None
    if last and (last.face, last.oblique) == (like.face, like.oblique):
        part.letters[-1] = _Letters(last.face, last.oblique, last.text + character, last.width + advance)
    else:
        part.letters.append(_Letters(like.face, like.oblique, character, advance))
    part.width += advance


def _breaks(words: Sequence[_Word], width: float) -> list[tuple[int, int]]:
    """First and last-plus-one word of each line, chosen for the least sum of squared gaps at the right edge."""
    count = len(words)
    if not count:
        return [(0, 0)]
    widths, spaces = [word.width for word in words], [word.space for word in words]
    best = [0.0] * (count + 1)
    following = [count] * (count + 1)
    limit = width + 0.01
    for first in range(count - 1, -1, -1):
        least, choice, used = float("inf"), count, -spaces[first - 1]
        for last in range(first + 1, count + 1):
            used += spaces[last - 2] + widths[last - 1]
            if used > limit and last - 1 > first:
                break
            if last == count:
                cost = _end_cost(used / width, alone=first == 0)
            else:
                # A line more always costs: two tight lines look better than three loose ones.
                gap = 1.0 - used / width
                cost = gap * gap + 0.08 + best[last]
            if cost <= least:
                least, choice = cost, last
        best[first], following[first] = least, choice
    lines, first = [], 0
    while first < count:
        lines.append((first, following[first]))
        first = following[first]
    return lines


def _end_cost(fill: float, *, alone: bool) -> float:
    """What the last line of a paragraph costs: a stub looks bad, unless it is all there is."""
    return 0.0 if alone or fill >= _STUB else (_STUB - fill) ** 2 * 4


def _line(words: Sequence[_Word], style: Style, width: float) -> Line:
    pieces: list[Piece] = []
    at, end = 0.0, 0.0
    for word in words:
        for letters in word.letters:
            last = pieces[-1] if pieces else None
            gap = at > end  # a space stands between the word before and this one
            if last and (last.face, last.oblique) == (letters.face, letters.oblique):
                pieces[-1] = Piece(
                    last.x, last.face, last.text + (" " if gap else "") + letters.text, last.oblique
                )
            else:
                if gap and last:
                    pieces[-1] = Piece(last.x, last.face, last.text + " ", last.oblique)
                pieces.append(Piece(at, letters.face, letters.text, letters.oblique))
            at += letters.width
            end = at
        at += word.space
    shift = {"left": 0.0, "centre": (width - end) / 2, "right": width - end}[style.align]
    if shift:
        pieces = [Piece(piece.x + shift, piece.face, piece.text, piece.oblique) for piece in pieces]
    return Line(end, tuple(pieces))

"""Blocks that several parts share: a heading in both languages, labelled values, tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from portal.matters.bilingual import Text
from portal.packets.rows import Cell as TableCell
from portal.packets.rows import Spoken
from portal.packets.setting.lines import Line, Piece, set_label, set_lines, text_width
from portal.packets.setting.strips import (
    BoxMark,
    Cell,
    Element,
    Group,
    GroupMark,
    Mark,
    RuleMark,
    Strip,
    TextMark,
    baseline,
    bind,
    grouped,
    row,
    space,
)
from portal.packets.setting.styles import LABEL, LINE, PLAIN, SOFT, SUNKEN, Look, Style
from portal.packets.words import other

_WHOLE_ROW = 220.0
_GAP = 20.0


def single(
    text: str, style: Style, x: float = 0.0, y: float = 0.0, lang: str = "", role: str = "P"
) -> TextMark:
    """One unbroken line whose top is at y."""
    line = Line(text_width(text, style), (Piece(0.0, style.face, text),))
    return TextMark(x, y + baseline(style), line, style, Element(role, lang))


def both(text: Text, first: str, joint: str = "  ") -> str:
    """A short label in both languages on one line; once when both say the same."""
    second = other(first)
    return text[first] if text.ko == text.en else f"{text[first]}{joint}{text[second]}"


def joined(texts: Iterable[Text]) -> Text:
    """Several names of one row; what is said twice is said once."""
    unique = list(dict.fromkeys((text.ko, text.en) for text in texts))
    return Text(ko="; ".join(ko for ko, _ in unique), en="; ".join(en for _, en in unique))


@lru_cache(64)
def small_heading(text: Text, first: str, width: float) -> tuple[Strip, ...]:
    """A heading within a schedule, in both languages, bound to what follows."""
    main = Style("sans-bold", 9.5, 14)
    title = single(text[first], main, lang=first, role="H2")
    beside = single(text[other(first)], LABEL, text_width(text[first], main) + 8, 1.0, other(first))
    return (space(8, bound=True), grouped(Strip(16, (title, beside), bound=True), lasting=True))


@lru_cache(256)
def section_heading(text: Text, first: str, width: float) -> tuple[Strip, ...]:
    """A small heading in both languages over a rule, bound to what follows."""
    second = other(first)
    main = Style("sans-bold", 10.5, 16)
    title = single(text[first], main, lang=first, role="H2")
    beside = single(text[second], LABEL, text_width(text[first], main) + 8, 1.8, second)
    rule = RuleMark(0, 18, width, 18, 0.6, SOFT)
    heading = grouped(Strip(19, (title, beside, rule), bound=True), lasting=True)
    return (space(14), heading, space(5, bound=True))


@dataclass(frozen=True)
class Field:
    """A labelled value. A `Text` is a name or sentence of the matter, shown in both languages; anything else is
    personal, or a number, with a `note` in small type after it."""

    label: Text
    value: Text | Spoken | str
    note: Spoken | str = ""


def fields(
    entries: Iterable[Field],
    first: str,
    width: float,
    *,
    look: Look = PLAIN,
    labels: float = 0.31,
    padding: float | None = None,
) -> list[Strip]:
    """Labels on the left in their part of the width, values on the right, a hairline between. Long values wrap."""
    x, room = width * labels, look.padding if padding is None else padding
    return [strip for entry in entries for strip in _field(entry, first, width, x, look, room)]


def _field(entry: Field, first: str, width: float, x: float, look: Look, padding: float) -> Sequence[Strip]:
    if isinstance(entry.value, Text):
        return _static_field(entry.label, entry.value, first, width, x, look, padding)
    left, spot = _label(entry.label, first, look, x - 8), (x, width - x)
    value, note = _spoken(entry.value), _spoken(entry.note)
    main = _lines(value.text, look.value, spot, value.lang)
    small = _lines(note.text, look.small, spot, note.lang)
    if len(main.lines) != 1 or small.lines or left.group is None:
        return _ruled_row([left, _beside(main, small, spot)], width, padding)
    # A label and one line beside it, as most rows are.
    height = max(left.height, look.value.leading) + 2 * padding
    said = TextMark(x, padding + baseline(look.value), main.lines[0], look.value, main.element)
    rule = RuleMark(0, height, width, height, 0.4, LINE)
    return [Strip(height, (rule, GroupMark(0, padding, left.group), said))]


@lru_cache(1024)
def _static_field(
    label: Text, value: Text, first: str, width: float, x: float, look: Look, padding: float
) -> tuple[Strip, ...]:
    """A whole row that is the same in every packet in which it stands."""
    stacks = [
        _label(label, first, look, x - 8),
        _bilingual(value, first, look.value, look.small, (x, width - x)),
    ]
    return _kept(_ruled_row(stacks, width, padding))


def _kept(strips: Iterable[Strip]) -> tuple[Strip, ...]:
    return tuple(grouped(strip, lasting=True) for strip in strips)


@lru_cache(512)
def _label(text: Text, first: str, look: Look, room: float) -> _Stack:
    """A label, its first line on one level with its value's."""
    lower = baseline(look.value) - baseline(look.label)
    stack = _bilingual(text, first, look.label, look.small, (0, room))
    return _lasting(
        _Stack(stack.height + lower, tuple(mark._replace(y=mark.y + lower) for mark in stack.marks))
    )


def _spoken(value: Spoken | str) -> Spoken:
    return Spoken(value, "") if isinstance(value, str) else value


def _lines(text: str, style: Style, spot: tuple[float, float], lang: str = "") -> Cell:
    return Cell(spot[0], set_lines(text, style, spot[1]) if text else (), style, Element("P", lang))


@lru_cache(2048)
def _bilingual(text: Text, first: str, main: Style, small: Style, spot: tuple[float, float]) -> _Stack:
    """What is the same in every packet, the second language after the first or under it."""
    second = other(first)
    shown = "" if text.ko == text.en else text[second]
    stack = _beside(_lines(text[first], main, spot, first), _lines(shown, small, spot, second), spot)
    return _lasting(stack)


def _beside(main: Cell, small: Cell, spot: tuple[float, float]) -> _Stack:
    """The second cell on the line of the first where both are short, else under it."""
    if len(main.lines) == 1 and len(small.lines) == 1:
        end = main.lines[0].width + 8
        if end + small.lines[0].width <= spot[1]:
            drop = baseline(main.style)
            marks = (
                TextMark(main.x, drop, main.lines[0], main.style, main.element),
                TextMark(main.x + end, drop, small.lines[0], small.style, small.element),
            )
            return _Stack(main.style.leading, marks)
    return _stacked([main, small])


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, its share of the width and where its text stands."""

    head: Text
    share: float
    right: bool = False


def table(
    columns: Sequence[Column],
    rows: Iterable[Sequence[TableCell]],
    first: str,
    width: float,
    *,
    look: Look = PLAIN,
) -> list[Strip]:
    """Rows under a head that is repeated on every page the table reaches. Cells wrap and keep their row together."""
    total = sum(column.share for column in columns)
    spots, x = [], 0.0
    for column in columns:
        spots.append((x, width * column.share / total - 10))
        x += width * column.share / total
    head = _table_head(tuple(columns), tuple(spots), first, width, look)
    strips: list[Strip] = []
    for cells in rows:
        if fixed := _all_of_matter(cells):
            strips += _static_row(fixed, tuple(spots), first, width, look, head)
            continue
        stacks = [
            _table_cell(text, first, spot, column.right, look)
            for text, spot, column in zip(cells, spots, columns, strict=True)
        ]
        strips += _ruled_row(stacks, width, 4.5, head)
    return [*bind(head, last=True), *strips] if strips else []


def _all_of_matter(cells: Sequence[TableCell]) -> tuple[Text, ...]:
    """The cells, where none of them is personal."""
    texts = tuple(text for text in cells if isinstance(text, Text))
    return texts if len(texts) == len(cells) else ()


@lru_cache(512)
def _static_row(
    cells: tuple[Text, ...],
    spots: tuple[tuple[float, float], ...],
    first: str,
    width: float,
    look: Look,
    head: tuple[Strip, ...],
) -> tuple[Strip, ...]:
    """A row that is the same in every packet in which it stands, such as a question and its answer."""
    stacks = [_static_cell(text, first, spot, look) for text, spot in zip(cells, spots, strict=True)]
    return tuple(strip._replace(head=head) for strip in _kept(_ruled_row(stacks, width, 4.5)))


def _table_cell(text: TableCell, first: str, spot: tuple[float, float], right: bool, look: Look) -> _Stack:
    if isinstance(text, tuple):
        return _under(_table_cell(part, first, spot, right, look) for part in text)
    if isinstance(text, Text):
        return _static_cell(text, first, spot, look)
    style, said = look.table.with_(align="right") if right else look.table, _spoken(text)
    lines = set_lines(said.text, style, spot[1])
    return _stacked([Cell(spot[0] + 5, lines, style, Element("TD", said.lang))])


@lru_cache(512)
def _static_cell(text: Text, first: str, spot: tuple[float, float], look: Look) -> _Stack:
    second = other(first)
    shown = [(text[first], look.table, first)]
    if text.ko != text.en:
        shown.append((text[second], look.small, second))
    cells = [
        Cell(spot[0] + 5, set_lines(words, style, spot[1]), style, Element("TD", lang))
        for words, style, lang in shown
    ]
    return _lasting(_stacked(cells))


@lru_cache(64)
def _table_head(
    columns: tuple[Column, ...], spots: tuple[tuple[float, float], ...], first: str, width: float, look: Look
) -> tuple[Strip, ...]:
    second = other(first)
    stacks = []
    for column, (x, room) in zip(columns, spots, strict=True):
        style = look.table_head.with_(align="right") if column.right else look.table_head
        small = look.small.with_(leading=11, align=style.align)
        beside = () if column.head.ko == column.head.en else set_label(column.head[second], small, room)
        main = Cell(x + 5, set_label(column.head[first], style, room), style, Element("TH", first))
        stacks.append(_stacked([main, Cell(x + 5, beside, small, Element("TH", second))]))
    height = max(stack.height for stack in stacks) + 8
    marks: list[Mark] = [BoxMark(0, 0, width, height, fill=SUNKEN), RuleMark(0, 0, width, 0, 0.8, SOFT)]
    marks += _lowered(stacks, 4)
    return (grouped(Strip(height, tuple(marks)), lasting=True),)


@dataclass(frozen=True)
class _Stack:
    """Text lines of one column, one under another, measured from the top of their row; `group` are the same lines
    where they are the same in every packet."""

    height: float
    marks: tuple[TextMark, ...]
    group: Group | None = None


def _lasting(stack: _Stack) -> _Stack:
    return replace(stack, group=Group(stack.marks, lasting=True))


def _stacked(cells: Iterable[Cell]) -> _Stack:
    marks, y = [], 0.0
    for cell in cells:
        drop = baseline(cell.style)
        for line in cell.lines:
            marks.append(TextMark(cell.x, y + drop, line, cell.style, cell.element))
            y += cell.style.leading
    return _Stack(y, tuple(marks))


def _under(stacks: Iterable[_Stack]) -> _Stack:
    """Several stacks as one, each below the one before."""
    marks, y = [], 0.0
    for stack in stacks:
        marks += [mark._replace(y=mark.y + y) for mark in stack.marks]
        y += stack.height
    return _Stack(y, tuple(marks))


def _lowered(stacks: Iterable[_Stack], padding: float) -> list[TextMark]:
    return [
        TextMark(mark.x, mark.y + padding, mark.line, mark.style, mark.element)
        for stack in stacks
        for mark in stack.marks
    ]


def _ruled_row(
    stacks: Sequence[_Stack], width: float, padding: float, head: tuple[Strip, ...] = ()
) -> list[Strip]:
    """A row that stays together if it can; one deeper than a third of a page may be parted between its lines."""
    height = max(stack.height for stack in stacks) + 2 * padding
    rule = RuleMark(0, height, width, height, 0.4, LINE)
    if height > _WHOLE_ROW:
        return [strip._replace(head=head) for strip in _cut(_lowered(stacks, padding), height, rule)]
    marks: list[Mark] = [rule]
    for stack in stacks:
        marks += [GroupMark(0, padding, stack.group)] if stack.group else _lowered([stack], padding)
    return [Strip(height, tuple(marks), head=head)]


def _cut(marks: Sequence[TextMark], height: float, rule: RuleMark) -> list[Strip]:
    """The row cut at multiples of one line's height; each line goes to the band that holds its baseline."""
    band = max(mark.style.leading for mark in marks)
    count = int(height // band)
    strips = []
    for index in range(count):
        top, last = index * band, index == count - 1
        inside = [mark for mark in marks if top <= mark.y - 4 < top + band or (last and mark.y - 4 >= top)]
        moved: list[Mark] = [mark._replace(y=mark.y - top) for mark in inside]
        depth = height - top if last else band
        if last:
            moved.append(rule._replace(y=depth, to_y=depth))
        strips.append(Strip(depth, tuple(moved), bound=index == 0 or index == count - 2))
    return strips


def paragraph(text: str, style: Style, width: float, *, lang: str = "", x: float = 0.0) -> list[Strip]:
    """A paragraph over the whole width, which may go on overleaf."""
    return row([Cell(x, set_lines(text, style, width), style, Element("P", lang))])


@lru_cache(256)
def two_columns(text: Text, first: str, width: float, style: Style, role: str = "P") -> Strip:
    """The same sentence in both languages side by side; never one that names the claimant, as it is remembered."""
    room = (width - _GAP) / 2
    second = other(first)
    stacks = [
        _stacked([Cell(x, set_lines(text[lang], style, room), style, Element(role, lang))])
        for x, lang in ((0.0, first), (room + _GAP, second))
    ]
    height = max(stack.height for stack in stacks)
    return grouped(Strip(height, tuple(mark for stack in stacks for mark in stack.marks)), lasting=True)

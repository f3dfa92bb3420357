"""Lists as they come: CSV in whatever encoding Excel wrote it, or XLSX. Values only; nothing in a cell is computed."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

import python_calamine

from portal.intake.errors import ImportRefused
from portal.intake.mapping import FileRules, heading

Cell = str | float | int | bool | date | datetime | time | timedelta
MOST_COLUMNS = 2_000
LONGEST_CELL = 4_000  # characters; more is no cell of a sign-up list, and is told of
_BLANK = {"", None}


@dataclass(frozen=True)
class Line:
    """One row below the headings. ``cells`` are those of the columns asked for, by heading; empty ones are left out.

    ``merged`` are headings whose cell is part of a merged one that begins further up or to the left.
    """

    number: int
    cells: Mapping[str, Cell]
    merged: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Table:
    """A list opened for reading. ``lines`` can be walked any number of times."""

    headings: tuple[str, ...]
    first_row: int
    rows: Sequence[Sequence[Cell]] | _Csv
    wanted: Mapping[str, int]
    digest: str
    merges: Mapping[int, frozenset[int]] = field(default_factory=dict)

    @property
    def unused(self) -> int:
        """How many columns the mapping does not name."""
        return len([one for one in self.headings if one]) - len(self.wanted)

    def lines(self) -> Iterator[Line]:
        """Every row that holds something in a column asked for, numbered as the program shows it."""
        for number, row in enumerate(self.rows, self.first_row):
            cells = {}
            for name, place in self.wanted.items():
                value = row[place] if place < len(row) else ""
                if isinstance(value, str):
                    value = value.strip()
                if value not in _BLANK:
                    cells[name] = value
            covered = self.merges.get(number, frozenset())
            merged = frozenset(name for name, place in self.wanted.items() if place in covered)
            if cells or merged:
                yield Line(number, cells, merged)


class _Csv:
    """The rows of a CSV text below its headings, read anew each time they are walked."""

    def __init__(self, text: str, delimiter: str, skip: int) -> None:
        self.text, self.delimiter, self.skip = text, delimiter, skip

    def __iter__(self) -> Iterator[list[Cell]]:
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.delimiter)
        for place, row in enumerate(reader):
            if place >= self.skip:
                yield list(row)


def open_table(path: Path, rules: FileRules, wanted: Sequence[str]) -> Table:
    """Open a list and find the wanted columns among its headings. Raises ImportRefused."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ImportRefused(f"the list cannot be read ({error.strerror})") from error
    digest = hashlib.sha256(content).hexdigest()
    if content.startswith(b"PK"):
        return _workbook(content, rules, wanted, digest)
    if content.startswith((b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise ImportRefused("this is an old Excel file, a locked one, or no list; save it as .xlsx or as CSV")
    return _csv(content, rules, wanted, digest)


def _csv(content: bytes, rules: FileRules, wanted: Sequence[str], digest: str) -> Table:
    text = _decoded(content, rules.encoding).replace("\0", "")
    csv.field_size_limit(10 * LONGEST_CELL)
    try:
        delimiter = rules.delimiter if rules.delimiter != "auto" else _delimiter(text, rules.header_row)
        head = _head(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), rules.header_row)
        rows = _Csv(text, delimiter, rules.header_row)
        for _row in rows:  # a quotation that nobody closed shows here, before anything is written
            pass
    except csv.Error as error:
        raise ImportRefused(f"the file is no CSV: {error}") from error
    return Table(head, rules.header_row + 1, rows, _places(head, wanted), digest)


def _decoded(content: bytes, encoding: str) -> str:
    """The text. UTF-8 is recognised by itself; what is not UTF-8 and decodes as CP949 is Korean Excel's."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    tried = {"auto": ("utf-8-sig", "cp949"), "utf-8": ("utf-8-sig",)}.get(encoding, (encoding,))
    at = 0
    for name in tried:
        try:
            return content.decode(name)
        except UnicodeDecodeError as error:
            at = max(at, content.count(b"\n", 0, error.start) + 1)
    raise ImportRefused(f"line {at} is not in the encoding {' or '.join(tried)}; save the list as CSV UTF-8")


def _delimiter(text: str, header_row: int) -> str:
    """What parts the headings: whichever of the usual ones stands most often in their line."""
    lines = text.splitlines()[:header_row]
    line = lines[-1] if lines else ""
    return max((",", "\t", ";", "|"), key=line.count)


def _head(rows: Iterator[list[str]], header_row: int) -> tuple[str, ...]:
    for place, row in enumerate(rows, 1):
        if place == header_row:
            return tuple(row)
    raise ImportRefused(f"the list has no row {header_row}, where the mapping says that its headings are")


def _workbook(content: bytes, rules: FileRules, wanted: Sequence[str], digest: str) -> Table:
    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        names = book.sheet_names
        if rules.sheet and rules.sheet not in names:
            raise ImportRefused(f"there is no sheet {rules.sheet!r}; there are {len(names)}")
        sheet = book.get_sheet_by_name(rules.sheet) if rules.sheet else book.get_sheet_by_index(0)
        rows: list[list[Cell]] = sheet.to_python(skip_empty_area=False)
        ranges = sheet.merged_cell_ranges or []
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise ImportRefused("the file is no readable Excel workbook") from error
    if len(rows) < rules.header_row:
        raise ImportRefused(
            f"the list has no row {rules.header_row}, where the mapping says that its headings are"
        )
    head = tuple(str(one) for one in rows[rules.header_row - 1])
    below = rows[rules.header_row :]
    return Table(head, rules.header_row + 1, below, _places(head, wanted), digest, _covered(ranges))


def _covered(ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> dict[int, frozenset[int]]:
    """By row (from 1) the columns (from 0) whose value is in the first cell of a merged range, not in their own."""
    found: dict[int, set[int]] = {}
    for (top, left), (bottom, right) in ranges:
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    found.setdefault(row + 1, set()).add(column)
    return {row: frozenset(columns) for row, columns in found.items()}


def _places(head: Sequence[str], wanted: Sequence[str]) -> dict[str, int]:
    if len(head) > MOST_COLUMNS:
        raise ImportRefused(f"the list has {len(head):,} columns; at most {MOST_COLUMNS:,} are read")
    by_name: dict[str, list[int]] = {}
    for place, text in enumerate(head):
        by_name.setdefault(heading(text), []).append(place)
    places = {}
    for name in wanted:
        found = by_name.get(heading(name), [])
        if not found:
            raise ImportRefused(f"the list has no column {name!r}; is header_row right in the mapping?")
        if len(found) > 1:
            raise ImportRefused(f"the list has {len(found)} columns {name!r}; rename all but one of them")
        places[name] = found[0]
    return places

"""The register of a batch: one row per claim, as XLSX for people and as CSV for programs.

The workbook's frame (styles, widths, filters, frozen head) is made by xlsxwriter around one sample row; the
sample's XML is then repeated for each claim, straight into the output. xlsxwriter's own ``constant_memory``
would put every row in plain temporary files, which a register full of personal data must not do, and is
several times slower (``make bench``: xlsx_rows).
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from itertools import islice

import xlsxwriter
from typing_extensions import Buffer
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from portal.zipping import Writable

Cell = str | int | Decimal | date | datetime | None
Row = Sequence[Cell]

MAX_ROWS = 1_048_575  # of a sheet: Excel's limit of 1,048,576 less the head
_MAX_TEXT = 32_767  # characters in one cell; Excel calls a file with more of them damaged
_ROWS_AT_ONCE = 500
_ENOUGH_TEXT = 1 << 17  # characters of a table held back before they are passed on
_EPOCH = date(1899, 12, 30)  # day 0 of Excel's calendar, as it counts from 1900-03-01 on
_EMPTY_TEXT = ' t="inlineStr"><is><t xml:space="preserve"></t></is></c>'
_SETTINGS = {
    "constant_memory": True,  # strings stand in their cells, not in a table at the end
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}

# Spreadsheets take a cell that begins so for a formula (the wide forms in East Asian settings).
_FORMULA = re.compile(r"^[=+\-@\t\r\n＝＋－＠]")
_AWKWARD = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile(r"(_)(x[0-9A-Fa-f]{4}_)")


class Kind(StrEnum):
    """What a column holds; decides how a spreadsheet shows it and whether it may take it for a number."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    MOMENT = "moment"


@dataclass(frozen=True)
class Column:
    """One column: its head, what it holds, and its width in characters."""

    title: str
    kind: Kind = Kind.TEXT
    width: int = 14


@dataclass(frozen=True)
class Sheet:
    """A register's shape; ``zone`` is where its moments are shown."""

    title: str
    columns: Sequence[Column]
    zone: tzinfo = UTC


class CsvTable:
    """RFC 4180, UTF-8 with the mark (BOM) without which Excel shows Korean as noise; no cell is a formula."""

    def __init__(self, out: Writable, sheet: Sheet) -> None:
        self._out, self._zone = out, sheet.zone
        self._buffer = io.StringIO()
        self._lines = csv.writer(self._buffer, lineterminator="\r\n")
        self._lines.writerow([harmless(column.title) for column in sheet.columns])
        out.write(b"\xef\xbb\xbf")

    def add(self, row: Row) -> None:
        """Write one row."""
        self._lines.writerow([_plain(cell, self._zone) for cell in row])
        if self._buffer.tell() > _ENOUGH_TEXT:
            self.close()

    def close(self) -> None:
        """Pass on what is still held back."""
        self._out.write(self._buffer.getvalue().encode("utf-8", "replace"))
        self._buffer.seek(0)
        self._buffer.truncate()


def write_csv(out: Writable, sheet: Sheet, rows: Iterable[Row]) -> None:
    """A whole :class:`CsvTable`."""
    table = CsvTable(out, sheet)
    for row in rows:
        table.add(row)
    table.close()


def harmless(text: str) -> str:
    """``text``, with an apostrophe before it where a spreadsheet would run it as a formula (OWASP)."""
    return "'" + text if _FORMULA.match(text) else text


def write_xlsx(
    out: Writable, sheet: Sheet, rows: Iterable[Row], count: int, stamp: datetime, *, most: int = MAX_ROWS
) -> None:
    """A workbook of ``count`` rows: first row frozen, filters on, text as text, dates as dates.

    Beyond ``most`` rows they go on on another sheet. ``stamp`` is the only time inside, so that the same rows give the
    same bytes.
    """
    frame = _Frame(sheet, _shares(count, most), stamp)
    waiting = iter(rows)
    with zipfile.ZipFile(_Forward(out), mode="w", compresslevel=4) as book:
        for name, content in frame.parts:
            book.writestr(_member(name), content)
        for page in frame.pages:
            with book.open(_member(page.name), "w") as part:
                part.write(page.head)
                for chunk in frame.fill(islice(waiting, page.rows)):
                    part.write(chunk)
                part.write(page.tail)


def _shares(count: int, most: int) -> list[int]:
    """How many rows each sheet has."""
    whole, rest = divmod(count, most)
    return [most] * whole + ([rest] if rest or not whole else [])


@dataclass(frozen=True)
class _Page:
    """One sheet of the workbook without its rows."""

    name: str
    head: bytes
    tail: bytes
    rows: int


class _Frame:
    """Everything of the workbook but its rows, and the pattern of a row, as xlsxwriter makes it."""

    def __init__(self, sheet: Sheet, shares: Sequence[int], stamp: datetime) -> None:
        self._kinds = [column.kind for column in sheet.columns]
        self._zone = sheet.zone
        names = [f"xl/worksheets/sheet{number}.xml" for number in range(1, len(shares) + 1)]
        with zipfile.ZipFile(io.BytesIO(_sample(sheet, shares, stamp))) as book:
            self.parts = [(n, book.read(n)) for n in book.namelist() if n not in names]
            taken = [_taken(book.read(name).decode()) for name in names]
        self._pattern = _pattern(taken[0][1])
        self.pages = [
            _Page(name, _resized(head, rows).encode(), tail.encode(), rows)
            for name, (head, _row, tail), rows in zip(names, taken, shares, strict=True)
        ]

    def fill(self, rows: Iterable[Row]) -> Iterator[bytes]:
        """The XML of ``rows``, some hundreds at a time."""
        write = [_WRITERS[kind] for kind in self._kinds]
        pattern, zone = self._pattern, self._zone
        lines = (
            pattern.replace("\0", str(number))
            % tuple([f(cell, zone) for f, cell in zip(write, row, strict=True)])
            for number, row in enumerate(rows, 2)
        )
        while chunk := "".join(islice(lines, _ROWS_AT_ONCE)):
            yield chunk.replace(_EMPTY_TEXT, "></c>").encode()  # a blank cell, which filters and counts know


def _taken(xml: str) -> tuple[str, str, str]:
    """A sheet's XML before its sample row, the row, and what follows."""
    head, found, rest = xml.partition('<row r="2"')
    row, end, tail = rest.partition("</row>")
    return head, found + row + end, tail


def _resized(head: str, rows: int) -> str:
    """The head of a sheet that will have so many rows."""
    dimension = _dimension(head)
    last = re.sub(r"^.*:([A-Z]+)\d+$", r"\1", dimension)
    return head.replace(f'ref="{dimension}"', f'ref="A1:{last}{rows + 1}"', 1)


def _sample(sheet: Sheet, shares: Sequence[int], stamp: datetime) -> bytes:
    """A workbook whose sheets have the head and one row that holds nothing of anybody."""
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, _SETTINGS) as book:
        book.set_properties({"title": sheet.title, "created": stamp.astimezone(UTC).replace(tzinfo=None)})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        styles = {kind: book.add_format({"num_format": form}) for kind, form in _FORMATS.items()}
        for number, rows in enumerate(shares, 1):
            name = _sheet_name(sheet.title, number if len(shares) > 1 else 0)
            _put_sample(book.add_worksheet(name), sheet, rows, bold, styles)
    return memory.getvalue()


def _put_sample(
    page: Worksheet, sheet: Sheet, rows: int, bold: Format, styles: Mapping[Kind, Format]
) -> None:
    for at, column in enumerate(sheet.columns):
        page.set_column(at, at, column.width)
        page.write_string(0, at, column.title, bold)
    for at, column in enumerate(sheet.columns):  # row by row: constant memory takes nothing back
        if column.kind is Kind.TEXT:
            page.write_string(1, at, "%s", styles[column.kind])
        else:
            page.write_number(1, at, 7, styles[column.kind])
    page.autofilter(0, 0, rows, len(sheet.columns) - 1)
    _for_paper(page)


def _for_paper(page: Worksheet) -> None:
    """Head on each printed page, A4 landscape, all columns on one page's width."""
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)


def _pattern(row: str) -> str:
    """A row's XML with ``\\0`` for its number and ``%s`` for each cell's content."""
    row = row.replace("%s", "\1").replace("%", "%%").replace("\1", "%s").replace("<v>7</v>", "%s")
    row = row.replace("<t>%s</t>", '<t xml:space="preserve">%s</t>').replace('<row r="2"', '<row r="\0"')
    return re.sub(r'<c r="([A-Z]+)2"', '<c r="\\1\0"', row)


def _dimension(xml: str) -> str:
    found = re.search(r'<dimension ref="([^"]+)"', xml)
    assert found is not None
    return found[1]


def _text(cell: Cell, zone: tzinfo) -> str:
    text = "" if cell is None else str(cell)
    if len(text) > _MAX_TEXT:
        text = text[: _MAX_TEXT - 1] + "…"
    if not _AWKWARD.search(text):
        return text
    text = _LOOKS_ESCAPED.sub(r"_x005F_\2", _NOT_XML.sub("\ufffd", text)).replace("\r", "_x000D_")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _integer(cell: Cell, zone: tzinfo) -> str:
    return "" if cell is None else f"<v>{int(cell)}</v>"  # type: ignore[arg-type]


def _decimal(cell: Cell, zone: tzinfo) -> str:
    return "" if cell is None else f"<v>{cell:f}</v>"


def _date(cell: Cell, zone: tzinfo) -> str:
    return f"<v>{(cell - _EPOCH).days}</v>" if isinstance(cell, date) else ""


def _moment(cell: Cell, zone: tzinfo) -> str:
    if not isinstance(cell, datetime):
        return ""
    local = cell.astimezone(zone)
    seconds = local.hour * 3600 + local.minute * 60 + local.second
    return f"<v>{(local.date() - _EPOCH).days + seconds / 86_400:.10f}</v>"


_WRITERS: dict[Kind, Callable[[Cell, tzinfo], str]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.DATE: _date,
    Kind.MOMENT: _moment,
}
_FORMATS = {
    Kind.TEXT: "@",
    Kind.INTEGER: "0",
    Kind.DECIMAL: "#,##0.00##",
    Kind.DATE: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm",
}


def _plain(cell: Cell, zone: tzinfo) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return harmless(cell) if isinstance(cell, str) else str(cell)


def _sheet_name(title: str, number: int) -> str:
    ending = f" ({number})" if number else ""
    name = re.sub(r"[\[\]:*?/\\']", " ", title)[: 31 - len(ending)].strip() or "Sheet1"
    return name + ending


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    member.compress_type = zipfile.ZIP_DEFLATED
    return member


class _Forward(io.RawIOBase):
    """Hides that the output might seek, so that zipfile writes strictly forwards."""

    def __init__(self, out: Writable) -> None:
        self._out = out

    def write(self, data: Buffer, /) -> int:
        piece = bytes(data)
        self._out.write(piece)
        return len(piece)

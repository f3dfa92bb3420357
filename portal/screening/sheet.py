"""Reading a list of parties or former clients from CSV, as Excel and the firm's own programs write it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pydantic import BaseModel, ConfigDict

from portal.errors import PortalError
from portal.screening import names

LARGEST = 10_000_000
"""Bytes of one file."""
MOST_ENTRIES = 50_000
MOST_COLUMNS = 1_000
_SHOWN_SKIPPED = 20
_HEADINGS = {
    "name": ("이름", "성명", "성함", "명칭", "상호", "회사명", "당사자", "의뢰인", "name", "full name", "party"),
    "latin": ("영문", "영문명", "영문이름", "영문 성명", "english name", "latin", "name (english)", "name_en"),
    "hanja": ("한자", "한자명", "한자이름", "hanja"),
    "birth": ("생년월일", "생일", "date of birth", "birth date", "birthdate", "dob", "born"),
    "relation": ("관계", "구분", "지위", "비고", "사건", "relation", "role", "note", "notes", "matter"),
}  # fmt: skip


class Listed(BaseModel):
    """One entry of a list, as it is sealed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    names: tuple[str, ...]
    birth_date: date | None = None
    relation: str = ""


class NotAList(PortalError):
    """The file cannot be read as a list: `reason` is encoding, empty, columns, heading, long or large."""

    def __init__(self, reason: str) -> None:
        super().__init__(_REASONS[reason])
        self.reason = reason


_REASONS = {
    "encoding": "the file is neither UTF-8 nor CP949",
    "empty": "the file has no names",
    "columns": f"the file has more than {MOST_COLUMNS} columns",
    "heading": "no column is headed 이름, 성명, 상호 or name",
    "long": f"the file has more than {MOST_ENTRIES} names",
    "large": f"the file has more than {LARGEST} bytes",
}


@dataclass(frozen=True)
class Sheet:
    """What was read: entries, how many lines were left out and the first of their numbers, and columns not read."""

    entries: tuple[Listed, ...]
    skipped: int
    skipped_lines: tuple[int, ...] = field(default=())
    unread: int = 0


def read_sheet(content: bytes) -> Sheet:
    """The list in a CSV file in UTF-8 (with or without BOM), UTF-16 with BOM, or CP949.

    Cells are text whatever they begin with; nothing in them is ever computed. Raises NotAList.
    """
    if len(content) > LARGEST:
        raise NotAList("large")
    rows = _rows(_decoded(content))
    head = next((row for row in rows if any(cell.strip() for cell in row)), [])
    columns = _columns(head)
    entries: list[Listed] = []
    skipped: list[int] = []
    for number, row in enumerate(rows, 2):
        if not any(cell.strip() for cell in row):
            continue
        entry = _entry(row, columns)
        if entry is None:
            skipped.append(number)
        else:
            entries.append(entry)
        if len(entries) > MOST_ENTRIES:
            raise NotAList("long")
    if not entries:
        raise NotAList("empty")
    unread = sum(bool(cell.strip()) for cell in head) - sum(map(len, columns.values()))
    return Sheet(tuple(entries), len(skipped), tuple(skipped[:_SHOWN_SKIPPED]), unread)


def _decoded(content: bytes) -> str:
    marked = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp949"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise NotAList("encoding")


def _rows(text: str) -> Iterator[list[str]]:
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if len(row) > MOST_COLUMNS:
                raise NotAList("columns")
            yield row
    except csv.Error as error:  # a cell of more than 131,072 characters, an open quotation mark
        raise NotAList("encoding") from error


def _columns(head: Sequence[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for at, cell in enumerate(head):
        called = " ".join(cell.casefold().split())
        for kind, headings in _HEADINGS.items():
            if called in headings:
                found.setdefault(kind, []).append(at)
    if not found.keys() & {"name", "latin"}:
        raise NotAList("heading")
    return found


def _entry(row: Sequence[str], columns: Mapping[str, Sequence[int]]) -> Listed | None:
    """The entry of a line; None where no name in it has a letter to compare."""
    called = [cell for kind in ("name", "latin", "hanja") for cell in _cells(row, columns, kind)]
    usable = tuple(dict.fromkeys(one[: names.LONGEST] for one in called if names.keys([one])))
    if not usable:
        return None
    born = next((day for cell in _cells(row, columns, "birth") if (day := _day(cell))), None)
    return Listed(names=usable, birth_date=born, relation=" · ".join(_cells(row, columns, "relation"))[:200])


def _cells(row: Sequence[str], columns: Mapping[str, Sequence[int]], kind: str) -> list[str]:
    cells = (row[at] if at < len(row) else "" for at in columns.get(kind, ()))
    return [tidy for cell in cells if (tidy := " ".join(cell.split()))]


def _day(cell: str) -> date | None:
    """A birth date as people write it: 1990-01-02, 1990.1.2., 19900102; None for anything else."""
    parts = "".join(c if c.isdigit() else " " for c in cell).split()
    if len(parts) == 1 and len(parts[0]) == 8:
        parts = [parts[0][:4], parts[0][4:6], parts[0][6:]]
    if len(parts) < 3 or len(parts[0]) != 4 or any(len(part) > 4 for part in parts):
        return None
    try:
        return date(*(int(part) for part in parts[:3]))
    except ValueError:
        return None

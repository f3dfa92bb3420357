"""Earlier sign-up lists as offices keep them, with a mapping that fits."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl

from portal.intake import importing
from portal.intake.importing import Source
from portal.runtime import Runtime

HEAD = ("성명", "생년월일", "휴대전화", "이메일")
HONG = ("홍길동", "1987-03-14", "010-2345-6789", "hong@example.com")
MAPPING = """
[claim]
language = "ko"
tracks = ["kr-consumer"]
answers = { acting = "self", residence = "kr" }

[columns]
"성명" = "name"
"생년월일" = "birth_date"
"휴대전화" = "phone"
"이메일" = "email"
"""


def a_mapping(folder: Path, text: str = MAPPING) -> Path:
    """The mapping as a file."""
    file = folder / "mapping.toml"
    file.write_text(text, encoding="utf-8")
    return file


def a_csv(
    folder: Path,
    rows: Sequence[Sequence[object]] = (HONG,),
    *,
    head: Sequence[str] = HEAD,
    encoding: str = "utf-8",
    delimiter: str = ",",
    above: Sequence[Sequence[str]] = (),
    name: str = "list.csv",
) -> Path:
    """A CSV file as a program of that encoding writes it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([*above, head, *rows])
    file = folder / name
    file.write_bytes(text.getvalue().encode(encoding))
    return file


def an_xlsx(
    folder: Path,
    rows: Sequence[Sequence[Any]],
    *,
    head: Sequence[str] = HEAD,
    merge: str = "",
    above: int = 0,
) -> Path:
    """A workbook; a cell that is a pair is (value, number format)."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for _row in range(above):
        sheet.append(["명단"])
    sheet.append(list(head))
    for row in rows:
        sheet.append(list(row))
    if merge:
        sheet.merge_cells(merge)
    file = folder / "list.xlsx"
    book.save(file)
    return file


def source_of(runtime: Runtime, file: Path, mapping: Path | None = None) -> Source:
    """Both opened."""
    return importing.open_source(file, mapping or a_mapping(file.parent), runtime.matters.current())

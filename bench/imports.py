"""An earlier sign-up list read in, beside the same rows through csv and plain inserts."""

from __future__ import annotations

import csv
import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import structlog

from bench.figure import Figure
from portal.intake import importing
from portal.intake.report import Report
from portal.operations.prepare import make_ready
from portal.runtime import open_runtime
from portal.settings import Settings

ROWS = int(os.environ.get("BENCH_IMPORT_ROWS", "10000"))
MAPPING = """
[claim]
tracks = ["kr-consumer"]
answers = { acting = "self", residence = "kr" }
[columns]
"성명" = "name"
"생년월일" = "birth_date"
"휴대전화" = "phone"
"이메일" = "email"
"우편번호" = "address.postcode"
"주소" = "address.line1"
"""
HEAD = ("성명", "생년월일", "휴대전화", "이메일", "우편번호", "주소")
SYLLABLES = "가나다라마바사아자차카타파하고노도로모보소오조초코토포호"


def run() -> list[Figure]:
    """``import_rows``: rows a second from a CSV file to sealed drafts that can be found, on SQLite.

    The reference reads the same file with csv and keeps each row as plain text in one table, in transactions of as many
    rows. Ours checks every cell, looks for duplicates, makes a key for each person, seals, and writes about twenty rows
    of six tables, most of them blind indexes.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file, mapping = folder / "list.csv", folder / "mapping.toml"
        mapping.write_text(MAPPING, encoding="utf-8")
        with file.open("w", encoding="utf-8-sig", newline="") as target:
            csv.writer(target).writerows([HEAD, *_people(ROWS)])
        ours, least = _ours(folder, file, mapping), _plain(folder / "plain.sqlite3", file)
    reference = f"csv and plain inserts into one table, {least:,.0f} rows/s"
    return [Figure(name="import_rows", value=ours, unit="rows/s", reference=reference, ratio=ours / least)]


def _ours(folder: Path, file: Path, mapping: Path) -> float:
    settings = Settings(env="test", data_dir=folder / "var")
    make_ready(settings)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    runtime = open_runtime(settings)
    started = time.perf_counter()
    source = importing.open_source(file, mapping, runtime.matters.current())
    _run, counts = importing.run(runtime, source, Report(None))
    spent = time.perf_counter() - started
    runtime.close()
    assert counts.created == ROWS, counts
    return ROWS / spent


def _plain(path: Path, file: Path) -> float:
    database = sqlite3.connect(path, isolation_level=None)
    for statement in (
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=FULL",
        f"CREATE TABLE people ({', '.join('abcdef')})",
    ):
        database.execute(statement)
    started = time.perf_counter()
    with file.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.reader(source))[1:]
    for start in range(0, len(rows), importing.BATCH):
        database.execute("BEGIN IMMEDIATE")
        database.executemany(
            "INSERT INTO people VALUES (?, ?, ?, ?, ?, ?)", rows[start : start + importing.BATCH]
        )
        database.execute("COMMIT")
    spent = time.perf_counter() - started
    database.close()
    return ROWS / spent


def _people(count: int) -> Iterator[tuple[str, ...]]:
    """Invented people, each of another name, day and number."""
    size = len(SYLLABLES)
    for n in range(count):
        name = "김" + SYLLABLES[n % size] + SYLLABLES[n // size % size]
        born = f"19{50 + n // 336 % 50}-{1 + n // 28 % 12:02d}-{1 + n % 28:02d}"
        phone = f"010-{2000 + n // 10000:04d}-{n % 10000:04d}"
        yield (
            name,
            born,
            phone,
            f"p{n}@example.com",
            f"{10000 + n % 50000}",
            f"서울특별시 중구 세종대로 {1 + n % 500}",
        )

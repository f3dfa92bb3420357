"""Looking for people's data wherever an installation writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tests.journeys.people import Person, traces


def find_traces(folder: Path, people: tuple[Person, ...]) -> list[str]:
    """Where any planted word lies open, in any file below the folder or any cell of its database."""
    needles = [needle for person in people for needle in traces(person.planted)]
    return [
        f"{place}: {word}"
        for place, content in _contents(folder)
        for word, form in needles
        if form in content
    ]


def _contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()
    yield from _cells(folder / "portal.sqlite3")


def _cells(path: Path) -> Iterator[tuple[str, bytes]]:
    """Every value as a reader with ``sqlite3`` sees it: a long one is split over pages in the file itself."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        assert len(tables) > 10, "this is not the portal's database"
        for table in tables:
            for row in database.execute(f'SELECT * FROM "{table}"'):
                joined = b"\0".join(
                    value if isinstance(value, bytes) else str(value).encode() for value in row
                )
                yield f"table {table}", joined

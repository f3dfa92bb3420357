"""What a check finds, by its place in a TOML file instead of its line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing wrong at `path`, such as ("rules", 3, "when", 0, "fact")."""

    path: tuple[str | int, ...]
    reason: str


def duplicates(
    table: str | tuple[str | int, ...], noun: str, names: Sequence[str], key: str = "id"
) -> Iterator[Finding]:
    """Names of an array of tables that stand there more than once."""
    path = (table,) if isinstance(table, str) else table
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            yield Finding((*path, index, key), f'{noun} "{name}" stands twice')
        seen.add(name)

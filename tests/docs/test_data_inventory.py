"""docs/data-inventory.md names every column there is, and none that is not."""

import re

from portal import migrations
from tests.conftest import ROOT

PAGE = (ROOT / "docs/data-inventory.md").read_text()
CLASSES = {"sealed", "index", "secret", "record", "words", "matter", "technical"}
TABLE = re.compile(
    r"^`(\w+)`[^\n]*\n\n\| column \| class \| what for \|\n\|---\|---\|---\|\n((?:\|.*\n)+)", re.MULTILINE
)


def described() -> dict[str, dict[str, str]]:
    """Tables of the page, with each column's class."""
    return {
        table: {cells[0]: cells[1] for line in lines.splitlines() if (cells := line.strip("| ").split(" | "))}
        for table, lines in TABLE.findall(PAGE)
    }


def test_every_table_and_column_is_described():
    kept = {
        table.name: {column.name for column in table.columns}
        for table in migrations.metadata().tables.values()  # type: ignore[attr-defined]
    }
    assert {table: set(columns) for table, columns in described().items()} == kept


def test_every_column_has_a_class():
    unknown = {
        f"{table}.{column}: {kind}"
        for table, columns in described().items()
        for column, kind in columns.items()
        if kind not in CLASSES
    }
    assert not unknown


def test_columns_that_hold_ciphertext_are_classed_as_such():
    said = {
        f"{table.name}.{column.name}"
        for table in migrations.metadata().tables.values()  # type: ignore[attr-defined]
        for column in table.columns
        if (column.comment or "").startswith("sealed") and column.type.python_type is bytes
    }
    classed = {
        f"{table}.{column}"
        for table, columns in described().items()
        for column, kind in columns.items()
        if kind in {"sealed", "secret"}
    }
    assert said
    assert said <= classed

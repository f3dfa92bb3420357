"""A furnished portal for the tests that knock at every door."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from tests.web.house import House, Visit, copied, furnish, open_house


@pytest.fixture(scope="module")
def house(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> House:
    """Made once a module; nobody may change it."""
    return furnish(tmp_path_factory.mktemp("house") / "var", migrated_file)


@pytest.fixture(scope="module")
def visit(house: House) -> Iterator[Visit]:
    """The house, for those who only look, or are sent away."""
    with open_house(house) as opened:
        yield opened


@pytest.fixture
def own_visit(house: House, tmp_path: Path) -> Iterator[Visit]:
    """A copy of the house, for those who may break something."""
    with open_house(copied(house, tmp_path / "var")) as opened:
        yield opened


def log_of_now() -> io.StringIO:
    """Everything that the application, which must be made already, logs from now on; the next test starts afresh."""
    written = io.StringIO()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(written))
    return written

"""Fixtures of every test. Markers for what a test needs are put on by the fixtures that it uses."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import structlog

from tests.templates import compile_once

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from portal.database import Database
    from portal.runtime import Runtime
    from portal.settings import Settings

# Compiling the same templates anew takes half of many a test's time.
compile_once()

pytest_plugins = ("tests.databases", "tests.browser.fixtures")

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # noon in Seoul, on a Tuesday
MARKERS = {
    "browser": {"browser", "page"},
    "postgresql": {"postgresql", "empty_postgresql"},
    "redis": {"redis_url"},
}

# Settings come from the fixtures alone, not from whoever runs the tests.
for name in [name for name in os.environ if name.startswith("PORTAL_") and "_TEST_" not in name]:
    del os.environ[name]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        used = set(getattr(item, "fixturenames", ()))
        for marker, fixtures in MARKERS.items():
            if used & fixtures or f"-{marker}" in item.name or f"[{marker}" in item.name:
                item.add_marker(marker)
    # What takes longest first, so that no worker is left alone with it at the end.
    items.sort(key=lambda item: "browser" not in item.keywords)


@dataclass
class Clock:
    """A clock that stands still until a test moves it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> datetime:
        """Let time pass: ``clock.advance(days=30)``; answers the new time."""
        self.now += timedelta(**duration)
        return self.now


@pytest.fixture(autouse=True)
def _logs_go_where_this_test_looks() -> None:
    """An application made by an earlier test would keep logging into that test's output."""
    structlog.reset_defaults()


@pytest.fixture
def clock() -> Clock:
    """Stands at noon in Seoul on 24 November 2026."""
    return Clock()


@pytest.fixture
def settings(tmp_path: Path) -> "Settings":
    """An installation of this test's own in ``tmp_path/var``; addresses are not limited."""
    from portal.settings import Settings

    return Settings(env="test", data_dir=tmp_path / "var", matters_dir=ROOT / "matters", rate_limits=False)


@pytest.fixture
def runtime(settings: "Settings", database: "Database", clock: Clock) -> Iterator["Runtime"]:
    """Everything open, on a migrated SQLite database, with the standing clock."""
    from portal.runtime import open_runtime

    opened = open_runtime(settings, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def postgresql_runtime(settings: "Settings", postgresql: "Database", clock: Clock) -> Iterator["Runtime"]:
    """What a process holds open, on a PostgreSQL database of the test's own."""
    from portal.runtime import open_runtime

    url = postgresql.engine.url.render_as_string(hide_password=False)
    opened = open_runtime(settings.model_copy(update={"database_url": url}), clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def app(settings: "Settings", database: "Database") -> Iterator["Flask"]:
    """The whole application on the test's own installation."""
    from portal import create_app

    application = create_app(settings)
    application.testing = True
    yield application
    application.extensions["portal"].close()


@pytest.fixture
def client(app: "Flask") -> "FlaskClient":
    """A browser without a screen."""
    return app.test_client()

"""Fresh, migrated databases: SQLite by copying a file, PostgreSQL by copying a template database."""

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from portal import migrations
from portal.database import Database
from tests.needs import POSTGRESQL, REDIS, need

_numbers = itertools.count()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory) -> Path:
    """An SQLite file with the whole schema and no rows; copy it, never open it."""
    path = tmp_path_factory.mktemp("schema") / "portal.sqlite3"
    database = Database(f"sqlite:///{path}")
    migrations.upgrade(database)
    database.close()
    return path


@pytest.fixture
def database(migrated_file: Path, tmp_path: Path) -> Iterator[Database]:
    """A migrated SQLite database of this test's own, where the ``settings`` fixture expects it."""
    path = tmp_path / "var" / "portal.sqlite3"
    path.parent.mkdir(exist_ok=True)
    shutil.copyfile(migrated_file, path)
    opened = Database(f"sqlite:///{path}")
    yield opened
    opened.close()


@contextmanager
def scratch_postgresql(template: str = "template1") -> Iterator[str]:
    """The URL of a new database, dropped afterwards."""
    name = f"portal_test_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(POSTGRESQL, autocommit=True) as server:
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'")
        server.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
    try:
        yield sa.make_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(POSTGRESQL, autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def migrated_template() -> Iterator[str]:
    """Name of a PostgreSQL database with the whole schema; nobody stays connected to it."""
    need(_postgresql_answers(), f"PostgreSQL at {POSTGRESQL}")
    with scratch_postgresql("template0") as url:
        opened = Database(url)
        migrations.upgrade(opened)
        opened.close()
        name = sa.make_url(url).database
        assert name
        yield name


@pytest.fixture
def empty_postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL database without any table."""
    need(_postgresql_answers(), f"PostgreSQL at {POSTGRESQL}")
    with scratch_postgresql("template0") as url:
        yield url


@pytest.fixture
def postgresql(migrated_template: str) -> Iterator[Database]:
    """A migrated PostgreSQL database of this test's own."""
    with scratch_postgresql(migrated_template) as url:
        opened = Database(url)
        yield opened
        opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_database(request: pytest.FixtureRequest) -> Database:
    """The test runs twice, once on each kind of database."""
    name = "database" if request.param == "sqlite" else "postgresql"
    opened: Database = request.getfixturevalue(name)
    return opened


@pytest.fixture
def redis_url(worker_id: str) -> str:
    """A Redis database that only this test process uses, emptied."""
    import redis

    number = int(worker_id.removeprefix("gw") or 0) if worker_id != "master" else 0
    url = f"{REDIS}/{8 + number % 8}"
    client = redis.Redis.from_url(url)
    try:
        client.flushdb()
    except redis.ConnectionError:
        need(False, f"Redis at {REDIS}")
    finally:
        client.close()
    return url


def _postgresql_answers() -> bool:
    try:
        psycopg.connect(POSTGRESQL, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True

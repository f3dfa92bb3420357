"""A desk with a published matter, on one database or on each."""

from collections.abc import Iterator

import pytest

from portal.database import Database
from portal.runtime import Runtime, open_runtime
from portal.settings import Settings
from tests.conftest import Clock

from .claims import publish


@pytest.fixture
def desk(runtime: Runtime) -> Runtime:
    publish(runtime)
    return runtime


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, settings: Settings, clock: Clock) -> Iterator[Runtime]:
    """Everything open on each of the two databases."""
    name = "database" if request.param == "sqlite" else "postgresql"
    database: Database = request.getfixturevalue(name)
    url = database.engine.url.render_as_string(hide_password=False)
    opened = open_runtime(settings.model_copy(update={"database_url": url}), clock=clock)
    publish(opened)
    yield opened
    opened.close()

"""Only this folder's own jobs are known here: the application's sweepers would need the application."""

import pytest

from portal.jobs import registry


@pytest.fixture(autouse=True)
def only_the_crews_jobs(monkeypatch):
    mine = {name: task for name, task in registry._tasks.items() if name.startswith("test.")}
    monkeypatch.setattr(registry, "_tasks", mine)

"""The whole application for tests of trust."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal import create_app
from portal.settings import Settings
from tests.conftest import ROOT, Clock
from tests.visitor import Visitor, on_the_tests_clock


@pytest.fixture(scope="module")
def site(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One application for all tests of a module."""
    folder = tmp_path_factory.mktemp("trust")
    shutil.copyfile(migrated_file, folder / "portal.sqlite3")
    settings = Settings(
        env="test",
        data_dir=folder,
        matters_dir=ROOT / "matters",
        rate_limits=False,
        site_address="claims.example",
    )
    site = on_the_tests_clock(create_app(settings), Clock())
    site.testing = True
    yield site
    site.extensions["portal"].close()


@pytest.fixture
def visitor(site: Flask) -> Visitor:
    """Somebody who reads English."""
    return Visitor(site, "en")

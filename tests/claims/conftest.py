"""Fixtures of people and their pages."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal import create_app
from portal.settings import Settings
from tests.conftest import ROOT, Clock
from tests.visitor import Visitor, on_the_tests_clock


@pytest.fixture
def site(app: Flask, clock: Clock) -> Flask:
    """The whole application with the first matter published, on the test's clock."""
    return on_the_tests_clock(app, clock)


@pytest.fixture
def visitor(site: Flask) -> Visitor:
    """Somebody who reads Korean."""
    return Visitor(site)


@pytest.fixture(scope="module")
def patient_site(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One application for all tests of a module that leave nothing behind."""
    folder = tmp_path_factory.mktemp("patient")
    shutil.copyfile(migrated_file, folder / "portal.sqlite3")
    settings = Settings(env="test", data_dir=folder, matters_dir=ROOT / "matters", rate_limits=False)
    site = on_the_tests_clock(create_app(settings), Clock())
    site.testing = True
    yield site
    site.extensions["portal"].close()


@pytest.fixture(scope="module")
def patient_draft(patient_site: Flask) -> Visitor:
    """A draft that refuses what these tests try, and so stays empty."""
    return Visitor(patient_site).begin()


@pytest.fixture(scope="module")
def patient_shareholder(patient_site: Flask) -> Visitor:
    """The same, in the shareholders' action."""
    return Visitor(patient_site).begin("shareholder@example.com", tracks=("us-securities",))

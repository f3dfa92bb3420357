"""The whole application, and drafts that somebody else took in."""

import pytest
from flask import Flask

from tests.conftest import Clock
from tests.visitor import on_the_tests_clock


@pytest.fixture
def site(app: Flask, clock: Clock) -> Flask:
    """The whole application with the first matter published, on the test's clock."""
    return on_the_tests_clock(app, clock)

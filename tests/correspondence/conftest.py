"""Somebody who has signed for both firms."""

import pytest
from flask import Flask

from tests.conftest import Clock
from tests.visitor import Visitor, on_the_tests_clock


@pytest.fixture
def site(app: Flask, clock: Clock) -> Flask:
    """The whole application with the first matter published, on the test's clock."""
    return on_the_tests_clock(app, clock)


@pytest.fixture
def english(site: Flask) -> Visitor:
    """Has signed for Korea and for the United States, and reads English."""
    visitor = Visitor(site, "en").begin(tracks=("kr-consumer", "us-consumer")).fill_all()
    return visitor.read_and_sign("홍길동")

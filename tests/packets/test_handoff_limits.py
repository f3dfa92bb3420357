"""How often the addresses of a hand-off may be tried and asked for."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.settings import Settings
from tests.conftest import Clock
from tests.packets.readers import an_open_claim, read_everything
from tests.visitor import Visitor, on_the_tests_clock


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Addresses are limited, as in a real installation."""
    return settings.model_copy(update={"rate_limits": True})


def test_an_address_cannot_be_found_by_trying(app: Flask, clock: Clock) -> None:
    phone = Visitor(on_the_tests_clock(app, clock))
    assert [phone.get(f"/ko/hand/{number}").status_code for number in range(61)] == [404] * 60 + [429]


def test_a_desktop_asks_for_no_more_than_thirty_codes_an_hour(app: Flask, clock: Clock) -> None:
    desktop = read_everything(an_open_claim(on_the_tests_clock(app, clock)))
    asked = [desktop.post("/claim/sign/phone/kr").status_code for _number in range(31)]
    assert asked == [303] * 30 + [429]

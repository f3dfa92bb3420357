"""How often one address is answered."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from portal import create_app
from portal.database import Database
from portal.settings import Settings
from tests.conftest import ROOT, Clock
from tests.visitor import Visitor, on_the_tests_clock


@pytest.fixture
def limited(database: Database, tmp_path: Path, clock: Clock) -> Flask:
    settings = Settings(env="test", data_dir=tmp_path / "var", matters_dir=ROOT / "matters", rate_limits=True)
    return on_the_tests_clock(create_app(settings), clock)


def test_reports_from_one_address_end_with_a_calm_page(limited: Flask) -> None:
    visitor = Visitor(limited, "en")
    visitor.get("/is-this-ours")
    fields = {"csrf_token": visitor.token, "text": "x", "channel": "sms"}
    answers = [visitor.client.post("/en/is-this-ours/report", data=fields) for _ in range(21)]
    assert {answer.status_code for answer in answers[:20]} == {422}
    assert answers[20].status_code == 429
    assert answers[20].headers["Retry-After"] == "300"
    assert "Please wait a few minutes" in answers[20].text
    limited.extensions["portal"].close()

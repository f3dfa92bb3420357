"""The templates of `deploy/` fit the program they start."""

import configparser
import re

import pytest
from click import Context

from portal.cli import main
from portal.settings import Settings
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.iterdir() if path.is_file())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_settings_named_there_exist(path):
    named = {name.lower() for name in re.findall(r"PORTAL_([A-Z_]+)\b", path.read_text())}
    assert not named - set(Settings.model_fields)


def test_the_example_names_all_that_production_refuses_to_start_without():
    assigned = re.findall(r"^PORTAL_(\w+)=", (DEPLOY / "portal.env.example").read_text(), re.MULTILINE)
    must = {name for name, wrong in Settings(env="production")._unsafe().items() if wrong}
    assert must <= {name.lower() for name in assigned}


@pytest.mark.parametrize("name", ["portal-web.service", "portal-worker.service"])
def test_units_start_commands_that_exist(name):
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(DEPLOY / name)
    words = unit["Service"]["ExecStart"].split()
    command = main.get_command(Context(main), words[1])
    assert command
    command.make_context("portal", words[2:])


def test_the_proxy_lets_the_largest_claim_through():
    limit = re.search(r"max_size (\d+)MB", (DEPLOY / "Caddyfile").read_text())
    assert limit
    assert int(limit[1]) > Settings().max_claim_mb

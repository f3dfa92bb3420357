"""Both operators' pages list every setting of portal/settings.py, with its default and in its order."""

import re

import pytest
from pydantic import SecretStr

from portal.settings import Settings
from tests.conftest import ROOT

ROW = re.compile(r"^\| `PORTAL_([A-Z_]+)` \| (?:`([^`]+)`|–) \| (.+) \|$", re.MULTILINE)


def listed(page: str) -> list[tuple[str, str, str]]:
    return ROW.findall((ROOT / "docs" / page).read_text())


def default_of(name: str) -> str:
    value = Settings.model_fields[name].default
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("page", ["operators.en.md", "operators.ko.md"])
def test_every_setting_is_listed_with_its_default(page: str) -> None:
    rows = [(name.lower(), default) for name, default, _meaning in listed(page)]
    assert rows == [(name, default_of(name)) for name in Settings.model_fields]


@pytest.mark.parametrize("page", ["operators.en.md", "operators.ko.md"])
def test_every_setting_has_a_meaning(page: str) -> None:
    assert not [name for name, _default, meaning in listed(page) if len(meaning) < 5]


@pytest.mark.parametrize("page", ["operators.en.md", "operators.ko.md"])
def test_no_setting_is_named_that_does_not_exist(page: str) -> None:
    named = re.findall(r"PORTAL_([A-Z_]+)\b", (ROOT / "docs" / page).read_text())
    assert not {name.lower() for name in named} - set(Settings.model_fields)

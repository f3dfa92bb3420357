"""docs/limits.md says what the code holds."""

import re
from datetime import timedelta
from functools import reduce
from importlib import import_module
from typing import Any

import pytest

from portal.settings import Settings
from tests.conftest import ROOT

ROW = re.compile(r"^\| (.+?) \| ([\d,]+)(?: (\w+))? \| `([\w.]+):([\w.]+)` \|$", re.MULTILINE)
PAGE = (ROOT / "docs/limits.md").read_text()
SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}


def held(module: str, path: str) -> Any:
    """The constant, the setting's default, or the longest text that a form's field takes."""
    name = path.split(".")[-1]
    if path.startswith("Settings."):
        return Settings.model_fields[name].default
    found: Any = reduce(getattr, path.split("."), import_module(module))
    return getattr(found, "kwargs", {}).get("longest", found)


@pytest.mark.parametrize(("limit", "value", "unit", "module", "path"), ROW.findall(PAGE))
def test_the_page_says_what_the_code_holds(limit: str, value: str, unit: str, module: str, path: str) -> None:
    number, found = int(value.replace(",", "")), held(module, path)
    if isinstance(found, timedelta):
        assert found == timedelta(seconds=number * SECONDS[unit.removesuffix("s")]), limit
    else:
        assert found == number, limit


def test_every_row_of_the_page_is_read():
    rows = [line for line in PAGE.splitlines() if line.startswith("|") and "`" in line]
    assert len(ROW.findall(PAGE)) == len(rows) > 50

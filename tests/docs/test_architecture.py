"""docs/architecture.md agrees with the code where it lists what the code holds."""

import configparser
import pkgutil
import re
from importlib import import_module

import pytest

import portal
from portal import jobs
from portal.claims.states import MOVES, ClaimState
from portal.jobs import registry
from tests.conftest import ROOT

PAGE = (ROOT / "docs/architecture.md").read_text()


def first_cells(heading: str) -> list[str]:
    """The words in backquotes that begin the rows of the table under a heading."""
    part = PAGE.split(f"{heading}\n", 1)[1]
    table = re.search(r"(?:^\|.*\n)+", part, re.MULTILINE)
    assert table
    return re.findall(r"^\| `([\w.]+)`", table[0], re.MULTILINE)


def test_packages_stand_in_the_order_that_lint_checks():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    layers = config["importlinter:contract:order"]["layers"].split()
    assert first_cells("### Packages and their order") == [layer.strip("()") for layer in layers]


def test_the_diagram_shows_the_table_of_moves():
    diagram = PAGE.split("stateDiagram-v2", 1)[1].split("```", 1)[0]
    drawn = set(re.findall(r"^  (\w+) --> (\w+)$", diagram, re.MULTILINE))
    assert drawn == {(str(here), str(there)) for here, others in MOVES.items() for there in others}
    assert {here for here, _ in drawn} | {there for _, there in drawn} == {str(state) for state in ClaimState}


def test_every_repeating_job_is_listed():
    jobs.load_all()
    repeating = {
        task.name for task in registry.all_tasks() if task.every and task.run.__module__.startswith("portal.")
    }
    assert (
        set(
            first_cells(
                "Repeating jobs (`@jobs.every`) are deferred by whichever worker looks first (`jobs/schedule.py`):\n"
            )
        )
        == repeating
    )


def _exists(name: str) -> bool:
    """Whether a name such as ``claims.service.amend`` or ``claims.states.MOVES`` stands in the portal."""
    parts = name.removeprefix("portal.").split(".")
    for end in range(len(parts), 0, -1):
        try:
            found: object = import_module(".".join(["portal", *parts[:end]]))
        except ModuleNotFoundError:
            continue
        try:
            for attribute in parts[end:]:
                found = getattr(found, attribute)
        except AttributeError:
            return False
        return True
    return False


@pytest.mark.parametrize("page", ["architecture.md", "security.md", "matter-authors.md", "performance.md"])
def test_names_of_the_code_that_pages_give_exist(page: str) -> None:
    packages = {one.name for one in pkgutil.iter_modules(portal.__path__)} | {"portal"}
    jobs.load_all()
    named = set(re.findall(r"`([a-z_]+(?:\.[A-Za-z_]\w*)+)`", (ROOT / "docs" / page).read_text()))
    ours = {
        one for one in named if one.split(".")[0] in packages and not one.endswith((".py", ".toml", ".md"))
    }
    known = {task.name for task in registry.all_tasks()}
    assert not [name for name in sorted(ours - known) if not _exists(name)]

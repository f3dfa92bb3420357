"""What must not stand in the repository, and what everything in it must have."""

import ast
import configparser
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "stuff", "tools"}
FORBIDDEN = {
    "an unfinished place": re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b|\b[Ll]orem ipsum\b"),
    "a package index": re.compile(r"\b(?:pypi\.org|pythonhosted\.org|npmjs\.org)\b"),
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"),
    "a conflict": re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE),
}


def kept_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def vendored(path: Path) -> bool:
    return bool({"vendor", "axe-core"} & set(path.parts)) or path.name in (
        "package-lock.json",
        Path(__file__).name,
    )


def texts() -> list[tuple[Path, str]]:
    found = []
    for path in kept_files():
        if not vendored(path):
            try:
                found.append((path.relative_to(ROOT), path.read_text()))
            except UnicodeDecodeError:
                continue  # a picture or a font
    return found


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_repository_holds_no(what):
    found = [f"{path}: {match[0]}" for path, text in texts() if (match := FORBIDDEN[what].search(text))]
    assert not found


def test_modules_are_named_for_what_they_are():
    assert not [path for path in kept_files() if path.suffix == ".py" and path.stem in NAMELESS]


def test_every_vendored_part_has_its_licence():
    folders = {path.parent for path in kept_files() if "vendor" in path.parts or "axe-core" in path.parts}
    files = {path for path in kept_files() if re.match(r"(LICEN[CS]E|OFL|COPYING)", path.name, re.IGNORECASE)}
    assert folders
    bare = [str(one) for one in folders if not any(file.parent in (one, one.parent) for file in files)]
    assert not bare


def test_files_are_short_enough_to_read():
    code = [
        (path, text.count("\n"))
        for path, text in texts()
        if path.suffix == ".py" and path.parts[0] == "portal" and "versions" not in path.parts
    ]
    assert not [f"{path}: {lines}" for path, lines in code if lines > 400]


def test_what_the_portal_imports_is_named_in_setup_cfg():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    extras = config["options.extras_require"]
    listed = "\n".join([config["options"]["install_requires"], extras["postgresql"], extras["redis"]])
    named = {_plain(re.split(r"[\[><=;~! ]", line)[0]) for line in listed.split("\n") if line.strip()}
    distributions = packages_distributions()
    # What the documentation of Flask and pydantic has their users import.
    named |= {"werkzeug", "markupsafe", "jinja2", "itsdangerous", "pydantic-core"}
    unnamed = {
        f"{path}: {top}"
        for path, text in texts()
        if path.suffix == ".py" and path.parts[0] == "portal"
        for top in _imported(text)
        if top not in sys.stdlib_module_names and top != "portal"
        if not named & {_plain(one) for one in distributions.get(top, [top])}
    }
    assert not unnamed


def _imported(source: str) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names.add(node.module.partition(".")[0])
    return names


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()

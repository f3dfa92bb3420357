"""The small matter printed in docs/matter-authors.md can be published as it is printed."""

import re

from portal.matters.check import check
from portal.matters.commands import summary
from portal.matters.folder import read_folder, read_matter
from tests.conftest import ROOT

PAGE = (ROOT / "docs/matter-authors.md").read_text()
PRINTED = re.compile(r"^`([a-z./-]+)`\n```(?:toml|markdown)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def folder() -> dict[str, bytes]:
    printed = {name: text.encode() for name, text in PRINTED.findall(PAGE)}
    full = read_folder(ROOT / "matters/coupang-2025")
    return printed | {name: full[name] for name in full if name.startswith("messages/")}


def test_it_has_no_problems():
    assert "matter.toml" in folder()
    assert check(folder()) == []


def test_the_page_prints_what_the_check_says_of_it():
    label, _, said = summary(read_matter(folder())).partition(": ")
    # The hash covers the messages too, which change without this page.
    assert re.search(rf"^{label.split()[0]} [0-9a-f]{{12}}: {re.escape(said)}$", PAGE, re.MULTILINE)

"""filing.toml: what its author is told, with file and line."""

from __future__ import annotations

import pytest

from portal.matters.check import check
from tests.matters.builders import a_matter_folder

KR = """
[kr]
{more}
[[kr.parties]]
fact = "name"
head = {{ ko = "이름", en = "Name" }}
{column}
"""


def reasons(text: str) -> list[str]:
    folder = a_matter_folder().adding("filing.toml", text)
    return [problem.reason for problem in check(folder.files()) if problem.file == "filing.toml"]


def column(fact: str) -> str:
    return f'[[kr.parties]]\nfact = "{fact}"\nhead = {{ ko = "열", en = "Column" }}\n'


def test_a_sound_table_is_accepted() -> None:
    assert reasons(KR.format(more="", column=column("address"))) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (KR.format(more="", column=column("name")), 'column "name" stands twice'),
        (KR.format(more="", column=column("phone")), 'column "phone" hands the court contacts'),
        (KR.format(more="max_submission_mb = 10", column=""), "may not be larger than the whole submission"),
        ("[kr]\n" + column("address"), "no column names the parties"),
        ('[us]\nparty = "P"\nprefix = "p 1"\n', '"prefix"'),
        ('[hand_over]\nfacts = ["name", "name"]\n', 'fact "name" stands twice'),
        ('[hand_over]\nfacts = ["resident_number"]\n', '"facts"'),
    ],
)
def test_what_is_wrong_is_said(text: str, said: str) -> None:
    assert any(said in reason for reason in reasons(text))

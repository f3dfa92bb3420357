"""claimants.toml: what its author is told, with file and line."""

from __future__ import annotations

import pytest

from portal.matters.check import check
from portal.matters.folder import read_matter
from tests.matters.builders import a_matter_folder

CERTIFICATE = """
[[kinds]]
id = "register"
name = { ko = "등본", en = "Register" }
help = { ko = "발급받으십시오.", en = "Have it issued." }
tracks = ["kr-consumer"]
authority = true
any_date = true
asked = "acting"
proves = { ko = "가족인 사실", en = "That they are family" }
"""
SELF = """
[[kinds]]
kind = "self"
lead = { ko = "직접 합니다.", en = "Yourself." }
"""
MINOR = """
[[kinds]]
kind = "minor"
lead = { ko = "부모가 서명합니다.", en = "The parents sign." }
signers = 2
proofs = ["register"]
lacking = { ko = "나중에 내십시오.", en = "Add it later." }

[[kinds.exceptions]]
id = "alone"
text = { ko = "혼자입니다", en = "I am alone" }
proof = "register"
note = { ko = "적혀 있습니다.", en = "It says so." }
"""


def told(claimants: str) -> list[str]:
    folder = a_matter_folder().adding("evidence.toml", CERTIFICATE).adding("claimants.toml", claimants)
    return [str(problem) for problem in check(folder.files())]


def test_a_sound_file_is_read_and_a_matter_without_it_takes_adults() -> None:
    assert told(SELF + MINOR) == []
    folder = a_matter_folder().adding("evidence.toml", CERTIFICATE).adding("claimants.toml", SELF + MINOR)
    minor = read_matter(folder.files()).claimants.kind("minor")
    assert minor is not None
    assert (minor.signers, minor.all_proofs) == (2, ("register",))
    assert [one.kind for one in read_matter(a_matter_folder().files()).claimants.kinds] == ["self"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            SELF + MINOR.replace('proofs = ["register"]', 'proofs = ["passport"]'),
            '"passport" is no kind of evidence',
        ),
        (
            SELF + MINOR.replace('proof = "register"', 'proof = "notice"'),
            '"notice" must be a kind with authority',
        ),
        (SELF + MINOR.replace("signers = 2", "signers = 0"), "signers is 1 or 2"),
        (SELF + MINOR.replace("signers = 2", "signers = 3"), '"signers"'),
        (
            SELF + MINOR.replace('lacking = { ko = "나중에 내십시오.", en = "Add it later." }', ""),
            "proofs need lacking",
        ),
        (SELF + SELF, 'kind of claimant "self" stands twice'),
        (SELF.replace('"self"', '"heir"'), 'no answer to "acting"'),
        (
            SELF + MINOR.replace('kind = "minor"', 'kind = "company"'),
            "two signers and exceptions are for minors",
        ),
        (MINOR, 'claims of the kind "self", which is not taken here'),
    ],
)
def test_what_its_author_got_wrong_is_told(text: str, reason: str) -> None:
    found = told(text)
    assert any(one.startswith("claimants.toml:") and reason in one for one in found), found

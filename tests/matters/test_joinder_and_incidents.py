"""joinder.toml and the incidents of evidence.toml: what is read, and each way in which an author can go wrong."""

from __future__ import annotations

import pytest

from portal.matters.check import check
from portal.matters.joinder import Fit
from tests.matters.builders import MatterFolder, a_matter_folder

JOINDER_FILE, EVIDENCE = "joinder.toml", "evidence.toml"
JOINED, NONE = (
    '{ fact = "suit", operator = "is", value = "joined" }',
    '{ fact = "suit", operator = "is", value = "none" }',
)
JOINDER = """\
[[questions]]
id = "suit"
name = { ko = "다른 소송", en = "Another suit" }
text = { ko = "다른 소송이 있습니까?", en = "Is there another suit?" }
check = "account"
options = [
  { value = "none", nothing = true, text = { ko = "아니요", en = "No" }, check = ["no"], against = ["yes"] },
  { value = "joined", details_needed=true, text = { ko = "예", en = "Yes" }, details = { ko = "어느?", en = "Who?" } },
]

[[questions]]
id = "lead"
name = { ko = "맡은 일", en = "A role" }
text = { ko = "맡은 일이 있습니까?", en = "Do you have a role?" }
tracks = ["us-securities"]
when = [{ fact = "suit", operator = "is", value = "joined" }]
options = [
  { value = "none", nothing = true, text = { ko = "아니요", en = "No" } },
  { value = "lead", text = { ko = "예", en = "Yes" } },
]

[[rules]]
id = "together"
tracks = ["kr-consumer", "us-securities"]
beside = ["kr-consumer", "us-securities"]
outcome = "fits"
reason = { ko = "함께 됩니다.", en = "They go together." }

[[rules]]
id = "second-suit"
tracks = ["kr-consumer"]
outcome = "blocks"
when = [{ fact = "suit", operator = "is", value = "joined" }]
reason = { ko = "두 번째 소입니다.", en = "It is the second suit." }
remedy = { ko = "빼십시오.", en = "Leave it out." }
"""
INCIDENTS = """
[diary]
since = 2025-06-24
earlier = { ko = "그 전의 일입니다.", en = "It was before." }

[[incidents]]
id = "call"
name = { ko = "전화", en = "A call" }
help = { ko = "수상한 전화", en = "A suspicious call" }
tracks = ["kr-consumer"]
asks = ["minutes", "reported"]
proofs = [{ evidence = "notice", text = { ko = "화면", en = "A picture" } }]
"""


def folder() -> MatterFolder:
    """A sound matter that asks about other suits and keeps a diary."""
    return a_matter_folder().adding(JOINDER_FILE, JOINDER).adding(EVIDENCE, INCIDENTS)


def test_a_sound_matter_with_both_is_read() -> None:
    assert check(folder().files()) == []
    matter = folder().matter()
    assert matter.joinder is not None
    assert [rule.outcome for rule in matter.joinder.rules] == [Fit.FITS, Fit.BLOCKS]
    assert [one.id for one in matter.incidents_for(["kr-consumer"])] == ["call"]
    assert matter.incidents_for(["us-securities"]) == ()
    assert matter.incident_kind("call").proofs[0].evidence == "notice"
    assert matter.diary is not None


def test_a_matter_without_them_is_as_sound() -> None:
    matter = a_matter_folder().matter()
    assert (matter.joinder, matter.incidents, matter.diary) == (None, (), None)


@pytest.mark.parametrize(
    ("file", "old", "new", "at", "reason"),
    [
        (
            JOINDER_FILE,
            'id = "lead"',
            'id = "suit"',
            'id = "suit"\nname = { ko = "맡은',
            '"suit" stands twice',
        ),
        (
            JOINDER_FILE,
            'value = "lead"',
            'value = "none"',
            'value = "none", text = { ko = "예"',
            '"none" stands twice',
        ),
        (
            JOINDER_FILE,
            ', nothing = true, text = { ko = "아니요", en = "No" } }',
            ', text = { ko = "아니요", en = "No" } }',
            'options = [\n  { value = "none", text',
            "declares nothing",
        ),
        (JOINDER_FILE, 'tracks = ["us-securities"]', 'tracks = ["us"]', 'tracks = ["us"]', 'the track "us"'),
        (
            JOINDER_FILE,
            'tracks = ["kr-consumer"]\noutcome',
            'tracks = ["kr"]\noutcome',
            'tracks = ["kr"]',
            'the track "kr"',
        ),
        (
            JOINDER_FILE,
            'beside = ["kr-consumer", "us-securities"]',
            'beside = ["kr-consumer"]',
            "beside",
            "beside itself",
        ),
        (
            JOINDER_FILE,
            'fact = "suit", operator = "is", value = "joined" }]\nreason',
            'fact = "suits", operator = "is", value = "joined" }]\nreason',
            "suits",
            'the fact "suits", which no question gives',
        ),
        (
            JOINDER_FILE,
            'value = "joined" }]\nreason',
            'value = "both" }]\nreason',
            '"both"',
            "not one of its options",
        ),
        (
            JOINDER_FILE,
            'value = "joined" }]\noptions',
            'value = "never" }]\noptions',
            '"never"',
            "not one of its options",
        ),
        (
            JOINDER_FILE,
            'when = [{ fact = "suit", operator = "is", value = "joined" }]\noptions',
            f"when = [{JOINED}, {NONE}]\noptions",
            "when = [{",
            "is never shown",
        ),
        (
            JOINDER_FILE,
            'when = [{ fact = "suit", operator = "is", value = "joined" }]\nreason',
            f"when = [{JOINED}, {NONE}]\nreason",
            '[[rules]]\nid = "second-suit"',
            "can never match",
        ),
        (JOINDER_FILE, 'check = "account"', 'check = "accounts"', 'check = "accounts"', "does not ask"),
        (
            JOINDER_FILE,
            'check = ["no"]',
            'check = ["never"]',
            'check = ["never"]',
            '"account" has no option "never"',
        ),
        (JOINDER_FILE, 'against = ["yes"]', 'against = ["no"]', 'against = ["no"]', "both stands for"),
        (JOINDER_FILE, 'check = "account"\n', "", 'check = ["no"]', "does not say which question"),
        (
            JOINDER_FILE,
            'remedy = { ko = "빼십시오.", en = "Leave it out." }\n',
            "",
            '[[rules]]\nid = "second',
            "remedy is missing",
        ),
        (
            JOINDER_FILE,
            'beside = ["kr-consumer", "us-securities"]\n',
            "",
            '[[rules]]\nid = "tog',
            "needs conditions",
        ),
        (
            JOINDER_FILE,
            ', details = { ko = "어느?", en = "Who?" }',
            "",
            'value = "joined", details_needed',
            "goes with details",
        ),
        (
            JOINDER_FILE,
            'en = "They go together."',
            'en = "They go together 2 times."',
            "They go together 2",
            "2",
        ),
        (EVIDENCE, 'evidence = "notice"', 'evidence = "note"', 'evidence = "note"', "is not a kind"),
        (
            EVIDENCE,
            'asks = ["minutes", "reported"]',
            'asks = ["minutes", "minutes"]',
            "asks",
            'asks for "minutes" twice',
        ),
        (EVIDENCE, 'asks = ["minutes", "reported"]', 'asks = ["hours"]', "asks", "minutes"),
        (
            EVIDENCE,
            'tracks = ["kr-consumer"]\nasks',
            'tracks = ["kr"]\nasks',
            'tracks = ["kr"]',
            'the track "kr"',
        ),
        (
            EVIDENCE,
            'tracks = ["kr-consumer"]\nasks',
            'tracks = ["us-securities"]\nasks',
            "proofs",
            "helps none of the tracks",
        ),
        (EVIDENCE, "since = 2025-06-24", 'since = "sooner"', "since", "date"),
    ],
)
def test_each_slip_is_told_with_file_line_and_reason(
    file: str, old: str, new: str, at: str, reason: str
) -> None:
    spoilt = folder().replacing(file, old, new)
    problems = [one for one in check(spoilt.files()) if reason in one.reason]
    assert problems, "\n".join(map(str, check(spoilt.files())))
    first = spoilt.line_of(file, at)
    lines = range(first, first + at.count("\n") + 2)
    assert problems[0].file == file
    assert problems[0].line in lines, f"{problems[0]} and not in {lines}"


def test_incidents_that_nothing_proves_and_a_diary_without_them_are_told() -> None:
    unproved = folder().replacing(
        EVIDENCE, 'proofs = [{ evidence = "notice", text = { ko = "화면", en = "A picture" } }]\n', ""
    )
    assert [one.reason for one in check(unproved.files())] == ["no incident says what proves it"]
    bare = a_matter_folder().adding(EVIDENCE, INCIDENTS.partition("[[incidents]]")[0])
    assert "no [[incidents]]" in check(bare.files())[0].reason

"""What an author can get wrong in the parts that only the matter's public pages show."""

from __future__ import annotations

import pytest

from portal.matters.check import check
from tests.matters.builders import a_matter_folder
from tests.matters.test_check import MATTER, assert_told, the_only_problem

ROW = '[[fee_rows]]\nid = "start"\nlabel = { ko = "시작할 때", en = "At the start" }\n'
US_FEE = (
    '[[fees]]\njurisdiction = "us"\nrow = "start"\nlabel = { ko = "선납", en = "Upfront" }\nvalue = "0"\n'
)
CLOCK = """
[[clocks]]
id = "limitation"
jurisdiction = "kr"
question = { ko = "언제 아셨습니까?", en = "When did you learn?" }
years = 3
earliest = 2025-11-18
explanation = { ko = "기간입니다.", en = "A period." }
caution = { ko = "자문이 아닙니다.", en = "No advice." }
source = "민법"
"""
DISCLOSURE = """
[disclosure]
question = { ko = "제때였습니까?", en = "In time?" }
rule = { ko = "규칙입니다.", en = "A rule." }
business_days = 4
filed = 2025-12-16
caution = { ko = "주장하지 않습니다.", en = "Claims nothing." }
source = "Form 8-K"

[[disclosure.assumptions]]
date = DATE
text = { ko = "그렇다면", en = "If so" }
"""
SCAM = '\n[[scams]]\nid = "x"\nname = { ko = "가", en = "a" }\nsign = { ko = "나", en = "b" }\n'


def test_every_row_of_fees_is_answered_once_in_each_country() -> None:
    fee = '[[fees]]\njurisdiction = "kr"\n'
    folder = a_matter_folder().replacing(MATTER, fee, f'{ROW}\n{US_FEE}\n{fee}row = "start"\n')
    assert not [problem for problem in map(str, check(folder.files())) if "row" in problem]
    alone = a_matter_folder().replacing(MATTER, fee, f'{ROW}\n{fee}row = "start"\n')
    assert 'the row "start" has no fee in "us"' in the_only_problem(alone).reason
    stray = a_matter_folder().replacing(MATTER, fee, f'{fee}row = "end"\n')
    assert_told(stray, MATTER, 'row = "end"', 'the fee names the row "end", which is not listed')


@pytest.mark.parametrize(
    ("added", "at", "reason"),
    [
        (
            '[[papers]]\ntrack = "kr-other"\ntitle = { ko = "소장", en = "Complaint" }\nsource = "Daily"\n',
            'track = "kr-other"', 'the paper names the track "kr-other"',
        ),
        ('[[at_hand]]\ntext = { ko = "전화", en = "Phone" }\ntracks = ["no"]\n', '["no"]', 'the track "no" is not'),
        (
            f'{CLOCK}[[clocks.known]]\ndate = 2025-11-01\nlabel = {{ ko = "그날", en = "That day" }}\n',
            "date = 2025-11-01", "lies before the clock's earliest day",
        ),
        (f"{CLOCK}longest_years = 10\n", "[[clocks]]", "longest_years and longest_from go together"),
        (DISCLOSURE.replace("DATE", "2025-12-17"), "date = 2025-12-17", "lies after the day of filing"),
        (SCAM, "[[scams]]", "a scam needs words, hosts or senders"),
        (
            '[[senders]]\nkind = "web"\naddress = "https://site.example"\nnote = { ko = "여기", en = "Here" }\n',
            'address = "https', "is no host name in small letters",
        ),
        (
            '[[senders]]\nkind = "email"\naddress = "nobody"\nnote = { ko = "여기", en = "Here" }\n',
            'address = "nobody"', "is no e-mail address in small letters",
        ),
    ],
)  # fmt: skip
def test_what_points_nowhere_or_cannot_be_is_told(added: str, at: str, reason: str) -> None:
    assert_told(a_matter_folder().adding(MATTER, f"\n{added}"), MATTER, at, reason)


def test_a_pasted_message_becomes_a_kind_of_evidence_that_there_is() -> None:
    folder = a_matter_folder().replacing(MATTER, 'prefix = "SM"\n', 'prefix = "SM"\nreported_as = "gone"\n')
    assert_told(folder, MATTER, "reported_as", 'there is no kind of evidence "gone"')

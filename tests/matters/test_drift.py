"""Whatever one language says and the other does not is told with the line of each."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from portal.cli import main
from portal.matters.check import check
from portal.matters.drift.reader import figures, unanswered
from portal.matters.folder import folder_hash, pack, read_folder, read_matter, unpack
from portal.matters.problems import Problem
from tests.conftest import ROOT
from tests.matters.builders import MatterFolder, a_matter_folder

KO, EN = "documents/kr-consent.ko.md", "documents/kr-consent.en.md"
TERMS = """\
[[terms]]
ko = "민사소송법"
en = "Civil Procedure Act"

[[terms]]
ko = "민법"
en = "Civil Act"

[[terms]]
ko = "손해배상"
en = "damages"

[[terms]]
ko = "징벌적 손해배상"
en = "punitive damages"

[[terms]]
ko = "참여 철회"
en = "withdrawal"
also_ko = ["철회"]
also_en = ["withdraw*"]
"""


def saying(korean: str, english: str, *, terms: str = TERMS) -> MatterFolder:
    """A matter whose consent says these two sentences in its second clause; its first stands before them in both."""
    folder = a_matter_folder()
    for file, heading, text in ((KO, "기간", korean), (EN, "Period", english)):
        folder.replacing(file, "\n{{ signature }}", f"\n## 2. {heading}\n\n{text}\n\n{{{{ signature }}}}")
    # A line more, so that no test can take one language's line for the other's.
    folder.replacing(KO, "## 1. 목적\n", "## 1. 목적\n\n")
    return folder.adding("terms.toml", terms) if terms else folder


def told(folder: MatterFolder) -> list[Problem]:
    return check(folder.files())


def assert_agree(korean: str, english: str, *, terms: str = TERMS) -> None:
    assert [str(problem) for problem in told(saying(korean, english, terms=terms))] == []


def assert_told(korean: str, english: str, *quoted: str) -> Problem:
    """One problem, in one sentence, with the place and the words of both texts."""
    folder = saying(korean, english)
    problems = told(folder)
    assert len(problems) == 1, "\n".join(map(str, problems))
    (problem,) = problems
    places = {file: f"{file}:{folder.line_of(file, text)}" for file, text in ((KO, korean), (EN, english))}
    said = str(problem)
    assert all(place in said for place in places.values()), said
    assert said.startswith(tuple(f"{place}: clause 2: " for place in places.values())), said
    assert korean[:20] in said
    assert english[:20] in said
    assert "\n" not in said
    for text in quoted:
        assert f'"{text}"' in said, said
    return problem


# --- each kind of difference -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("korean", "english", "ko_says", "en_says"),
    [
        ("30일 안에 답합니다.", "You are answered within 40 days.", "30일", "40 days"),
        ("3년 동안 보관합니다.", "Kept for three months.", "3년", "three months"),
        ("기간은 2025. 11. 29.부터입니다.", "From November 28, 2025.", "2025. 11. 29.", "November 28, 2025"),
        ("2025년 11월 29일부터입니다.", "From 29 November 2026.", "2025년 11월 29일", "29 November 2026"),
        ("오후 3시까지입니다.", "By 3:30 p.m.", "오후 3시", "3:30 p.m."),
        ("3,000,000원까지입니다.", "Up to KRW 300,000.", "3,000,000원", "KRW 300,000"),
        ("300만 원까지입니다.", "Up to 30 million won.", "300만 원", "30 million won"),
        ("1,000달러까지입니다.", "Up to 1,000 won.", "1,000달러", "1,000 won"),
        ("28.16달러였습니다.", "It was $28.61.", "28.16달러", "$28.61"),
        ("10%를 냅니다.", "The fee is 12 percent.", "10%", "12 percent"),
        ("3분의 1을 냅니다.", "The fee is two-thirds.", "3분의 1", "two-thirds"),
        ("다섯 배까지 배상합니다.", "Up to four times is paid.", "다섯 배", "four times"),
        ("세 번 알립니다.", "You are told twice.", "세 번", "twice"),
        ("제3심까지입니다.", "Up to the fourth instance.", "제3심", "fourth"),
        ("4,536개 계정입니다.", "These are 4,563 accounts.", "4,536", "4,563"),
        ("제2조 제1항을 보십시오.", "See Article 2(2).", "제2조 제1항", "Article 2(2)"),
        ("제5조 제2호부터 제8호", "items 2 to 7 of Article 5", "제5조 제2호부터 제8호", "items 2 to 7 of Article 5"),
        ("28 U.S.C. § 1746을 보십시오.", "See 28 U.S.C. § 1764.", "28 U.S.C. § 1746", "28 U.S.C. § 1764"),
        ("15 U.S.C. 78u-4(a)(2)", "15 U.S.C. 78u-4(a)(3)", "15 U.S.C. 78u-4(a)(2)", "15 U.S.C. 78u-4(a)(3)"),
        ("갑 제1호증입니다.", "This is Plaintiff’s Exhibit 2.", "갑 제1호증", "Plaintiff’s Exhibit 2"),
        ("SHA-256으로 셈합니다.", "Computed with SHA-512.", "SHA-256", "SHA-512"),
        ("① 답합니다.", "(2) You are answered.", "①", "(2)"),
    ],
)  # fmt: skip
def test_a_figure_that_is_another_in_each_language(
    korean: str, english: str, ko_says: str, en_says: str
) -> None:
    assert_told(korean, english, ko_says, en_says)


@pytest.mark.parametrize(
    ("korean", "english", "alone", "language"),
    [
        ("30일 안에 답합니다.", "You are answered soon.", "30일", "Korean"),
        ("곧 답합니다.", "You are answered within ninety days.", "ninety days", "English"),
        ("5,000원, 5,000원입니다.", "5,000 won.", "5,000원", "Korean"),
        ("법원이 정합니다.", "The court decides (Article 7).", "Article 7", "English"),
    ],
)
def test_a_figure_that_stands_in_one_language_only(
    korean: str, english: str, alone: str, language: str
) -> None:
    problem = assert_told(korean, english, alone)
    assert f"the {language} text alone says" in problem.reason


def test_an_article_of_another_statute() -> None:
    problem = assert_told(
        "민사소송법이 아니라 민법 제89조에 따릅니다.", "The Civil Act aside, Civil Procedure Act, Article 89."
    )
    assert '"Article 89" of the Civil Procedure Act' in problem.reason
    assert '"제89조" of the Civil Act' in problem.reason


def test_a_statute_that_terms_toml_does_not_name() -> None:
    problem = assert_told("상법 제397조에 따릅니다.", "Under Article 397 of the Commercial Act.", "상법")
    assert "terms.toml does not name" in problem.reason


def test_a_placeholder_that_one_clause_alone_names() -> None:
    folder = saying("법원: {{ court.seoul.name }}", "The court: Seoul")
    (problem,) = told(folder)
    assert (problem.file, problem.line) == (KO, folder.line_of(KO, "법원:"))
    assert "the Korean text alone names {{ court.seoul.name }}" in problem.reason
    assert f"{EN}:{folder.line_of(EN, 'The court')}" in problem.reason


def test_a_placeholder_that_stands_in_another_clause() -> None:
    """Both documents name it, but not the same clauses."""
    folder = saying("{{ court.seoul.name }}에 냅니다.", "It is filed.")
    folder.replacing(EN, "The suit", "The suit in {{ court.seoul.name }}")
    assert [problem.file for problem in told(folder)] == [EN, KO]


def test_two_periods_that_changed_places() -> None:
    problem = assert_told(
        "10일 안에 묻고 30일 안에 답합니다.", "Ask within 30 days, be answered within 10 days."
    )
    assert "in this order" in problem.reason


def test_a_defined_term_without_its_counterpart() -> None:
    assert_told("손해배상을 구합니다.", "We ask for money.", "손해배상", "damages")
    assert_told("돈을 구합니다.", "We ask for punitive damages.", "punitive damages", "징벌적 손해배상")


def test_a_longer_term_is_not_its_part() -> None:
    """Punitive damages are not answered by damages, nor damages by punitive damages."""
    folder = saying("징벌적 손해배상을 구합니다.", "We ask for damages.")
    assert len(told(folder)) == 2


def test_more_paragraphs_in_one_language() -> None:
    folder = saying("가.\n\n나.", "One.")
    (problem,) = told(folder)
    assert problem.reason.startswith("clause 2 has 1 paragraph in English, but 2 paragraphs in Korean")
    assert f"{KO}:{folder.line_of(KO, '## 2.')}" in problem.reason


def test_a_line_in_the_middle_of_a_paragraph_is_found() -> None:
    folder = saying("먼저\n둘째 줄에 30일\n끝", "First\nsecond\n31 days\nend")
    (problem,) = told(folder)
    assert (problem.file, problem.line) == (EN, folder.line_of(EN, "31 days"))
    assert f"{KO}:{folder.line_of(KO, '30일')}" in problem.reason


def test_pairs_of_the_tables_are_compared_too() -> None:
    spoilt = [
        ("matter.toml", 'label = { ko = "착수금"', 'label = { ko = "착수금 3만 원"', "3만 원"),
        ("matter.toml", 'text = { ko = "소멸시효"', 'text = { ko = "소멸시효 3년"', "3년"),
        ("eligibility.toml", 'ko = "계정이 있었습니다."', 'ko = "2025. 6. 24.에 있었습니다."', "2025. 6. 24."),
        ("evidence.toml", 'help = { ko = "화면을', 'help = { ko = "화면 두 장을', "두"),
        ("packets.toml", 'refusal = { ko = "거부하면', 'refusal = { ko = "10일 안에 거부하면', "10일"),
    ]  # fmt: skip
    for file, old, new, said in spoilt:
        folder = a_matter_folder().replacing(file, old, new)
        (problem,) = told(folder)
        line = folder.line_of(file, new)
        assert (problem.file, problem.line) == (file, line)
        assert f'"{said}"' in problem.reason
        assert f"at {file}:{line}" in problem.reason


def test_messages_are_compared_too() -> None:
    folder = (
        a_matter_folder()
        .adding("messages/filed.ko.md", "\n10분 안에\n")
        .adding("messages/filed.en.md", "\nin 12 minutes\n")
    )
    (problem,) = told(folder)
    assert (problem.file, problem.line) == (
        "messages/filed.en.md",
        folder.line_of("messages/filed.en.md", "12"),
    )
    assert f"messages/filed.ko.md:{folder.line_of('messages/filed.ko.md', '10분')}" in problem.reason


# --- what agrees -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("korean", "english"),
    [
        ("30일 안에", "within thirty (30) days"),
        ("구십 일 동안", "for 90 days"),
        ("3년, 두 주, 여섯 달, 24시간", "three years, 2 weeks, six months and 24 hours"),
        ("4영업일 안에", "within four business days"),
        ("한 달에 한 번", "once a month"),
        ("기간: 2025. 6. 24.부터 11. 8.까지", "June 24 to November 8, 2025"),
        ("2025년 6월 24일부터 30일까지", "June 24 to 30, 2025"),
        ("때: 2025. 11. 29. 22:52", "29 November 2025, 10:52 p.m."),
        ("300만 원(3,000,000원)", "KRW 3,000,000"),
        ("금 삼백만 원", "3 million won"),
        ("3,370만 개 계정", "33.7 million accounts"),
        ("1,000달러 이상 50,000달러 이하", "at least $1,000 and not more than US$50,000"),
        ("10~20%", "10 to 20 percent"),
        ("순회수액의 3분의 1(33 1/3%)", "one-third (33 1/3%) of the net recovery"),
        ("다섯 배", "five times"),
        ("두 번 배상받을 수 없습니다", "cannot be compensated twice"),
        ("두 글의 뜻이 다르면", "where the two differ"),
        ("양쪽이 서명한 서면", "a writing signed by both of us"),
        ("이중으로 배상받지 않습니다", "no double compensation"),
        ("제3자에게", "to third persons"),
        ("셋째부터는 첫 사본이", "from the third on the first copy"),
        ("제1심과 항소심", "the first instance and the appeal"),
        ("만 19세 이상", "19 or older"),
        ("끝 네 자리", "the last four digits"),
        ("한 주당 미국 달러", "U.S. dollars per share"),
        ("1인당 50,000원", "50,000 won per person"),
        ("민법 제168조 제1호, 민사소송법 제265조", "Civil Act, Article 168, item 1; Civil Procedure Act, Article 265"),
        ("민법 제39조, 제39조의2", "Articles 39 and 39-2 of the Civil Act"),
        ("민사소송법 제90조 제2항", "Article 90(2) of the Civil Procedure Act"),
        ("제35조부터 제37조까지", "Articles 35 to 37"),
        ("제5.2조(Rule 5.2)", "Rule 5.2"),
        ("28 U.S.C. §§ 1404, 1407", "28 U.S.C. §§ 1404, 1407"),
        ("22 NYCRR Part 137(제137부)", "Part 137 of the Rules (22 NYCRR Part 137)"),
        ("갑 제1호증의 1, 2", "Gap Exhibit 1-1 and Gap Exhibit 1-2"),
        ("기록을 열 수 있음을 보여 줍니다", "shows that you can open the records"),
        ("계약을 그대로 둘지", "whether to keep the agreement"),
        ("{{ retention.closed_years }}년 동안", "for {{ retention.closed_years }} years"),
        ("철회하시면", "If you withdraw"),
        ("참여 철회", "Withdrawals"),
        ("손해배상", "Damages (손해배상)"),
    ],
)  # fmt: skip
def test_the_same_thing_said_in_each_language_s_own_way(korean: str, english: str) -> None:
    assert_agree(korean, english)


def test_the_first_matter_says_the_same_in_both_languages_and_needs_no_allowance() -> None:
    files = read_folder(ROOT / "matters" / "coupang-2025")
    assert check(files) == []
    assert b"[[allowed]]" not in files["terms.toml"]


def test_what_packets_print_beside_the_matter_says_the_same_in_both_languages() -> None:
    words = tomllib.loads((ROOT / "portal/packets/words.toml").read_text())
    for path, korean, english in _pairs(words, ""):
        assert unanswered(figures(korean), figures(english)) == ([], []), path


def _pairs(table: dict[str, Any], path: str) -> Iterator[tuple[str, str, str]]:
    if table.keys() == {"ko", "en"} and isinstance(table["ko"], str):
        yield path, table["ko"], table["en"]
        return
    for name, part in table.items():
        if isinstance(part, dict):
            yield from _pairs(part, f"{path}.{name}")


def test_a_check_of_the_first_matter_is_quick() -> None:
    files = read_folder(ROOT / "matters" / "coupang-2025")
    check(files)
    began = time.process_time()
    check(files)
    assert time.process_time() - began < 2


# --- terms.toml ------------------------------------------------------------------------------------------------------

ALLOWED = """
[[allowed]]
file = "documents/kr-consent.en.md"
clause = "2"
text = "ninety days"
why = "Only English law knows this period."
"""


def test_a_difference_may_be_allowed_for_a_reason() -> None:
    assert told(saying("곧 답합니다.", "You are answered within ninety days.", terms=TERMS + ALLOWED)) == []


def test_the_command_names_what_is_allowed(tmp_path: Path) -> None:
    folder = saying("곧 답합니다.", "You are answered within ninety days.", terms=TERMS + ALLOWED)
    said = CliRunner().invoke(main, ["matter", "check", str(folder.written(tmp_path / "small"))]).output
    assert "no problems" in said
    assert (
        'allowed in one language only: "ninety days" (documents/kr-consent.en.md, clause 2): '
        "Only English law knows this period." in said
    )


def test_an_allowance_covers_its_own_words_only() -> None:
    folder = saying("곧 답합니다.", "Within ninety days or sixty days.", terms=TERMS + ALLOWED)
    (problem,) = told(folder)
    assert '"sixty days"' in problem.reason
    folder = saying(
        "곧 답합니다.", "Within ninety days.", terms=TERMS + ALLOWED.replace('clause = "2"', 'clause = "1"')
    )
    assert len(told(folder)) == 2, "the difference, and an allowance that nothing needs"


def test_an_allowance_that_nothing_needs_is_told() -> None:
    folder = saying("곧 답합니다.", "You are answered soon.", terms=TERMS + ALLOWED)
    (problem,) = told(folder)
    assert (problem.file, problem.line) == ("terms.toml", folder.line_of("terms.toml", "[[allowed]]"))
    assert problem.reason.startswith('nothing needs the allowance for "ninety days"')


def test_an_allowance_says_why() -> None:
    folder = saying("곧", "within ninety days", terms=TERMS + ALLOWED.replace('why = "Only', '# why = "Only'))
    (problem,) = told(folder)
    assert (problem.file, problem.reason) == ("terms.toml", 'the key "why" is missing')


def test_terms_belong_to_the_version_that_is_published() -> None:
    with_terms, without = saying("철회", "withdraw"), saying("철회", "withdraw", terms="")
    assert folder_hash(with_terms.files()) != folder_hash(without.files())
    assert unpack(pack(with_terms.files()))["terms.toml"] == TERMS.encode()
    assert read_matter(with_terms.files()).hash != read_matter(without.files()).hash
    assert told(without) == []

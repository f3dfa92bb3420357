"""Each way in which an author can go wrong is told with file, line and reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.matters.check import Problem, check
from portal.matters.problems import MatterError
from tests.matters.builders import MatterFolder, a_matter_folder

MATTER, ELIGIBILITY, EVIDENCE, PACKETS = "matter.toml", "eligibility.toml", "evidence.toml", "packets.toml"
RETAINER_KO, RETAINER_EN = "documents/kr-retainer.ko.md", "documents/kr-retainer.en.md"


def the_only_problem(folder: MatterFolder) -> Problem:
    problems = check(folder.files())
    assert len(problems) == 1, "\n".join(map(str, problems))
    return problems[0]


def assert_told(folder: MatterFolder, file: str, at: str | int, reason: str) -> None:
    """The only problem of the folder stands in this file, on the line of this text, and is told so."""
    problem = the_only_problem(folder)
    line = at if isinstance(at, int) else folder.line_of(file, at)
    assert (problem.file, problem.line) == (file, line), str(problem)
    assert reason in problem.reason


def test_a_sound_matter_has_no_problem(tmp_path: Path) -> None:
    assert check(a_matter_folder().files()) == []
    assert check(a_matter_folder().written(tmp_path)) == []


def test_a_folder_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(MatterError, match="nowhere: there is no such folder"):
        check(tmp_path / "nowhere")


def test_broken_toml() -> None:
    folder = a_matter_folder().replacing(MATTER, 'slug = "small"', 'slug = "small')
    assert_told(folder, MATTER, 1, "broken TOML")


def test_broken_toml_at_the_end_of_the_file() -> None:
    folder = a_matter_folder().adding(EVIDENCE, "[[kinds]]\nid = [1,\n")
    problem = the_only_problem(folder)
    assert problem.line >= folder.line_of(EVIDENCE, "id = [1,")
    assert "broken TOML" in problem.reason


@pytest.mark.parametrize(
    ("file", "beside", "added"),
    [
        (MATTER, "log_years = 2", "weeks = 3"),
        (ELIGIBILITY, 'id = "kr-no-notice"', 'priority = "high"'),
        (EVIDENCE, 'id = "notice"', "weight = 1"),
        (PACKETS, 'id = "kr-consent"', "optional = true"),
    ],
)
def test_an_unknown_key(file: str, beside: str, added: str) -> None:
    folder = a_matter_folder().replacing(file, beside, f"{beside}\n{added}")
    assert_told(folder, file, added, f'unknown key "{added.split()[0]}"')


def test_an_unknown_key_inside_an_inline_table() -> None:
    folder = a_matter_folder().replacing(
        ELIGIBILITY, '{ value = "no", text', '{ value = "no", points = 3, text'
    )
    assert_told(folder, ELIGIBILITY, "points", 'unknown key "points"')


def test_a_missing_key() -> None:
    folder = a_matter_folder().replacing(MATTER, 'court = "ndcal"\n', "")
    at = folder.line_of(MATTER, 'id = "us-securities"') - 1
    assert_told(folder, MATTER, at, 'the key "court" is missing')


def test_a_missing_translation() -> None:
    folder = a_matter_folder().replacing(
        MATTER, '{ ko = "확인하십시오.", en = "Check." }', '{ ko = "확인하십시오." }'
    )
    assert_told(folder, MATTER, "headline", '"headline" has no English text')


def test_an_empty_translation() -> None:
    folder = a_matter_folder().replacing(ELIGIBILITY, 'ko = "안내가 없습니다."', 'ko = "  "')
    assert_told(folder, ELIGIBILITY, '"  "', 'the Korean text of "reason" is empty')


def test_a_text_in_one_language_where_two_are_wanted() -> None:
    folder = a_matter_folder().replacing(MATTER, '{ ko = "확인하십시오.", en = "Check." }', '"Check."')
    assert_told(folder, MATTER, "headline", '"headline" must be a table')


def test_a_missing_document() -> None:
    assert_told(a_matter_folder().without(RETAINER_EN), RETAINER_EN, 0, "the file is missing")


def test_a_missing_message() -> None:
    assert_told(
        a_matter_folder().without("messages/filed.ko.md"), "messages/filed.ko.md", 0, "the file is missing"
    )


def test_a_missing_table_of_the_folder() -> None:
    problems = check(a_matter_folder().without(EVIDENCE).files())
    assert problems == [Problem(EVIDENCE, 0, "the file is missing")]


def test_a_file_that_nothing_reads() -> None:
    folder = a_matter_folder().adding("documents/kr-old.ko.md", "# 옛 문서\n\n글\n")
    assert_told(folder, "documents/kr-old.ko.md", 0, "no packet names this document")


# --- questions and rules ---------------------------------------------------------------------------------------------


def test_a_rule_on_an_unknown_question() -> None:
    old = 'when = [{ fact = "account", operator = "is", value = "no" }]'
    folder = a_matter_folder().replacing(ELIGIBILITY, old, old.replace("account", "acount"))
    reason = 'rule "kr-no-account" asks for the fact "acount", which no question gives'
    assert_told(folder, ELIGIBILITY, "acount", reason)


def test_a_rule_on_an_option_that_a_question_does_not_offer() -> None:
    folder = a_matter_folder().replacing(ELIGIBILITY, 'value = ["no"]', 'value = ["no", "perhaps"]')
    assert_told(folder, ELIGIBILITY, "perhaps", '"shares" is "perhaps", which is not one of its options')


def test_a_rule_for_an_unknown_track() -> None:
    folder = a_matter_folder().adding(
        ELIGIBILITY,
        """
[[rules]]
id = "eu"
track = "eu-consumer"
outcome = "eligible"
reason = { ko = "유럽", en = "Europe" }
""",
    )
    assert_told(folder, ELIGIBILITY, "eu-consumer", 'rule "eu" is for the track "eu-consumer"')


def test_a_rule_whose_value_does_not_fit_its_operator() -> None:
    folder = a_matter_folder().replacing(
        ELIGIBILITY, 'operator = "in", value = ["no"]', 'operator = "in", value = "no"'
    )
    assert_told(folder, ELIGIBILITY, 'operator = "in"', 'the operator "in" takes a list of values')


def test_an_unknown_operator() -> None:
    folder = a_matter_folder().replacing(ELIGIBILITY, 'operator = "in"', 'operator = "among"')
    assert_told(folder, ELIGIBILITY, "among", '"operator"')


def test_an_unknown_outcome() -> None:
    folder = a_matter_folder().replacing(ELIGIBILITY, 'outcome = "needs_review"', 'outcome = "maybe"')
    assert_told(folder, ELIGIBILITY, "maybe", '"outcome"')


def test_a_track_without_rules() -> None:
    folder = a_matter_folder().adding(
        MATTER,
        """
[[tracks]]
id = "us-consumer"
jurisdiction = "us"
name = { ko = "소비자", en = "Consumers" }
short = { ko = "소비자", en = "Consumers" }
summary = { ko = "집단소송", en = "A class action." }
court = "ndcal"
opens = 2025-12-01
case_name = "Another"
""",
    )
    problem = the_only_problem(folder)
    assert problem.file == ELIGIBILITY
    assert problem.reason == 'the track "us-consumer" has no rules'


def test_an_outcome_that_no_answers_reach() -> None:
    worse = 'outcome = "needs_review"\nwhen = [{ fact = "notice", operator = "is", value = "no" }]'
    always = 'outcome = "needs_review"\nwhen = [{ fact = "account", operator = "in", value = ["yes", "not_sure"] }]'
    # The question must stay used: whoever said no to it would be turned away anyway.
    folder = a_matter_folder().replacing(ELIGIBILITY, worse, always)
    folder.replacing(
        ELIGIBILITY,
        'id = "kr-no-account"',
        """id = "kr-told"
track = "kr-consumer"
outcome = "needs_review"
when = [{ fact = "notice", operator = "is", value = "yes" }]
reason = { ko = "안내", en = "A notice." }

[[rules]]
id = "kr-no-account\"""",
    )
    reason = 'no answers reach the outcome "eligible" of the track "kr-consumer"'
    assert_told(folder, ELIGIBILITY, folder.line_of(ELIGIBILITY, 'id = "kr-account"') - 1, reason)


def test_a_track_that_nobody_can_be_eligible_for() -> None:
    folder = a_matter_folder().replacing(
        ELIGIBILITY,
        'track = "us-securities"\noutcome = "eligible"',
        'track = "us-securities"\noutcome = "needs_review"',
    )
    assert 'nobody can be eligible for the track "us-securities"' in the_only_problem(folder).reason


def test_a_rule_that_can_never_match_because_its_question_was_not_shown() -> None:
    both = """when = [
  { fact = "account", operator = "is", value = "no" },
  { fact = "notice", operator = "is", value = "no" },
]"""
    folder = a_matter_folder().adding(
        ELIGIBILITY,
        f"""
[[rules]]
id = "kr-impossible"
track = "kr-consumer"
outcome = "not_eligible"
{both}
reason = {{ ko = "없음", en = "Never." }}
""",
    )
    at = folder.line_of(ELIGIBILITY, 'id = "kr-impossible"') - 1
    assert_told(folder, ELIGIBILITY, at, 'rule "kr-impossible" can never match: no answers lead to it')


def test_a_rule_whose_conditions_contradict_each_other() -> None:
    condition = '{ fact = "notice", operator = "is", value = "no" }'
    other = condition.replace('"no"', '"yes"')
    folder = a_matter_folder().replacing(ELIGIBILITY, f"[{condition}]", f"[{condition}, {other}]")
    problems = check(folder.files())
    assert any('its conditions on "notice" contradict each other' in problem.reason for problem in problems)


def test_a_question_that_nobody_uses() -> None:
    folder = a_matter_folder().adding(
        ELIGIBILITY,
        """
[[questions]]
id = "weather"
text = { ko = "날씨?", en = "The weather?" }
options = [
  { value = "fine", text = { ko = "맑음", en = "Fine" } },
  { value = "rain", text = { ko = "비", en = "Rain" } },
]
""",
    )
    assert_told(folder, ELIGIBILITY, '"weather"', 'question "weather" is used by no rule')


def test_a_question_that_depends_on_a_later_one() -> None:
    folder = a_matter_folder().replacing(
        ELIGIBILITY,
        'when = [{ fact = "account", operator = "is_not"',
        'when = [{ fact = "shares", operator = "is_not"',
    )
    assert_told(
        folder, ELIGIBILITY, "is_not", 'question "notice" depends on "shares", which is not asked before it'
    )


def test_a_question_that_is_never_shown() -> None:
    folder = a_matter_folder().replacing(
        ELIGIBILITY,
        'when = [{ fact = "account", operator = "is_not", value = "no" }]',
        'when = [{ fact = "account", operator = "not_in", value = ["yes", "no", "not_sure"] }]',
    )
    problems = check(folder.files())
    assert any('question "notice" is never shown' in problem.reason for problem in problems)


def test_an_option_that_stands_twice() -> None:
    folder = a_matter_folder().replacing(ELIGIBILITY, 'value = "not_sure"', 'value = "yes"')
    assert_told(folder, ELIGIBILITY, "Not sure", 'question "account": option "yes" stands twice')


def test_a_question_with_one_option_only() -> None:
    folder = a_matter_folder().replacing(
        ELIGIBILITY, '  { value = "no", text = { ko = "아니요", en = "No" } },\n]', "]"
    )
    assert_told(folder, ELIGIBILITY, folder.line_of(ELIGIBILITY, 'is_not"') + 1, '"options"')


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        (ELIGIBILITY, 'id = "kr-no-notice"', 'id = "kr-account"', 'rule "kr-account" stands twice'),
        (ELIGIBILITY, 'id = "shares"', 'id = "notice"', 'question "notice" stands twice'),
        (MATTER, 'id = "ndcal"', 'id = "seoul"', 'court "seoul" stands twice'),
        (PACKETS, 'id = "kr-consent"', 'id = "kr-retainer"', 'document "kr-retainer" stands twice'),
        (PACKETS, 'id = "us-pslra"', 'id = "kr-retainer"', 'document "kr-retainer" stands in both packets'),
    ],
)
def test_an_id_that_stands_twice(file: str, old: str, new: str, reason: str) -> None:
    folder = a_matter_folder().replacing(file, old, new)
    assert reason in [problem.reason.partition(";")[0] for problem in check(folder.files())]


# --- facts and dates -------------------------------------------------------------------------------------------------


def test_a_track_that_opens_after_it_closes() -> None:
    folder = a_matter_folder().replacing(MATTER, "closes = 2027-12-31", "closes = 2025-11-30")
    assert_told(folder, MATTER, "opens", "opens on 2025-12-01, after it closes on 2025-11-30")


def test_two_tracks_for_one_case_with_overlapping_dates() -> None:
    second = """
[[tracks]]
id = "kr-late"
jurisdiction = "kr"
name = { ko = "나중", en = "Late" }
short = { ko = "나중", en = "Late" }
summary = { ko = "나중에", en = "Later." }
court = "seoul"
opens = 2027-12-31
case_name = { ko = "손해배상 사건", en = "Action for damages" }
"""
    rule = """
[[rules]]
id = "kr-late"
track = "kr-late"
outcome = "eligible"
reason = { ko = "누구나", en = "Anybody." }
"""
    folder = a_matter_folder().adding(MATTER, second).adding(ELIGIBILITY, rule)
    assert_told(
        folder,
        MATTER,
        "opens = 2027-12-31",
        'tracks "kr-consumer" and "kr-late" take claims for the same case',
    )
    assert check(folder.replacing(MATTER, "opens = 2027-12-31", "opens = 2028-01-01").files()) == []


def test_a_timeline_out_of_order() -> None:
    folder = a_matter_folder().replacing(MATTER, "date = 2025-11-29", "date = 2025-11-17")
    assert_told(folder, MATTER, "2025-11-17", "2025-11-17 stands after 2025-11-18")


def test_a_date_that_does_not_exist() -> None:
    folder = a_matter_folder().replacing(MATTER, "date = 2025-11-29", "date = 2025-11-31")
    assert_told(folder, MATTER, "2025-11-31", "broken TOML")


def test_a_retention_of_no_days() -> None:
    folder = a_matter_folder().replacing(MATTER, "draft_days = 30", "draft_days = 0")
    assert_told(folder, MATTER, "draft_days", '"draft_days"')


def test_a_track_before_an_unknown_court() -> None:
    folder = a_matter_folder().replacing(MATTER, 'court = "ndcal"', 'court = "sdny"')
    assert_told(folder, MATTER, '"sdny"', 'names the court "sdny", which is not listed')


def test_a_track_before_a_court_of_another_jurisdiction() -> None:
    folder = a_matter_folder().replacing(MATTER, 'court = "ndcal"', 'court = "seoul"')
    assert_told(folder, MATTER, folder.line_of(MATTER, "Barry") - 2, 'its court "seoul" in "kr"')


def test_a_track_without_counsel() -> None:
    folder = a_matter_folder().replacing(
        MATTER, '[[counsel]]\njurisdiction = "us"', '[[counsel]]\njurisdiction = "kr"'
    )
    reasons = [problem.reason for problem in check(folder.files())]
    assert 'track "us-securities" has no counsel in "us"' in reasons
    assert 'counsel of "kr" stands twice' in reasons


# --- packets and evidence --------------------------------------------------------------------------------------------


def test_a_track_without_a_packet() -> None:
    packets = a_matter_folder().texts[PACKETS]
    folder = a_matter_folder().replacing(PACKETS, packets[packets.index("[us]") :], "")
    folder.without("documents/us-pslra.ko.md").without("documents/us-pslra.en.md")
    assert_told(folder, PACKETS, 0, 'the track "us-securities" has no packet: [us] is missing')


def test_a_packet_for_a_jurisdiction_without_a_track() -> None:
    folder = a_matter_folder()
    toml = folder.texts[MATTER]
    track = toml[toml.index('[[tracks]]\nid = "us-securities"') : toml.index("[[deadlines]]")]
    folder.replacing(MATTER, track, "")
    rules = folder.texts[ELIGIBILITY]
    folder.replacing(ELIGIBILITY, rules[rules.index('[[rules]]\nid = "us-shares"') :], "")
    told = [problem for problem in check(folder.files()) if problem.file == PACKETS]
    assert told[0].line == folder.line_of(PACKETS, "[us]")
    assert told[0].reason == "[us] is for a jurisdiction without a track"


def test_a_consent_without_its_refusal_text() -> None:
    line = 'refusal = { ko = "거부하면 접수할 수 없습니다.", en = "Refusing blocks the claim." }\n'
    folder = a_matter_folder().replacing(PACKETS, line, "")
    at = folder.line_of(PACKETS, 'id = "kr-consent"') - 1
    assert_told(folder, PACKETS, at, 'consent "kr-consent" has no refusal text')


def test_a_consent_that_does_not_say_whether_it_is_required() -> None:
    folder = a_matter_folder().replacing(PACKETS, "required = true\n", "")
    at = folder.line_of(PACKETS, 'id = "kr-consent"') - 1
    assert_told(folder, PACKETS, at, "does not say whether it is required")


def test_a_document_that_is_no_consent_but_required() -> None:
    folder = a_matter_folder().replacing(
        PACKETS, 'kind = "agreement"', 'kind = "agreement"\nrequired = false'
    )
    assert_told(folder, PACKETS, "required = false", 'is no consent, so it takes no "required"')


def test_a_document_for_an_unknown_track() -> None:
    folder = a_matter_folder().replacing(PACKETS, '["us-securities"]', '["us-stocks"]')
    assert_told(folder, PACKETS, "us-stocks", 'is for the track "us-stocks"')


def test_a_document_for_a_track_of_another_jurisdiction() -> None:
    folder = a_matter_folder().replacing(PACKETS, '["us-securities"]', '["kr-consumer"]')
    assert_told(folder, PACKETS, "kr-consumer", "of another jurisdiction")


@pytest.mark.parametrize(
    "heading", ["제{number}조", "제{number}조 ({title}) {court}", "제{number조 ({title})"]
)
def test_a_clause_heading_that_cannot_be_filled(heading: str) -> None:
    folder = a_matter_folder().replacing(PACKETS, "제{number}조 ({title})", heading)
    assert_told(folder, PACKETS, "clause_heading", "must hold {number} and {title}")


def test_evidence_for_an_unknown_track() -> None:
    folder = a_matter_folder().replacing(EVIDENCE, "kr-consumer", "kr-shopper")
    assert_told(folder, EVIDENCE, "kr-shopper", 'evidence "notice" is for the track "kr-shopper"')


# --- legal texts -----------------------------------------------------------------------------------------------------


def test_a_document_without_a_signature_block() -> None:
    folder = a_matter_folder()
    for file in (RETAINER_KO, RETAINER_EN):
        folder.replacing(file, "\n{{ signature }}\n", "")
    problems = check(folder.files())
    assert {(problem.file, problem.reason) for problem in problems} == {
        (file, "the agreement has no signature block, {{ signature }} alone in a paragraph")
        for file in (RETAINER_KO, RETAINER_EN)
    }


def test_a_certification_without_its_table_of_trades() -> None:
    folder = a_matter_folder()
    for language in ("ko", "en"):
        folder.replacing(f"documents/us-pslra.{language}.md", "{{ trades }}", "none")
    assert all("no table of trades" in problem.reason for problem in check(folder.files()))
    assert len(check(folder.files())) == 2


def test_a_signature_block_that_stands_twice() -> None:
    folder = (
        a_matter_folder()
        .adding(RETAINER_KO, "\n{{ signature }}\n")
        .adding(RETAINER_EN, "\n{{ signature }}\n")
    )
    assert {problem.reason for problem in check(folder.files())} == {
        '"{{ signature }}" stands more than once'
    }


def test_a_placeholder_that_does_not_exist() -> None:
    folder = a_matter_folder().replacing(RETAINER_KO, "{{ counsel.kr.name }}", "{{ counsel.jp.name }}")
    assert_told(folder, RETAINER_KO, "counsel.jp", 'the placeholder "{{ counsel.jp.name }}" does not exist')


def test_personal_content_in_the_middle_of_a_sentence() -> None:
    folder = a_matter_folder().replacing(RETAINER_EN, "The client retains", "{{ signature }} retains")
    assert_told(folder, RETAINER_EN, "{{ signature }} retains", "must stand alone in a paragraph")


def test_a_placeholder_that_is_not_closed() -> None:
    folder = a_matter_folder().replacing(RETAINER_EN, "{{ counsel.kr.name }}", "{{ counsel.kr.name }")
    assert_told(folder, RETAINER_EN, "The client", "a placeholder is not closed")


def test_a_clause_in_one_language_only() -> None:
    folder = a_matter_folder().adding(RETAINER_KO, "\n## 3. 해지\n\n언제든지 해지합니다.\n")
    assert_told(folder, RETAINER_KO, "## 3.", 'clause 3 "해지" stands only in the Korean text')


def test_clauses_in_another_order() -> None:
    text = a_matter_folder().texts["documents/kr-consent.en.md"]
    folder = a_matter_folder().adding("documents/kr-consent.ko.md", "\n## 2. 기간\n\n5년\n")
    second_first = text.replace("## 1. Purpose", "## 2. Period\n\nFive years\n\n## 1. Purpose")
    folder.texts["documents/kr-consent.en.md"] = second_first
    assert_told(folder, "documents/kr-consent.en.md", 0, "another order")


def test_a_list_that_is_shorter_in_one_language() -> None:
    folder = a_matter_folder().replacing(RETAINER_EN, "2. Success fee: none\n", "")
    reason = "clause 2 has a numbered list of 1, {{ signature }} in English, but a numbered list of 2"
    assert_told(folder, RETAINER_EN, "## 2.", reason)


def test_a_block_in_one_language_only() -> None:
    folder = a_matter_folder().replacing(RETAINER_EN, "{{ schedule }}\n\n", "")
    assert_told(
        folder, RETAINER_EN, 1, "the text before the first clause has no list and no block in English"
    )


def test_a_fact_that_one_language_alone_names() -> None:
    folder = a_matter_folder().replacing(
        RETAINER_EN, "The client retains", "The client ({{ court.seoul.name }}) retains"
    )
    assert_told(folder, RETAINER_EN, "court.seoul", "the English text alone names")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("# Retainer agreement", "Retainer agreement", "the first line must be the title"),
        ("## 1. Parties", "## Parties", "not of the form"),
        ("## 1. Parties", "### 1. Parties", "not of the form"),
        ("## 2. Fees", "## 1. Fees", "clause 1 stands twice"),
        ("1. Retainer fee", "> quoted\n\n1. Retainer fee", "a quotation block cannot be laid out"),
        ("for the **", "for the ", "two stars are left over"),
        ("for the **", "for <b>the</b> **", "HTML cannot be laid out"),
        ("The client", "[The client](https://example.com)", "a link cannot be laid out"),
        ("The client", "![x](y.png) The client", "an image cannot be laid out"),
        (
            "1. Retainer fee: {{ fee.kr.1 }}",
            "1. Retainer fee: {{ fee.kr.1 }}\n   - none",
            "without lists inside",
        ),
    ],
)
def test_a_text_that_cannot_be_laid_out(old: str, new: str, reason: str) -> None:
    folder = a_matter_folder().replacing(RETAINER_EN, old, new)
    problems = check(folder.files())
    assert any(problem.file == RETAINER_EN and reason in problem.reason for problem in problems), problems
    assert all(problem.line for problem in problems)


def test_a_clause_without_text() -> None:
    folder = a_matter_folder().adding(RETAINER_KO, "\n## 3. 해지\n")
    assert_told(folder, RETAINER_KO, "## 3.", 'clause 3 "해지" has no text')


def test_a_document_with_a_title_only() -> None:
    folder = a_matter_folder().replacing("documents/kr-exhibits.ko.md", "\n{{ exhibits }}\n", "")
    assert_told(folder, "documents/kr-exhibits.ko.md", 1, "the document has no text")


# --- messages and characters -----------------------------------------------------------------------------------------


def test_a_message_without_a_subject() -> None:
    folder = a_matter_folder().replacing("messages/code.en.md", "Subject: Notice code", "Notice code")
    assert_told(folder, "messages/code.en.md", 1, 'the first line must be "Subject: "')


def test_a_message_with_an_unknown_placeholder() -> None:
    folder = a_matter_folder().adding("messages/filed.en.md", "\nDear {{ name }}\n")
    assert_told(folder, "messages/filed.en.md", "{{ name }}", 'the placeholder "{{ name }}" does not exist')


def test_a_message_with_a_link() -> None:
    folder = a_matter_folder().adding("messages/filed.en.md", "\nGo to https://example.com/\n")
    assert_told(folder, "messages/filed.en.md", "https", "must not hold a link")


def test_a_message_that_one_language_fills_with_more() -> None:
    folder = a_matter_folder().adding("messages/filed.en.md", "\nOn {{ date }}\n")
    assert_told(folder, "messages/filed.en.md", "{{ date }}", "the English text alone names {{ date }}")


def test_the_message_with_the_code_must_hold_it() -> None:
    folder = a_matter_folder()
    for language in ("ko", "en"):
        folder.replacing(f"messages/code.{language}.md", "{{ code }}", "123456")
    assert {problem.reason for problem in check(folder.files())} == {"the message does not hold {{ code }}"}


@pytest.mark.parametrize("character", ["\x07", "\u200b", "\u202e", "\ufeff", "\ufffd", "\ue000"])
def test_a_character_that_cannot_be_seen(character: str) -> None:
    folder = a_matter_folder().replacing(RETAINER_EN, "The client", f"The{character} client")
    assert_told(folder, RETAINER_EN, "The", f"U+{ord(character):04X}")


def test_a_control_character_written_as_an_escape() -> None:
    folder = a_matter_folder().replacing(MATTER, "We ask briefly.", "We ask\\u0007 briefly.")
    assert_told(folder, MATTER, "lead", "U+0007")


def test_decomposed_hangul() -> None:
    folder = a_matter_folder().replacing(RETAINER_KO, "위임인은", "\u110b\u1171임인은")
    assert_told(folder, RETAINER_KO, "임인은", "NFC")


def test_a_file_that_is_not_utf8() -> None:
    folder = a_matter_folder().with_bytes(RETAINER_KO, "# 위임계약서\n\n글\n".encode("euc-kr"))
    problem = the_only_problem(folder)
    assert problem == Problem(RETAINER_KO, 1, "the file is not UTF-8 text")


def test_windows_line_ends_are_no_problem() -> None:
    folder = a_matter_folder()
    for file, text in folder.texts.items():
        folder.with_bytes(file, text.replace("\n", "\r\n").encode())
    assert check(folder.files()) == []


def test_several_problems_are_all_told_in_order() -> None:
    folder = (
        a_matter_folder()
        .replacing(MATTER, 'court = "ndcal"', 'court = "sdny"')
        .replacing(ELIGIBILITY, 'id = "kr-no-notice"', 'id = "kr-account"')
        .adding(RETAINER_KO, "\n## 3. 해지\n\n글\n")
    )
    problems = check(folder.files())
    assert [problem.file for problem in problems] == [RETAINER_KO, ELIGIBILITY, MATTER]
    assert str(problems[1]).startswith("eligibility.toml:")


@settings(deadline=None)
@given(st.data())
def test_no_damage_to_a_line_breaks_the_check(data: st.DataObject) -> None:
    """Whatever line is lost, doubled or garbled: the check tells problems, it never falls over."""
    folder = a_matter_folder()
    file = data.draw(st.sampled_from(sorted(folder.texts)))
    lines = folder.texts[file].split("\n")
    place = data.draw(st.integers(0, len(lines) - 1))
    damage = data.draw(
        st.sampled_from(["", "x", '"', "[[rules]]", "= 3", "{{ signature }}", "## 1. A", "\x00", "[", "ko"])
    )
    lines[place : place + 1] = data.draw(
        st.sampled_from([[damage], [lines[place] + damage], [lines[place]] * 2, []])
    )
    folder.texts[file] = "\n".join(lines)
    for problem in check(folder.files()):
        assert 0 <= problem.line <= len(folder.texts.get(problem.file, "").split("\n"))
        assert problem.reason


COURT_PAGE = "[kr.court_page]\nmargins_mm = [45, 20, 30, 20]\nsize_pt = 12\nline_spacing = 2.0\n\n"


def with_court_page(page: str = COURT_PAGE, filed: str = "filed = true\n") -> MatterFolder:
    first = '[[kr.documents]]\nid = "kr-retainer"\n'
    return a_matter_folder().replacing(PACKETS, first, f"{page}{first}{filed}")


def test_filed_documents_may_have_a_page_as_the_court_asks() -> None:
    assert check(with_court_page().files()) == []


def test_a_page_for_filed_documents_needs_one() -> None:
    told = the_only_problem(with_court_page(filed=""))
    assert told.file == PACKETS
    assert "no document is filed" in told.reason


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ("[45, 20, 30, 20]", "[45, 20, 30]"),
        ("[45, 20, 30, 20]", "[45, 20, 30, 200]"),
        ("size_pt = 12", "size_pt = 8"),
        ("line_spacing = 2.0", "line_spacing = 9"),
    ],
)
def test_a_courts_page_that_cannot_be_printed_is_told(given: str, wrong: str) -> None:
    problems = check(with_court_page(COURT_PAGE.replace(given, wrong)).files())
    assert [problem.file for problem in problems] == [PACKETS] * len(problems)
    assert problems

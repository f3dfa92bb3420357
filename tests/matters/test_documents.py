from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.matters.document_reader import DocumentError, read_document
from portal.matters.documents import (
    Document,
    ListBlock,
    Paragraph,
    Run,
    Slot,
    plain,
    side_by_side,
)
from tests.matters.builders import a_matter_folder

SOURCE = """\
# Retainer

Between {{ firm }} and the client,
in two lines.

{{ schedule }}

## 1. Scope

The **firm *alone*** acts.

3. first
4. second

- loose

## 2-1. Signing

{{ signature }}
"""


def document(source: str = SOURCE, **facts: str) -> Document:
    return read_document("kr-retainer", "en", source, facts or {"firm": "Kim & Lee <LLP>"})


def test_markdown_becomes_clauses_of_paragraphs_lists_and_slots() -> None:
    read = document()
    assert read.title == "Retainer"
    assert read.preamble == (
        Paragraph((Run("Between Kim & Lee <LLP> and the client, in two lines."),)),
        Slot("schedule"),
    )
    scope, signing = read.clauses
    assert (scope.number, scope.title) == ("1", "Scope")
    assert scope.blocks == (
        Paragraph(
            (Run("The "), Run("firm ", bold=True), Run("alone", bold=True, italic=True), Run(" acts."))
        ),
        ListBlock(True, ((Run("first"),), (Run("second"),)), start=3),
        ListBlock(False, ((Run("loose"),),)),
    )
    assert (signing.number, signing.blocks) == ("2-1", (Slot("signature"),))
    assert read.slots == ("schedule", "signature")


def test_a_fact_is_never_read_as_markdown() -> None:
    read = document("# T\n\n{{ firm }}\n", firm="**A_b_** [c](d) {{ signature }}")
    assert read.preamble == (Paragraph((Run("**A_b_** [c](d) {{ signature }}"),)),)


@pytest.mark.parametrize("source", ["**{{ firm }}**을", "**「민법」**을", "가**(주)**나", "**가.**나"])
def test_bold_text_may_touch_a_korean_particle(source: str) -> None:
    (paragraph,) = document(f"# T\n\n{source} 따릅니다.\n", firm="법(안)").preamble
    assert isinstance(paragraph, Paragraph)
    assert "*" not in plain(paragraph.runs)
    assert [run.text for run in paragraph.runs if run.bold] == [
        source.split("**")[1].replace("{{ firm }}", "법(안)")
    ]


def test_a_star_that_multiplies_stays_a_star() -> None:
    (paragraph,) = document("# T\n\n3 * 4 * 5\n").preamble
    assert paragraph == Paragraph((Run("3 * 4 * 5"),))


def test_an_ampersand_or_an_escape_stays_what_it_says() -> None:
    assert plain(document("# T\n\nA &amp; B \\* C\n").preamble[0].runs) == "A & B * C"  # type: ignore[union-attr]


def test_the_canonical_text_is_stable_and_bound_by_its_hash() -> None:
    read = document()
    assert read.plain_text == (
        "Retainer\n\nBetween Kim & Lee <LLP> and the client, in two lines.\n\n[schedule]\n\n1. Scope\n\n"
        "The firm alone acts.\n\n3. first\n4. second\n\n- loose\n\n2-1. Signing\n\n[signature]\n"
    )
    assert document(SOURCE.replace("client,\nin", "client, in")).text_hash == read.text_hash
    assert len(read.text_hash) == 64
    assert document(firm="Another").text_hash != read.text_hash
    assert document(SOURCE.replace("acts", "act")).text_hash != read.text_hash


def test_the_canonical_text_does_not_depend_on_how_hangul_is_composed() -> None:
    composed = document("# 위임\n\n글\n")
    decomposed = document(unicodedata.normalize("NFD", "# 위임\n\n글\n"))
    assert composed.text_hash == decomposed.text_hash


def test_all_complaints_come_at_once_with_their_lines() -> None:
    with pytest.raises(DocumentError) as raised:
        document("Title\n\n## Scope\n\n{{ nothing }}\n\n`code`\n")
    assert [line for line, _ in raised.value.complaints] == [1, 3, 5, 7]


def test_clauses_of_two_languages_stand_side_by_side() -> None:
    matter = a_matter_folder().matter()
    pairs = list(side_by_side(matter.document("kr-retainer", "ko"), matter.document("kr-retainer", "en")))
    assert [(korean.title, english.title) for korean, english in pairs] == [
        ("당사자", "Parties"),
        ("보수", "Fees"),
    ]


def test_terms_name_the_facts_of_the_matter_in_their_own_language() -> None:
    matter = a_matter_folder().matter()
    assert "법무법인 하나에 손해배상 사건을" in matter.document("kr-retainer", "ko").plain_text
    assert "Hana Law for the Action for damages" in matter.document("kr-retainer", "en").plain_text
    assert "1. 착수금: 없음" in matter.document("kr-retainer", "ko").plain_text


def test_dates_stand_as_each_language_writes_them() -> None:
    folder = a_matter_folder()
    for language in ("ko", "en"):
        folder.replacing(
            f"documents/kr-consent.{language}.md", "\n\n{{", "\n\n{{ track.kr-consumer.closes }}\n\n{{"
        )
    matter = folder.matter()
    assert "2027. 12. 31." in matter.document("kr-consent", "ko").plain_text
    assert "December 31, 2027" in matter.document("kr-consent", "en").plain_text


def reads_or_complains(source: str) -> bool:
    """Whether the reader ends as it should: with a document or with complaints."""
    try:
        return bool(document(source).title)
    except DocumentError as error:
        return bool(error.complaints)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200))
def test_no_text_whatever_breaks_the_reader(source: str) -> None:
    assert reads_or_complains(f"# T\n\n{source}\n\n## 1. A\n\n{source}\n")


@given(st.text(alphabet=st.sampled_from("#*_-1. \n{}`<>[]()!>\t가a&;\\"), max_size=120))
def test_no_markdown_whatever_breaks_the_reader(source: str) -> None:
    assert reads_or_complains(source)

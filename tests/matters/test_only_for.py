from __future__ import annotations

import pytest

from portal.matters.check import check
from portal.matters.folder import read_folder, read_matter
from portal.matters.only_for import complaints, text_for
from tests.conftest import ROOT

FOLDER = read_folder(ROOT / "matters" / "coupang-2025")
SOURCE = "# T\n\na\n\n::: for minor, heir\nb\n:::\n::: for self\nc\n:::\nd\n"


def test_a_passage_stands_for_the_kinds_that_it_names_and_lines_keep_their_numbers() -> None:
    assert text_for(SOURCE, "minor").split() == ["#", "T", "a", "b", "d"]
    assert text_for(SOURCE, "self").split() == ["#", "T", "a", "c", "d"]
    assert text_for(SOURCE, "company").split() == ["#", "T", "a", "d"]
    for kind in ("self", "minor", "company"):
        assert text_for(SOURCE, kind).split("\n").index("d") == SOURCE.split("\n").index("d")


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("::: for minors\na\n:::\n", 1, "no kind of claim"),
        ("::: for minor\na\n", 1, "not closed"),
        ("a\n:::\n", 2, "nothing opened"),
        ("::: for minor\n::: for heir\n:::\n", 2, "not closed"),
        (" ::: for minor\n:::\n", 1, "not of the form"),
    ],
)
def test_a_mark_that_would_be_misread_is_pointed_out(source: str, line: int, said: str) -> None:
    assert any(at == line and said in reason for at, reason in complaints(source))


def test_each_kind_has_its_own_text_and_hash_and_an_adult_the_one_without_passages() -> None:
    matter = read_matter(FOLDER)
    power = {kind: matter.document("kr-power", "ko", kind) for kind in ("self", "minor", "heir", "company")}
    assert len({one.text_hash for one in power.values()}) == 4
    assert "미성년자" in power["minor"].plain_text
    assert "미성년자" not in power["self"].plain_text
    assert matter.document("kr-consent-transfer", "en", "minor") is matter.document(
        "kr-consent-transfer", "en"
    )
    young = [one.id for one in matter.documents_for("kr", ["kr-consumer"], "minor", 13)]
    assert "kr-consent-minor" in young
    for kind, age in (("minor", 14), ("minor", None), ("self", 13)):
        documents = matter.documents_for("kr", ["kr-consumer"], kind, age)
        assert "kr-consent-minor" not in [one.id for one in documents]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("kr-power.en.md", "Civil Act, Articles 909 and 911", "Civil Act, Articles 909 and 912", "912"),
        ("kr-retainer.en.md", "::: for company\n(4)", "::: for heir\n(4)", "paragraphs"),
        ("kr-statement.ko.md", "::: for heir\n", "::: for heirs\n", "no kind of claim"),
    ],
)
def test_what_only_some_kinds_read_is_checked_like_every_text(
    file: str, old: str, new: str, said: str
) -> None:
    path = f"documents/{file}"
    source = FOLDER[path].decode()
    assert old in source
    problems = check({**FOLDER, path: source.replace(old, new).encode()})
    assert any(problem.file == path and said in problem.reason for problem in problems)

"""Where a person stands among the questions."""

from __future__ import annotations

from portal.eligibility.path import Path, find_path
from portal.matters.questions import Question


def a_question(name: str, when: tuple[str, str] | None = None) -> Question:
    """A question with the answers yes and no, perhaps asked only after a certain answer to another."""
    text = {"ko": name, "en": name}
    conditions = [{"fact": when[0], "operator": "is", "value": when[1]}] if when else []
    options = [{"value": value, "text": {"ko": value, "en": value}} for value in ("yes", "no")]
    return Question.model_validate({"id": name, "text": text, "options": options, "when": conditions})


FIRST, SECOND, THIRD = a_question("first"), a_question("second", ("first", "yes")), a_question("third")
DEEPER = a_question("deeper", ("second", "yes"))
ALL = (FIRST, SECOND, DEEPER, THIRD)


def names(path: Path) -> list[str]:
    return [question.id for question in path.questions]


def test_a_question_that_may_still_come_is_counted() -> None:
    assert names(find_path(ALL, {})) == ["first", "second", "deeper", "third"]
    assert names(find_path(ALL, {"first": "no"})) == ["first", "third"]
    assert names(find_path(ALL, {"first": "yes", "second": "no"})) == ["first", "second", "third"]


def test_the_next_question_is_the_first_open_one() -> None:
    assert find_path(ALL, {}).next == FIRST
    assert find_path(ALL, {"first": "yes"}).next == SECOND
    assert find_path(ALL, {"first": "no"}).next == THIRD
    assert find_path(ALL, {"first": "no", "third": "no"}).next is None


def test_only_questions_up_to_the_first_open_one_can_be_reached() -> None:
    path = find_path(ALL, {"first": "yes"})
    assert [path.reaches(question) for question in ALL] == [True, True, False, False]
    assert not find_path(ALL, {"first": "no", "third": "no"}).reaches(SECOND)


def test_answers_behind_a_changed_one_are_left_out() -> None:
    path = find_path(ALL, {"first": "no", "second": "yes", "deeper": "yes", "third": "yes"})
    assert dict(path.answers) == {"first": "no", "third": "yes"}


def test_the_one_before_is_the_one_asked_before() -> None:
    path = find_path(ALL, {"first": "no"})
    assert path.previous(FIRST) is None
    assert path.previous(THIRD) == FIRST
    assert path.position(THIRD) == 2

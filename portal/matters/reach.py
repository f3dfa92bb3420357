"""Which outcomes a matter's answers can lead to at all.

All ways through the questions are walked, but those that leave the same rules standing and the same answers to
be asked about later are walked once, so that the number of questions does not multiply.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from portal.matters.questions import Question
from portal.matters.ruleset import RuleSet, TrackRules

_Answers = tuple[tuple[str, str], ...]


def reachable(questions: Sequence[Question], rules: RuleSet, track: TrackRules) -> frozenset[int]:
    """The track's own masks of matching rules that complete answers can lead to."""
    ways: dict[_Answers, set[int]] = {(): {track.ones}}
    for index, question in enumerate(questions):
        further: dict[_Answers, set[int]] = defaultdict(set)
        for answers, masks in ways.items():
            for answer, known in _answers(question, answers, questions[index + 1 :]):
                standing = rules.left_standing(question.id, answer) >> track.shift
                further[known].update(mask & standing for mask in masks)
        ways = further
    return frozenset().union(*ways.values())


def never_shown(questions: Sequence[Question]) -> tuple[Question, ...]:
    """The questions that no answers before them call for."""
    ways: set[_Answers] = {()}
    hidden = []
    for index, question in enumerate(questions):
        if not any(question.is_shown(dict(answers)) for answers in ways):
            hidden.append(question)
        later = questions[index + 1 :]
        ways = {known for answers in ways for _, known in _answers(question, answers, later)}
    return tuple(hidden)


def _answers(
    question: Question, before: _Answers, later: Sequence[Question]
) -> Iterator[tuple[str | None, _Answers]]:
    """Every answer that the question can get, with what questions after it may still ask about."""
    asked = {condition.fact for one in later for condition in one.when}
    kept = tuple(pair for pair in before if pair[0] in asked)
    if not question.is_shown(dict(before)):
        yield None, kept
        return
    for option in question.options:
        yield option.value, (*kept, (question.id, option.value)) if question.id in asked else kept

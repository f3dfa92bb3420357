"""What eligibility.toml and joinder.toml have in common: questions that depend on each other, rules that test them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from portal.matters.checks.finding import Finding, duplicates
from portal.matters.model import Condition, Question
from portal.matters.reach import never_shown

Path = tuple[str | int, ...]


def repeated(questions: Sequence[Question], rule_ids: Sequence[str]) -> Iterator[Finding]:
    """Ids and options that stand there twice."""
    yield from duplicates("questions", "question", [question.id for question in questions])
    yield from duplicates("rules", "rule", list(rule_ids))
    for index, question in enumerate(questions):
        values = [option.value for option in question.options]
        noun = f'question "{question.id}": option'
        yield from duplicates(("questions", index, "options"), noun, values, key="value")


def question_conditions(questions: Sequence[Question]) -> Iterator[Finding]:
    """Conditions of questions on what is not asked before them, not asked at all, or not answered so."""
    known: dict[str, Question] = {}
    later = {question.id for question in questions}
    for index, question in enumerate(questions):
        who = f'question "{question.id}"'
        for place, condition in enumerate(question.when):
            path = ("questions", index, "when", place)
            if condition.fact not in known and condition.fact in later:
                yield Finding(path, f'{who} depends on "{condition.fact}", which is not asked before it')
            else:
                yield from condition_on(path, who, condition, known)
        known[question.id] = question


def rule_conditions(
    index: int, rule_id: str, when: Sequence[Condition], questions: Sequence[Question]
) -> Iterator[Finding]:
    """Conditions of one rule on what is not asked or not answered so."""
    known = {question.id: question for question in questions}
    for place, condition in enumerate(when):
        yield from condition_on(("rules", index, "when", place), f'rule "{rule_id}"', condition, known)


def condition_on(
    path: Path, who: str, condition: Condition, questions: Mapping[str, Question]
) -> Iterator[Finding]:
    """What one condition asks for that no question gives."""
    question = questions.get(condition.fact)
    if question is None:
        yield Finding((*path, "fact"), f'{who} asks for the fact "{condition.fact}", which no question gives')
        return
    for value in sorted(condition.values):
        if question.option(value) is None:
            reason = f'{who} asks whether "{question.id}" is "{value}", which is not one of its options'
            yield Finding((*path, "value"), reason)


def hidden(questions: Sequence[Question]) -> Iterator[Finding]:
    """Questions that no answers lead to."""
    never = never_shown(questions)
    for index, question in enumerate(questions):
        if question in never:
            reason = f'question "{question.id}" is never shown: no answers before it satisfy its conditions'
            yield Finding(("questions", index, "when"), reason)

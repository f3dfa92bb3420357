"""The way through the questions: which one comes next, and which answers still count. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.matters.questions import Question


@dataclass(frozen=True)
class Path:
    """The questions that are asked, or may still be asked, given the answers so far; in order."""

    questions: tuple[Question, ...]
    answers: Mapping[str, str]

    @property
    def next(self) -> Question | None:
        """The first question without an answer; None when all are answered.

        Conditions look back only, so everything that decides whether this one is asked has been answered.
        """
        return next((one for one in self.questions if one.id not in self.answers), None)

    def reaches(self, question: Question) -> bool:
        """Whether a person may stand here: everything before it is answered."""
        return question in self.questions and all(one.id in self.answers for one in self._before(question))

    def position(self, question: Question) -> int:
        """Counted from 1."""
        return self.questions.index(question) + 1

    def previous(self, question: Question) -> Question | None:
        """The one asked just before."""
        before = self._before(question)
        return before[-1] if before else None

    def _before(self, question: Question) -> tuple[Question, ...]:
        return self.questions[: self.questions.index(question)]


def find_path(questions: Sequence[Question], answers: Mapping[str, str]) -> Path:
    """The path with only those answers that still belong to it.

    An answer is left out when its question is no longer asked, or no longer offers that option.
    """
    asked: list[Question] = []
    kept: dict[str, str] = {}
    open_facts: set[str] = set()
    for question in questions:
        if not _may_be_asked(question, kept, open_facts):
            continue
        asked.append(question)
        answer = answers.get(question.id)
        if answer is not None and question.option(answer) and question.is_shown(kept):
            kept[question.id] = answer
        else:
            open_facts.add(question.id)
    return Path(tuple(asked), kept)


def _may_be_asked(question: Question, answers: Mapping[str, str], open_facts: set[str]) -> bool:
    return all(
        condition.fact in open_facts or condition.holds(answers.get(condition.fact))
        for condition in question.when
    )

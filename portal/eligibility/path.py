"""The way through the questions: where a person stands, and how many are still to come. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.eligibility.rules import Answers, pruned
from portal.matters.questions import Question


@dataclass(frozen=True)
class Path:
    """The questions that are asked, or may still be asked, given the answers so far; in order."""

    questions: tuple[Question, ...]
    answers: Answers

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


def find_path(questions: Sequence[Question], answers: Answers) -> Path:
    """The path with only those answers that still count.

    A question whose conditions rest on open questions counts as one that may come: the number only falls.
    """
    kept = pruned(questions, answers)
    asked: list[Question] = []
    still_open: set[str] = set()
    for question in questions:
        if all(one.fact in still_open or one.holds(kept.get(one.fact)) for one in question.when):
            asked.append(question)
            if question.id not in kept:
                still_open.add(question.id)
    return Path(tuple(asked), kept)

"""Answers and a matter's rules become decisions with reasons. Pure: no application, database or clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from portal.matters.matter import Matter
from portal.matters.questions import Outcome, Question, Rule
from portal.matters.ruleset import Reason, RuleSet, TrackRules

__all__ = [
    "INCOMPLETE",
    "Answers",
    "Decision",
    "Outcome",
    "Reason",
    "assess",
    "compile_rules",
    "decide",
    "next_question",
    "pruned",
    "visible_questions",
]

Answers = Mapping[str, str]
"""Question id to the value of the chosen option."""

INCOMPLETE: Final = "incomplete"
"""The built-in reason of a track that no rule speaks for; the page words it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One track's outcome; `reasons` are never empty, the worst come first and decide."""

    track: str
    outcome: Outcome
    reasons: tuple[Reason, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the reasons, as they are kept with a claim."""
        return tuple(reason.code for reason in self.reasons)

    @property
    def deciding(self) -> tuple[Reason, ...]:
        """The reasons that the outcome rests on, without those that spoke for a better one."""
        return tuple(reason for reason in self.reasons if reason.outcome is self.outcome)


_NOTHING_MATCHED: Final = Reason(INCOMPLETE, Outcome.NEEDS_REVIEW)
_REMEMBERED: Final = 32_768  # decisions kept ready, about 200 bytes each


def compile_rules(rules: Sequence[Rule], tracks: Sequence[str] = ()) -> RuleSet:
    """The rules ready for `decide`; `tracks` fixes the order and adds those without rules."""
    return RuleSet(rules, tracks)


def decide(rules: RuleSet, answers: Answers) -> tuple[Decision, ...]:
    """One decision per track, in the order of the tracks.

    The outcome is the worst of all matching rules; where none matches, a person has to look.
    """
    mask = rules.mask(answers)
    return tuple([_decision(track, mask >> track.shift & track.ones) for track in rules.tracks])


@lru_cache(maxsize=_REMEMBERED)
def _decision(track: TrackRules, mask: int) -> Decision:
    reasons = track.matching(mask) or (_NOTHING_MATCHED,)
    return Decision(track.track, reasons[0].outcome, reasons)


def visible_questions(questions: Sequence[Question], answers: Answers) -> tuple[Question, ...]:
    """The questions that these answers call for, in order; answers to questions out of sight do not count."""
    shown: list[Question] = []
    counted: dict[str, str] = {}
    for question in questions:
        if not question.is_shown(counted):
            continue
        shown.append(question)
        answer = answers.get(question.id)
        if answer is not None and question.option(answer):
            counted[question.id] = answer
    return tuple(shown)


def pruned(questions: Sequence[Question], answers: Answers) -> dict[str, str]:
    """The answers that count: to questions in sight, and among their options."""
    return {
        question.id: answers[question.id]
        for question in visible_questions(questions, answers)
        if question.id in answers and question.option(answers[question.id])
    }


def next_question(questions: Sequence[Question], answers: Answers) -> Question | None:
    """The first question in sight without an answer that counts, None when all are answered."""
    counted = pruned(questions, answers)
    open_questions = (one for one in visible_questions(questions, answers) if one.id not in counted)
    return next(open_questions, None)


def assess(matter: Matter, answers: Answers) -> tuple[Decision, ...]:
    """The decisions of a matter on answers as they came in; those that no longer count are left out."""
    return decide(matter.rules, pruned(matter.questions, answers))

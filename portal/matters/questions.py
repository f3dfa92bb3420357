"""What eligibility.toml holds: questions that identify nobody, and rules per track."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from portal.matters.bilingual import NonEmpty, Part, Text

Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=60)]
Version = Annotated[NonEmpty, BeforeValidator(lambda value: str(value) if isinstance(value, int) else value)]


class Outcome(StrEnum):
    """How a track stands for somebody; `rank` grows as it gets worse."""

    ELIGIBLE = "eligible"
    NEEDS_REVIEW = "needs_review"
    NOT_ELIGIBLE = "not_eligible"

    @property
    def rank(self) -> int:
        return _RANKS[self]


_RANKS = {Outcome.ELIGIBLE: 0, Outcome.NEEDS_REVIEW: 1, Outcome.NOT_ELIGIBLE: 2}


class Condition(Part):
    """One predicate on one answer. A fact that was not answered satisfies only `is_not` and `not_in`."""

    fact: Identifier
    operator: Literal["is", "is_not", "in", "not_in", "answered"]
    value: str | tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _value_fits_the_operator(self) -> Self:
        match self.operator:
            case "is" | "is_not":
                fits, shape = isinstance(self.value, str), "one value"
            case "in" | "not_in":
                fits, shape = isinstance(self.value, tuple) and len(self.value) > 0, "a list of values"
            case _:
                fits, shape = self.value is None, "no value"
        if not fits:
            raise ValueError(f'the operator "{self.operator}" takes {shape}')
        return self

    @property
    def values(self) -> frozenset[str]:
        """The option values that the condition names."""
        if self.value is None:
            return frozenset()
        return frozenset((self.value,) if isinstance(self.value, str) else self.value)

    def holds(self, answer: str | None) -> bool:
        """Whether the answer (None: not answered) satisfies this condition."""
        match self.operator:
            case "answered":
                return answer is not None
            case "is" | "in":
                return answer in self.values
            case _:
                return answer not in self.values


class Option(Part):
    """One answer that a question offers."""

    value: Identifier
    text: Text
    help: Text | None = None


class Question(Part):
    """A question with one answer; shown while all of `when` holds for the answers before it."""

    id: Identifier
    text: Text
    help: Text | None = None
    options: Annotated[tuple[Option, ...], Field(min_length=2)]
    when: tuple[Condition, ...] = ()

    def is_shown(self, answers: Mapping[str, str]) -> bool:
        """Whether the answers before it call for this question."""
        return all(condition.holds(answers.get(condition.fact)) for condition in self.when)

    def option(self, value: str) -> Option | None:
        """The option with this value, None where there is none."""
        return next((option for option in self.options if option.value == value), None)


class Rule(Part):
    """If all of `when` holds, the track has at best this outcome, for this reason."""

    id: Identifier
    track: Identifier
    outcome: Outcome
    when: tuple[Condition, ...] = ()
    reason: Text
    remedy: Text | None = None


class Eligibility(Part):
    """The whole of eligibility.toml."""

    version: Version
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]

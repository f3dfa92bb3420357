"""What joinder.toml holds: what a claimant declares before signing, and what of it goes together with which track."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from portal.matters.bilingual import Part, Text
from portal.matters.questions import Condition, Identifier, Option, Question


class Fit(StrEnum):
    """How a track goes together with something declared; `rank` grows as it gets worse."""

    FITS = "fits"
    WARNS = "warns"
    BLOCKS = "blocks"

    @property
    def rank(self) -> int:
        return _RANKS[self]


_RANKS = {Fit.FITS: 0, Fit.WARNS: 1, Fit.BLOCKS: 2}


class JoinderOption(Option):
    """One answer to declare.

    `nothing` marks the answer that declares nothing. `details` is the question for words beside the answer, such as
    which lawyer, and `details_needed` asks for them. `check` are answers of the eligibility question that say the same,
    so that the answer is chosen beforehand; `against` are those that cannot both be true.
    """

    nothing: bool = False
    details: Text | None = None
    details_needed: bool = False
    check: tuple[Identifier, ...] = ()
    against: tuple[Identifier, ...] = ()

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.details_needed and self.details is None:
            raise ValueError("details_needed goes with details, the question for them")
        if self.nothing and self.details is not None:
            raise ValueError("an answer that declares nothing has no details")
        return self


class JoinderQuestion(Question):
    """One thing to declare; `name` calls it on the map.

    With `tracks`, only claims on one of them are asked. `check` is the eligibility question that asks about it too.
    """

    name: Text
    tracks: tuple[Identifier, ...] = ()
    options: Annotated[tuple[JoinderOption, ...], Field(min_length=2)]
    check: Identifier | None = None

    def option(self, value: str) -> JoinderOption | None:
        """The option with this value, None where there is none."""
        return next((option for option in self.options if option.value == value), None)


class JoinderRule(Part):
    """If all of `when` holds, each of `tracks` goes together with what was declared only so well, for this reason.

    It stands on the map in the row of the fact that its first condition names. With `beside`, it counts for a track
    only if the claim is also on another of those; without `when` it then stands in the row of the tracks themselves.
    """

    id: Identifier
    tracks: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    outcome: Fit
    when: tuple[Condition, ...] = ()
    beside: tuple[Identifier, ...] = ()
    reason: Text
    remedy: Text | None = None

    @model_validator(mode="after")
    def _says_what_it_needs(self) -> Self:
        if self.outcome is Fit.BLOCKS and self.remedy is None:
            raise ValueError("a rule that blocks says the way out: its remedy is missing")
        if not self.when and not self.beside:
            raise ValueError("a rule needs conditions (when), other tracks (beside), or both")
        return self


class JoinderToml(Part):
    """The whole of joinder.toml."""

    questions: Annotated[tuple[JoinderQuestion, ...], Field(min_length=1)]
    rules: tuple[JoinderRule, ...] = ()

    def question(self, question_id: str) -> JoinderQuestion | None:
        """The question of that id, None where there is none."""
        return next((one for one in self.questions if one.id == question_id), None)

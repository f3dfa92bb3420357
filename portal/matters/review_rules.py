"""What review.toml holds: how this matter's claims are reviewed; without it, nothing beyond the usual."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from portal.matters.bilingual import Part, Text
from portal.matters.reviewing import AskingAgain, CommonReason, SecondEyes


class DoubtCode(StrEnum):
    """What two claims can have in common or not; how much each weighs is the matter's to say."""

    NAME = "name"
    NAME_LIKE = "name-like"
    NAME_OTHER = "name-other"
    BIRTH = "birth"
    BIRTH_OTHER = "birth-other"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    REGISTRATION = "registration"
    DEVICE = "device"
    FILE = "file"
    PICTURE = "picture"


AGAINST = frozenset({DoubtCode.NAME_OTHER, DoubtCode.BIRTH_OTHER})
"""What speaks against one person behind two claims: these weigh less than nothing."""


class Doubt(Part):
    """One reason to look at two claims together, or to leave them apart, in words that staff read."""

    code: DoubtCode
    weight: int = Field(ge=-100, le=100)
    words: Text

    @model_validator(mode="after")
    def _weighs_its_way(self) -> Self:
        if (self.code in AGAINST) != (self.weight < 0):
            raise ValueError(f"{self.code} weighs {'below' if self.code in AGAINST else 'above'} zero")
        return self


class PairRules(Part):
    """From which sum of weights on two claims are shown as a likely pair. It orders work and refuses nobody."""

    least: int = Field(35, ge=1, le=500)


class ConflictRules(Part):
    """Whether an engagement is checked for conflicts of interest before counsel accepts it.

    `alike` is how like a listed name has to be, in percent.
    """

    required: bool = False
    alike: Annotated[int, Field(ge=70, le=100)] = 88


class ReviewToml(Part):
    """The whole of review.toml."""

    conflicts: ConflictRules = ConflictRules()
    pairs: PairRules = PairRules()
    doubts: tuple[Doubt, ...] = ()
    second_eyes: SecondEyes = SecondEyes()
    asking_again: AskingAgain = AskingAgain()
    reasons: tuple[CommonReason, ...] = ()

    def doubt(self, code: str) -> Doubt | None:
        """The doubt of that code, None where this matter does not weigh it."""
        return next((one for one in self.doubts if one.code == code), None)

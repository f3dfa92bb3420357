"""What review.toml says of decisions: whose need a second pair of eyes, asking again, and reasons that staff pick."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Literal

from pydantic import Field

from portal.matters.bilingual import Part, Text
from portal.matters.questions import Outcome

Verdict = Literal["accept", "decline"]
Flagged = Literal["pair", "doubt", "conflict", "correction", "unconfirmed", "cure_late", "of_age", "recall"]


class SecondEyes(Part):
    """Which decisions another person has to confirm. Each condition is enough by itself; without any, none."""

    decisions: tuple[Verdict, ...] = ("accept", "decline")
    outcomes: tuple[Outcome, ...] = ()
    flags: tuple[Flagged, ...] = ()
    tracks: tuple[str, ...] = ()

    def asks(
        self,
        decisions: Collection[str],
        outcomes: Collection[str],
        flags: Collection[str],
        tracks: Collection[str],
    ) -> bool:
        """Whether a decision over these tracks, of such outcomes and flags, waits for a second person."""
        if not set(self.decisions) & set(decisions):
            return False
        met = (
            {one.value for one in self.outcomes} & set(outcomes),
            set(self.flags) & set(flags),
            set(self.tracks) & set(tracks),
        )
        return any(met)


class AskingAgain(Part):
    """For how many days after a claim was declined its claimant can ask for another look."""

    days: Annotated[int, Field(ge=1, le=365)] = 30


class CommonReason(Part):
    """A sentence that staff pick rather than write, in the claimant's language."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    use: Literal["ask", "decline"]
    name: Text
    text: Text

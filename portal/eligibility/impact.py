"""What a draft of a matter would change for the claims already decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from portal.eligibility.rules import Answers, Decision, Outcome, Reason, assess
from portal.matters.matter import Matter


@dataclass(frozen=True, slots=True)
class DecidedClaim:
    """A claim's answers with the outcomes that were kept when it was signed, by track."""

    number: str
    answers: Answers
    outcomes: Mapping[str, Outcome]


@dataclass(frozen=True, slots=True)
class Change:
    """One outcome that would change; `after` is None where the draft no longer has the track.

    `because` holds the reasons that the new outcome would rest on.
    """

    number: str
    track: str
    before: Outcome
    after: Outcome | None
    because: tuple[Reason, ...]

    @property
    def worse(self) -> bool:
        """Whether the claimant would stand worse than before."""
        return self.after is None or self.after.rank > self.before.rank


def impact(draft: Matter, claims: Iterable[DecidedClaim]) -> Iterator[Change]:
    """The outcomes that would change under the draft, claim by claim; nothing is held in memory."""
    for claim in claims:
        decisions = {decision.track: decision for decision in assess(draft, claim.answers)}
        for track, before in claim.outcomes.items():
            if change := _change(claim.number, track, before, decisions.get(track)):
                yield change


def _change(number: str, track: str, before: Outcome, decision: Decision | None) -> Change | None:
    if decision is None:
        return Change(number, track, before, None, ())
    if decision.outcome is before:
        return None
    return Change(number, track, before, decision.outcome, decision.deciding)

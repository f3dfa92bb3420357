"""A matter's rules, compiled once so that many claims can be decided quickly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from portal.matters.bilingual import Text
from portal.matters.questions import Outcome, Rule


@dataclass(frozen=True, slots=True)
class Reason:
    """What a matching rule says; `code` is the rule's id. Only a built-in reason has no text."""

    code: str
    outcome: Outcome
    text: Text | None = None
    remedy: Text | None = None


@dataclass(frozen=True, eq=False, slots=True)
class TrackRules:
    """The rules of one track as bits of a mask: the worst outcome has the lowest bits.

    Among equals the file's order holds. `shift` and `ones` cut the track's bits out of the mask of all rules.
    """

    track: str
    rules: tuple[Rule, ...]
    reasons: tuple[Reason, ...]
    shift: int
    ones: int

    def matching(self, mask: int) -> tuple[Reason, ...]:
        """The reasons of the rules in the track's own mask, worst first."""
        found = []
        while mask:
            lowest = mask & -mask
            found.append(self.reasons[lowest.bit_length() - 1])
            mask ^= lowest
        return tuple(found)


class RuleSet:
    """Rules as one bit each, and per fact a table from answer to the rules that this answer leaves standing.

    Deciding then takes one look-up and one AND per fact, however many rules there are.
    """

    def __init__(self, rules: Iterable[Rule], tracks: Iterable[str] = ()) -> None:
        self.rules: Final = tuple(rules)
        names = dict.fromkeys([*tracks, *(rule.track for rule in self.rules)])
        self.tracks: Final = tuple(_by_track(self.rules, names))
        self.facts: Final = tuple(dict.fromkeys(one.fact for rule in self.rules for one in rule.when))
        self._ranked: Final = tuple(rule for track in self.tracks for rule in track.rules)
        self._everything: Final = (1 << len(self._ranked)) - 1
        self._tables: Final = tuple(self._table(fact) for fact in self.facts)

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)

    def __len__(self) -> int:
        return len(self.rules)

    def mask(self, answers: Mapping[str, str]) -> int:
        """The rules whose conditions all hold, as bits; `tracks` says which bit is whose."""
        mask = self._everything
        answer = answers.get
        for fact, table, other in self._tables:
            mask &= table.get(answer(fact), other)
        return mask

    def left_standing(self, fact: str, answer: str | None) -> int:
        """The rules, as bits, that this one answer (None: not answered) does not rule out."""
        return sum(
            1 << bit
            for bit, rule in enumerate(self._ranked)
            if all(condition.holds(answer) for condition in rule.when if condition.fact == fact)
        )

    def _table(self, fact: str) -> tuple[str, dict[str | None, int], int]:
        named: set[str] = set()
        for rule in self.rules:
            named.update(*(condition.values for condition in rule.when if condition.fact == fact))
        table = {value: self.left_standing(fact, value) for value in (*named, None)}
        # No option's value holds a space, so this stands for every answer that no condition names.
        return fact, table, self.left_standing(fact, "any other")


def _by_track(rules: tuple[Rule, ...], tracks: Iterable[str]) -> Iterator[TrackRules]:
    shift = 0
    for track in tracks:
        own = sorted((rule for rule in rules if rule.track == track), key=lambda rule: -rule.outcome.rank)
        reasons = tuple(Reason(rule.id, rule.outcome, rule.reason, rule.remedy) for rule in own)
        yield TrackRules(track, tuple(own), reasons, shift, (1 << len(own)) - 1)
        shift += len(own)

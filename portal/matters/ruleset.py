"""A matter's rules, compiled once so that many claims can be decided quickly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from portal.matters.questions import Rule

Matching = tuple[tuple[str, tuple[Rule, ...]], ...]
_REMEMBERED: Final = 4096  # distinct sets of matching rules; a real matter has some hundreds


class RuleSet:
    """Rules as one bit each, and per fact a table from answer to the rules that this answer leaves standing.

    Deciding then takes one look-up and one AND per fact, however many rules there are.
    """

    def __init__(self, rules: Iterable[Rule], tracks: Iterable[str] = ()) -> None:
        self.rules: Final = tuple(rules)
        self.tracks: Final = tuple(dict.fromkeys([*tracks, *(rule.track for rule in self.rules)]))
        self.everything: Final = (1 << len(self.rules)) - 1
        self._facts: Final = tuple(self._table(fact) for fact in self.facts)
        self.named: Final = lru_cache(maxsize=_REMEMBERED)(self._named)

    @property
    def facts(self) -> tuple[str, ...]:
        """Every fact that a rule asks for, in the order of first use."""
        return tuple(dict.fromkeys(condition.fact for rule in self.rules for condition in rule.when))

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)

    def __len__(self) -> int:
        return len(self.rules)

    def matching(self, answers: Mapping[str, str]) -> Matching:
        """Per track, the rules whose conditions all hold, worst first and then in the order of the file."""
        return self.named(self.mask(answers))

    def mask(self, answers: Mapping[str, str]) -> int:
        """The matching rules as bits."""
        mask = self.everything
        answer = answers.get
        for fact, table, other in self._facts:
            mask &= table.get(answer(fact), other)
        return mask

    def left_standing(self, fact: str, answer: str | None) -> int:
        """The rules, as bits, that this one answer does not rule out."""
        return sum(
            1 << bit
            for bit, rule in enumerate(self.rules)
            if all(condition.holds(answer) for condition in rule.when if condition.fact == fact)
        )

    def _table(self, fact: str) -> tuple[str, dict[str | None, int], int]:
        named: set[str] = set()
        for rule in self.rules:
            named.update(*(condition.values for condition in rule.when if condition.fact == fact))
        table = {value: self.left_standing(fact, value) for value in (*named, None)}
        # No option's value holds a space, so this stands for every answer that no condition names.
        return fact, table, self.left_standing(fact, "any other")

    def _named(self, mask: int) -> Matching:
        matching = [rule for bit, rule in enumerate(self.rules) if mask >> bit & 1]
        matching.sort(key=lambda rule: -rule.outcome.rank)
        return tuple(
            (track, tuple(rule for rule in matching if rule.track == track)) for track in self.tracks
        )

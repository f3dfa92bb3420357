"""How many claims a second are decided, beside the same rules written out by hand as if and else."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bench import plain_rules
from portal.eligibility.rules import decide, pruned
from portal.matters.folder import read_folder, read_matter
from portal.matters.matter import Matter

MATTER = Path(__file__).parents[1] / "matters" / "coupang-2025"
CLAIMS = 50_000
ROUNDS = 5
SEED = 20251129

Answers = dict[str, str]


def run() -> list[dict[str, object]]:
    """The measurement for var/bench.json. Raises AssertionError where the two ways disagree on any claim."""
    matter = read_matter(read_folder(MATTER))
    claims = invented_answers(matter, CLAIMS)
    for answers in claims[:5_000]:
        assert ours(matter, answers) == plain_rules.decide(answers), answers
    plain, decided = rates(
        claims, plain_rules.decide, lambda answers, rules=matter.rules: decide(rules, answers)
    )
    return [
        {
            "name": "eligibility",
            "value": round(decided),
            "unit": "claims/s",
            "reference": f"the same {len(matter.rules)} rules by hand as if/else: {round(plain)} claims/s",
            "ratio": round(decided / plain, 2),
        }
    ]


def ours(matter: Matter, answers: Answers) -> dict[str, tuple[str, list[str]]]:
    """Our decisions in the shape of the reference's."""
    decisions = decide(matter.rules, answers)
    return {one.track: (one.outcome.value, sorted(one.codes)) for one in decisions}


def invented_answers(matter: Matter, count: int) -> list[Answers]:
    """Complete answers: each question at random, so that patterns repeat less than those of real people."""
    rng = random.Random(SEED)
    return [
        pruned(matter.questions, {one.id: rng.choice(one.options).value for one in matter.questions})
        for _ in range(count)
    ]


def rates(claims: Sequence[Answers], *ways: Callable[[Mapping[str, str]], object]) -> list[float]:
    """Claims per second of each way, the best of rounds that take turns, so that a busy machine hits both."""
    best = [float("inf")] * len(ways)
    for _ in range(ROUNDS):
        for place, way in enumerate(ways):
            gc.collect()
            started = time.perf_counter()
            for answers in claims:
                way(answers)
            best[place] = min(best[place], time.perf_counter() - started)
    return [len(claims) / seconds for seconds in best]


if __name__ == "__main__":
    print(run())

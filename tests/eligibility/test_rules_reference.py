from __future__ import annotations

from bench import plain_rules
from bench.eligibility import MATTER, invented_answers, ours
from portal.matters.folder import read_folder, read_matter


def test_the_hand_written_reference_of_the_measurement_decides_alike() -> None:
    """A comparison of speed is worth something only while both ways give the same answers."""
    matter = read_matter(read_folder(MATTER))
    for answers in invented_answers(matter, 3_000):
        assert ours(matter, answers) == plain_rules.decide(answers)

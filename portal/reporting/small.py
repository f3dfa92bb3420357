"""Hiding small counts, so that a page without personal data singles nobody out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

FEWEST: Final = 5
"""A count below this, other than none, is not shown to those who may not see claims."""


def suppressed(counts: Sequence[int]) -> list[int | None]:
    """The counts of one column with the small ones hidden (None).

    As many more are hidden as it takes that none can be worked out from a total: at least two, and together at least as
    many as the fewest that are shown.
    """
    hidden = {place for place, count in enumerate(counts) if 0 < count < FEWEST}
    if hidden:
        rest = sorted((count, place) for place, count in enumerate(counts) if count >= FEWEST)
        while rest and (len(hidden) < 2 or sum(counts[place] for place in hidden) < FEWEST):
            hidden.add(rest.pop(0)[1])
    return [None if place in hidden else count for place, count in enumerate(counts)]

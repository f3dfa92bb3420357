"""A figure: something that a text says and that has one meaning in any language, such as a date or a period."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

# Units of one scale: a number without any unit may be one of these, but never a date or a citation.
NUMBERS = "number"


@dataclass(frozen=True)
class Figure:
    """`value` is the same for the same thing in both languages; `said` is how the text writes it.

    `units` are what a number may count ("주" is a week or a share); none where the text gives none. What is not
    `certain`, such as "both", may answer to a figure of the other language but asks for none.
    """

    kind: str
    value: str
    said: str
    start: int
    end: int
    units: frozenset[str] = frozenset()
    certain: bool = True
    law: str = ""

    def agrees(self, other: Figure) -> bool:
        """Whether both mean the same. A unit or a statute that one text leaves out contradicts nothing."""
        if (self.kind, self.value) != (other.kind, other.value):
            return False
        if self.units and other.units and not self.units & other.units:
            return False
        return not (self.law and other.law) or self.law == other.law


class Sheet:
    """A text from which readers take figures in turn; what one has taken is gone for the next."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.left = text
        self.figures: list[Figure] = []

    def take(self, pattern: re.Pattern[str], read: Callable[[re.Match[str]], Iterator[Figure]]) -> None:
        """Every match in what is left, as the figures that `read` makes of it; none leaves the match where it is."""
        for match in pattern.finditer(self.left):
            found = list(read(match))
            if found:
                self.figures.extend(found)
                self.strike(match.start(), match.end())

    def strike(self, start: int, end: int) -> None:
        """Takes a stretch away without moving what stands around it."""
        self.left = self.left[:start] + "\0" * (end - start) + self.left[end:]

"""What is wrong with a matter's folder, said to its author."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.errors import PortalError


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to mend; `line` is 0 where the format gives none, `file` is relative to the folder."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}" if self.line else f"{self.file}: {self.reason}"


class MatterError(PortalError):
    """The folder is no matter that could be published; `problems` says all that is known to be wrong."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(f"{self.problems[0]}{more}")

    @property
    def first(self) -> Problem:
        """The first problem in order of file and line."""
        return self.problems[0]

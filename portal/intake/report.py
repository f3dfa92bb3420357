"""The report of an import, line by line and in words of both languages: row, column, what happened and why.

It quotes nothing of the rows, so whoever reads it needs the list itself beside it.
"""

from __future__ import annotations

import csv
import os
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TextIO

from portal.intake.errors import ImportRefused
from portal.intake.people import Finding, Weight
from portal.matters.bilingual import LANGUAGES

_WORDS = Path(__file__).with_name("words.toml")
_BOM = "\ufeff"  # so that Excel reads the file as UTF-8


@dataclass
class Counts:
    """What became of the rows of one run."""

    rows: int = 0
    created: int = 0
    duplicates: int = 0
    refused: int = 0
    findings: Counter[tuple[str, Weight]] = field(default_factory=Counter)

    def note(self, findings: tuple[Finding, ...]) -> None:
        """Count what was found about a row."""
        self.findings.update((one.code, one.weight) for one in findings)


class Report:
    """Writes findings to a file of its owner's alone; without a file it only lets them pass."""

    def __init__(self, file: TextIO | None) -> None:
        self._file = file
        self._rows = csv.writer(file, lineterminator="\r\n") if file else None
        if self._rows:
            self._rows.writerow([_both("heads", one) for one in ("row", "column", "result", "sentence")])

    def write(self, number: int, findings: tuple[Finding, ...]) -> None:
        """One line for each finding about a row."""
        for one in findings if self._rows else ():
            assert self._rows
            self._rows.writerow(
                [
                    number,
                    _harmless(one.column),
                    _both("weights", one.weight.value),
                    _both("sentences", one.code, other=one.other),
                ]
            )

    def close(self) -> None:
        """Have all of it on disk."""
        if self._file:
            self._file.close()


def open_report(path: Path | None) -> Report:
    """A report in a new file with mode 0600, or none. Raises ImportRefused; an earlier report is never overwritten."""
    if path is None:
        return Report(None)
    try:
        held = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise ImportRefused("the report exists already; name another file") from error
    except OSError as error:
        raise ImportRefused(f"the report cannot be written ({error.strerror})") from error
    file = os.fdopen(held, "w", encoding="utf-8", newline="")
    file.write(_BOM)
    return Report(file)


def sentence(code: str, lang: str, other: int = 0) -> str:
    """What a finding means, in a language."""
    text: str = words()["sentences"][code][lang]
    return text.format(other=other)


def summary(counts: Counts, lang: str) -> Iterator[tuple[str, str, int]]:
    """Each kind of finding with what followed from it and how often, the most frequent first."""
    for (code, weight), count in counts.findings.most_common():
        said = sentence(code, lang) if code != "same_row" else sentence(code, lang).replace("0", "…", 1)
        yield said, words()["weights"][weight.value][lang], count


@cache
def words() -> dict[str, Any]:
    """The sentences as they stand beside this module."""
    return tomllib.loads(_WORDS.read_text(encoding="utf-8"))


def _both(group: str, name: str, **values: int) -> str:
    return " / ".join(words()[group][name][lang].format(**values) for lang in LANGUAGES)


def _harmless(heading: str) -> str:
    """A heading as text, whatever a spreadsheet would make of its first character."""
    return f"'{heading}" if heading[:1] in "=+-@\t\r" else heading

"""Passages of a legal text that stand only for some kinds of claims:

    ::: for minor, represented
    The legal representatives sign in the claimant's place.
    :::

What is left out becomes empty lines, so that whatever is said of a line is true of the file. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from portal.matters.model import CLAIM_KINDS

_OPENING = re.compile(r"^::: for ([a-z]+(?:, ?[a-z]+)*)\s*$")
_CLOSING = re.compile(r"^:::\s*$")
_MARK = ":::"


def text_for(source: str, kind: str) -> str:
    """The text as a claim of this kind has it, line for line; a text without such passages is returned as it is."""
    if _MARK not in source:
        return source
    kept, wanted = [], True
    for line in source.split("\n"):
        opening, closing = _OPENING.match(line), _CLOSING.match(line)
        if opening:
            wanted = kind in _named(opening)
        elif closing:
            wanted = True
        kept.append(line if wanted and not opening and not closing else "")
    return "\n".join(kept)


def complaints(source: str) -> Iterator[tuple[int, str]]:
    """What is wrong with the marks of such passages, as line and reason."""
    opened = 0
    for number, line in enumerate(source.split("\n"), 1):
        if not line.lstrip().startswith(_MARK):
            continue
        if opening := _OPENING.match(line):
            if opened:
                yield (
                    number,
                    f'the passage that line {opened} begins is not closed; write ":::" before another',
                )
            opened = number
            for name in sorted(_named(opening) - set(CLAIM_KINDS)):
                yield number, f'"{name}" is no kind of claim; the kinds are {", ".join(CLAIM_KINDS)}'
        elif _CLOSING.match(line):
            if not opened:
                yield number, '":::" closes a passage that nothing opened'
            opened = 0
        else:
            yield number, f'"{line.strip()}" is not of the form "::: for minor, represented"'
    if opened:
        yield opened, 'the passage is not closed; write ":::" on a line of its own after it'


def _named(opening: re.Match[str]) -> set[str]:
    return set(re.split(r", ?", opening[1]))

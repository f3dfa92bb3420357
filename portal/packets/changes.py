"""What changed between two versions of a text, clause by clause and word by word, for somebody who read the older."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

from portal.matters.documents import Block, Clause, Document, ListBlock, Paragraph, Slot, plain

_WORDS = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]")
_ALIKE = 0.5  # of the words: below this, two clauses are better read as one that went and one that came

Heading = Callable[[str, str], str]


class Kind(StrEnum):
    """What became of a clause, or of some words."""

    SAME = "same"
    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True)
class Piece:
    """Words that stayed, came or went."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class ClauseChange:
    """One clause: its heading, or that of the clause that is gone, and its body, both with every word that differs.

    The body of what stands before the first clause has no heading. A moved clause has another number and the same
    words.
    """

    kind: Kind
    number: str
    heading: tuple[Piece, ...]
    body: tuple[Piece, ...]


@dataclass(frozen=True)
class Changes:
    """A text's changes in the order of the newer version; a clause that is gone stands where it stood."""

    title: tuple[Piece, ...]
    clauses: tuple[ClauseChange, ...]

    @property
    def told(self) -> tuple[ClauseChange, ...]:
        """The clauses that are not as they were."""
        return tuple(one for one in self.clauses if one.kind is not Kind.SAME)


@dataclass(frozen=True)
class _Part:
    """The beginning of a text or one of its clauses, as lines."""

    number: str
    title: str
    heading: str
    body: str


def compare(old: Document, new: Document, heading: Heading, slots: Mapping[str, str]) -> Changes:
    """``heading`` makes a clause's heading of its number and title; ``slots`` says what a slot is called."""
    before, after = _parts(old, heading, slots), _parts(new, heading, slots)
    pairs = _paired(before, after)
    return Changes(words(old.title, new.title), tuple(_told(before, after, pairs)))


def words(old: str, new: str) -> tuple[Piece, ...]:
    """The words of two texts in one row: those that stayed, went and came."""
    first, second = _WORDS.findall(old), _WORDS.findall(new)
    found: list[tuple[Kind, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append((Kind.SAME, "".join(first[a:b])))
        else:
            found += [(Kind.GONE, "".join(first[a:b])), (Kind.NEW, "".join(second[c:d]))]
    return tuple(_joined(found))


def _joined(found: list[tuple[Kind, str]]) -> Iterator[Piece]:
    """Without the blank between two changed words, which would chop one change into many."""
    smoothed: list[tuple[Kind, str]] = []
    for index, (kind, text) in enumerate(found):
        between = 0 < index < len(found) - 1 and kind is Kind.SAME and text == " "
        smoothed += [(Kind.GONE, text), (Kind.NEW, text)] if between else [(kind, text)]
    run: list[tuple[Kind, str]] = []
    for is_same, group in groupby(smoothed, lambda one: one[0] is Kind.SAME):
        run = list(group)
        for kind in (Kind.SAME,) if is_same else (Kind.GONE, Kind.NEW):
            if text := "".join(text for one, text in run if one is kind):
                yield Piece(kind, text)


def _parts(document: Document, heading: Heading, slots: Mapping[str, str]) -> list[_Part]:
    found = [_Part("", "", "", _body(document.preamble, slots))]
    found += [_clause(clause, heading, slots) for clause in document.clauses]
    return found


def _clause(clause: Clause, heading: Heading, slots: Mapping[str, str]) -> _Part:
    title = heading(clause.number, clause.title)
    return _Part(clause.number, clause.title, title, _body(clause.blocks, slots))


def _body(blocks: Iterable[Block], slots: Mapping[str, str]) -> str:
    lines: list[str] = []
    for block in blocks:
        match block:
            case Paragraph(runs):
                lines.append(plain(runs))
            case ListBlock(ordered, items, start):
                marks = (f"{start + index}." if ordered else "–" for index in range(len(items)))
                lines += [f"{mark} {plain(item)}" for mark, item in zip(marks, items, strict=True)]
            case Slot(name):
                lines.append(f"[{slots[name]}]")
    return "\n".join(lines)


def _paired(before: list[_Part], after: list[_Part]) -> dict[int, int]:
    """Which older part each newer one came of: the same words first, then the same title, then what reads alike."""
    pairs = {0: 0}
    kinds: tuple[Callable[[_Part, _Part], bool], ...] = (
        lambda old, new: (old.title, old.body) == (new.title, new.body),
        lambda old, new: old.title == new.title,
        lambda old, new: old.number == new.number and _likeness(old, new) >= _ALIKE,
        lambda old, new: _likeness(old, new) >= _ALIKE,
    )
    for same in kinds:
        for place, new in enumerate(after):
            if place not in pairs:
                taken = set(pairs.values())
                free = (i for i, old in enumerate(before) if i not in taken and same(old, new))
                if (found := next(free, None)) is not None:
                    pairs[place] = found
    return pairs


def _likeness(old: _Part, new: _Part) -> float:
    return SequenceMatcher(None, old.body.split(), new.body.split(), autojunk=False).ratio()


def _told(before: list[_Part], after: list[_Part], pairs: dict[int, int]) -> Iterator[ClauseChange]:
    kept = set(pairs.values())
    gone = [place for place in range(len(before)) if place not in kept]
    for place, new in enumerate(after):
        at = pairs.get(place)
        if at is not None:
            while gone and gone[0] < at:
                yield _whole(Kind.GONE, before[gone.pop(0)])
        yield _whole(Kind.NEW, new) if at is None else _both(before[at], new)
    for place in gone:
        yield _whole(Kind.GONE, before[place])


def _whole(kind: Kind, part: _Part) -> ClauseChange:
    return ClauseChange(kind, part.number, (Piece(kind, part.heading),), (Piece(kind, part.body),))


def _both(old: _Part, new: _Part) -> ClauseChange:
    kind = Kind.CHANGED
    if (old.title, old.body) == (new.title, new.body):
        kind = Kind.SAME if old.number == new.number else Kind.MOVED
    return ClauseChange(kind, new.number, words(old.heading, new.heading), words(old.body, new.body))

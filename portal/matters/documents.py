"""Legal texts as clauses, paragraphs, lists and slots, which pages and packets lay out alike.

Terms hold only facts of the matter, so that a version's text is the same for everybody. What is personal
enters through slots, which stand alone in a paragraph.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from portal.matters.bilingual import Language

SLOTS = frozenset({"schedule", "claim_facts", "joinder", "trades", "exhibits", "declaration", "signature"})
PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class ListBlock:
    """A list without lists inside it; each item is a paragraph's runs. An ordered one counts from `start`."""

    ordered: bool
    items: tuple[tuple[Run, ...], ...]
    start: int = 1


@dataclass(frozen=True, slots=True)
class Slot:
    """Where personal content goes; `name` is one of `SLOTS`."""

    name: str


Block = Paragraph | ListBlock | Slot


@dataclass(frozen=True, slots=True)
class Band:
    """Blocks that stand beside those of the other language, and the slot that follows over both columns, if any."""

    blocks: tuple[Block, ...]
    slot: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered clause; `number` is the same in both languages."""

    number: str
    title: str
    blocks: tuple[Block, ...]

    @property
    def bands(self) -> tuple[Band, ...]:
        """The blocks parted at the slots, which both languages have in the same order; one band at least."""
        return tuple(_bands(self.blocks))


@dataclass(frozen=True)
class Document:
    """One legal text in one language."""

    id: str
    lang: Language
    title: str
    preamble: tuple[Block, ...]
    clauses: tuple[Clause, ...]

    @property
    def blocks(self) -> Iterator[Block]:
        """All blocks in reading order."""
        yield from self.preamble
        for clause in self.clauses:
            yield from clause.blocks

    @property
    def preamble_bands(self) -> tuple[Band, ...]:
        """What stands before the first clause, parted at its slots."""
        return tuple(_bands(self.preamble))

    @property
    def slots(self) -> tuple[str, ...]:
        """Names of the slots in reading order."""
        return tuple(block.name for block in self.blocks if isinstance(block, Slot))

    @cached_property
    def plain_text(self) -> str:
        """The canonical text that a consent or signature is bound to: NFC, one blank line between blocks."""
        pieces = [self.title, *_plain_blocks(self.preamble)]
        for clause in self.clauses:
            pieces.append(f"{clause.number}. {clause.title}")
            pieces.extend(_plain_blocks(clause.blocks))
        return unicodedata.normalize("NFC", "\n\n".join(pieces) + "\n")

    @cached_property
    def text_hash(self) -> str:
        """SHA-256 of the canonical text, in hex."""
        return hashlib.sha256(self.plain_text.encode()).hexdigest()


def plain(runs: Iterable[Run]) -> str:
    """The text of the runs without their styles."""
    return "".join(run.text for run in runs)


def _bands(blocks: Iterable[Block]) -> Iterator[Band]:
    beside: list[Block] = []
    parted = False
    for block in blocks:
        if isinstance(block, Slot):
            yield Band(tuple(beside), block.name)
            beside, parted = [], True
        else:
            beside.append(block)
    if beside or not parted:
        yield Band(tuple(beside))


def _plain_blocks(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph(runs):
                yield plain(runs)
            case ListBlock(ordered, items, start):
                marks = (f"{start + index}. " if ordered else "- " for index in range(len(items)))
                yield "\n".join(mark + plain(item) for mark, item in zip(marks, items, strict=True))
            case Slot(name):
                yield f"[{name}]"


def side_by_side(first: Document, second: Document) -> Iterator[tuple[Clause, Clause]]:
    """The clauses of two languages in pairs of the same number.

    Raises ValueError when one text has a clause that the other lacks; a published matter has none such.
    """
    return zip(first.clauses, second.clauses, strict=True)

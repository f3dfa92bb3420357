"""Evidence as exhibits of one jurisdiction's packet: which pieces, in which order, under which number. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from portal.evidence.details import EvidenceDetails
from portal.matters.model import EvidenceKind


class Piece(Protocol):
    """What numbering needs to know of a piece of evidence."""

    @property
    def id(self) -> UUID: ...
    @property
    def sequence(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def media_type(self) -> str: ...
    @property
    def pages(self) -> int: ...
    @property
    def received_at(self) -> datetime: ...
    @property
    def details(self) -> EvidenceDetails: ...


class Numbered(Protocol):
    """Anything that bears an exhibit's number; `part` counts from 1 where several pieces are one exhibit, else 0."""

    @property
    def number(self) -> int: ...
    @property
    def part(self) -> int: ...


class Listed(Numbered, Protocol):
    """Anything that the list of exhibits has a row for."""

    @property
    def title(self) -> str: ...
    @property
    def kind(self) -> EvidenceKind: ...
    @property
    def author(self) -> str: ...
    @property
    def dated(self) -> date | None: ...


@dataclass(frozen=True)
class Exhibit:
    """A piece of evidence with its number in one packet (1 is 갑 제1호증 or Exhibit A); `sha256` is of the original.

    Pieces of one exhibit share its number, and `part` counts them from 1 (갑 제1호증의 1); a piece alone has part 0.
    """

    number: int
    file_id: UUID
    title: str
    kind: EvidenceKind
    received_at: datetime
    sha256: str
    media_type: str
    pages: int
    author: str = ""
    dated: date | None = None
    part: int = 0


def numbered(pieces: Iterable[Piece], kinds: Iterable[EvidenceKind], language: str) -> tuple[Exhibit, ...]:
    """The pieces whose kind is among `kinds`, numbered from 1 without gaps in order of arrival.

    Pieces of one kind that were given one title are parts of one exhibit, at the place of the first. A piece that has
    no title stands for itself, and is called by its kind in the packet's governing language.
    """
    known = {kind.id: kind for kind in kinds}
    together: dict[tuple[str, str], list[Piece]] = {}
    for piece in sorted((piece for piece in pieces if piece.kind in known), key=lambda piece: piece.sequence):
        together.setdefault((piece.kind, piece.details.title or f"\0{piece.id}"), []).append(piece)
    return tuple(
        _exhibit(number, part if len(parts) > 1 else 0, piece, known[piece.kind], language)
        for number, parts in enumerate(together.values(), 1)
        for part, piece in enumerate(parts, 1)
    )


def _exhibit(number: int, part: int, piece: Piece, kind: EvidenceKind, language: str) -> Exhibit:
    details = piece.details
    return Exhibit(
        number=number,
        file_id=piece.id,
        title=details.title or kind.name[language],
        kind=kind,
        received_at=piece.received_at,
        sha256=details.sha256,
        media_type=piece.media_type,
        pages=piece.pages,
        author=details.author,
        dated=details.dated,
        part=part,
    )

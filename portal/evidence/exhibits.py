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


@dataclass(frozen=True)
class Exhibit:
    """A piece of evidence with its number in one packet (1 is 갑 제1호증 or Exhibit A); `sha256` is of the original."""

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


def numbered(pieces: Iterable[Piece], kinds: Iterable[EvidenceKind], language: str) -> tuple[Exhibit, ...]:
    """The pieces whose kind is among `kinds`, in order of arrival, numbered from 1 without gaps.

    A piece that nobody gave a title is called by its kind, in the packet's governing language.
    """
    known = {kind.id: kind for kind in kinds}
    chosen = sorted((piece for piece in pieces if piece.kind in known), key=lambda piece: piece.sequence)
    return tuple(
        _exhibit(number, piece, known[piece.kind], language) for number, piece in enumerate(chosen, 1)
    )


def _exhibit(number: int, piece: Piece, kind: EvidenceKind, language: str) -> Exhibit:
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
    )

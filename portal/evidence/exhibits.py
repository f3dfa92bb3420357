"""Evidence as exhibits of one jurisdiction's packet: which pieces, in which order, under which number. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    def place(self) -> tuple[bool, int, int]: ...
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
    @property
    def incident(self) -> str: ...
    @property
    def covered(self) -> bool: ...


@dataclass(frozen=True)
class Exhibit:
    """A piece of evidence with its number in one packet (1 is 갑 제1호증 or Exhibit A); `sha256` is of the original,
    and `covered` says that the claimant painted parts of what is shown over.

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
    incident: str = ""
    covered: bool = False


def numbered(
    pieces: Iterable[Piece],
    kinds: Iterable[EvidenceKind],
    language: str,
    diary: Mapping[str, date] | None = None,
) -> tuple[Exhibit, ...]:
    """The pieces whose kind is among `kinds`, numbered from 1 without gaps.

    First those of incidents, by the day of the incident (`diary` has it by id), then the others; each in the order
    that the claimant chose, or else of arrival. Pieces of one kind and incident that were given one title are parts
    of one exhibit, at the place of the first. A piece that has no title stands for itself, and is called by its kind
    in the packet's governing language.
    """
    known, days = {kind.id: kind for kind in kinds}, diary or {}

    def place(piece: Piece) -> tuple[bool, date, str, bool, int, int]:
        incident = piece.details.incident if piece.details.incident in days else ""
        return (not incident, days.get(incident, date.max), incident.zfill(4), *piece.place)

    together: dict[tuple[str, str, str], list[Piece]] = {}
    for piece in sorted((piece for piece in pieces if piece.kind in known), key=place):
        title = piece.details.title or f"\0{piece.id}"
        together.setdefault((piece.details.incident, piece.kind, title), []).append(piece)
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
        incident=details.incident,
        covered=details.masked,
    )

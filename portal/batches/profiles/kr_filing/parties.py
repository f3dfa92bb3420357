"""별지 당사자목록: who sues, in the columns of the matter, as a spreadsheet to upload and as pages to attach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from portal.batches.frozen import FrozenClaim
from portal.batches.profiles.sheets import Papers
from portal.batches.profiles.words import filled, word
from portal.batches.register import Cell, Column, Kind, Row, Sheet, write_xlsx
from portal.batches.spool import Spool
from portal.claims.particulars import Particulars, Representative
from portal.matters.filing import KoreanFiling, PartyColumn
from portal.matters.matter import Matter
from portal.packets import formats
from portal.packets.binding import Section
from portal.web.language import HOME_ZONES

_LANG = "ko"
_KINDS = {"number": Kind.INTEGER, "birth_date": Kind.DATE}


@dataclass(frozen=True)
class Party:
    """A plaintiff as the list has them: a cell for each column of the matter, in order."""

    number: int
    cells: tuple[Cell, ...]

    @property
    def shown(self) -> list[str]:
        """The cells as pages print them."""
        return [_printed(cell) for cell in self.cells]


@dataclass(frozen=True)
class Listed:
    """One file of pages with the plaintiffs from one number to another."""

    first: int
    last: int
    pages: int
    data: bytes


class PartyList:
    """Writes the list of one batch."""

    def __init__(self, matter: Matter, filing: KoreanFiling, appointed: Iterable[str]) -> None:
        self._filing, self._appointed = filing, frozenset(appointed)
        self._counsel = _counsel(matter)

    def parties(self, claims: Iterable[FrozenClaim]) -> Iterator[Party]:
        """A party for each claim, in its order."""
        for claim in claims:
            cells = tuple(self._cell(column, claim) for column in self._filing.parties)
            yield Party(claim.entry.position, cells)

    def workbook(self, spool: Spool, parties: Iterable[Party], count: int, papers: Papers) -> None:
        """The spreadsheet: numbers are numbers, dates are dates, everything else is text."""
        columns = [
            Column(one.head[_LANG], _KINDS.get(one.fact, Kind.TEXT), max(6, round(one.share * 11)))
            for one in self._filing.parties
        ]
        sheet = Sheet(word("parties.title")[_LANG], columns, HOME_ZONES["kr"])
        rows: Iterator[Row] = (one.cells for one in parties)
        write_xlsx(spool, sheet, rows, count, papers.made_at)

    def pages(self, parties: Iterable[Party], count: int, papers: Papers) -> Iterator[Listed]:
        """The pages, a file for each so many people: laying out more at once would hold them all in memory."""
        several, waiting = self._filing.people_per_list, iter(parties)
        total, part = -(-count // several), 0
        while some := list(islice(waiting, several)):
            part += 1
            yield self._list(some, part, total, papers)

    def _list(self, parties: Sequence[Party], part: int, total: int, papers: Papers) -> Listed:
        title, (first, last) = word("parties.title"), (parties[0].number, parties[-1].number)
        strips = papers.heading(title[_LANG])
        if total > 1:
            strips += papers.said(
                filled("parties.part", _LANG, part=part, total=total, first=first, last=last)
            )
        strips += papers.heading(word("parties.plaintiffs")[_LANG], smaller=True)
        columns = [(one.head[_LANG], one.share, one.fact == "number") for one in self._filing.parties]
        strips += papers.table(columns, [one.shown for one in parties])
        sheets = papers.sheets(strips)
        data = papers.bind(title[_LANG], [Section("parties", "parties", title, sheets)])
        return Listed(first, last, len(sheets), data)

    def _cell(self, column: PartyColumn, claim: FrozenClaim) -> Cell:
        who, line = claim.case.particulars, claim.line
        match column.fact:
            case "number":
                return claim.entry.position
            case "name":
                return formats.claimant_name(who)
            case "hangul" | "hanja" | "passport":
                name = who.company.as_name if who.company else who.name
                return str(getattr(name, column.fact)) if name else ""
            case "birth_date":
                return who.birth_date
            case "address":
                return line.address
            case "postcode":
                return line.postcode
            case "country":
                return formats.country(line.country)[_LANG] if line.country else ""
            case "representatives":
                return representatives(who)
            case "appointed":
                return word("parties.appointed")[_LANG] if claim.number in self._appointed else ""
            case "attorney":
                return self._counsel
            case "claim_number":
                return claim.number
            case "phone":
                return line.phone
            case "email":
                return line.email


def representatives(who: Particulars, language: str = _LANG) -> str:
    """Who acts for the plaintiff: 법정대리인 친권자 김영희, 이철수; 대표이사 박가람."""
    return ", ".join(_acting(one, language) for one in who.representatives)


def _acting(one: Representative, language: str) -> str:
    named = word(f"representatives.{one.kind}")[language]
    role = one.position or named if one.kind == "officer" else named
    return f"{role} {one.name.shown(language)}"


def _counsel(matter: Matter) -> str:
    firm = matter.counsel("kr")
    return filled("parties.lawyer", _LANG, firm=firm.name[_LANG], lawyer=firm.responsible_lawyer[_LANG])


def _printed(cell: Cell) -> str:
    if isinstance(cell, date):
        return formats.legal_date(cell, _LANG)
    return "" if cell is None else str(cell)

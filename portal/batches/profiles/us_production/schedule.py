"""Schedule A: every trade of the class period by plaintiff, as 15 U.S.C. 78u-4(a)(2)(A)(iv) has them certify it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from portal.batches.frozen import FrozenClaim
from portal.batches.register import Column, CsvTable, Kind, Row, Sheet, write_xlsx
from portal.batches.spool import Spool
from portal.packets import formats
from portal.web.language import HOME_ZONES

_COLUMNS = (
    Column("Plaintiff No.", Kind.INTEGER, 12),
    Column("Claim No.", Kind.TEXT, 16),
    Column("Plaintiff", Kind.TEXT, 36),
    Column("Date", Kind.DATE, 12),
    Column("Transaction", Kind.TEXT, 12),
    Column("Shares", Kind.DECIMAL, 14),
    Column("Price per share (USD)", Kind.DECIMAL, 16),
    Column("Account", Kind.TEXT, 20),
)
_SIDES = {"buy": "Purchase", "sell": "Sale"}


def rows(claims: Iterable[FrozenClaim]) -> Iterator[Row]:
    """A row for each trade, by plaintiff and then by date."""
    for claim in claims:
        who = claim.case.particulars
        for trade in sorted(who.securities.trades, key=lambda one: one.on) if who.securities else ():
            yield (
                claim.entry.position,
                claim.number,
                plaintiff(claim),
                trade.on,
                _SIDES[trade.side],
                trade.quantity,
                trade.price,
                trade.account,
            )


def plaintiff(claim: FrozenClaim) -> str:
    """The plaintiff's name, in Latin letters where they have one."""
    return formats.short_name(claim.case.particulars, "en") or formats.claimant_name(claim.case.particulars)


def write(book: Spool, plain: Spool, trades: Iterable[Row], count: int, stamp: datetime) -> None:
    """Both forms of the schedule from one reading of its ``count`` rows."""
    sheet = Sheet("Schedule A", _COLUMNS, HOME_ZONES["us"])
    table = CsvTable(plain, sheet)
    write_xlsx(book, sheet, _noting(table, trades), count, stamp)
    table.close()


def _noting(table: CsvTable, trades: Iterable[Row]) -> Iterator[Row]:
    for row in trades:
        table.add(row)
        yield row

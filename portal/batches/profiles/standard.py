"""The standard volume: the register in two forms, then each claim's packet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from portal.batches.lines import row_of, sheet_of
from portal.batches.profiles.base import ProfileName, VolumeFile, Work, profile
from portal.batches.register import CsvTable, Row, write_xlsx
from portal.batches.spool import Spool
from portal.web.catalogues import compiled

REGISTER_XLSX, REGISTER_CSV = "register.xlsx", "register.csv"
_REGISTERS = 2


class _Standard:
    name: ProfileName = "standard"
    jurisdictions: tuple[str, ...] = ("kr", "us")

    def prepare(self, session: Session, work: Work, now: datetime) -> dict[str, object]:
        """Nothing has to be fixed: all of it is in the frozen batch."""
        return {}

    def files(self, work: Work) -> Iterator[VolumeFile]:
        """The register and the packets."""
        return self.files_from(work, 0)

    def files_from(self, work: Work, first: int) -> Iterator[VolumeFile]:
        """The same without the first so many."""
        if first < _REGISTERS:
            yield from list_of(work, first)
        for entry, content in work.packets(max(0, first - _REGISTERS)):
            yield VolumeFile(entry.file, content, entry.packet_sha256, entry.claim_number)


def list_of(work: Work, first: int = 0) -> Iterator[VolumeFile]:
    """Both forms of the register, from one reading of the rows; without the first so many."""
    catalogues = compiled(work.runtime.settings.data_dir)
    sheet = sheet_of(work.batch_number, work.jurisdiction, work.language, catalogues)
    with Spool() as book, Spool() as plain:
        table = CsvTable(plain, sheet)
        write_xlsx(book, sheet, _noting(table, _rows(work)), work.count, work.frozen_at)
        table.close()
        yield from (VolumeFile(REGISTER_XLSX, book), VolumeFile(REGISTER_CSV, plain))[first:]


def _rows(work: Work) -> Iterator[Row]:
    return (row_of(entry.position, work.line(entry)) for entry in work.entries())


def _noting(table: CsvTable, rows: Iterator[Row]) -> Iterator[Row]:
    for row in rows:
        table.add(row)
        yield row


profile(_Standard())

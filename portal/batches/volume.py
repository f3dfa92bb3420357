"""Writes a volume: README, register, packets in their order, manifest, signature; forwards, in constant
memory."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from portal.batches import manifest
from portal.batches.ahead import ahead
from portal.batches.register import CsvTable, Row, Sheet, write_xlsx
from portal.batches.signing import Signer
from portal.batches.spool import Spool
from portal.errors import PortalError
from portal.zipping import Archive, Writable

README, REGISTER_XLSX, REGISTER_CSV, PACKETS = "README.txt", "register.xlsx", "register.csv", "packets/"


class ChangedPacket(PortalError):
    """A packet is no longer what the batch was frozen with."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not the packet that was frozen")
        self.name = name


class Incomplete(PortalError):
    """Fewer or more packets came than the volume is to hold."""


@dataclass(frozen=True)
class PacketFile:
    """A packet on its way into a volume; ``sha256`` is what it was when the batch was frozen."""

    name: str
    content: bytes
    sha256: str


@dataclass(frozen=True)
class Contents:
    """What a volume is made of: ``count`` packets, and the claims of the batch that are left out.

    ``rows`` and ``packets`` are read once, while they are written.
    """

    head: manifest.Head
    count: int
    left_out: tuple[manifest.Failure, ...]
    readme: bytes
    sheet: Sheet
    rows: Iterable[Row]
    packets: Iterable[PacketFile]


@dataclass(frozen=True)
class Written:
    """What came of it: the volume's size in bytes, its number of files, and the hash of its manifest."""

    size: int
    files: int
    manifest_sha256: str


def packet_name(number: str, jurisdiction: str, revision: int) -> str:
    """The packet's name in a volume: short, ASCII, nobody's name in it."""
    return f"{PACKETS}{number}-{jurisdiction}-r{revision}.pdf"


def write_volume(
    out: Writable, contents: Contents, signer: Signer, *, done: Callable[[int], None] = lambda number: None
) -> Written:
    """Write the whole volume to ``out``, telling ``done`` the packets so far; same contents, same bytes."""
    counted = _Counted(out)
    archive, files = Archive(counted, contents.head.frozen.at), manifest.FileList()
    _add(archive, files, README, contents.readme)
    _add_register(archive, files, contents)
    written = _add_packets(archive, files, contents, done)
    failed = len(contents.left_out)
    counts = manifest.Counts(expected=contents.count + failed, written=written, failed=failed)
    statement = manifest.encode(contents.head, counts, contents.left_out, files)
    count = files.count + 2
    del files  # as long as the statement itself
    archive.add(manifest.NAME, statement)
    archive.add(manifest.SIGNATURE, signer.sign(statement))
    archive.close()
    return Written(counted.size, count, hashlib.sha256(statement).hexdigest())


def _add(archive: Archive, files: manifest.FileList, name: str, content: bytes) -> None:
    files.add(name, len(content), hashlib.sha256(content).hexdigest())
    archive.add(name, content)


def _add_register(archive: Archive, files: manifest.FileList, contents: Contents) -> None:
    """Both forms of the register from one reading of the rows."""
    stamp: datetime = contents.head.frozen.at
    with Spool() as book, Spool() as plain:
        table = CsvTable(plain, contents.sheet)
        write_xlsx(book, contents.sheet, _noting(table, contents.rows), contents.count, stamp)
        table.close()
        _add_spool(archive, files, REGISTER_XLSX, book)
        _add_spool(archive, files, REGISTER_CSV, plain)


def _noting(table: CsvTable, rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        table.add(row)
        yield row


def _add_spool(archive: Archive, files: manifest.FileList, name: str, spool: Spool) -> None:
    files.add(name, spool.size, spool.sha256)
    archive.add_stream(name, spool.size, spool.crc, spool.chunks())


def _add_packets(
    archive: Archive, files: manifest.FileList, contents: Contents, done: Callable[[int], None]
) -> int:
    written = 0
    for packet in _checked(contents.packets):
        files.add(packet.name, len(packet.content), packet.sha256)
        archive.add(packet.name, packet.content)
        written += 1
        done(written)
    if written != contents.count:
        raise Incomplete(f"{written} packets came where {contents.count} were expected")
    return written


def _checked(packets: Iterable[PacketFile]) -> Iterator[PacketFile]:
    """The packets, each proved to be the frozen one while the one before it is written."""
    with ThreadPoolExecutor(1) as prover:
        for packet, digest in ahead(prover, _sha256, packets, 1):
            if digest.result() != packet.sha256:
                raise ChangedPacket(packet.name)
            yield packet


def _sha256(packet: PacketFile) -> str:
    return hashlib.sha256(packet.content).hexdigest()


class _Counted:
    """Knows how many bytes went through."""

    def __init__(self, out: Writable) -> None:
        self._out = out
        self.size = 0

    def write(self, data: bytes) -> int:
        self.size += len(data)
        self._out.write(data)
        return len(data)

"""A ZIP whose every byte follows from its files: stored, zip64 where needed, written forwards.

Packets are compressed already, so they are stored. Size and CRC stand before each file (no data
descriptors, which some readers refuse for stored files), and one time stands on all of them: the same files
give the same bytes. Because the bytes around the files can be computed, :mod:`portal.batches.verify` can
also tell when those were touched. Format: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12, 4.3.14-16, 4.5.3.
"""

import re
import struct
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Protocol

from portal.errors import PortalError

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_ENDING_64 = struct.Struct("<4sQ2H2I4Q")
_LOCATOR_64 = struct.Struct("<4sIQI")
_ENDING = struct.Struct("<4s4H2IH")

_LIMIT_32 = 0xFFFFFFFF
_LIMIT_16 = 0xFFFF
_PLAIN, _ZIP64 = 20, 45  # "version needed to extract"
_UNIX = 3 << 8
_PIECE = 1 << 23  # bytes; larger than nearly every packet, which is then passed on without a copy
_REGULAR_FILE = 0o100644 << 16
_SHORT_ASCII = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")


class Writable(Protocol):
    """What an archive, a register or a spool is written to; never read back, never moved in."""

    def write(self, data: bytes, /) -> object: ...


class UnsafeName(PortalError):
    """A file name that some reader could misread: not short plain ASCII, or pointing out of the archive."""


class WrongSize(PortalError):
    """A streamed file was not what its header, already written, says."""


class Layout:
    """The bytes of an archive that stand around its files, given in their order; writes nothing itself."""

    def __init__(self, stamp: datetime) -> None:
        self._stamp = _dos_time(stamp)
        self._offset = 0
        self._count = 0
        self._central = bytearray()

    def go_on(self, offset: int, count: int, directory: bytes) -> None:
        """Take up an archive where its directory, of so many files, begins."""
        self._offset, self._count, self._central = offset, count, bytearray(directory)

    def entry(self, name: str, size: int, crc: int) -> bytes:
        """The header that stands before the file of ``size`` bytes."""
        if len(name) > 100 or not _SHORT_ASCII.fullmatch(name):
            raise UnsafeName(f"not a safe name in an archive: {name!r}")
        header = self._local(name.encode(), size, crc)
        self._note(name.encode(), size, crc)
        self._offset += len(header) + size
        self._count += 1
        return header

    def ending(self) -> tuple[bytearray, bytes]:
        """The central directory, and the records that close the archive."""
        size, big = len(self._central), self._count >= _LIMIT_16
        tail = b""
        if big or self._offset >= _LIMIT_32 or size >= _LIMIT_32:
            tail = _ENDING_64.pack(
                b"PK\6\6", 44, _UNIX | _ZIP64, _ZIP64, 0, 0, self._count, self._count, size, self._offset
            ) + _LOCATOR_64.pack(b"PK\6\7", 0, self._offset + size, 1)
        count = min(self._count, _LIMIT_16)
        end = _ENDING.pack(
            b"PK\5\6", 0, 0, count, count, min(size, _LIMIT_32), min(self._offset, _LIMIT_32), 0
        )
        return self._central, tail + end

    def _local(self, name: bytes, size: int, crc: int) -> bytes:
        extra = struct.pack("<2H2Q", 1, 16, size, size) if size >= _LIMIT_32 else b""
        needed, shown = (_ZIP64, _LIMIT_32) if extra else (_PLAIN, size)
        fields = (needed, 0, 0, *self._stamp, crc, shown, shown, len(name), len(extra))
        return _LOCAL.pack(b"PK\3\4", *fields) + name + extra

    def _note(self, name: bytes, size: int, crc: int) -> None:
        wide = struct.pack("<2Q", size, size) if size >= _LIMIT_32 else b""
        wide += struct.pack("<Q", self._offset) if self._offset >= _LIMIT_32 else b""
        extra = struct.pack("<2H", 1, len(wide)) + wide if wide else b""
        needed, shown = (_ZIP64 if wide else _PLAIN), min(size, _LIMIT_32)
        fields = (needed, 0, 0, *self._stamp, crc, shown, shown, len(name), len(extra), 0, 0, 0)
        where = (_REGULAR_FILE, min(self._offset, _LIMIT_32))
        self._central += _CENTRAL.pack(b"PK\1\2", _UNIX | needed, *fields, *where) + name + extra


def directory_size(tail: bytes) -> int:
    """Bytes of the directory at the head of what stands from an archive's directory to its end."""
    records = _ENDING.size
    if tail[-records - _LOCATOR_64.size :].startswith(b"PK\6\7"):
        records += _LOCATOR_64.size + _ENDING_64.size
    return len(tail) - records


class Archive:
    """Writes files one after the other to ``out``; memory grows by some 90 bytes a file."""

    def __init__(self, out: Writable, stamp: datetime) -> None:
        self._out = out
        self._layout = Layout(stamp)

    def add(self, name: str, content: bytes) -> None:
        """Write one file that is in memory."""
        self._out.write(self._layout.entry(name, len(content), zlib.crc32(content)))
        self._pass_on(content)

    def add_stream(self, name: str, size: int, crc: int, chunks: Iterable[bytes]) -> None:
        """Write one file in pieces; raises :class:`WrongSize` when ``size`` or ``crc`` were wrong."""
        self._out.write(self._layout.entry(name, size, crc))
        seen, check = 0, 0
        for chunk in chunks:
            seen, check = seen + len(chunk), zlib.crc32(chunk, check)
            self._out.write(chunk)
        if (seen, check) != (size, crc):
            raise WrongSize(f"{name} changed while it was being written")

    def close(self) -> None:
        """Write the directory; without it the archive cannot be opened."""
        for piece in self._layout.ending():
            self._pass_on(piece)

    def _pass_on(self, content: bytes | bytearray) -> None:
        # In pieces, so that an output that gathers its own never holds a long one whole a second time.
        for start in range(0, len(content), _PIECE):
            self._out.write(bytes(content[start : start + _PIECE]))


def _dos_time(moment: datetime) -> tuple[int, int]:
    """Time and date fields in UTC, two seconds apart, from 1980 on (APPNOTE 4.4.6)."""
    at = moment.astimezone(UTC)
    if at.year < 1980:
        raise ValueError("a ZIP cannot carry a time before 1980")
    return at.hour << 11 | at.minute << 5 | at.second // 2, (at.year - 1980) << 9 | at.month << 5 | at.day

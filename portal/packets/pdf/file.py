"""A PDF file written in one piece: numbered objects, a cross-reference table, a trailer.

A file may begin with a `Prefix`, objects written once and shared byte for byte by thousands of files.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import cast

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


@dataclass(frozen=True)
class Prefix:
    """The first objects of many files: their bytes, header included, and where each begins."""

    data: bytes
    offsets: tuple[int, ...]


@dataclass(frozen=True)
class Written:
    """A finished file and where each of its objects begins, by number less one."""

    data: bytearray
    offsets: tuple[int, ...]


class Objects:
    """The objects of one file, numbered from 1 in the order in which their numbers were taken."""

    def __init__(self, prefix: Prefix | None = None) -> None:
        self._prefix = prefix or Prefix(HEADER, ())
        self._bodies: list[bytes | None] = []
        self._large: dict[int, tuple[bytes, ...]] = {}

    def take(self) -> int:
        """A number for an object that will be put later."""
        self._bodies.append(None)
        return len(self._prefix.offsets) + len(self._bodies)

    def put(self, number: int, body: bytes) -> int:
        self._bodies[number - len(self._prefix.offsets) - 1] = body
        return number

    def add(self, body: bytes | str) -> int:
        self._bodies.append(body if isinstance(body, bytes) else body.encode("latin-1"))
        return len(self._prefix.offsets) + len(self._bodies)

    def add_large(self, *pieces: bytes) -> int:
        """Adds an object whose body is these pieces, which are copied only once, into the finished file."""
        number = self.add(b"")
        self._large[number] = pieces
        return number

    def extend(self, bodies: list[bytes]) -> list[int]:
        """Adds several objects and answers their numbers."""
        first = len(self._prefix.offsets) + len(self._bodies) + 1
        self._bodies.extend(bodies)
        return list(range(first, first + len(bodies)))

    def numbered(self) -> list[tuple[int, bytes]]:
        """The objects with their numbers, for a file that begins elsewhere."""
        first = len(self._prefix.offsets) + 1
        return [(number, body) for number, body in enumerate(self._bodies, first) if body is not None]

    def prefix(self) -> Prefix:
        """These objects as the beginning of other files."""
        parts, offsets = self._laid_out()
        return Prefix(b"".join(parts), tuple(offsets))

    def write(self, *, root: int, about: int, identity: bytes) -> Written:
        """The whole file; `identity` (16 bytes) becomes both halves of its /ID, so equal input gives equal bytes."""
        parts, offsets = self._laid_out()
        start = sum(map(len, parts))
        rows = ("%010d 00000 n \n" * len(offsets)) % tuple(offsets)  # one format: there are hundreds
        name = identity.hex().upper()
        tail = (
            f"xref\n0 {len(offsets) + 1}\n0000000000 65535 f \n{rows}"
            f"trailer\n<</Size {len(offsets) + 1}/Root {root} 0 R/Info {about} 0 R/ID[<{name}><{name}>]>>\n"
            f"startxref\n{start}\n%%EOF\n"
        )
        return Written(bytearray().join([*parts, tail.encode("ascii")]), tuple(offsets))

    def _laid_out(self) -> tuple[list[bytes], list[int]]:
        """The file's parts so far, and where each object begins."""
        start = len(self._prefix.offsets) + 1
        if None in self._bodies:
            raise ValueError(f"object {start + self._bodies.index(None)} was never put")
        bodies = cast("list[bytes]", self._bodies)
        parts = [b"%d 0 obj\n%b\nendobj\n" % numbered for numbered in enumerate(bodies, start)]
        lengths = list(map(len, parts))
        for number, pieces in self._large.items():
            lengths[number - start] += sum(map(len, pieces))
        *begins, _ = accumulate(lengths, initial=len(self._prefix.data))
        return [self._prefix.data, *self._unfolded(parts, start)], [*self._prefix.offsets, *begins]

    def _unfolded(self, parts: list[bytes], start: int) -> list[bytes]:
        """The parts with the pieces of large objects in their places."""
        for number in sorted(self._large, reverse=True):
            head, tail = b"%d 0 obj\n" % number, b"\nendobj\n"
            parts[number - start : number - start + 1] = [head, *self._large[number], tail]
        return parts


def stream(data: bytes, entries: str = "", *, level: int = 6) -> bytes:
    """A stream object's body, deflated when that makes it smaller; level 0 leaves the data as they are."""
    packed = zlib.compress(data, level) if level else data
    if len(packed) < len(data):
        data, entries = packed, entries + "/Filter/FlateDecode"
    return b"<<%b/Length %d>>stream\n%b\nendstream" % (entries.encode("latin-1"), len(data), data)


def string(text: str) -> str:
    """A text string of a dictionary: UTF-16BE in hexadecimal, which needs no escaping."""
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"


def date(moment: datetime) -> str:
    """A PDF date with its zone; `moment` is aware."""
    offset = moment.utcoffset() or timedelta(0)
    sign, minutes = ("-" if offset < timedelta(0) else "+"), abs(int(offset.total_seconds())) // 60
    zone = f"{sign}{minutes // 60:02d}'{minutes % 60:02d}'"
    return f"(D:{moment:%Y%m%d%H%M%S}{zone})"

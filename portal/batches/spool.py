"""A place for a file that must be finished before it can be passed on, without plain bytes reaching a disk.

A register is personal data and can be long. What is written here goes to an unnamed temporary file,
encrypted with a key that exists only in this process's memory; a crash or a stolen disk leaves noise.
"""

import hashlib
import os
import tempfile
import zlib
from collections.abc import Iterator

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_PIECE = 1 << 18
_TAG = 16


class Spool:
    """Write once, then read any number of times; knows its size, CRC-32 and SHA-256."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__
        self._cipher = AESGCM(AESGCM.generate_key(256))
        self._pending = bytearray()
        self._pieces = 0
        self._hash = hashlib.sha256()
        self.size = 0
        self.crc = 0

    def __enter__(self) -> "Spool":
        return self

    def __exit__(self, kind: object, error: object, at: object) -> None:
        self._file.close()

    @property
    def sha256(self) -> str:
        """Hex digest of what was written."""
        return self._hash.hexdigest()

    def write(self, data: bytes) -> int:
        """Append ``data``."""
        self.size += len(data)
        self.crc = zlib.crc32(data, self.crc)
        self._hash.update(data)
        self._pending += data
        while len(self._pending) >= _PIECE:
            self._put(bytes(self._pending[:_PIECE]))
            del self._pending[:_PIECE]
        return len(data)

    def flush(self) -> None:
        """Nothing to do: what is pending stays in memory until it fills a piece."""

    def chunks(self) -> Iterator[bytes]:
        """Everything written, in pieces of up to 256 KiB."""
        self._file.seek(0)
        for number in range(self._pieces):
            yield self._cipher.decrypt(_nonce(number), self._file.read(_PIECE + _TAG), None)
        yield bytes(self._pending)
        self._file.seek(0, os.SEEK_END)

    def _put(self, piece: bytes) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._pieces), piece, None))
        self._pieces += 1


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")  # a counter is enough: the key serves this spool alone

"""Streams sealed in chunks: each chunk has its number and a last-chunk mark in its nonce and associated data.

The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015), as age and Tink use it: chunks cannot be cut off,
repeated, reordered or taken from another stream.
"""

import os
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CHUNK = 1 << 20
MAGIC = b"\x02"
SALT = 16
TAG = 16


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    # A key of its own for each stream, so that counting nonces can never meet those of another.
    return AESGCM(HKDF(hashes.SHA256(), 32, salt=salt, info=b"portal stream").derive(key))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


class SealedWriter:
    """Write-only and unseekable, as a ZIP writer or ``shutil.copyfileobj`` expects; :meth:`close` seals the end."""

    def __init__(self, file: BinaryIO, key: bytes, associated: bytes) -> None:
        salt = os.urandom(SALT)
        file.write(MAGIC + salt)
        self._file, self._cipher, self._associated = file, _cipher(key, salt), associated
        self._buffer, self._number = bytearray(), 0

    def write(self, plain: bytes) -> int:
        """Take bytes; full chunks go to the file at once."""
        self._buffer += plain
        while len(self._buffer) > CHUNK:
            self._flush_chunk(bytes(self._buffer[:CHUNK]), last=False)
            del self._buffer[:CHUNK]
        return len(plain)

    def close(self) -> None:
        """Seal the last chunk. Without it a reader refuses the stream as cut off."""
        self._flush_chunk(bytes(self._buffer), last=True)
        self._buffer.clear()

    def _flush_chunk(self, plain: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, last), plain, self._associated))
        self._number += 1


class SealedReader:
    """Iterates over the plain chunks of a sealed stream."""

    def __init__(self, file: BinaryIO, key: bytes, associated: bytes, unreadable: type[Exception]) -> None:
        head = file.read(1 + SALT)
        if head[:1] != MAGIC or len(head) != 1 + SALT:
            raise unreadable("not a sealed stream")
        self._file, self._cipher, self._associated = file, _cipher(key, head[1:]), associated
        self._unreadable = unreadable

    def __iter__(self) -> Iterator[bytes]:
        number, chunk = 0, self._file.read(CHUNK + TAG)
        while True:
            following = self._file.read(CHUNK + TAG)
            try:
                yield self._cipher.decrypt(_nonce(number, not following), chunk, self._associated)
            except InvalidTag as error:
                raise self._unreadable(f"chunk {number} of a sealed stream cannot be opened") from error
            if not following:
                return
            number, chunk = number + 1, following

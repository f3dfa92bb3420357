"""A volume as received: a ZIP or the folder it was unpacked into, read the same way."""

import hashlib
import os
import stat
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from portal.errors import PortalError
from portal.zipping import Layout, UnsafeName

_PIECE = 1 << 20
_UNREADABLE = (OSError, zipfile.BadZipFile, zlib.error, EOFError)
_LARGEST_MANIFEST = 1 << 30  # bytes; a manifest of five million files is smaller


class NotAVolume(PortalError):
    """What was given is neither a ZIP nor a folder, or the ZIP was cut off."""


class Parcel(ABC):
    """The files of a received volume, by name, in the order in which they stand."""

    names: list[str]
    ordered = True

    def __contains__(self, name: str) -> bool:
        return name in self._present

    @cached_property
    def _present(self) -> frozenset[str]:
        return frozenset(self.names)

    @abstractmethod
    def size(self, name: str) -> int:
        """Bytes of a file; -1 for what is no regular file."""

    @abstractmethod
    def chunks(self, name: str) -> Iterator[bytes]:
        """A file's content; raises OSError or ``BadZipFile`` when it cannot be read to its end."""

    def read(self, name: str) -> bytes | None:
        """The content of a file of reasonable size; None when it cannot be read to its end."""
        if not 0 <= self.size(name) <= _LARGEST_MANIFEST:
            return None
        try:
            return b"".join(self.chunks(name))
        except _UNREADABLE:
            return None

    def sha256(self, name: str) -> str | None:
        """A file's hash in hex; None when it cannot be read to its end."""
        digest = hashlib.sha256()
        try:
            for chunk in self.chunks(name):
                digest.update(chunk)
        except _UNREADABLE:
            return None
        return digest.hexdigest()

    def container_intact(self, stamp: datetime) -> bool:
        """Whether nothing was touched around the files; asked last."""
        return True

    def close(self) -> None:  # noqa: B027 - a folder holds nothing open
        """Give back the file."""


class Folder(Parcel):
    """An unpacked volume. Links are not followed: what they point to is no part of it."""

    ordered = False

    def __init__(self, root: Path) -> None:
        self._root = root
        self.names = sorted(
            (Path(at) / name).relative_to(root).as_posix()
            for at, folders, names in os.walk(root)
            for name in [*names, *(f for f in folders if (Path(at) / f).is_symlink())]
        )

    def size(self, name: str) -> int:
        """Bytes, or -1 for a link or device."""
        found = (self._root / name).lstat()
        return found.st_size if stat.S_ISREG(found.st_mode) else -1

    def chunks(self, name: str) -> Iterator[bytes]:
        """The file in pieces of 1 MiB."""
        with open(self._root / name, "rb", buffering=0) as file:
            yield from iter(lambda: file.read(_PIECE), b"")


class Zip(Parcel):
    """A packed volume."""

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = open(path, "rb")  # noqa: SIM115 - closed in close()
        try:
            self._book = zipfile.ZipFile(self._file)
        except (zipfile.BadZipFile, NotImplementedError, OSError) as error:
            self._file.close()
            raise NotAVolume(f"{path.name} is not a whole ZIP file: {error}") from error
        self._members = sorted(self._book.infolist(), key=lambda member: member.header_offset)
        self.names = [member.filename for member in self._members]
        self._by_name = {member.filename: member for member in reversed(self._members)}
        self._refuse_cut_off(path)

    def size(self, name: str) -> int:
        """Bytes, as the directory says."""
        member = self._by_name[name]
        return -1 if member.is_dir() else member.file_size

    def chunks(self, name: str) -> Iterator[bytes]:
        """The file in pieces of 1 MiB, its CRC checked at the end."""
        try:
            with self._book.open(self._by_name[name]) as file:
                yield from iter(lambda: file.read(_PIECE), b"")
        except (RuntimeError, NotImplementedError) as error:  # encrypted, or packed by an unknown method
            raise zipfile.BadZipFile(str(error)) from error

    def container_intact(self, stamp: datetime) -> bool:
        """Compare every byte outside the files with what the writer would have put there."""
        layout, at = Layout(stamp), 0
        for member in self._members:
            try:
                header = layout.entry(member.filename, member.file_size, member.CRC)
            except UnsafeName:
                return False
            self._file.seek(at)
            if self._file.read(len(header)) != header:
                return False
            at += len(header) + member.file_size
        ending = b"".join(layout.ending())
        self._file.seek(at)
        return self._file.read(len(ending) + 1) == ending

    def _refuse_cut_off(self, path: Path) -> None:
        """Without its end, a volume would be mistaken for the last ZIP inside it: the register, an XLSX, is one."""
        self._file.seek(0)
        begins = self._file.read(4) == b"PK\3\4"
        if begins and (not self._members or self._members[0].header_offset != 0):
            self.close()
            raise NotAVolume(f"{path.name} is not a whole ZIP file: its end is missing")

    def close(self) -> None:
        """Close the ZIP."""
        self._book.close()
        self._file.close()


def open_parcel(path: Path) -> Parcel:
    """The volume at ``path``, packed or unpacked; raises :class:`NotAVolume`."""
    if path.is_dir():
        return Folder(path)
    if not path.is_file():
        raise NotAVolume(f"there is no file or folder {path}")
    return Zip(path)

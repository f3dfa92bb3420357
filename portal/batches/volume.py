"""Writes a volume: in each part README, verifier, files, manifest, signature; forwards, in constant memory.

A part is a ZIP of its own that can be checked alone. Its manifest names the hash of the manifest before it, and the
last part's lists them all, so that one signature binds the whole. Where one part ends and the next begins follows
from the sizes alone: the same contents give the same bytes, wherever an earlier attempt was interrupted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from portal.batches import manifest
from portal.batches.signing import Signer
from portal.batches.spool import Spool
from portal.errors import PortalError
from portal.zipping import Archive, Writable

if TYPE_CHECKING:
    from portal.batches.profiles.base import VolumeFile

README, VERIFIER, PACKETS = "README.txt", "verify.py", "packets/"
ONE_FILE_VERIFIER = Path(__file__).with_name("one_file_verifier.py")
_AROUND = (
    400  # bytes that a file takes beside its content: two headers with its name, and its line in the manifest
)
_A_PART = 150  # bytes that the last manifest needs for each part before it


class ChangedPacket(PortalError):
    """A file is no longer what the batch was frozen with."""

    def __init__(self, name: str, claim: str = "") -> None:
        super().__init__(f"{name} is not the packet that was frozen")
        self.name, self.claim = name, claim


class Incomplete(PortalError):
    """Fewer or more claims came than the volume is to hold."""


@dataclass(frozen=True)
class Contents:
    """What a volume is made of: ``count`` claims, and those of the batch that are left out.

    ``files(first)`` walks the profile's files in their order from the one of that index on, once. ``each``: every claim
    is named by one file, so that none can be lost on the way; profiles of bundles see to that themselves.
    """

    head: manifest.Head
    count: int
    left_out: tuple[manifest.Failure, ...]
    readme: bytes
    files: Callable[[int], Iterable[VolumeFile]]
    each: bool = True


@dataclass(frozen=True)
class WrittenPart:
    """A finished part: ``size`` of its ZIP in bytes, of which the directory begins at ``directory_at``.

    ``claims`` are complete and ``next_file`` of the profile's files stand up to here.
    """

    number: int
    last: bool
    size: int
    members: int
    manifest_sha256: str
    directory_at: int
    claims: int
    next_file: int


class Place(Protocol):
    """Where parts are written to, one after the other."""

    def open(self, number: int) -> Writable:
        """Begin a part."""

    def finished(self, part: WrittenPart) -> None:
        """The part that was begun is whole."""


def packet_name(number: str, jurisdiction: str, revision: int) -> str:
    """The packet's name in a volume: short, ASCII, nobody's name in it."""
    return f"{PACKETS}{number}-{jurisdiction}-r{revision}.pdf"


def write_volume(
    out: Writable, contents: Contents, signer: Signer, *, done: Callable[[int], None] = lambda number: None
) -> WrittenPart:
    """Write the whole volume to ``out`` as one part, telling ``done`` the claims so far."""
    (part,) = write_parts(_Single(out), contents, signer, done=done)
    return part


def write_parts(
    place: Place,
    contents: Contents,
    signer: Signer,
    *,
    limit: int | None = None,
    finished: Sequence[WrittenPart] = (),
    done: Callable[[int], None] = lambda number: None,
) -> list[WrittenPart]:
    """Write what follows after the ``finished`` parts, none longer than ``limit`` bytes; answers all of them.

    A file that is longer than that alone has a part to itself.
    """
    parts = list(finished)
    if parts and parts[-1].last:
        return parts
    at, claims = (parts[-1].next_file, parts[-1].claims) if parts else (0, 0)
    part = _Part(place, contents, parts)
    for file, sha256 in _proved(contents.files(at)):
        if limit and part.files and part.length_with(file) > limit:
            parts.append(part.close(signer, claims, at, last=False))
            part = _Part(place, contents, parts)
        part.add(file, sha256)
        at += 1
        if file.claim:
            claims = claims + 1 if contents.each else min(claims + 1, contents.count)
            done(claims)
    if contents.each and claims != contents.count:
        raise Incomplete(f"{claims} claims came where {contents.count} were expected")
    parts.append(part.close(signer, contents.count, at, last=True))
    return parts


class _Part:
    """The part that is being written."""

    def __init__(self, place: Place, contents: Contents, before: Sequence[WrittenPart]) -> None:
        self._place, self._contents, self._before = place, contents, before
        self._number = len(before) + 1
        self._out = _Counted(place.open(self._number))
        self._archive = Archive(self._out, contents.head.frozen.at)
        self._list = manifest.FileList()
        self._ending = len(manifest.encode(contents.head, _NONE, contents.left_out, manifest.FileList()))
        self.files = 0
        self._add(README, contents.readme, hashlib.sha256(contents.readme).hexdigest())
        verifier = ONE_FILE_VERIFIER.read_bytes()
        self._add(VERIFIER, verifier, hashlib.sha256(verifier).hexdigest())

    def length_with(self, file: VolumeFile) -> int:
        """How many bytes the part would have at most, ended after this file."""
        around = _AROUND * (self._list.count + 5) + _A_PART * (self._number + 1)
        return self._list.bytes + _size(file) + around + self._ending

    def add(self, file: VolumeFile, sha256: str) -> None:
        """Write one file of the profile."""
        if isinstance(file.content, Spool):
            self._list.add(file.name, file.content.size, sha256)
            self._archive.add_stream(file.name, file.content.size, file.content.crc, file.content.chunks())
        else:
            self._add(file.name, file.content, sha256)
        self.files += 1

    def close(self, signer: Signer, claims: int, next_file: int, *, last: bool) -> WrittenPart:
        """Write manifest, signature and the ZIP's directory."""
        failed = self._contents.left_out
        counts = manifest.Counts(
            expected=self._contents.count + len(failed), written=claims, failed=len(failed)
        )
        previous = self._before[-1].manifest_sha256 if self._before else ""
        part = manifest.Part(number=self._number, last=last, previous=previous)
        known = [
            manifest.PartRecord(number=one.number, size=one.size, manifest=one.manifest_sha256)
            for one in (self._before if last else ())
        ]
        statement = manifest.encode(self._contents.head, counts, failed, self._list, part, known)
        members = self._list.count + 2
        del self._list  # as long as the statement itself
        self._archive.add(manifest.NAME, statement)
        self._archive.add(manifest.SIGNATURE, signer.sign(statement))
        directory_at = self._out.size
        self._archive.close()
        written = WrittenPart(
            number=self._number,
            last=last,
            size=self._out.size,
            members=members,
            manifest_sha256=hashlib.sha256(statement).hexdigest(),
            directory_at=directory_at,
            claims=claims,
            next_file=next_file,
        )
        self._place.finished(written)
        return written

    def _add(self, name: str, content: bytes, sha256: str) -> None:
        self._list.add(name, len(content), sha256)
        self._archive.add(name, content)


_NONE = manifest.Counts(expected=10**9, written=10**9, failed=10**9)


def _size(file: VolumeFile) -> int:
    return file.content.size if isinstance(file.content, Spool) else len(file.content)


def _proved(files: Iterable[VolumeFile]) -> Iterator[tuple[VolumeFile, str]]:
    """The files with their hashes, each proved to be what was frozen while the one before it is written."""
    with ThreadPoolExecutor(1) as prover:
        waiting: tuple[VolumeFile, Future[str]] | None = None
        for file in files:
            if waiting:
                before, waiting = waiting, None
            else:
                before = None
            # A spool lives only until the next file is asked for, and knows its hash already.
            if not isinstance(file.content, Spool):
                waiting = (file, prover.submit(_sha256, file.content))
            if before:
                yield _as_frozen(before[0], before[1].result())
            if isinstance(file.content, Spool):
                yield _as_frozen(file, file.content.sha256)
        if waiting:
            yield _as_frozen(waiting[0], waiting[1].result())


def _as_frozen(file: VolumeFile, sha256: str) -> tuple[VolumeFile, str]:
    if file.sha256 and sha256 != file.sha256:
        raise ChangedPacket(file.name, file.claim)
    return file, sha256


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class _Single:
    """A place for one part."""

    def __init__(self, out: Writable) -> None:
        self._out = out

    def open(self, number: int) -> Writable:
        assert number == 1
        return self._out

    def finished(self, part: WrittenPart) -> None:
        pass


class _Counted:
    """Knows how many bytes went through."""

    def __init__(self, out: Writable) -> None:
        self._out = out
        self.size = 0

    def write(self, data: bytes) -> int:
        self.size += len(data)
        self._out.write(data)
        return len(data)

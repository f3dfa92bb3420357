"""A volume encrypted for whom it is for, while it is written: age to a public key, AES in a ZIP to a passphrase.

age (age-encryption.org/v1, X25519) where the recipient has a key; else a ZIP with AES-256 (WinZip AE-2, which 7-Zip,
WinZip and macOS tools open) whose passphrase is shown once and goes another way; plain only with a reason.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Queue
from threading import Thread
from typing import Literal, cast

import pyrage
import pyzipper

from portal.batches.errors import BatchError
from portal.zipping import Writable

Form = Literal["age", "zip", "plain"]
SUFFIXES: dict[Form, str] = {"age": ".age", "zip": ".encrypted.zip", "plain": ""}
SHORTEST_REASON = 10  # characters
_WORD, _WORDS = 4, 6  # letters in a group, and groups: 120 random bits
# No letter or figure that is taken for another on paper or by telephone.
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
_WAITING = 8  # pieces between the writer and the one who encrypts


class WrongKey(BatchError):
    """What was given is no public key that volumes can be encrypted for; the message says what it is instead."""


class NoReasonForPlain(BatchError):
    """A volume leaves unencrypted only with a reason."""


class NotEncrypted(BatchError):
    """Encrypting failed; what was written is to be thrown away."""


@dataclass(frozen=True)
class How:
    """How a volume is encrypted: exactly what its form asks for is given. ``name`` is that of the file inside a ZIP."""

    form: Form
    key: str = ""
    passphrase: str = ""
    reason: str = ""
    name: str = "volume.zip"

    def __post_init__(self) -> None:
        if self.form == "age":
            read_key(self.key)
        elif self.form == "zip" and len(self.passphrase) < _WORD * _WORDS:
            raise WrongKey("the passphrase is too short: have one made")
        elif self.form == "plain" and len(" ".join(self.reason.split())) < SHORTEST_REASON:
            raise NoReasonForPlain("say why the volume leaves unencrypted, in at least ten characters")


def new_passphrase(choose: Callable[[Sequence[str]], str] = secrets.choice) -> str:
    """A passphrase to be read out or typed: six groups of four letters and figures."""
    return "-".join("".join(choose(_LETTERS) for _ in range(_WORD)) for _ in range(_WORDS))


def read_key(typed: str) -> pyrage.x25519.Recipient:
    """An age public key. Raises WrongKey, whose message never repeats what was typed: it may be a secret."""
    text = typed.strip()
    lowered = text.casefold()
    if lowered.startswith("age-secret-key-"):
        raise WrongKey("this is a private key: it must stay with its owner, who should make a new pair now")
    if "private key" in lowered:
        raise WrongKey("this is a private key: it must stay with its owner, who should make a new pair now")
    if lowered.startswith(("ssh-", "ecdsa-", "sk-")):
        raise WrongKey("this is an SSH key; ask for an age public key, which begins with age1")
    if "pgp public key" in lowered:
        raise WrongKey("this is a PGP key; ask for an age public key, which begins with age1")
    if "begin certificate" in lowered or "begin public key" in lowered:
        raise WrongKey(
            "this is a certificate or key in PEM; ask for an age public key, which begins with age1"
        )
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise WrongKey("this is no age public key: it begins with age1 and has 62 characters") from error


@contextmanager
def encrypting(out: Writable, how: How) -> Iterator[Writable]:
    """What is written within goes to ``out`` encrypted, piece by piece and never whole in memory.

    ``out`` holds a whole file only when the block was left without an error. Raises NotEncrypted.
    """
    if how.form == "age":
        with _age(out, how.key) as sealed:
            yield sealed
    elif how.form == "zip":
        with _zip(out, how) as sealed:
            yield sealed
    else:
        yield out


@contextmanager
def _zip(out: Writable, how: How) -> Iterator[Writable]:
    with pyzipper.AESZipFile(
        _Forward(out), "w", compression=pyzipper.ZIP_STORED, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(how.passphrase.encode())
        archive.setencryption(pyzipper.WZ_AES, nbits=256)
        member = archive.zipinfo_cls(how.name, (1980, 1, 1, 0, 0, 0))
        with archive.open(member, "w", force_zip64=True) as part:
            yield cast(Writable, part)


@contextmanager
def _age(out: Writable, key: str) -> Iterator[Writable]:
    """age asks for its input, so it runs beside the writer, who hands it one piece after the other."""
    handed: Queue[bytes | None] = Queue(_WAITING)
    failed: list[BaseException] = []

    def run() -> None:
        try:
            pyrage.encrypt_io(_Handed(handed), _Forward(out), [read_key(key)])
        except BaseException as error:
            failed.append(error)
            while handed.get() is not None:  # the writer must not wait for nobody
                pass

    beside = Thread(target=run, name="age", daemon=True)
    beside.start()
    try:
        yield _Pieces(handed, failed)
    finally:
        handed.put(None)
        beside.join()
    if failed:
        _raise(failed)


def _raise(failed: list[BaseException]) -> None:
    error = failed[0]
    if isinstance(error, OSError):
        raise error
    raise NotEncrypted("the volume could not be encrypted") from error


class _Pieces:
    """Takes what is written."""

    def __init__(self, handed: Queue[bytes | None], failed: list[BaseException]) -> None:
        self._handed, self._failed = handed, failed

    def write(self, data: bytes) -> int:
        if self._failed:
            _raise(self._failed)
        self._handed.put(bytes(data))
        return len(data)


class _Handed(io.RawIOBase):
    """Gives what was handed over, as far as it is asked for."""

    def __init__(self, handed: Queue[bytes | None]) -> None:
        self._handed = handed
        self._rest: bytes | None = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        while self._rest == b"":
            self._rest = self._handed.get()
        if self._rest is None:
            return b""
        piece = self._rest if size < 0 else self._rest[:size]
        self._rest = self._rest[len(piece) :]
        return piece


class _Forward(io.RawIOBase):
    """Hides that the output might seek, so that everything is written strictly forwards."""

    def __init__(self, out: Writable) -> None:
        self._out = out

    def writable(self) -> bool:
        return True

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        piece = bytes(data)
        self._out.write(piece)
        return len(piece)

"""What a volume holds, for whom and by whom: ``manifest.json``, canonical, so that one content has one
signature.

Canonical here means RFC 8785 for the values in use: keys sorted, no spaces, UTF-8, whole numbers. The list
of files is kept as bytes while a volume is written (about 150 bytes a file), not as objects.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from typing_extensions import TypedDict  # pydantic asks for this one before Python 3.12

from portal.errors import PortalError

FORMAT: Final = "joint-claims-volume/1"
NAME, SIGNATURE = "manifest.json", "manifest.sig"
RECEIPT, RECEIPT_SIGNATURE = "RECEIPT.txt", "RECEIPT.sig"  # added by a download, so in no manifest

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class NotAManifest(PortalError):
    """The file is no manifest of the format this version reads."""


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment


Moment = Annotated[datetime, AfterValidator(_aware)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Person(_Part):
    """A member of staff, as the audit log knows them, with the name they had."""

    id: str
    name: str


class MatterVersion(_Part):
    """The published texts that the packets rest on."""

    slug: str
    version: str
    hash: str


class Act(_Part):
    """Something done to the batch, by whom and when."""

    at: Moment
    by: Person
    purpose: str | None = None


class SigningKey(_Part):
    """Which key signed; ``demo`` says that it was made on first run and proves nothing about the firm."""

    algorithm: Literal["Ed25519"] = "Ed25519"
    fingerprint: Digest
    demo: bool


class Counts(_Part):
    """Packets that the batch holds, that the volume holds up to this part, and that it could not hold."""

    expected: int = Field(ge=0)
    written: int = Field(ge=0)
    failed: int = Field(ge=0)


class Failure(_Part):
    """A claim whose packet is not in the volume, and why."""

    claim: str
    reason: str


class BatchBefore(_Part):
    """The batch of the same matter and jurisdiction that was frozen before this one, by its number and digest."""

    number: str
    digest: Digest


class PartRecord(_Part):
    """An earlier part of the volume, as its last part binds it; ``size`` in bytes of the ZIP."""

    number: int = Field(ge=1)
    size: int = Field(ge=0)
    manifest: Digest


class Part(_Part):
    """Which part of the volume this is. ``previous`` is the hash of the manifest before it, empty in the first."""

    number: int = Field(1, ge=1)
    last: bool = True
    previous: Digest | Literal[""] = ""


class FileRecord(TypedDict):
    """One file of the volume; ``size`` in bytes, ``sha256`` in hex."""

    name: str
    size: int
    sha256: Digest


class Head(_Part):
    """What a manifest says beside its files."""

    format: Literal["joint-claims-volume/1"] = FORMAT
    batch: str
    batch_number: str
    volume: str
    profile: str
    jurisdiction: str
    matter: tuple[MatterVersion, ...]
    frozen: Act
    approved: Act | None = None
    exported: Act
    batch_digest: Digest | Literal[""] = ""
    batch_before: BatchBefore | None = None
    ledger: Digest | Literal[""] = Field("", description="head of the ledger of productions when asked for")
    signed_by: SigningKey


class Manifest(Head):
    """A manifest as read back; ``parts`` are those before it, and only the last part knows them."""

    part: Part
    parts: tuple[PartRecord, ...]
    counts: Counts
    failed: tuple[Failure, ...]
    files: list[FileRecord]


class FileList:
    """The files of a volume in the order in which they stand in it, as canonical JSON."""

    def __init__(self) -> None:
        self._json = bytearray()
        self.count = 0
        self.bytes = 0

    def add(self, name: str, size: int, sha256: str) -> None:
        """Note one file that was written."""
        self._json += b"," if self.count else b""
        self._json += canonical({"name": name, "sha256": sha256, "size": size})
        self.count += 1
        self.bytes += size

    def json(self) -> tuple[bytes, bytearray, bytes]:
        """The whole list as a JSON array, in pieces: in one, a long list would stand in memory twice."""
        return b"[", self._json, b"]"


def encode(
    head: Head,
    counts: Counts,
    failed: tuple[Failure, ...],
    files: FileList,
    part: Part = Part(),  # noqa: B008 - frozen
    parts: Sequence[PartRecord] = (),
) -> bytes:
    """The bytes of ``manifest.json``."""
    values: dict[str, Sequence[bytes | bytearray]] = {
        name: (canonical(value),) for name, value in head.model_dump(mode="json").items()
    }
    values["counts"] = (canonical(counts.model_dump()),)
    values["part"] = (canonical(part.model_dump()),)
    values["parts"] = (canonical([one.model_dump() for one in parts]),)
    values["failed"] = (canonical([failure.model_dump() for failure in failed]),)
    values["files"] = files.json()
    pieces: list[bytes | bytearray] = []
    for name in sorted(values):
        pieces += [b"," if pieces else b"{", canonical(name), b":", *values[name]]
    return b"".join([*pieces, b"}"])


def decode(content: bytes) -> Manifest:
    """Read ``manifest.json``; raises :class:`NotAManifest` naming the first thing that is wrong."""
    try:
        return Manifest.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise NotAManifest(f"{NAME} cannot be read: {where or 'the file'}: {first['msg']}") from error


def canonical(value: Mapping[str, object] | list[object] | str | int | None) -> bytes:
    """RFC 8785 JSON of ``value``."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

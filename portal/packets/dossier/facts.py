"""What a dossier is made from. Everything in it was read from sealed records, kept files and the audit chain."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from portal.evidence.certificates import Standing
from portal.matters.matter import Matter
from portal.matters.model import Jurisdiction
from portal.packets.content import Exhibit, Sealer
from portal.packets.events import Opened


@dataclass(frozen=True)
class KeptFile:
    """One edition of a packet's file, by its hash."""

    number: int
    kind: str
    sha256: str
    certificate: str
    made_at: datetime


@dataclass(frozen=True)
class Revision:
    """One sealed packet, or the receipt of a withdrawal, with its authority record."""

    number: int
    kind: str
    code: str
    pages: int
    level: str
    sealed_at: datetime
    canonical: bytes = field(repr=False)
    sha256: str = field(metadata={"of": "the authority record as canonical JSON"})
    files: tuple[KeptFile, ...]

    @property
    def record(self) -> dict[str, Any]:
        """The authority record; empty for a packet sealed before records were kept."""
        read: dict[str, Any] = json.loads(self.canonical) if self.canonical else {}
        return read


@dataclass(frozen=True)
class ChainEvent:
    """One event of the audit chain that concerns the claim; hashes in hex, `detail` as JSON, `canonical` what the hash
    covers after the hash before it.
    """

    sequence: int
    at: datetime
    action: str
    actor: str
    detail: str
    previous: str
    sha256: str
    holds: bool
    canonical: str


@dataclass(frozen=True)
class Trail:
    """The claim's part of the audit chain, its head, and the newest signed statement of it."""

    events: tuple[ChainEvent, ...]
    sequence: int
    sha256: str
    public_key: str = field(metadata={"of": "Ed25519, that signs statements, in hex"})
    checkpoint: int | None = None
    checkpoint_sha256: str = ""
    checkpoint_at: datetime | None = None
    checkpoint_signature: str = ""

    @property
    def holds(self) -> bool:
        """Whether every event's hash follows from its content and the hash before it."""
        return all(one.holds for one in self.events)


@dataclass(frozen=True)
class Holder:
    """A certificate that stands in the packet's signatures: whose it is, and how to know it."""

    role: str = field(metadata={"of": "seal, counsel, timestamp or issuer"})
    subject: str
    issuer: str
    serial: str
    sha256: str
    valid_from: datetime
    valid_until: datetime


@dataclass(frozen=True)
class SignerCertificate:
    """A certificate about the signer, such as 인감증명서, with how it stands on the day of the dossier."""

    file: Exhibit
    standing: Standing
    expires: date | None


@dataclass(frozen=True)
class Dossier:
    """One engagement. `packet` is the newest sealed packet's file; revisions are newest first."""

    matter: Matter
    jurisdiction: Jurisdiction
    claim_number: str
    made_at: datetime
    sealer: Sealer
    verify_address: str
    packet: bytes = field(repr=False)
    revisions: Sequence[Revision]
    events: Sequence[Opened]
    trail: Trail
    holders: Sequence[Holder]
    certificates: Sequence[SignerCertificate] = ()
    withdrawn_at: datetime | None = None

    @property
    def newest(self) -> Revision:
        """The newest packet; a receipt of withdrawal is none."""
        return next(one for one in self.revisions if one.kind == "engagement")

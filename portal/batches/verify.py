"""Whether a volume is what its firm handed over: needs the volume and the firm's public key, nothing else.

The signature is checked first; then each file is read once and compared with the manifest.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from portal.batches import manifest
from portal.batches.manifest import FileRecord, Manifest
from portal.batches.parcel import NotAVolume, Parcel, open_parcel
from portal.batches.signing import fingerprint, signed_by
from portal.errors import PortalError


class Verdict(IntEnum):
    """The exit code of ``portal batch verify``; 2 is left to wrong usage, as everywhere."""

    INTACT = 0
    NOT_INTACT = 1
    NOT_SIGNED = 3
    NOT_A_VOLUME = 4


class Trouble(StrEnum):
    """What can be wrong with a file of a volume."""

    MISSING = "missing"
    CHANGED = "changed"
    ADDED = "added"
    OUT_OF_ORDER = "out of order"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong; ``name`` is the file's."""

    trouble: Trouble
    name: str


class NotSigned(PortalError):
    """The manifest is missing, was changed after signing, or was signed with another key."""


@dataclass(frozen=True)
class Report:
    """The outcome: what the manifest says, and what of it is not so."""

    manifest: Manifest
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        """Intact, or not."""
        return Verdict.NOT_INTACT if self.findings else Verdict.INTACT

    @property
    def line(self) -> str:
        """The outcome in one line."""
        said = self.manifest
        if not self.findings:
            demo = ", a demo key" if said.signed_by.demo else ""
            size = sum(record["size"] for record in said.files)
            packets = f"{said.counts.written:,} of {said.counts.expected:,} packets"
            return (
                f"intact: batch {said.batch_number}, {packets}, {len(said.files):,} files, {size:,} bytes, "
                f"frozen {said.frozen.at:%Y-%m-%d %H:%M} UTC, "
                f"signed with {said.signed_by.fingerprint[:16]}{demo}"
            )
        first = self.findings[0]
        return f"NOT INTACT: {first.trouble}: {first.name}{self._others()}"

    def _others(self) -> str:
        kinds = Counter(finding.trouble for finding in self.findings[1:])
        if not kinds:
            return ""
        return " (and " + ", ".join(f"{count:,} more {kind}" for kind, count in kinds.items()) + ")"


CONTAINER = "the ZIP around its files"


def verify(path: Path, key: Ed25519PublicKey, *, done: Callable[[int], None] = lambda size: None) -> Report:
    """Check the volume at ``path``, telling ``done`` the bytes of each file read.

    Raises :class:`NotAVolume` when there is nothing to check, :class:`NotSigned` when nothing counts.
    """
    parcel = open_parcel(path)
    try:
        said = _believed(parcel, key)
        findings = [*_foreign(parcel, said), *_disordered(parcel, said)]
        for record in said.files:
            if trouble := _compare(parcel, record):
                findings.append(Finding(trouble, record["name"]))
            done(record["size"])
        if not findings and not parcel.container_intact(said.frozen.at):
            findings.append(Finding(Trouble.CHANGED, CONTAINER))
    finally:
        parcel.close()
    order = {record["name"]: place for place, record in enumerate(said.files)}
    findings.sort(key=lambda finding: (list(Trouble).index(finding.trouble), order.get(finding.name, -1)))
    return Report(said, tuple(findings))


def _believed(parcel: Parcel, key: Ed25519PublicKey) -> Manifest:
    content, signature = (_only(parcel, name) for name in (manifest.NAME, manifest.SIGNATURE))
    if signed_by(key, content, signature):
        return manifest.decode(content)
    raise NotSigned(f"NOT SIGNED: {_why_not(content, key)}")


def _only(parcel: Parcel, name: str) -> bytes:
    there = parcel.names.count(name)
    if there != 1:
        raise NotSigned(f"NOT SIGNED: {name} is {'there twice' if there else 'missing'}")
    content = parcel.read(name)
    if content is None:
        raise NotSigned(f"NOT SIGNED: {name} is damaged")
    return content


def _why_not(content: bytes, key: Ed25519PublicKey) -> str:
    try:
        claimed = manifest.decode(content).signed_by.fingerprint
    except manifest.NotAManifest as error:
        return f"the signature does not fit, and {error}"
    if claimed != fingerprint(key):
        return f"signed with another key ({claimed[:16]}) than the one given ({fingerprint(key)[:16]})"
    return f"{manifest.NAME} was changed after it was signed"


def _foreign(parcel: Parcel, said: Manifest) -> list[Finding]:
    """Files that the manifest does not list, or that stand in the volume twice."""
    listed = {record["name"] for record in said.files} | {manifest.NAME, manifest.SIGNATURE}
    seen: set[str] = set()
    findings = []
    for name in parcel.names:
        if name not in listed or name in seen:
            findings.append(Finding(Trouble.ADDED, name))
        seen.add(name)
    return findings


def _disordered(parcel: Parcel, said: Manifest) -> list[Finding]:
    """The first file that stands where another should; a folder has no order of its own."""
    if not parcel.ordered:
        return []
    present = set(parcel.names)
    expected = [record["name"] for record in said.files if record["name"] in present]
    listed = set(expected)
    actual = [name for name in dict.fromkeys(parcel.names) if name in listed]
    for should, stands in zip(expected, actual, strict=True):
        if should != stands:
            return [Finding(Trouble.OUT_OF_ORDER, stands)]
    return []


def _compare(parcel: Parcel, record: FileRecord) -> Trouble | None:
    name = record["name"]
    if name not in parcel:
        return Trouble.MISSING
    same = parcel.size(name) == record["size"] and parcel.sha256(name) == record["sha256"]
    return None if same else Trouble.CHANGED


__all__ = ["CONTAINER", "Finding", "NotAVolume", "NotSigned", "Report", "Trouble", "Verdict", "verify"]

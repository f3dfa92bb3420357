"""Whether a volume is what its firm handed over: needs the volume and the firm's public key, nothing else.

The signature is checked first; then each file is read once and compared with the manifest.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
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
    """The outcome: what the (last) manifest says, and what of it is not so.

    ``files`` and ``size`` (bytes) are of all parts that were checked; ``taken`` the signed receipts of downloads.
    """

    manifest: Manifest
    findings: tuple[Finding, ...]
    files: int = 0
    size: int = 0
    parts: int = 1
    manifest_sha256: str = ""
    taken: tuple[str, ...] = ()

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
            packets = f"{said.counts.written:,} of {said.counts.expected:,} packets"
            parts = f"{self.parts} parts, " if self.parts > 1 else ""
            taken = f", {self.taken[0]}" if self.taken else ""
            return (
                f"intact: batch {said.batch_number}, {packets}, {parts}{self.files:,} files, {self.size:,} bytes, "
                f"frozen {said.frozen.at:%Y-%m-%d %H:%M} UTC, "
                f"signed with {said.signed_by.fingerprint[:16]}{demo}{taken}"
            )
        first = self.findings[0]
        return f"NOT INTACT: {first.trouble}: {first.name}{self._others()}"

    @property
    def lines(self) -> list[str]:
        """The outcome, a line for each thing that is wrong."""
        return [self.line, *(f"{one.trouble}: {one.name}" for one in self.findings[1:])]

    def _others(self) -> str:
        kinds = Counter(finding.trouble for finding in self.findings[1:])
        if not kinds:
            return ""
        return " (and " + ", ".join(f"{count:,} more {kind}" for kind, count in kinds.items()) + ")"


CONTAINER = "the ZIP around its files"


def verify_all(
    paths: Sequence[Path], key: Ed25519PublicKey, *, done: Callable[[int], None] = lambda size: None
) -> Report:
    """Check a volume in one or several parts, each a ZIP or a folder; a folder of ZIPs stands for them.

    Raises as :func:`verify` does.
    """
    each = [verify(path, key, done=done) for path in _parcels(paths)]
    each.sort(key=lambda one: (one.manifest.volume, one.manifest.part.number))
    if len(each) == 1 and each[0].manifest.part == manifest.Part():
        return each[0]
    last = next((one for one in each if one.manifest.part.last), each[-1])
    findings = [*_bound(each, last)]
    for one in each:
        stem = f"part {one.manifest.part.number}: "
        findings += [Finding(found.trouble, stem + found.name) for found in one.findings]
    findings.sort(key=lambda finding: list(Trouble).index(finding.trouble))
    return replace(
        last,
        findings=tuple(findings),
        files=sum(one.files for one in each),
        size=sum(one.size for one in each),
        parts=len(each),
        taken=tuple(line for one in each for line in one.taken),
    )


def verify(path: Path, key: Ed25519PublicKey, *, done: Callable[[int], None] = lambda size: None) -> Report:
    """Check one ZIP or folder, telling ``done`` the bytes of each file read.

    Raises :class:`NotAVolume` when there is nothing to check, :class:`NotSigned` when nothing counts.
    """
    parcel = open_parcel(path)
    try:
        content, said = _believed(parcel, key)
        digest = hashlib.sha256(content).hexdigest()
        receipt, taken = _receipt(parcel, key, digest)
        findings = [*receipt, *_foreign(parcel, said), *_disordered(parcel, said)]
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
    size = sum(record["size"] for record in said.files)
    return Report(
        said, tuple(findings), len(said.files), size, manifest_sha256=digest, taken=(taken,) if taken else ()
    )


def _parcels(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        zips = sorted(path.glob("*.zip")) if path.is_dir() and not (path / manifest.NAME).exists() else []
        yield from zips or [path]


def _bound(each: list[Report], last: Report) -> Iterator[Finding]:
    """What is wrong with the parts as parts: one that is not there, there twice, or of another volume."""
    volume = last.manifest.volume
    there: dict[int, Report] = {}
    for one in each:
        number = one.manifest.part.number
        if one.manifest.volume != volume:
            yield Finding(Trouble.ADDED, f"part {number} of another volume ({one.manifest.batch_number})")
        elif number in there:
            yield Finding(Trouble.ADDED, f"part {number}, twice")
        else:
            there[number] = one
    if not last.manifest.part.last:
        yield Finding(Trouble.MISSING, f"what follows after part {last.manifest.part.number}")
    known = {record.number: record.manifest for record in last.manifest.parts}
    for number in range(1, last.manifest.part.number):
        if number not in there:
            yield Finding(Trouble.MISSING, f"part {number}")
        elif last.manifest.part.last and known.get(number) != there[number].manifest_sha256:
            yield Finding(Trouble.CHANGED, f"part {number}")
        after = there.get(number + 1)
        if number in there and after and after.manifest.part.previous != there[number].manifest_sha256:
            yield Finding(Trouble.OUT_OF_ORDER, f"part {number + 1}")


def _receipt(parcel: Parcel, key: Ed25519PublicKey, digest: str) -> tuple[list[Finding], str]:
    """The note that a download added, if there is one: signed with the firm's key, for this very manifest."""
    names = [name for name in (manifest.RECEIPT, manifest.RECEIPT_SIGNATURE) if name in parcel]
    if not names:
        return [], ""
    content, signature = (parcel.read(name) if name in parcel else None for name in _RECEIPTS)
    if content is None or signature is None or not signed_by(key, content, signature):
        return [Finding(Trouble.ADDED, name) for name in names], ""
    lines = content.decode().splitlines()
    if f"manifest: {digest}" not in lines:
        return [Finding(Trouble.ADDED, f"{manifest.RECEIPT} of another volume")], ""
    said = dict(line.split(" / ", 1)[1].split(": ", 1) for line in lines if " / " in line and ": " in line)
    return [], f"taken by {said.get('taken by', '?')} at {said.get('at', '?')}"


_RECEIPTS = (manifest.RECEIPT, manifest.RECEIPT_SIGNATURE)


def _believed(parcel: Parcel, key: Ed25519PublicKey) -> tuple[bytes, Manifest]:
    content, signature = (_only(parcel, name) for name in (manifest.NAME, manifest.SIGNATURE))
    if signed_by(key, content, signature):
        return content, manifest.decode(content)
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
    listed = {record["name"] for record in said.files} | {
        manifest.NAME,
        manifest.SIGNATURE,
        *_RECEIPTS,  # judged on their own
    }
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


__all__ = [
    "CONTAINER",
    "Finding",
    "NotAVolume",
    "NotSigned",
    "Report",
    "Trouble",
    "Verdict",
    "verify",
    "verify_all",
]

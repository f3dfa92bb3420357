"""Whether a file is a packet of ours, unchanged to the last byte.

A genuine packet begins with one revision whose seal covers everything but its own hexadecimal string, and that string
holds exactly the container that the firm's certificate yields. After it come only revisions of ours, each covered in
the same way: counsel's countersignature in the field that was left for it, and document timestamps. So each byte of
the file is accounted for: nothing can be changed, hidden, wrapped or appended. pyHanko gives a second opinion on the
signatures, on the file's structure, and on what each later revision changed.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from asn1crypto.cms import ContentInfo  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DSSCompareRule,
    FormUpdatingRule,
    ModificationLevel,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
    XrefStreamRule,
)
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext

from portal.packets.binding import RESERVED
from portal.packets.seal import container_of, timestamped
from portal.packets.signer import Chain, as_asn1, common_name
from portal.packets.timestamps import Timestamp, TimestampRefused, check, imprint

_RANGE = re.compile(rb"/ByteRange ?\[ ?(\d{1,10}) +(\d{1,10}) +(\d{1,10}) +(\d{1,10}) *\]")
_HEX = re.compile(rb"<([0-9a-f]*|[0-9A-F]*)>")
_SEAL, _COUNSEL = "Seal", "Counsel"
# What a later revision may touch: its own signature field and the store of certificates; no page, no metadata, and
# nothing that hangs in the air to be shown by a revision still to come.
_POLICY = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule(frozenset({"/AcroForm", "/DSS", "/Extensions", "/Version"})),  # type: ignore[no-untyped-call]
        XrefStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
        DSSCompareRule().as_qualified(ModificationLevel.LTA_UPDATES),
    ],
    form_rule=FormUpdatingRule([SigFieldCreationRule(), SigFieldModificationRule()]),  # type: ignore[no-untyped-call]
    ignore_orphaned_objects=False,
)


class Finding(StrEnum):
    """What a file turned out to be."""

    GENUINE = "genuine"
    ALTERED = "altered"
    APPENDED = "appended"
    NOT_OURS = "not ours"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Verdict:
    """The finding with what is known of the file.

    `signer` is named only where a seal of ours was found; what follows it, only of a genuine file. `level` and the two
    times rest on trusted timestamps: without one there is no time. `claim`, `code`, `jurisdiction` and `revision` are
    read from the sealed first revision, so that a packet handed over for another shows; `revisions` counts the file's.
    """

    finding: Finding
    sha256: str
    reason: str
    signer: str = ""
    level: str = ""
    signed_at: datetime | None = None
    countersigner: str = ""
    countersigned_at: datetime | None = None
    revisions: int = 0
    claim: str = ""
    code: str = ""
    jurisdiction: str = ""
    revision: int = 0

    @property
    def genuine(self) -> bool:
        return self.finding is Finding.GENUINE


@dataclass(frozen=True)
class _Range:
    """A signature's byte range as it stands in the file."""

    first: int
    end: int
    second: int
    length: int

    @property
    def until(self) -> int:
        """Where the file that it covers ends."""
        return self.second + self.length

    def usable(self, data: bytes) -> bool:
        """Whether it leaves out one hexadecimal string, and nothing else up to where it ends."""
        inside = self.first == 0 and self.end < self.second and self.until <= len(data)
        return inside and _HEX.fullmatch(self.gap(data)) is not None

    def gap(self, data: bytes) -> bytes:
        return data[self.end : self.second]

    def digest(self, data: bytes) -> bytes:
        with memoryview(data) as view:
            covered = hashlib.sha256(view[: self.end])
            covered.update(view[self.second : self.until])
        return covered.digest()


@dataclass(frozen=True)
class _Covered:
    """A revision, by whose signature or timestamp all of the file up to its end is covered."""

    field: str
    range: _Range
    chain: Chain | None = None
    stamp: Timestamp | None = None

    @property
    def signer(self) -> str:
        return common_name(self.chain[0]) if self.chain else ""


def verify(
    data: bytes,
    chains: Sequence[Chain],
    counsel_chains: Sequence[Chain] = (),
    timestamp_roots: Sequence[x509.Certificate] = (),
) -> Verdict:
    """The finding about these bytes.

    `chains` are the certificates whose seals count as ours, `counsel_chains` those whose countersignatures do. Without
    `timestamp_roots` timestamps are held against themselves only, and prove no time.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    if not data.startswith(b"%PDF-"):
        return Verdict(Finding.UNREADABLE, sha256, "the file is not a PDF")
    found = list(_ranges(data))
    # The shortest first: a seal of ours over a longer file would be somebody's second.
    ranges = sorted((one for one in found if one.usable(data)), key=lambda one: one.until)
    seal = _signed_by(data, ranges, chains, _SEAL, timestamp_roots)
    if seal is None:
        return _without_seal(data, found, chains, sha256)
    later = list(_later(data, ranges, seal.range.until, counsel_chains, timestamp_roots))
    return _covering(data, [seal, *later], sha256)


def _ranges(data: bytes) -> Iterator[_Range]:
    """Every byte range in the file; whether it is a signature's is still to be seen."""
    for match in _RANGE.finditer(data):
        yield _Range(*map(int, match.groups()))


def _signed_by(
    data: bytes,
    ranges: Sequence[_Range],
    chains: Sequence[Chain],
    field: str,
    roots: Sequence[x509.Certificate],
) -> _Covered | None:
    """The revision that one of these chains has signed."""
    for one in ranges:
        held = one.gap(data)[1:-1]
        # Whose it could be is seen at once; only then is the file hashed for it.
        named = [chain for chain in chains if as_asn1(chain[0]).dump().hex().encode() in held]
        digest = one.digest(data) if named else b""
        for chain in named:
            stamp = _holds(held, digest, chain, roots)
            if stamp is not False:
                return _Covered(field, one, chain, stamp or None)
    return None


def _later(
    data: bytes,
    ranges: Sequence[_Range],
    after: int,
    chains: Sequence[Chain],
    roots: Sequence[x509.Certificate],
) -> Iterator[_Covered]:
    """The revisions behind the sealed one, as far as they are ours."""
    number = 1
    while after < len(data):
        here = [one for one in ranges if one.end >= after]
        until = min((one.until for one in here), default=0)
        here = [one for one in here if one.until == until]
        number += 1
        found = _signed_by(data, here, chains, _COUNSEL, roots) or _timestamped(data, here, number, roots)
        if found is None:
            return
        yield found
        after = found.range.until


def _timestamped(
    data: bytes, ranges: Sequence[_Range], number: int, roots: Sequence[x509.Certificate]
) -> _Covered | None:
    for one in ranges:
        held = one.gap(data)[1:-1]
        with suppress(TimestampRefused, ValueError):
            token = _element(held)
            if held[2 * len(token) :].strip(b"0"):
                continue
            return _Covered(f"Time{number}", one, None, check(token, one.digest(data), roots))
    return None


def _holds(
    held: bytes, digest: bytes, chain: Chain, roots: Sequence[x509.Certificate]
) -> Timestamp | Literal[False] | None:
    """Whether this string is the very container of the chain's key over this digest: its timestamp, None without one,
    and False if it is not.
    """
    container, key = container_of(chain), chain[0].public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    try:
        signature, token = _parts(_element(held))
        # The room is signed: one kept for a timestamp holds one, so none can be taken out, or put in, unnoticed.
        if bool(token) is not (len(held) > 2 * RESERVED):
            return False
        whole = container.filled(digest, signature)
        whole = timestamped(whole, token) if token else whole
        if held != whole.hex().encode("ascii").ljust(len(held), b"0"):
            return False
        key.verify(signature, container.to_be_signed(digest), PKCS1v15(), SHA256())
        return check(token, imprint(signature), roots) if token else None
    except (InvalidSignature, TimestampRefused, ValueError, TypeError, KeyError, IndexError, AttributeError):
        return False


def _element(held: bytes) -> bytes:
    """The DER element at the start of a hexadecimal string. Raises ValueError."""
    size = bytes.fromhex(held[:12].decode("ascii"))
    if size[0] != 0x30:
        raise ValueError("not a sequence")
    octets = size[1] & 0x7F if size[1] & 0x80 else 0
    length = 2 + octets + (int.from_bytes(size[2 : 2 + octets], "big") if octets else size[1])
    if not octets <= 4 or 2 * length > len(held):
        raise ValueError("longer than its place")
    return bytes.fromhex(held[: 2 * length].decode("ascii"))


def _parts(container: bytes) -> tuple[bytes, bytes]:
    """The signature of a container, and the timestamp that it carries, if any."""
    (signer,) = ContentInfo.load(container)["content"]["signer_infos"]
    attributes = signer["unsigned_attrs"]
    token = attributes[0]["values"][0].dump() if attributes.native else b""
    return signer["signature"].native, token


def _covering(data: bytes, covered: Sequence[_Covered], sha256: str) -> Verdict:
    seal, until = covered[0], covered[-1].range.until
    found = Verdict(Finding.GENUINE, sha256, f"sealed by {seal.signer}, unchanged since", seal.signer)
    if until != len(data):
        more = len(data) - until
        where = "seal" if len(covered) == 1 else "last signature"
        reason = f"{more} bytes were added after the {where} of {covered[-1].signer or seal.signer}"
        return replace(found, finding=Finding.APPENDED, reason=reason)
    if not _pyhanko_agrees(data, covered):
        if len(covered) > 1:
            reason = "something other than a signature was changed after the seal"
            return replace(found, finding=Finding.APPENDED, reason=reason)
        return replace(
            found, finding=Finding.ALTERED, reason="the seal holds but the file is not built as a packet is"
        )
    return replace(found, **_facts(data, covered), **_proved(covered))


def _proved(covered: Sequence[_Covered]) -> dict[str, Any]:
    """Level, times and countersigner, by what trusted timestamps prove."""
    signed = [one for one in covered if one.chain]
    counsel = next((one for one in signed if one.field == _COUNSEL), None)
    times = {one.field: one.stamp.at for one in covered if one.stamp and one.stamp.trusted}
    if covered[-1].field in times and covered[-1].chain is None:
        level = "B-LTA"
    else:
        level = "B-T" if all(one.field in times for one in signed) else "B-B"
    reason = f"sealed by {covered[0].signer}"
    if counsel:
        reason += f", countersigned by {counsel.signer}"
    return {
        "level": level,
        "reason": f"{reason}, unchanged since",
        "signed_at": _time_of(covered, covered[0], times),
        "countersigner": counsel.signer if counsel else "",
        "countersigned_at": _time_of(covered, counsel, times) if counsel else None,
        "revisions": len(covered),
    }


def _time_of(covered: Sequence[_Covered], one: _Covered, times: dict[str, datetime]) -> datetime | None:
    """When this signature was there at the latest: by its own timestamp, or the first over it."""
    return next((times[each.field] for each in covered[covered.index(one) :] if each.field in times), None)


def _facts(data: bytes, covered: Sequence[_Covered]) -> dict[str, Any]:
    """What the sealed revision says of itself."""
    with suppress(PdfError, KeyError, ValueError, TypeError, AttributeError):
        root = PdfFileReader(io.BytesIO(data[: covered[0].range.until]), strict=True).root
        said = root["/PieceInfo"]["/JointClaimsPortal"]["/Private"]
        named = {name: str(said[f"/{name.capitalize()}"]) for name in ("claim", "code", "jurisdiction")}
        return {**named, "revision": int(said["/Revision"])}
    return {}  # packets of before said it on their pages only


def _pyhanko_agrees(data: bytes, covered: Sequence[_Covered]) -> bool:
    try:
        reader = PdfFileReader(io.BytesIO(data), strict=True)
        signatures = reader.embedded_signatures
        if [one.field_name for one in signatures] != [one.field for one in covered]:
            return False
        if reader.xrefs.total_revisions != len(covered):
            return False
        return all(
            _intact(signature, one) and _only(reader, number, one)
            for number, (signature, one) in enumerate(zip(signatures, covered, strict=True))
        )
    except (PdfError, SignatureValidationError, SuspiciousModification, ValueError, TypeError, KeyError):
        return False


def _intact(signature: EmbeddedPdfSignature, covered: _Covered) -> bool:
    """What pyHanko finds of one signature; what a document timestamp says was checked with its token."""
    here = covered.range
    if [int(one) for one in signature.byte_range] != [here.first, here.end, here.second, here.length]:
        return False
    if covered.chain is None:
        return str(signature.sig_object["/Type"]) == "/DocTimeStamp"
    context = ValidationContext(
        trust_roots=[as_asn1(covered.chain[-1])],
        other_certs=[as_asn1(one) for one in covered.chain],
        allow_fetching=False,
    )
    status = validate_pdf_signature(signature, context, skip_diff=True)
    return bool(status.intact and status.valid)


def _only(reader: PdfFileReader, number: int, covered: _Covered) -> bool:
    """Whether a later revision changed nothing but what it was made for. Raises SuspiciousModification."""
    if number == 0:
        return True
    result = _POLICY.apply(reader.get_historical_resolver(number - 1), reader.get_historical_resolver(number))
    allowed = ModificationLevel.FORM_FILLING if covered.chain else ModificationLevel.LTA_UPDATES
    return result.modification_level <= allowed and result.changed_form_fields <= {covered.field}


def _without_seal(data: bytes, seals: Sequence[_Range], chains: Sequence[Chain], sha256: str) -> Verdict:
    """Why there is no seal of ours: another's, one of ours that no longer fits, or none at all."""
    if not seals:
        return Verdict(Finding.NOT_OURS, sha256, "the file carries no seal")
    known = {as_asn1(chain[0]).dump() for chain in chains}
    signers = {_signer_certificate(seal.gap(data)) for seal in seals} - {None}
    if signers and not signers & known:
        return Verdict(Finding.NOT_OURS, sha256, "the file is signed with a certificate that is not ours")
    return Verdict(Finding.ALTERED, sha256, "the file was changed after it was sealed")


def _signer_certificate(gap: bytes) -> bytes | None:
    """The certificate that a signature's container names as its signer's, if it can be read at all."""
    try:
        content = ContentInfo.load(bytes.fromhex(gap.strip(b"<>").decode("ascii")))["content"]
        serial = content["signer_infos"][0]["sid"].chosen["serial_number"].native
        certificates = [one.chosen for one in content["certificates"]]
        return next((one.dump() for one in certificates if one.serial_number == serial), None)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        return None

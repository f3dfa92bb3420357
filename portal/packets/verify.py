"""Whether a file is a packet of ours, unchanged to the last byte.

A genuine packet is one revision whose seal covers everything but its own hexadecimal string, and that string holds
exactly the container that the firm's certificate yields. So each byte of the file is accounted for: nothing can be
changed, hidden, wrapped or appended. pyHanko gives a second opinion on the signature and the file's structure.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from asn1crypto.cms import ContentInfo  # type: ignore[import-untyped]
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from portal.packets.seal import container_of
from portal.packets.signer import Chain, as_asn1, common_name

_RANGE = re.compile(rb"/ByteRange ?\[ ?(\d{1,10}) +(\d{1,10}) +(\d{1,10}) +(\d{1,10}) *\]")
_HEX = re.compile(rb"<[0-9a-f]*>")


class Finding(StrEnum):
    """What a file turned out to be."""

    GENUINE = "genuine"
    ALTERED = "altered"
    APPENDED = "appended"
    NOT_OURS = "not ours"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Verdict:
    """The finding with what is known of the file; `signer` only where a seal of ours was found."""

    finding: Finding
    sha256: str
    reason: str
    signer: str = ""

    @property
    def genuine(self) -> bool:
        return self.finding is Finding.GENUINE


@dataclass(frozen=True)
class _Seal:
    """A signature's byte range as it stands in the file."""

    first: int
    end: int
    second: int
    length: int

    @property
    def until(self) -> int:
        """Where the file that it seals ends."""
        return self.second + self.length


def verify(data: bytes, chains: Sequence[Chain]) -> Verdict:
    """The finding about these bytes; `chains` are the certificates whose seals count as ours."""
    sha256 = hashlib.sha256(data).hexdigest()
    if not data.startswith(b"%PDF-"):
        return Verdict(Finding.UNREADABLE, sha256, "the file is not a PDF")
    seals = list(_seals(data))
    for seal in seals:
        for chain in chains:
            if _holds(data, seal, chain):
                return _covering(data, seal, chain, sha256)
    return _without_seal(data, seals, chains, sha256)


def _seals(data: bytes) -> Iterator[_Seal]:
    """Every byte range in the file, the last first; ours is the last object of a packet."""
    for match in reversed(list(_RANGE.finditer(data))):
        yield _Seal(*map(int, match.groups()))


def _holds(data: bytes, seal: _Seal, chain: Chain) -> bool:
    """Whether this is the seal of the chain's key over everything up to where it ends, except itself."""
    gap = data[seal.end : seal.second]
    if seal.first != 0 or not seal.end < seal.second or seal.until > len(data) or not _HEX.fullmatch(gap):
        return False
    digest = hashlib.sha256(data[: seal.end])
    digest.update(data[seal.second : seal.until])
    return _is_sealed(gap[1:-1], digest.digest(), chain)


def _is_sealed(held: bytes, digest: bytes, chain: Chain) -> bool:
    container, key = container_of(chain), chain[0].public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    before = container.before_digest + digest + container.before_signature
    start, size = 2 * len(before), key.key_size // 4
    signature = held[start : start + size]
    if len(signature) != size:
        return False
    whole = container.filled(digest, bytes.fromhex(signature.decode("ascii"))).hex().encode("ascii")
    if held != whole.ljust(len(held), b"0"):
        return False
    try:
        key.verify(
            bytes.fromhex(signature.decode("ascii")), container.to_be_signed(digest), PKCS1v15(), SHA256()
        )
    except InvalidSignature:
        return False
    return True


def _covering(data: bytes, seal: _Seal, chain: Chain, sha256: str) -> Verdict:
    signer = common_name(chain[0])
    if seal.until != len(data):
        more = len(data) - seal.until
        return Verdict(
            Finding.APPENDED, sha256, f"{more} bytes were added after the seal of {signer}", signer
        )
    if not _pyhanko_agrees(data, chain):
        return Verdict(
            Finding.ALTERED, sha256, "the seal holds but the file's structure is not a packet's", signer
        )
    return Verdict(Finding.GENUINE, sha256, f"sealed by {signer}, unchanged since", signer)


def _pyhanko_agrees(data: bytes, chain: Chain) -> bool:
    try:
        reader = PdfFileReader(io.BytesIO(data), strict=True)
        signatures = reader.embedded_signatures
        context = ValidationContext(
            trust_roots=[as_asn1(chain[-1])],
            other_certs=[as_asn1(one) for one in chain],
            allow_fetching=False,
        )
        if len(signatures) != 1 or reader.xrefs.total_revisions != 1:
            return False
        status = validate_pdf_signature(signatures[0], context)
    except (PdfError, SignatureValidationError, ValueError):
        return False
    return bool(status.intact and status.valid and status.coverage == SignatureCoverageLevel.ENTIRE_FILE)


def _without_seal(data: bytes, seals: Sequence[_Seal], chains: Sequence[Chain], sha256: str) -> Verdict:
    """Why there is no seal of ours: another's, one of ours that no longer fits, or none at all."""
    if not seals:
        return Verdict(Finding.NOT_OURS, sha256, "the file carries no seal")
    known = {as_asn1(chain[0]).dump(): common_name(chain[0]) for chain in chains}
    for seal in seals:
        signer = _signer_certificate(data[seal.end : seal.second])
        if signer is not None and signer not in known:
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

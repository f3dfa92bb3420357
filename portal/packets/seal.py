"""Signs a draft: a PAdES signature over every byte of the file as far as it has been written.

pyHanko writes the container (ETSI EN 319 142-1) once per key, with a digest and a signature that stand for any
others of their length. A packet's own two are put in their place: nothing else in a B-B container differs from
packet to packet. For B-T an authority's timestamp over the signature is added, which nothing else depends on. Tests
compare the result with pyHanko's own, and have pyHanko and pdfsig validate it.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from asn1crypto.algos import SignedDigestAlgorithm  # type: ignore[import-untyped]
from asn1crypto.cms import CMSAttribute, CMSAttributes, ContentInfo  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from pyhanko.sign import signers
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko_certvalidator.registry import SimpleCertificateStore

from portal.errors import PortalError
from portal.packets.binding import RESERVED, Draft
from portal.packets.signer import Chain, as_asn1
from portal.packets.timestamps import TOKEN_ROOM, Authority, Timestamp, imprint, obtain

_ANY_DIGEST = hashlib.sha256(b"stands for a packet's digest").digest()


class SealTooLarge(PortalError):
    """The signature needs more room than the draft kept for it."""


class SigningKey(Protocol):
    """A key that signs, wherever it is kept, and its certificates."""

    @property
    def chain(self) -> Chain: ...

    def sign(self, data: bytes) -> bytes:
        """The RSA signature (PKCS #1 v1.5, SHA-256) of these bytes."""
        ...


@dataclass(frozen=True)
class Signed:
    """A signed file; `stamp` is the timestamp over its newest signature, if it carries one."""

    data: bytes
    stamp: Timestamp | None = None

    @property
    def level(self) -> str:
        return "B-T" if self.stamp else "B-B"


class KeptKeySigner(signers.Signer):
    """pyHanko's signer with a key that stays parsed (its own parses the key anew for every signature), or without
    the key, for containers whose signature is put in later.
    """

    def __init__(self, chain: Chain, key: rsa.RSAPrivateKey | None = None) -> None:
        certificates = [as_asn1(certificate) for certificate in chain]
        super().__init__(
            signing_cert=certificates[0],
            cert_registry=SimpleCertificateStore.from_certs(certificates),  # type: ignore[no-untyped-call]
            signature_mechanism=SignedDigestAlgorithm({"algorithm": "sha256_rsa"}),
        )
        self._key, self._size = key, certificates[0].public_key.byte_size

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if self._key is None:
            return b"\x5a" * self._size
        return bytes(self._key.sign(data, PKCS1v15(), SHA256()))


def pyhanko_container(chain: Chain, digest: bytes, key: rsa.RSAPrivateKey | None = None) -> bytes:
    """The CMS container over a file's SHA-256 as pyHanko makes it."""
    signing = KeptKeySigner(chain, key).async_sign(
        digest, "sha256", use_pades=True, signed_attr_settings=PdfCMSSignedAttributes()
    )
    return bytes(asyncio.run(signing).dump())


@dataclass(frozen=True, repr=False)
class Container:
    """The container of a certificate chain, with places for a digest and a signature."""

    before_digest: bytes
    before_signature: bytes
    after: bytes
    attributes: int

    @classmethod
    def of(cls, chain: Chain) -> Container:
        whole = pyhanko_container(chain, _ANY_DIGEST)
        signer = ContentInfo.load(whole)["content"]["signer_infos"][0]
        attributes, signature = signer["signed_attrs"].dump(), signer["signature"].contents
        start, digest, signed = whole.index(attributes), whole.index(_ANY_DIGEST), whole.index(signature)
        if whole.count(_ANY_DIGEST) != 1 or whole.count(signature) != 1 or not start < digest < signed:
            raise PortalError("the seal's container is not built as expected")
        end = digest + len(_ANY_DIGEST)
        return cls(whole[:digest], whole[end:signed], whole[signed + len(signature) :], start)

    def to_be_signed(self, digest: bytes) -> bytes:
        """What the key signs for a file of this SHA-256: the attributes as a SET OF, RFC 5652 5.4, not with the
        implicit tag [0] that they have in the container.
        """
        attributes = self.before_digest[self.attributes :] + digest + self.before_signature
        return b"\x31" + attributes[1 : _der_length(attributes)]

    def filled(self, digest: bytes, signature: bytes) -> bytes:
        return b"".join((self.before_digest, digest, self.before_signature, signature, self.after))


def _der_length(encoded: bytes) -> int:
    """Length of the DER element at the start of these bytes, header included."""
    if encoded[1] < 0x80:
        return 2 + encoded[1]
    octets = encoded[1] & 0x7F
    return 2 + octets + int.from_bytes(encoded[2 : 2 + octets], "big")


@lru_cache(maxsize=4)
def container_of(chain: Chain) -> Container:
    """Made at first use and kept."""
    return Container.of(chain)


def room(authority: Authority | None) -> int:
    """Bytes to keep in a draft for its signature."""
    return RESERVED + TOKEN_ROOM if authority else RESERVED


def seal(draft: Draft, key: SigningKey) -> bytes:
    """The draft with the key's signature in its gap. Raises `SealTooLarge`."""
    return sign(draft, key).data


def sign(draft: Draft, key: SigningKey, authority: Authority | None = None) -> Signed:
    """The same, timestamped where an authority is given. Raises `SealTooLarge`, or `TimestampRefused`."""
    data, (start, end) = draft.data, draft.gap
    ranges = b"[0 %d %d %d]" % (start, end, len(data) - end)
    kept = data.index(b"]", draft.byte_range) + 1 - draft.byte_range
    data[draft.byte_range : draft.byte_range + kept] = ranges.ljust(kept)
    digest = hashlib.sha256()
    with memoryview(data) as view:
        digest.update(view[:start])
        digest.update(view[end:])
    container, signature = _signed(key, digest.digest())
    stamp = obtain(authority, imprint(signature)) if authority else None
    if stamp:
        container = timestamped(container, stamp.token)
    if 2 * len(container) > end - start - 2:
        raise SealTooLarge(f"a seal of {len(container)} bytes does not fit its place")
    written = container.hex().encode("ascii")
    data[start + 1 : start + 1 + len(written)] = written
    return Signed(bytes(data), stamp)


def _signed(key: SigningKey, digest: bytes) -> tuple[bytes, bytes]:
    container = container_of(key.chain)
    signature = key.sign(container.to_be_signed(digest))
    return container.filled(digest, signature), signature


def timestamped(container: bytes, token: bytes) -> bytes:
    """The container with a token over its signature, as an unsigned attribute."""
    whole = ContentInfo.load(container)
    attribute = {"type": "signature_time_stamp_token", "values": [ContentInfo.load(token)]}
    whole["content"]["signer_infos"][0]["unsigned_attrs"] = CMSAttributes([CMSAttribute(attribute)])
    return bytes(whole.dump())

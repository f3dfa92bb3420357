"""The Ed25519 key that signs manifests, and the public half that recipients verify with.

The signature is the plain 64 bytes over ``manifest.json``, so that OpenSSL alone can check it:
``openssl pkeyutl -verify -pubin -inkey KEY.pem -rawin -in manifest.json -sigfile manifest.sig``.
"""

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from portal.batches.manifest import SigningKey
from portal.errors import PortalError


class NotAPublicKey(PortalError):
    """The file given to verify with is no Ed25519 public key in PEM."""


@dataclass(frozen=True)
class Signer:
    """The installation's key for manifests; ``demo`` where no real firm stands behind it."""

    key: Ed25519PrivateKey
    demo: bool

    @property
    def described(self) -> SigningKey:
        """How the manifest names this key."""
        return SigningKey(fingerprint=fingerprint(self.key.public_key()), demo=self.demo)

    @property
    def public_pem(self) -> bytes:
        """The public half, for publication."""
        return self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, content: bytes) -> bytes:
        """64 bytes over ``content``; the same content gives the same signature (RFC 8032)."""
        return self.key.sign(content)


def load_public(pem: bytes) -> Ed25519PublicKey:
    """Read a public key; raises :class:`NotAPublicKey`."""
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise NotAPublicKey("this is not a public key in PEM") from error
    if not isinstance(key, Ed25519PublicKey):
        raise NotAPublicKey("this public key is not of the kind that signs manifests (Ed25519)")
    return key


def fingerprint(key: Ed25519PublicKey) -> str:
    """SHA-256 of the public key in DER, in hex: what two offices compare by telephone."""
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def signed_by(key: Ed25519PublicKey, content: bytes, signature: bytes) -> bool:
    """Whether ``signature`` over ``content`` was made with the private half of ``key``."""
    try:
        key.verify(signature, content)
    except InvalidSignature:
        return False
    return True

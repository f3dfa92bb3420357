"""The Ed25519 key that signs manifests, and the public half that recipients verify with.

The signature is the plain 64 bytes over ``manifest.json``, so that OpenSSL alone can check it:
``openssl pkeyutl -verify -pubin -inkey KEY.pem -rawin -in manifest.json -sigfile manifest.sig``.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from portal.batches.manifest import SigningKey
from portal.errors import PortalError


class NoSigningKey(PortalError):
    """Production has no key for manifests, or the file is not one."""


class NotAPublicKey(PortalError):
    """The file given to verify with is no Ed25519 public key in PEM."""


@dataclass(frozen=True)
class Signer:
    """The firm's key for manifests; ``demo`` when it was made on first run."""

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


def load_signer(folder: Path, *, production: bool) -> Signer:
    """The key in ``folder``: ``manifest.pem``, or outside production ``manifest-demo.pem``, made when missing."""
    path = folder / "manifest.pem"
    if path.exists():
        return Signer(_private(path), demo=False)
    if production:
        raise NoSigningKey(f"no key signs manifests: make one with `portal batch key --create` ({path})")
    demo = folder / "manifest-demo.pem"
    create_key(demo)
    return Signer(_private(demo), demo=True)


def create_key(path: Path) -> bool:
    """Make a key file (0600) unless there is one; whether it was made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        with open(draft, "xb", opener=_private_file) as file:
            file.write(pem)
        os.link(draft, path)  # whole or not at all, and never over a key that exists
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)
    return True


def load_public(pem: bytes) -> Ed25519PublicKey:
    """Read a public key; raises :class:`NotAPublicKey`."""
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise NotAPublicKey("not a public key in PEM") from error
    if not isinstance(key, Ed25519PublicKey):
        raise NotAPublicKey("a public key, but not of the kind that signs manifests (Ed25519)")
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


def _private(path: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise NoSigningKey(f"{path} is not a private key in PEM without passphrase") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise NoSigningKey(f"{path} is not an Ed25519 key")
    return key


def _private_file(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)

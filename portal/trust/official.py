"""Our addresses, signed: one list that anybody can check without trusting the page that they read it on.

The list is JSON in the canonical form of RFC 8785. Its signature is the plain 64 bytes of Ed25519 over the file, by the
key that also signs the manifests of volumes, so that OpenSSL alone can check it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask, current_app

from portal.matters.shelf import PublishedMatter
from portal.runtime import Runtime, signing_key
from portal.settings import Settings

FORMAT = "official-senders/1"
SECURITY_TXT_LASTS = timedelta(days=180)  # RFC 9116 asks for less than a year


class SealCertificate(Protocol):
    """A certificate that the firm seals documents under, as people compare it; `fingerprint` is SHA-256 in hex."""

    @property
    def name(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def not_before(self) -> datetime: ...
    @property
    def not_after(self) -> datetime: ...


Certificates = Callable[[], Sequence[SealCertificate]]


def bring_certificates(app: Flask, certificates: Certificates) -> None:
    """Have the page of official addresses show certificates; packets, which holds them, stands above this package."""
    app.extensions["portal.trust.certificates"] = certificates


def certificates() -> Sequence[SealCertificate]:
    """What was brought."""
    found: Certificates | None = current_app.extensions.get("portal.trust.certificates")
    return found() if found else ()


def signed_list(runtime: Runtime, published: PublishedMatter) -> bytes:
    """The list of addresses that are ours, in its one form. A newer list has a higher `version`."""
    matter = published.matter.toml
    content = {
        "format": FORMAT,
        "matter": matter.slug,
        "version": published.sequence,
        "published": published.published_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "site": runtime.settings.site_address,
        "senders": [{"kind": one.kind, "address": one.address} for one in matter.senders],
        "counsel": [
            {"jurisdiction": one.jurisdiction, "name": one.name.en, "email": one.email, "phone": one.phone}
            for one in matter.counsel
        ],
    }
    return rfc8785.dumps(content)  # type: ignore[arg-type]


def signature(runtime: Runtime, content: bytes) -> bytes:
    """64 bytes over the list."""
    return signing_key(runtime.vault.keyring).sign(content)


def public_key(runtime: Runtime) -> bytes:
    """The public half of the key, as PEM."""
    return _public(runtime).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def fingerprint(runtime: Runtime) -> str:
    """SHA-256 of the public key in DER, in hexadecimal: what people compare over the telephone."""
    return hashlib.sha256(
        _public(runtime).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    ).hexdigest()


def security_txt(settings: Settings, contacts: Sequence[str], now: datetime) -> str:
    """The file of RFC 9116. It expires in half a year, counted from today's midnight, so that a day has one text."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    site, told = settings.site_address, [settings.security_contact] if settings.security_contact else contacts
    lines = [
        *(f"Contact: {_as_uri(one)}" for one in told),
        f"Expires: {(midnight + SECURITY_TXT_LASTS).strftime('%Y-%m-%dT%H:%M:%SZ')}",
        "Preferred-Languages: ko, en",
        f"Canonical: https://{site}/.well-known/security.txt",
        f"Policy: https://{site}/en/official",
    ]
    return "\n".join(lines) + "\n"


def _as_uri(contact: str) -> str:
    return contact if contact.startswith(("mailto:", "https://", "tel:")) else f"mailto:{contact}"


def _public(runtime: Runtime) -> Ed25519PublicKey:
    return signing_key(runtime.vault.keyring).public_key()

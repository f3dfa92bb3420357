"""Which certificates end soon: of the seal, of counsel, of the timestamp authority. Renewing one takes weeks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509

from portal.packets.signer import COUNSEL, KeyMissing, common_name, known_chains, open_firm_key, read_chain
from portal.settings import Settings

NOTICE = timedelta(days=60)
FORGOTTEN = timedelta(days=60)  # a lawyer's certificate that ended longer ago is not waited for any more


@dataclass(frozen=True)
class Ending:
    """A certificate that ends soon or has ended; `use` is seal, counsel or timestamps."""

    use: str
    name: str
    ends: datetime


def ending(settings: Settings, now: datetime, within: timedelta = NOTICE) -> list[Ending]:
    """What ends by then, the first to end first. A key that cannot be opened is others' to report."""
    found = [
        Ending(use, common_name(certificate), certificate.not_valid_after_utc)
        for use, certificate in (*_seal(settings), *_counsel(settings, now), *_roots(settings))
        if certificate.not_valid_after_utc < now + within
    ]
    return sorted(found, key=lambda one: one.ends)


def _seal(settings: Settings) -> Iterator[tuple[str, x509.Certificate]]:
    try:
        key = open_firm_key(settings, even_ended=True)
    except KeyMissing:
        return
    for certificate in key.chain:
        yield "seal", certificate


def _counsel(settings: Settings, now: datetime) -> Iterator[tuple[str, x509.Certificate]]:
    """The newest certificate of each lawyer who has signed: their keys cannot be looked into without them."""
    newest: dict[str, x509.Certificate] = {}
    for chain in known_chains(settings.data_dir, COUNSEL):
        name = common_name(chain[0])
        if name not in newest or chain[0].not_valid_after_utc > newest[name].not_valid_after_utc:
            newest[name] = chain[0]
    for certificate in newest.values():
        if certificate.not_valid_after_utc > now - FORGOTTEN:
            yield "counsel", certificate


def _roots(settings: Settings) -> Iterator[tuple[str, x509.Certificate]]:
    if settings.seal_level == "B-B":
        return
    try:
        for certificate in read_chain(Path(settings.timestamp_roots)):
            yield "timestamps", certificate
    except KeyMissing:
        return

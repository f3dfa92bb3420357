"""The certificates by which packets are judged: those this installation has sealed with, or files that name them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from portal.packets.signer import (
    COUNSEL,
    SEALS,
    TIMESTAMPS,
    Chain,
    KeyMissing,
    common_name,
    known_chains,
    open_firm_key,
    read_chain,
)
from portal.settings import Settings

if TYPE_CHECKING:
    from portal.packets.verify import Verdict


@dataclass(frozen=True)
class Trust:
    """Whose signatures count, and for what: the firm's seals, counsel's countersignatures, authorities of time."""

    seals: tuple[Chain, ...]
    counsel: tuple[Chain, ...] = ()
    timestamps: tuple[Chain, ...] = ()


@dataclass(frozen=True)
class Published:
    """A certificate as people compare it: over the telephone, by its fingerprint."""

    name: str
    fingerprint: str  # SHA-256, hexadecimal
    not_before: datetime
    not_after: datetime


def trust_of(settings: Settings) -> Trust:
    """What this installation trusts: every certificate that it has sealed with, the one in force among them."""
    with suppress(KeyMissing):
        open_firm_key(settings)  # publishes its certificate, should this machine not have sealed anything yet
    return known(settings.data_dir)


def known(data_dir: Path) -> Trust:
    """What lies in an installation's data folder."""
    return Trust(*(known_chains(data_dir, folder) for folder in (SEALS, COUNSEL, TIMESTAMPS)))


def judge(data: bytes, trust: Trust) -> Verdict:
    """The finding about a file by everybody whose signature counts."""
    from portal.packets.verify import verify  # PDF libraries load only where files are judged

    return verify(data, trust.seals, trust.counsel, [root for chain in trust.timestamps for root in chain])


def published(chains: Iterable[Chain]) -> list[Published]:
    """The sealing certificates, the one that is valid longest first."""
    found = [
        Published(
            common_name(chain[0]),
            chain[0].fingerprint(SHA256()).hex(),
            chain[0].not_valid_before_utc,
            chain[0].not_valid_after_utc,
        )
        for chain in chains
    ]
    return sorted(found, key=lambda one: one.not_after, reverse=True)


def as_pem(chains: Iterable[Chain]) -> bytes:
    """All certificates of the chains as one PEM file, each chain from its leaf upwards."""
    return b"".join(one.public_bytes(Encoding.PEM) for chain in chains for one in chain)


def chains_in(path: Path) -> tuple[Chain, ...]:
    """The chains of a PEM file that may hold several, one after the other. Raises `KeyMissing`."""
    chains: list[Chain] = []
    for certificate in read_chain(path):
        below = chains[-1][-1] if chains else None
        if below is not None and below.issuer == certificate.subject and below.subject != below.issuer:
            chains[-1] = (*chains[-1], certificate)
        else:
            chains.append((certificate,))
    return tuple(chains)

"""Small volumes for tests, made by the portal's own writer."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from portal.batches import manifest
from portal.batches.profiles import VolumeFile
from portal.batches.signing import Signer
from portal.batches.volume import Contents, packet_name, write_volume

FROZEN = datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC)
REGISTER = VolumeFile("register.csv", "접수번호,이름\r\n".encode("utf-8-sig"))


def a_signer(seed: int = 1) -> Signer:
    return Signer(Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32), demo=True)


def a_head(signer: Signer) -> manifest.Head:
    act = manifest.Act(at=FROZEN, by=manifest.Person(id="s1", name="김영희"), purpose="for the court")
    return manifest.Head(
        batch="b1",
        batch_number="CP-KR-0001",
        volume="v1",
        profile="standard",
        jurisdiction="kr",
        matter=(manifest.MatterVersion(slug="coupang-2025", version="1", hash="ab" * 32),),
        frozen=act,
        exported=act,
        signed_by=signer.described,
    )


def packets(count: int) -> list[VolumeFile]:
    made = []
    for at in range(count):
        content = b"%%PDF-1.7 packet %d\n" % at * (at + 1)
        number = f"CP-{at:04}-ABCD"
        digest = hashlib.sha256(content).hexdigest()
        made.append(VolumeFile(packet_name(number, "kr", 1), content, digest, number))
    return made


def contents(signer: Signer, files: Sequence[VolumeFile]) -> Contents:
    everything = [REGISTER, *files]
    return Contents(a_head(signer), len(files), (), b"read me\n", lambda first: everything[first:])


def a_volume(path: Path, count: int = 5, signer: Signer | None = None) -> Path:
    signer = signer or a_signer()
    with open(path, "wb") as file:
        write_volume(file, contents(signer, packets(count)), signer)
    return path

"""Freezing a hundred thousand claims, and checking a volume offline beside sha256sum."""

from __future__ import annotations

import os
import subprocess
import time
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bench.batches import MANY, NOW, PACKET_BYTES, PACKETS, a_batch, installation, interleaved, our_volume
from bench.figure import Figure
from portal.audit import SYSTEM
from portal.batches.contents import signer_of
from portal.batches.freezing import freeze
from portal.batches.selection import Criteria
from portal.batches.verify import verify
from portal.claims.models import Claim, Engagement, Signature
from portal.claims.particulars import Particulars, PersonName
from portal.claims.states import ClaimState
from portal.database import new_id
from portal.packets.models import Packet, PacketState
from portal.runtime import Runtime


def run() -> list[Figure]:
    """verify_bytes and freeze_100k."""
    return [_verify_bytes(), _freeze_100k()]


def _verify_bytes() -> Figure:
    """A volume of 600 packets checked offline, beside sha256sum over the same ZIP."""
    plain = os.urandom(PACKET_BYTES)
    with installation() as runtime:
        volume = a_batch(runtime, PACKETS, plain)
        path = runtime.settings.data_dir / "volume.zip"
        our_volume(runtime, volume, path)
        key, size = signer_of(runtime).key.public_key(), path.stat().st_size
        command = ["sha256sum", str(path)]
        ours, bare = interleaved(
            lambda: _intact(path, key),
            lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL),
        )
    return Figure(
        name="verify_bytes",
        value=size / ours / 1e6,
        unit="MB/s",
        reference=f"sha256sum over the same ZIP: {size / bare / 1e6:,.0f} MB/s",
        ratio=bare / ours,
    )


def _intact(path: Path, key: Ed25519PublicKey) -> None:
    assert not verify(path, key).findings


def _freeze_100k() -> Figure:
    """Freezing 100,000 accepted claims in one transaction, each with particulars and packet of its own."""
    with installation() as runtime:
        _accepted(runtime, MANY)
        criteria = Criteria(matter="coupang-2025", jurisdiction="kr")
        start = time.perf_counter()
        with runtime.database.transaction() as session:
            frozen = freeze(
                session, runtime.vault, runtime.matters.current(), criteria, actor=SYSTEM, now=NOW
            )
            assert frozen.claims == MANY
        seconds = time.perf_counter() - start
    return Figure(
        name="freeze_100k",
        value=seconds,
        unit="s",
        reference=f"one transaction, {seconds / MANY * 1e6:,.0f} µs/claim",
        ratio=None,
    )


def _accepted(runtime: Runtime, count: int) -> None:
    """Accepted claims that are in no batch; one person and one packet's bytes stand for all of them."""
    version = runtime.matters.current().version_id
    with runtime.database.transaction() as session:
        subject = runtime.vault.new_subject(session, NOW)
        person = Particulars(name=PersonName(hangul="홍길동"), birth_date=date(1990, 1, 2))
        ids = [(new_id(), new_id(), new_id(), new_id()) for _ in range(count)]
        kept = runtime.vault.seal(session, subject, "particulars", person.model_dump_json().encode())
        same = {"matter_slug": "coupang-2025", "matter_version_id": version, "language": "ko"}
        moments = {"created_at": NOW, "updated_at": NOW}
        claims = [
            {
                "id": one[0],
                "number": f"CP-{at:08}",
                "subject_id": subject,
                "particulars": kept,
                **same,
                **moments,
            }
            for at, one in enumerate(ids)
        ]
        engagements = [
            {"id": one[1], "claim_id": one[0], "jurisdiction": "kr", "state": ClaimState.ACCEPTED,
             "tracks": ["kr-consumer"], "state_changed_at": NOW}
            for one in ids
        ]  # fmt: skip
        signatures = [
            {"id": one[2], "engagement_id": one[1], "matter_version_id": version, "means": "typed", "act": b"",
             "signed_at": NOW}
            for one in ids
        ]  # fmt: skip
        packets = [
            {"id": one[3], "engagement_id": one[1], "signature_id": one[2], "matter_version_id": version,
             "jurisdiction": "kr", "revision": 1, "state": PacketState.SEALED, "sha256": "0" * 64, "size": 20_000,
             "pages": 15, "blob": "0" * 64, "created_at": NOW}
            for one in ids
        ]  # fmt: skip
        for table, rows in (
            (Claim, claims),
            (Engagement, engagements),
            (Signature, signatures),
            (Packet, packets),
        ):
            session.execute(sa.insert(table), rows)

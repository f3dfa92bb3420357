"""Makes one packet: compose, lay out, seal, store, and only then say so.

Run again after any interruption it ends in the same state: the same content gives the same file, and a packet that
is already sealed is left as it is. No transaction is open while the packet is laid out.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass
from uuid import UUID

import structlog
from cryptography.hazmat.primitives.hashes import SHA256

from portal.evidence.blobs import Damaged
from portal.fonts import GlyphMissing
from portal.packets import editions, service
from portal.packets.compose import compose
from portal.packets.events import EventsBroken
from portal.packets.lasting import signed_to_level
from portal.packets.models import Packet, PacketState
from portal.packets.parts.exhibits import ExhibitCorrupt
from portal.packets.parts.scans import ScanCorrupt
from portal.packets.render import render
from portal.packets.seal import SealTooLarge, room
from portal.packets.setting.flow import Oversized
from portal.packets.signer import KeyMissing, open_firm_key
from portal.packets.timestamps import Timestamp, TimestampRefused, open_authority
from portal.runtime import Runtime
from portal.storage import StorageError
from portal.vault import Destroyed, VaultError

log = structlog.get_logger(__name__)

# What staff are told, by what went wrong; the first match counts.
FAILURES: tuple[tuple[type[Exception], str], ...] = (
    (GlyphMissing, "glyph"),
    (ExhibitCorrupt, "corrupt-exhibit"),
    (ScanCorrupt, "corrupt-exhibit"),
    (Damaged, "corrupt-exhibit"),
    (Oversized, "oversized"),
    (Destroyed, "erased"),
    (KeyMissing, "key-missing"),
    (SealTooLarge, "key-missing"),
    (TimestampRefused, "timestamp"),
    (StorageError, "storage"),
    (VaultError, "unreadable"),
    (EventsBroken, "unreadable"),
)
# These pass without anybody touching the claim, so the job goes on trying.
PASSING = frozenset({"key-missing", "disk-full", "storage", "timestamp"})


class NotMade(Exception):
    """A packet could not be made for now; the job engine tries again."""


@dataclass(frozen=True)
class Made:
    """A sealed packet with its authority record as canonical JSON; `certificate` is the SHA-256 of the sealing
    certificate, in hex.
    """

    data: bytes
    record: bytes
    pages: int
    certificate: str
    level: str = "B-B"
    stamp: Timestamp | None = None


def make(runtime: Runtime, packet_id: UUID) -> None:
    """Make and keep one packet. Raises `NotMade` when trying again may help; other failures are kept on the row."""
    if not _begun(runtime, packet_id):
        return
    try:
        made = build(runtime, packet_id)
        _keep(runtime, packet_id, made)
    except Exception as error:
        code = failure_code(error)
        if code is None:
            raise
        _fail(runtime, packet_id, code)
        if code in PASSING:
            raise NotMade(code) from error


def build(runtime: Runtime, packet_id: UUID) -> Made:
    """The sealed file of a packet, without keeping it; never sealed lower than the settings ask."""
    key, authority = open_firm_key(runtime.settings), open_authority(runtime.settings)
    with runtime.database.reading() as session:
        content = compose(session, runtime, session.get_one(Packet, packet_id), key.sealer)
    draft = render(content, reserved=room(authority))
    made = signed_to_level(runtime.settings, draft, key, authority)
    certificate = key.chain[0].fingerprint(SHA256()).hex()
    return Made(made.data, draft.record, draft.pages, certificate, made.level, made.stamp)


def failure_code(error: Exception) -> str | None:
    """The code of a foreseen failure; None is a bug, and keeps its traceback."""
    if isinstance(error, OSError):
        return "disk-full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else None
    if isinstance(error, StorageError) and _disk_is_full(error):
        return "disk-full"
    return next((code for kind, code in FAILURES if isinstance(error, kind)), None)


def _disk_is_full(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if getattr(cause, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or "os error 28" in str(cause):
            return True
        cause = cause.__cause__
    return False


def _begun(runtime: Runtime, packet_id: UUID) -> bool:
    """Counts the attempt; False when there is nothing to make."""
    with runtime.database.transaction() as session:
        packet = session.get(Packet, packet_id)
        if packet is None or packet.state == PacketState.SEALED:
            return False
        if packet.state == PacketState.FAILED and packet.failure not in PASSING:
            return False
        packet.attempts += 1
        return True


def _keep(runtime: Runtime, packet_id: UUID, made: Made) -> None:
    with runtime.database.reading() as session:
        blob = editions.store(session, runtime, session.get_one(Packet, packet_id), made.data)
    with runtime.database.transaction() as session:
        # Only the packet's own row: PostgreSQL cannot lock what an outer join brings along.
        packet = session.get_one(Packet, packet_id, with_for_update={"of": Packet})
        if packet.state == PacketState.SEALED:
            runtime.storage.delete(
                blob
            )  # another worker was faster; each sealing of the same bytes is another blob
            return
        service.mark_sealed(
            session,
            runtime,
            packet,
            made.data,
            record=made.record,
            blob=blob,
            pages=made.pages,
            certificate=made.certificate,
            level=made.level,
            stamp=made.stamp,
            now=runtime.clock(),
        )


def _fail(runtime: Runtime, packet_id: UUID, code: str) -> None:
    log.warning("packet.not_made", packet=str(packet_id), code=code)
    with runtime.database.transaction() as session:
        packet = session.get_one(Packet, packet_id)
        if packet.state != PacketState.SEALED:
            service.mark_failed(session, packet, code)

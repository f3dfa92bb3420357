"""Write events into the chain, sign its head, and find what was changed, removed or reordered."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy.orm import Session, aliased

from portal.audit.models import AuditCheckpoint, AuditEvent

ORIGIN = hashlib.sha256(b"portal audit chain").digest()
_LOCK = 0x61756469  # one writer to the chain at a time on PostgreSQL; SQLite has one writer anyway
_PAGE = 5_000


@dataclass(frozen=True)
class Actor:
    """Who acts: a claimant's claim, a staff member, or the system itself."""

    kind: Literal["claimant", "staff", "system"]
    id: UUID | None = None


SYSTEM = Actor("system")


@dataclass(frozen=True)
class Finding:
    """What :func:`verify` found wrong, and where."""

    sequence: int
    reason: Literal["changed", "missing", "forged checkpoint", "cut off"]


def record(
    session: Session, *, now: datetime, actor: Actor, action: str, subject: UUID | None = None, **detail: Any
) -> AuditEvent:
    """Append one event in the caller's transaction: it stands or falls with the change it tells of.

    ``detail`` takes codes, counts and ids only; personal data must never be in it.
    """
    take_turn(session)
    session.flush()
    sequence, previous = head(session)
    event = AuditEvent(
        sequence=sequence + 1,
        at=now,
        actor_kind=actor.kind,
        actor_id=actor.id,
        action=action,
        subject_id=subject,
        detail=detail,
    )
    event.hash = _hash(previous, event)
    session.add(event)
    session.flush()
    return event


def take_turn(session: Session) -> None:
    """Wait until no other transaction writes to a chain; the turn lasts until the caller's transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def head(session: Session) -> tuple[int, bytes]:
    """Sequence and hash of the newest event."""
    newest = sa.select(AuditEvent.sequence, AuditEvent.hash).order_by(AuditEvent.sequence.desc()).limit(1)
    row = session.execute(newest).first()
    return (row.sequence, row.hash) if row else (0, ORIGIN)


def checkpoint(session: Session, key: Ed25519PrivateKey, now: datetime) -> AuditCheckpoint | None:
    """Sign the head as it stands; nothing to sign gives None."""
    sequence, digest = head(session)
    if sequence == 0 or ((kept := session.get(AuditCheckpoint, sequence)) and kept.hash == digest):
        return None
    signature = key.sign(_statement(sequence, digest, now))
    made = AuditCheckpoint(sequence=sequence, hash=digest, signed_at=now, signature=signature)
    session.add(made)
    session.flush()
    return made


def verify(session: Session, key: Ed25519PublicKey) -> tuple[int, list[Finding]]:
    """Walk the whole chain in constant memory; answers how many events stand and what is wrong with them.

    A changed row breaks its own hash, a missing or reordered row the count, and a chain cut off at its end the newest
    signed checkpoint.
    """
    findings: list[Finding] = []
    checkpoints = {point.sequence: point for point in session.scalars(sa.select(AuditCheckpoint))}
    previous, expected, count = ORIGIN, 1, 0
    for event in _events(session):
        if event.sequence != expected:
            findings.append(Finding(expected, "missing"))
        elif _hash(previous, event) != event.hash:
            findings.append(Finding(event.sequence, "changed"))
        point = checkpoints.pop(event.sequence, None)
        if point is not None and not _stands(point, event.hash, key):
            findings.append(Finding(event.sequence, "forged checkpoint"))
        previous, expected, count = event.hash, event.sequence + 1, count + 1
    findings += [Finding(sequence, "cut off") for sequence in sorted(checkpoints)]
    return count, findings


@dataclass(frozen=True)
class Trace:
    """One event of a subject with the hash before it; `holds` says whether its own hash follows from both."""

    event: AuditEvent
    previous: bytes
    holds: bool


def trail(session: Session, subject: UUID) -> list[Trace]:
    """What the chain tells of one subject, oldest first; the events between belong to others."""
    before = aliased(AuditEvent)
    query = (
        sa.select(AuditEvent, before.hash)
        .outerjoin(before, before.sequence == AuditEvent.sequence - 1)
        .where(AuditEvent.subject_id == subject)
        .order_by(AuditEvent.sequence)
    )
    found = [(event, previous or ORIGIN) for event, previous in session.execute(query)]
    return [Trace(event, previous, _hash(previous, event) == event.hash) for event, previous in found]


def last_checkpoint(session: Session) -> AuditCheckpoint | None:
    """The newest signed statement of the chain's head."""
    return session.scalars(
        sa.select(AuditCheckpoint).order_by(AuditCheckpoint.sequence.desc()).limit(1)
    ).first()


def _events(session: Session) -> Iterator[AuditEvent]:
    after = 0
    while True:
        page = (
            sa.select(AuditEvent)
            .where(AuditEvent.sequence > after)
            .order_by(AuditEvent.sequence)
            .limit(_PAGE)
        )
        events = session.scalars(page).all()
        yield from events
        if len(events) < _PAGE:
            return
        after = events[-1].sequence
        session.expunge_all()


def canonical(event: AuditEvent) -> str:
    """What an event says, in the one form that is hashed."""
    content = {
        "sequence": event.sequence,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": [event.actor_kind, str(event.actor_id) if event.actor_id else None],
        "action": event.action,
        "subject": str(event.subject_id) if event.subject_id else None,
        "detail": event.detail,
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _hash(previous: bytes, event: AuditEvent) -> bytes:
    return hashlib.sha256(previous + canonical(event).encode()).digest()


def _statement(sequence: int, digest: bytes, at: datetime) -> bytes:
    return f"portal audit {sequence} {digest.hex()} {at.astimezone(UTC).isoformat(timespec='microseconds')}".encode()


def _stands(point: AuditCheckpoint, digest: bytes, key: Ed25519PublicKey) -> bool:
    try:
        key.verify(point.signature, _statement(point.sequence, point.hash, point.signed_at))
    except InvalidSignature:
        return False
    return point.hash == digest

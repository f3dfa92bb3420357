"""Append-only, hash-chained events and signed checkpoints."""

from portal.audit.chain import (
    SYSTEM,
    Actor,
    Finding,
    Trace,
    canonical,
    checkpoint,
    head,
    last_checkpoint,
    record,
    take_turn,
    trail,
    verify,
)
from portal.audit.models import AuditCheckpoint, AuditEvent

__all__ = [
    "SYSTEM",
    "Actor",
    "AuditCheckpoint",
    "AuditEvent",
    "Finding",
    "Trace",
    "canonical",
    "checkpoint",
    "head",
    "last_checkpoint",
    "record",
    "take_turn",
    "trail",
    "verify",
]

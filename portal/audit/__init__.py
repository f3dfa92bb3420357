"""Append-only, hash-chained events and signed checkpoints."""

from portal.audit.chain import SYSTEM, Actor, Finding, checkpoint, head, record, take_turn, verify
from portal.audit.models import AuditCheckpoint, AuditEvent

__all__ = [
    "SYSTEM",
    "Actor",
    "AuditCheckpoint",
    "AuditEvent",
    "Finding",
    "checkpoint",
    "head",
    "record",
    "take_turn",
    "verify",
]

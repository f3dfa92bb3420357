"""What happens to an engagement's authority after signing: sealed records, each bound to the one before.

A record is canonical JSON (RFC 8785) that names the SHA-256 of the record before it, so that none can be changed, taken
out or put in between without all later ones showing it; the hash also stands in the audit chain, whose head is signed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import rfc8785
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import SYSTEM, Actor
from portal.claims.models import Engagement
from portal.database import new_id
from portal.errors import PortalError
from portal.matters.bilingual import LANGUAGES, Text
from portal.packets.authority import utc
from portal.packets.content import PastEvent
from portal.packets.models import AuthorityEvent
from portal.packets.words import filled, word
from portal.runtime import Runtime

FORMAT = "portal.authority-event.v1"
_HASH = re.compile("[0-9a-f]{64}")
ORIGIN = "0" * 64  # what the first record names as the one before it

# What a person is told of a record, in this order; everything else stands in its JSON alone.
_TOLD = ("revision", "by", "replaced_by", "documents", "code", "signer", "authority", "reason", "sha256")


class EventsBroken(PortalError):
    """A record of an engagement is changed, missing or out of order; nothing may be printed from it."""


@dataclass(frozen=True)
class Opened:
    """One record opened: its row's facts and its very JSON."""

    event: PastEvent
    canonical: bytes

    @property
    def record(self) -> dict[str, Any]:
        """The record as data."""
        read: dict[str, Any] = json.loads(self.canonical)
        return read


def append(
    session: Session,
    runtime: Runtime,
    engagement: Engagement,
    kind: str,
    now: datetime,
    *,
    actor: Actor = SYSTEM,
    **details: Any,
) -> AuthorityEvent:
    """Append a record in the caller's transaction: it stands or falls with the change it tells of.

    ``details`` takes what JSON takes, and moments, ids and tuples; it is sealed, so it may be personal. Kinds are those
    of words.toml: sealed, countersigned, timestamped, extended, amended, withdrawn, superseded.
    """
    word(f"events.kinds.{kind}")  # a kind that no packet could name is a mistake of the caller's
    audit.take_turn(session)
    session.flush()
    sequence, previous = _head(session, engagement.id)
    canonical = rfc8785.dumps(
        {
            "format": FORMAT,
            "claim": engagement.claim.number,
            "jurisdiction": engagement.jurisdiction,
            "sequence": sequence + 1,
            "kind": kind,
            "at": utc(now),
            "previous": previous,
            "details": _plain(details),
        }
    )
    digest, event_id = hashlib.sha256(canonical).hexdigest(), new_id()
    event = AuthorityEvent(
        id=event_id,
        engagement_id=engagement.id,
        sequence=sequence + 1,
        kind=kind,
        body=runtime.vault.seal(session, engagement.claim.subject_id, _purpose(event_id), canonical),
        sha256=digest,
        happened_at=now,
    )
    session.add(event)
    audit.record(
        session,
        now=now,
        actor=actor,
        action=f"authority.{kind}",
        subject=engagement.claim_id,
        jurisdiction=engagement.jurisdiction,
        sequence=sequence + 1,
        sha256=digest,
    )
    return event


def of(session: Session, runtime: Runtime, engagement: Engagement) -> list[PastEvent]:
    """The engagement's records as packets tell of them, oldest first. Raises `EventsBroken`, or a VaultError."""
    return [one.event for one in opened(session, runtime, engagement)]


def opened(session: Session, runtime: Runtime, engagement: Engagement) -> Iterator[Opened]:
    """The same with the JSON of each, checked from the first to the last."""
    query = (
        sa.select(AuthorityEvent)
        .where(AuthorityEvent.engagement_id == engagement.id)
        .order_by(AuthorityEvent.sequence)
    )
    previous = ORIGIN
    for expected, row in enumerate(session.scalars(query).all(), 1):
        canonical = runtime.vault.open(session, engagement.claim.subject_id, _purpose(row.id), row.body)
        record = json.loads(canonical)
        stands = (
            row.sequence == record["sequence"] == expected
            and record["kind"] == row.kind
            and record["previous"] == previous
            and row.sha256 == hashlib.sha256(canonical).hexdigest()
        )
        if not stands:
            raise EventsBroken(
                f"record {expected} of engagement {engagement.id} does not follow the one before"
            )
        text = described(runtime, engagement, row.kind, record["details"])
        yield Opened(PastEvent(row.sequence, row.kind, row.happened_at, row.sha256, text), canonical)
        previous = row.sha256


def described(runtime: Runtime, engagement: Engagement, kind: str, details: Mapping[str, Any]) -> Text:
    """What happened, in both languages: the kind's name and the details that a person can use."""
    said = {lang: [word(f"events.kinds.{kind}")[lang]] for lang in LANGUAGES}
    for name in _TOLD:
        if details.get(name) in (None, "", []):
            continue
        for lang in LANGUAGES:
            value = _shown(runtime, engagement, details[name], lang)
            said[lang].append(filled(f"events.details.{name}", value=value)[lang])
    return Text(**{lang: " · ".join(said[lang]) for lang in LANGUAGES})


def _shown(runtime: Runtime, engagement: Engagement, value: Any, lang: str) -> str:
    """A detail as people read it: documents by their titles, a hash by its beginning, the rest as it is."""
    if isinstance(value, str) and _HASH.fullmatch(value):
        return f"{value[:8]} {value[8:16]}…"
    if not isinstance(value, list):
        return str(value)
    matter = runtime.matters.by_id(engagement.claim.matter_version_id).matter
    titles = {document.id: document.title for document in matter.packets[engagement.jurisdiction].documents}
    return ", ".join(titles[one][lang] if one in titles else str(one) for one in value)


def _head(session: Session, engagement_id: UUID) -> tuple[int, str]:
    newest = (
        sa.select(AuthorityEvent.sequence, AuthorityEvent.sha256)
        .where(AuthorityEvent.engagement_id == engagement_id)
        .order_by(AuthorityEvent.sequence.desc())
        .limit(1)
    )
    row = session.execute(newest).first()
    return (row.sequence, row.sha256) if row else (0, ORIGIN)


def _purpose(event_id: UUID) -> str:
    return f"authority-event:{event_id}"


def _plain(value: Any) -> Any:
    """The value in forms that JSON has."""
    if isinstance(value, datetime):
        return utc(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    return str(value)

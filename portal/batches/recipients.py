"""Whom volumes are handed to: who they are, how they are written to, and the key that theirs are encrypted with."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import Actor
from portal.batches.errors import BatchError
from portal.batches.handing_models import Recipient
from portal.batches.sealing_for import read_key
from portal.database import new_id


class RecipientKnown(BatchError):
    """A recipient of that name is there already."""


class NoSuchRecipient(BatchError):
    """There is no recipient of that name, or not one of this office."""


def recipients_of(matter_slug: str, jurisdictions: Iterable[str]) -> sa.Select[Recipient]:
    """The recipients of some jurisdictions' batches to whom something may go, by name."""
    return (
        sa.select(Recipient)
        .where(
            Recipient.matter_slug == matter_slug,
            Recipient.jurisdiction.in_(list(jurisdictions)),
            Recipient.removed_at.is_(None),
        )
        .order_by(Recipient.name)
    )


def add(
    session: Session,
    *,
    matter_slug: str,
    jurisdiction: str,
    name: str,
    office: str,
    language: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> Recipient:
    """Note a recipient; without a key theirs are ZIPs with a passphrase. Raises WrongKey and RecipientKnown.

    One who was removed before comes back with what is given now.
    """
    name, office, key = (" ".join(one.split()) for one in (name, office, key))
    if key:
        read_key(key)
    same = sa.select(Recipient).where(Recipient.matter_slug == matter_slug, Recipient.name == name)
    recipient = session.scalars(same).one_or_none()
    if recipient is None:
        recipient = Recipient(id=new_id(), matter_slug=matter_slug, name=name, created_at=now)
        session.add(recipient)
    elif recipient.removed_at is None:
        raise RecipientKnown("a recipient of this name is there already")
    recipient.jurisdiction, recipient.office, recipient.language = jurisdiction, office, language
    recipient.key, recipient.created_by, recipient.removed_at = key or None, actor.id, None
    session.flush()
    _audited(session, "recipient.added", recipient, actor, now)
    return recipient


def remove(session: Session, recipient: Recipient, *, actor: Actor, now: datetime) -> None:
    """Let nothing go to them from now on; what went stays in the ledger under their name."""
    recipient.removed_at = now
    _audited(session, "recipient.removed", recipient, actor, now)


def seen(session: Session, matter_slug: str, jurisdictions: Iterable[str], wanted: uuid.UUID) -> Recipient:
    """One of them by id. Raises NoSuchRecipient."""
    query = recipients_of(matter_slug, jurisdictions).where(Recipient.id == wanted)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NoSuchRecipient("there is no such recipient")
    return found


def _audited(session: Session, action: str, recipient: Recipient, actor: Actor, now: datetime) -> None:
    audit.record(
        session,
        now=now,
        actor=actor,
        action=action,
        recipient=str(recipient.id),
        jurisdiction=recipient.jurisdiction,
        encrypted="age" if recipient.key else "zip",
    )

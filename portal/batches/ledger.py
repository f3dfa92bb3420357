"""The ledger of productions: what was handed to whom, once; and what has to be called back from whom."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from portal import audit
from portal.audit import Actor
from portal.batches import errors
from portal.batches.freezing import digest_line, one_at_a_time
from portal.batches.handing_models import Recipient
from portal.batches.ledger_models import ProducedClaim, Production
from portal.batches.manifest import canonical
from portal.batches.models import Batch, BatchEntry, Volume
from portal.database import new_id


def head(session: Session, matter_slug: str) -> str:
    """The hash of the newest production of a matter, which binds all before it; empty before the first."""
    newest = _newest(session, matter_slug)
    return newest.hash if newest else ""


def check_new_to(session: Session, batch: Batch, recipient: Recipient, replaces: int | None) -> None:
    """Raise AlreadyProduced when the recipient has one of the batch's packets in a production that still counts.

    The production that is named as replaced, and those that others replaced before, no longer count.
    """
    mine = sa.select(Production).where(
        Production.recipient_id == recipient.id, Production.matter_slug == batch.matter_slug
    )
    productions = list(session.scalars(mine.order_by(Production.number)))
    if replaces is not None and replaces not in [one.number for one in productions]:
        raise errors.NoSuchProduction(f"{recipient.name} was handed no production {replaces}")
    gone = {replaces, *(one.replaces for one in productions)}
    counting = [one for one in productions if one.number not in gone]
    held = (
        sa.select(ProducedClaim.production_id, sa.func.count())
        .join(BatchEntry, BatchEntry.packet_id == ProducedClaim.packet_id)
        .where(BatchEntry.batch_id == batch.id, ProducedClaim.production_id.in_([one.id for one in counting]))
        .group_by(ProducedClaim.production_id)
    )
    counts = {row[0]: row[1] for row in session.execute(held)}
    for one in counting:
        if one.id in counts:
            raise errors.AlreadyProduced(one.number, counts[one.id])


def produce(
    session: Session, volume: Volume, recipient: Recipient, *, actor: Actor, now: datetime
) -> Production:
    """Enter that a written volume was handed to a recipient, claim by claim, with the packets that were in it.

    Raises NotReady before it is written, AlreadyProduced as ``check_new_to`` does.
    """
    one_at_a_time(session)
    batch = volume.batch
    if volume.finished_at is None or volume.manifest_sha256 is None or batch.approved_at is None:
        raise errors.NotReady("only what was written can be handed over")
    check_new_to(session, batch, recipient, volume.replaces)
    before = _newest(session, batch.matter_slug)
    made = Production(
        id=new_id(),
        number=before.number + 1 if before else 1,
        matter_slug=batch.matter_slug,
        jurisdiction=batch.jurisdiction,
        batch_id=batch.id,
        batch_number=batch.number,
        volume_id=volume.id,
        profile=volume.profile,
        recipient_id=recipient.id,
        recipient=f"{recipient.name}, {recipient.office}",
        purpose=volume.purpose,
        claims=volume.total,
        range=str((volume.options or {}).get("range") or f"1–{batch.claims}")[:120],
        manifest_sha256=volume.manifest_sha256,
        approved_at=batch.approved_at,
        approved_by=batch.approved_by,
        produced_at=now,
        produced_by=actor.id,
        replaces=volume.replaces,
        previous=before.hash if before else "",
        hash="",
    )
    session.add(made)
    session.flush()
    _enter_claims(session, made, volume)
    made.hash = hash_of(session, made)
    audit.record(
        session,
        now=now,
        actor=actor,
        action="batch.produced",
        production=made.number,
        batch=str(batch.id),
        volume=str(volume.id),
        recipient=str(recipient.id),
        claims=made.claims,
        replaces=made.replaces,
        hash=made.hash,
    )
    return made


def hash_of(session: Session, production: Production) -> str:
    """SHA-256 over the row, its claims in their order, and the hash before it."""
    claims = hashlib.sha256()
    query = sa.select(ProducedClaim.position, ProducedClaim.claim_number, ProducedClaim.packet_sha256)
    rows = session.execute(
        query.where(ProducedClaim.production_id == production.id).order_by(ProducedClaim.position)
    )
    for row in rows:
        claims.update(digest_line(*row))
    return hashlib.sha256(canonical({**_facts(production), "claims": claims.hexdigest()})).hexdigest()


def broken(session: Session, matter_slug: str) -> Iterator[int]:
    """Numbers of the productions whose row, claims or place in the chain were changed after they were entered."""
    previous, number = "", 0
    query = sa.select(Production).where(Production.matter_slug == matter_slug).order_by(Production.number)
    for one in session.scalars(query):
        if (one.previous, one.number) != (previous, number + 1) or hash_of(session, one) != one.hash:
            yield one.number
        previous, number = one.hash, one.number


def productions_of(session: Session, jurisdictions: tuple[str, ...]) -> list[Production]:
    """The ledger as an office may see it, newest first."""
    query = sa.select(Production).where(Production.jurisdiction.in_(jurisdictions))
    return list(session.scalars(query.order_by(Production.number.desc())))


def _enter_claims(session: Session, production: Production, volume: Volume) -> None:
    gone = [one["claim"] for one in volume.left_out]
    entry = aliased(BatchEntry)
    chosen = sa.select(
        sa.literal(production.id, sa.Uuid()),
        entry.position,
        entry.engagement_id,
        entry.claim_number,
        entry.packet_id,
        entry.packet_sha256,
    ).where(entry.batch_id == production.batch_id, entry.claim_number.not_in(gone))
    columns = ["production_id", "position", "engagement_id", "claim_number", "packet_id", "packet_sha256"]
    session.execute(sa.insert(ProducedClaim).from_select(columns, chosen))


def _facts(one: Production) -> dict[str, Any]:
    names = (
        "number matter_slug jurisdiction batch_id batch_number volume_id profile recipient_id recipient purpose "
        "range manifest_sha256 approved_at approved_by produced_at produced_by replaces previous"
    )
    facts: dict[str, Any] = {"count": one.claims}
    for name in names.split():
        value = getattr(one, name)
        plain = value is None or isinstance(value, (int, str))
        facts[name] = value if plain else value.isoformat() if isinstance(value, datetime) else str(value)
    return facts


def _newest(session: Session, matter_slug: str) -> Production | None:
    query = sa.select(Production).where(Production.matter_slug == matter_slug)
    return session.scalars(query.order_by(Production.number.desc()).limit(1)).first()

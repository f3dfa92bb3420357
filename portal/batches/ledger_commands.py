"""`portal batch produced` and `portal batch ledger`: what was handed to whom."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.audit import SYSTEM
from portal.batches import ledger, recalls
from portal.batches.errors import BatchError
from portal.batches.handing_models import Recipient
from portal.batches.models import Batch, Volume
from portal.batches.recipients import recipients_of
from portal.batches.sealing_for import How, new_passphrase
from portal.matters.model import JURISDICTIONS
from portal.runtime import Runtime


def recipient_named(session: Session, batch: Batch, name: str | None) -> Recipient | None:
    """Whom a command named; None for nobody. Raises BatchError for one who is not there."""
    if name is None:
        return None
    mine = recipients_of(batch.matter_slug, (batch.jurisdiction,)).where(Recipient.name == name)
    found = session.scalars(mine).one_or_none()
    if found is None:
        raise BatchError(f"no recipient of this office is called {name}")
    return found


def how_for(recipient: Recipient | None, name: str) -> How:
    """How a volume is encrypted for somebody; plain for the operator, who asked for it on the command line."""
    if recipient is None:
        return How("plain", reason="written by the operator's command")
    return (
        How("age", key=recipient.key) if recipient.key else How("zip", passphrase=new_passphrase(), name=name)
    )


@click.command("produced")
@click.argument("number")
@click.option("--to", "name", required=True, help="name of the recipient")
@click.option("--volume", "volume_id", type=click.UUID, help="which volume; without it the newest for them")
@click.pass_obj
def produced(runtime: Runtime, number: str, name: str, volume_id: UUID | None) -> None:
    """Enter in the ledger that batch NUMBER was handed to a recipient, in the volume written for them."""
    with runtime.database.transaction() as session:
        batch = session.scalars(sa.select(Batch).where(Batch.number == number.upper())).one_or_none()
        if batch is None:
            raise BatchError(f"no batch is numbered {number}")
        recipient = recipient_named(session, batch, name)
        assert recipient is not None
        query = sa.select(Volume).where(
            Volume.batch_id == batch.id,
            Volume.recipient_id == recipient.id,
            Volume.finished_at.is_not(None),
        )
        if volume_id:
            query = query.where(Volume.id == volume_id)
        volume = session.scalars(query.order_by(Volume.finished_at.desc()).limit(1)).first()
        if volume is None:
            raise BatchError(f"no volume of {batch.number} was written for {name}")
        made = ledger.produce(session, volume, recipient, actor=SYSTEM, now=runtime.clock())
        line = f"production {made.number}: {batch.number} to {made.recipient}, {made.claims:,} claims"
    click.echo(line)


@click.command("ledger")
@click.option("--json", "as_json", is_flag=True, help="for a program")
@click.pass_obj
def show(runtime: Runtime, as_json: bool) -> None:
    """Say what was handed to whom, whether the ledger's chain holds, and what has to be called back.

    Exit code 1 where an entry was changed after it was made.
    """
    slug = runtime.matters.current().matter.slug
    with runtime.database.reading() as session:
        found = ledger.productions_of(session, JURISDICTIONS)
        wrong = list(ledger.broken(session, slug))
        notices = [one for one, _of in recalls.notices_of(session, JURISDICTIONS) if not one.acknowledged_at]
        head = ledger.head(session, slug)
    rows: list[dict[str, Any]] = [
        {
            "number": one.number,
            "batch": one.batch_number,
            "profile": one.profile,
            "recipient": one.recipient,
            "claims": one.claims,
            "range": one.range,
            "produced_at": one.produced_at.isoformat(),
            "replaces": one.replaces,
            "hash": one.hash,
        }
        for one in found
    ]
    if as_json:
        open_ones = [{"claim": one.claim_number, "reason": one.reason} for one in notices]
        said = {"head": head, "broken": wrong, "productions": rows, "recalls": open_ones}
        click.echo(json.dumps(said, ensure_ascii=False))
    else:
        for row in rows:
            instead = f", in place of {row['replaces']}" if row["replaces"] else ""
            click.echo(
                f"{row['number']:>5}  {row['produced_at'][:16]}  {row['batch']}  {row['profile']}  "
                f"{row['claims']:,} claims ({row['range']})  to {row['recipient']}{instead}"
            )
        for one in notices:
            click.echo(f"to be called back: claim {one.claim_number}, {one.reason}")
        click.echo(
            f"changed after it was entered: {', '.join(map(str, wrong))}" if wrong else f"head {head or '-'}"
        )
    raise SystemExit(1 if wrong else 0)

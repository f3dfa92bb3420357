"""`portal packet countersign` and `portal packet extend`."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import click
import sqlalchemy as sa

from portal.claims.models import Claim, Engagement
from portal.claims.numbers import read_number
from portal.packets import countersigning, extending
from portal.packets.counsel import KeyPlace, opened, place_of
from portal.packets.models import Countersigning, CountersigningItem, Packet
from portal.packets.signer import common_name
from portal.packets.timestamps import TimestampRefused
from portal.runtime import Runtime


@click.command("countersign")
@click.option("--jurisdiction", required=True, type=click.Choice(["kr", "us"]))
@click.option("--claim", "number", help="only the packet of this claim; default: all that wait")
@click.option("--p12", type=click.Path(exists=True, dir_okay=False), help="the lawyer's PKCS#12 file")
@click.option("--pkcs11", "token", help="pkcs11: address of the lawyer's key (RFC 7512)")
@click.option("--yes", is_flag=True, help="do not ask before signing")
@click.pass_obj
def countersign(
    runtime: Runtime, jurisdiction: str, number: str | None, p12: str | None, token: str | None, yes: bool
) -> None:
    """Sign accepted packets with the responsible lawyer's own key.

    The passphrase or PIN is asked for, and kept nowhere. Without --p12 or --pkcs11 the configured key signs. Exit
    code 1 when a packet could not be signed; each is named with its reason.
    """
    chosen = _of_claim(runtime, number, jurisdiction) if number else None
    with opened(runtime.settings, _place(runtime, jurisdiction, p12, token)) as key:
        with runtime.database.reading() as session:
            waiting = session.scalars(countersigning.ready([jurisdiction])).all()
        count = len([one for one in waiting if chosen is None or one in chosen])
        first = key.chain[0]
        click.echo(
            f"{count} to sign as {common_name(first)}, certificate until {first.not_valid_after_utc:%Y-%m-%d}"
        )
        if not count:
            return
        if not yes:
            click.confirm("Sign them now?", abort=True)
        with runtime.database.transaction() as session:
            one = countersigning.start(
                session, jurisdiction, packet_ids=chosen, now=runtime.clock(), deferred=False
            )
        try:
            countersigning.run(runtime, one.id, key)
        except countersigning.Waiting as error:
            raise click.ClickException(
                f"stopped ({error}); what was signed stays signed, run it again later"
            ) from error
    raise SystemExit(_report(runtime, one.id))


@click.command("extend")
@click.option("--all", "everything", is_flag=True, help="every sealed packet, due or not")
@click.option("--claim", "number", help="only the packets of this claim, due or not")
@click.option("--due-within", type=click.IntRange(0), default=extending.NOTICE.days, show_default=True,
              help="days until the certificate of the last timestamp ends")  # fmt: skip
@click.pass_obj
def extend(runtime: Runtime, everything: bool, number: str | None, due_within: int) -> None:
    """Put a document timestamp over packets, so that they can be proved beyond their certificates (B-LTA)."""
    with runtime.database.reading() as session:
        chosen = extending.due(
            session,
            runtime.clock(),
            timedelta(days=due_within),
            all_of_them=everything or number is not None,
        )
    if number:
        of_claim = _of_claim(runtime, number)
        chosen = [one for one in chosen if one in of_claim]
    failed = 0
    for packet_id in chosen:
        try:
            extending.extend(runtime, packet_id) or extending.extend(runtime, packet_id)
        except TimestampRefused as error:
            failed += 1
            click.echo(f"{_name(runtime, packet_id)}: {error}", err=True)
    click.echo(f"{len(chosen) - failed} extended, {failed} not")
    raise SystemExit(1 if failed else 0)


def _place(runtime: Runtime, jurisdiction: str, p12: str | None, token: str | None) -> KeyPlace:
    if p12 and token:
        raise click.UsageError("give --p12 or --pkcs11, not both")
    if not (p12 or token):
        return place_of(runtime.settings, jurisdiction)
    what = "PIN of the token" if token else "Passphrase of the file"
    return KeyPlace(token or p12 or "", click.prompt(what, hide_input=True, default="", show_default=False))


def _of_claim(runtime: Runtime, number: str, jurisdiction: str | None = None) -> list[UUID]:
    prefix = runtime.matters.current().matter.toml.prefix
    query = (
        sa.select(Packet.id)
        .join(Engagement, Packet.engagement_id == Engagement.id)
        .join(Claim, Engagement.claim_id == Claim.id)
        .where(Claim.number == read_number(number, prefix))
    )
    if jurisdiction:
        query = query.where(Packet.jurisdiction == jurisdiction)
    with runtime.database.reading() as session:
        found = session.scalars(query).all()
    if not found:
        raise click.ClickException(f"no packets for a claim {number}")
    return list(found)


def _report(runtime: Runtime, countersigning_id: UUID) -> int:
    """Prints the result and each failure; answers the exit code."""
    with runtime.database.reading() as session:
        one = session.get_one(Countersigning, countersigning_id)
        failed = session.execute(
            sa.select(CountersigningItem.packet_id, CountersigningItem.failure).where(
                CountersigningItem.countersigning_id == one.id, CountersigningItem.state == "failed"
            )
        ).all()
    for packet_id, failure in failed:
        click.echo(f"{_name(runtime, packet_id)}: {failure}", err=True)
    click.echo(f"{one.done} signed, {one.failed} not")
    return 1 if failed else 0


def _name(runtime: Runtime, packet_id: UUID) -> str:
    with runtime.database.reading() as session:
        packet = session.get_one(Packet, packet_id)
        return f"{packet.engagement.claim.number}-{packet.jurisdiction}-r{packet.revision}"

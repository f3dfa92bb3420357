"""`portal packet check`: the daily look, now; after a restore, say."""

from __future__ import annotations

import click

from portal.packets import checking
from portal.runtime import Runtime


@click.command("check")
@click.option("--all", "everything", is_flag=True, help="open every packet, not only today's share")
@click.pass_obj
def check_command(runtime: Runtime, everything: bool) -> None:
    """Look for signed claims without a packet and packets without a valid seal; exit 1 if there are any."""
    following: checking.Round | None = checking.begin(runtime, everything=everything)
    while following:
        following = checking.go_on(runtime, following)
    with runtime.database.reading() as session:
        last = checking.last_look(session)
        unmade, unsound = checking.unmade(session, runtime.clock()), checking.unsound(session)
    for one in unmade:
        state = f"{one.packet.state} {one.packet.failure or ''}".rstrip() if one.packet else "never queued"
        click.echo(f"{one.number} {one.jurisdiction}: signed, no sealed packet ({state})")
    for packet, number in unsound:
        click.echo(f"{number} {packet.jurisdiction} r{packet.revision}: {packet.failure}")
    if last:
        click.echo(f"files opened: {last.checked}, packets queued: {last.queued}")
    raise SystemExit(1 if unmade or unsound else 0)

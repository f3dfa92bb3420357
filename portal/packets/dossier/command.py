"""`portal packet dossier`: all that proves one claim's authority, as one sealed file."""

from __future__ import annotations

from pathlib import Path

import click

from portal import private_files
from portal.audit import SYSTEM
from portal.claims.numbers import read_number
from portal.packets.dossier.gathering import NothingSealed, engagement_of
from portal.runtime import Runtime


@click.command("dossier")
@click.argument("claim")
@click.option(
    "--jurisdiction", type=click.Choice(["kr", "us"]), help="needed where CLAIM has engaged both counsel"
)
@click.option(
    "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="the PDF to write"
)
@click.option("--reason", default="", help="why it is made; kept in the audit chain")
@click.pass_obj
def dossier_command(
    runtime: Runtime, claim: str, jurisdiction: str | None, output: Path, reason: str
) -> None:
    """Write everything that a court's order to prove CLAIM's authority asks for, as one PDF with an index."""
    from portal.packets.dossier import service

    number = read_number(claim, runtime.matters.current().matter.toml.prefix)
    if number is None:
        raise NothingSealed(f"{claim} is no claim number")
    with runtime.database.reading() as session:
        engagement_id = engagement_of(session, number, jurisdiction).id
    made = service.make(runtime, engagement_id, actor=SYSTEM, reason=reason, now=runtime.clock())
    private_files.replace(output, made.data)
    click.echo(f"{output}: {made.pages} pages, {len(made.data):,} bytes, sha256 {made.sha256}")

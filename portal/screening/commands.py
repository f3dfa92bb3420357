"""`portal conflicts`: take in lists of parties and former clients, and see which there are."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from portal.audit import SYSTEM
from portal.runtime import Runtime
from portal.screening import lists
from portal.screening.sheet import read_sheet


@click.group("conflicts")
def group() -> None:
    """Lists of parties and former clients, against which claims are checked."""


@group.command("import")
@click.argument("jurisdiction", type=click.Choice(("kr", "us")))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--name", required=True, help="of the list; a list of that name is replaced")
@click.option("--dated", type=click.DateTime(["%Y-%m-%d"]), help="as of which day it is; today if left out")
@click.pass_obj
def import_list(runtime: Runtime, jurisdiction: str, file: Path, name: str, dated: datetime | None) -> None:
    """Take in FILE, a CSV in UTF-8 or CP949 with a column headed name or 이름, as a list of JURISDICTION's office.

    Columns for names in Latin letters and Hanja, the birth date and the relation are read too. All claims of the
    office are checked again.
    """
    sheet, now = read_sheet(file.read_bytes()), runtime.clock()
    with runtime.database.transaction() as session:
        made = lists.take(
            session,
            runtime,
            jurisdiction,
            name.strip()[:80],
            (dated or now).date(),
            sheet,
            by=SYSTEM,
            now=now,
        )
        said = f"{made.name}, version {made.version}: {made.entries:,} names taken, {made.skipped:,} lines left out"
    click.echo(said)
    if sheet.skipped_lines:
        click.echo("lines without a name: " + ", ".join(map(str, sheet.skipped_lines)))


@group.command("lists")
@click.pass_obj
def show_lists(runtime: Runtime) -> None:
    """Say which lists there are."""
    with runtime.database.reading() as session:
        for jurisdiction in ("kr", "us"):
            for one in lists.current(session, jurisdiction):
                click.echo(
                    f"{jurisdiction}  {one.name}  version {one.version}, {one.dated}, {one.entries:,} names"
                )

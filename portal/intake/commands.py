"""`portal claims`: read in an earlier sign-up list, and invite its people to confirm, sign and consent."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import click

from portal.claims.reindexing import reindex
from portal.intake import importing, inviting
from portal.intake.report import Counts, open_report, summary
from portal.runtime import Runtime

_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("claims")
def group() -> None:
    """Claims that come from a list, and what claims are found by."""


group.add_command(reindex)


@group.command("import")
@click.argument("file", type=_file)
@click.option("--mapping", type=_file, required=True, help="TOML: which column is which field")
@click.option("--dry-run", is_flag=True, help="only say what would happen, line by line")
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help="write the report there, as CSV"
)
@click.option("--lang", type=click.Choice(("ko", "en")), default="en", help="of what is printed here")
@click.pass_obj
def import_claims(
    runtime: Runtime, file: Path, mapping: Path, dry_run: bool, report: Path | None, lang: str
) -> None:
    """Make a draft of each person in FILE (CSV or XLSX). Run it again after an interruption: nothing is made twice.

    Nobody is written to. The people are nothing but drafts until they come, confirm, sign and consent.
    """
    source = importing.open_source(file, mapping, runtime.matters.current())
    written = open_report(report)
    try:
        if dry_run:
            counts, run_id = importing.dry_run(runtime, source, written), None
        else:
            run, counts = importing.run(runtime, source, written)
            run_id = run.id
    finally:
        written.close()
    _say(counts, lang, source.table.unused)
    if run_id is not None:
        click.echo(f"run {run_id}")


@group.command()
@click.option("--run", "run_id", type=click.UUID, required=True, help="as `portal claims import` printed it")
@click.option("--limit", type=click.IntRange(1, 100_000), default=1_000, help="no more than so many people")
@click.option("--per-minute", type=click.IntRange(1, 10_000), default=60, help="how fast the messages leave")
@click.option("--remind", is_flag=True, help="remind those invited a week ago who did not come; once at most")
@click.pass_obj
def invite(runtime: Runtime, run_id: UUID, limit: int, per_minute: int, remind: bool) -> None:
    """Ask imported people to come, confirm, sign and consent: no link, no personal data, in their language."""
    pace = inviting.Pace(limit, per_minute)
    asked = inviting.invite(runtime, run_id, pace, remind=remind)
    click.echo(f"{asked.queued:,} messages queued, {asked.stopped:,} people cannot be written to")
    click.echo(f"{asked.left:,} are left")


@group.command("runs")
@click.pass_obj
def runs(runtime: Runtime) -> None:
    """Every list that was read in, with its counts."""
    with runtime.database.reading() as session:
        for run in inviting.every_run(session):
            stands = "" if run.finished_at else ", not finished: run the same command again"
            counted = f"{run.created:,} drafts, {run.duplicates:,} had a claim, {run.refused:,} refused"
            click.echo(f"{run.id}  {run.begun_at:%Y-%m-%d %H:%M}  {counted}{stands}")


def _say(counts: Counts, lang: str, unused: int) -> None:
    click.echo(
        f"{counts.rows:,} rows: {counts.created:,} drafts, {counts.duplicates:,} of people who had one, "
        f"{counts.refused:,} refused; {unused:,} columns are not in the mapping"
    )
    for sentence, weight, count in summary(counts, lang):
        click.echo(f"{count:>8,}  {weight}: {sentence}")

"""`portal matter`: check a folder and publish it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from portal.matters import service
from portal.matters.check import allowances, check
from portal.matters.folder import read_folder, read_matter
from portal.matters.matter import Matter
from portal.matters.problems import MatterError, Problem
from portal.runtime import Runtime

FOLDER = click.argument("folder", type=click.Path(path_type=Path))


@click.group("matter")
def group() -> None:
    """Cases as folders of data: check, publish, compare."""


@group.command("check")
@FOLDER
@click.option("--json", "as_json", is_flag=True, help="print the problems for a program")
def check_folder(folder: Path, as_json: bool) -> None:
    """Name everything wrong with FOLDER by file and line; exit 1 if there is anything."""
    files = read_folder(folder)
    problems = check(files)
    if as_json:
        click.echo(json.dumps([vars(problem) for problem in problems], ensure_ascii=False))
    elif problems:
        say_problems(folder, problems)
    else:
        click.echo(summary(read_matter(files)))
        for one in allowances(files):
            where = f"{one.file}, clause {one.clause}" if one.clause else one.file
            click.echo(f'allowed in one language only: "{one.text}" ({where}): {one.why}')
    raise SystemExit(1 if problems else 0)


@group.command("publish")
@FOLDER
@click.option("--by", "published_by", required=True, help="who publishes; kept with the version")
@click.option("--json", "as_json", is_flag=True, help="print the version for a program")
@click.pass_obj
def publish_folder(runtime: Runtime, folder: Path, published_by: str, as_json: bool) -> None:
    """Make FOLDER the current version of its matter. Publishing the same content again changes nothing."""
    files = read_folder(folder)
    try:
        with runtime.database.transaction() as session:
            version = service.publish(session, files, now=runtime.clock(), published_by=published_by)
            shown = {
                "slug": version.slug,
                "sequence": version.sequence,
                "hash": version.hash,
                "id": str(version.id),
            }
    except MatterError as error:
        say_problems(folder, error.problems)
        raise SystemExit(1) from None
    runtime.matters.refresh()
    if as_json:
        click.echo(json.dumps(shown))
    else:
        click.echo(f"{shown['slug']}: version {shown['sequence']} is current ({str(shown['hash'])[:12]})")


def say_problems(folder: Path, problems: list[Problem] | tuple[Problem, ...]) -> None:
    """One line per problem, with the path as the author typed it, so that an editor can jump there."""
    for problem in problems:
        click.echo(f"{folder.as_posix().rstrip('/')}/{problem}", err=True)


def summary(matter: Matter) -> str:
    """One line on what a folder holds."""
    return (
        f"{matter.version_label}: {len(matter.tracks)} tracks, {len(matter.questions)} questions, "
        f"{len(matter.rules)} rules, {len(matter.documents)} texts, no problems"
    )

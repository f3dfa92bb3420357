"""`portal matter impact`: what a draft would change for the claims already decided."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from portal.eligibility.impact import Change, DecidedClaim, impact
from portal.matters.check import check
from portal.matters.commands import FOLDER, say_problems
from portal.matters.folder import read_folder, read_matter
from portal.runtime import Runtime

ReadClaims = Callable[[Runtime, str], Iterable[DecidedClaim]]
"""Runtime and a matter's slug to its decided claims, streamed."""


def impact_command(decided_claims: ReadClaims) -> click.Command:
    """The command, given where decided claims come from: claims stand above this package."""

    @click.command("impact")
    @FOLDER
    @click.option("--json", "as_json", is_flag=True, help="print one object per line for a program")
    @click.pass_obj
    def command(runtime: Runtime, folder: Path, as_json: bool) -> None:
        """List the claims whose outcome would change if FOLDER were published, and why."""
        files = read_folder(folder)
        if problems := check(files):
            say_problems(folder, problems)
            raise SystemExit(1)
        draft = read_matter(files)
        count = 0
        for change in impact(draft, decided_claims(runtime, draft.slug)):
            count += 1
            click.echo(json.dumps(_shown(change)) if as_json else _line(change))
        if not as_json:
            click.echo(f"{count} outcomes would change")

    return command


def _shown(change: Change) -> dict[str, object]:
    return {
        "claim": change.number,
        "track": change.track,
        "before": change.before,
        "after": change.after,
        "because": [reason.code for reason in change.because],
    }


def _line(change: Change) -> str:
    because = "; ".join(reason.text.en if reason.text else reason.code for reason in change.because)
    after = change.after or "no such track"
    return f"{change.number}  {change.track}  {change.before} -> {after}  {because}".rstrip()

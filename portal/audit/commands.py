"""`portal audit`: prove the chain whole, or say where it is not."""

import json

import click

from portal import audit
from portal.runtime import Runtime, signing_key


@click.group("audit")
def group() -> None:
    """The record of who did what."""


@group.command()
@click.option("--json", "as_json", is_flag=True, help="print the findings for a program")
@click.pass_obj
def verify(runtime: Runtime, as_json: bool) -> None:
    """Find changed, missing or reordered events; exit 1 if there are any."""
    with runtime.database.reading() as session:
        count, findings = audit.verify(session, signing_key(runtime.vault.keyring).public_key())
    if as_json:
        click.echo(json.dumps({"events": count, "findings": [vars(finding) for finding in findings]}))
    elif not findings:
        click.echo(f"{count} events, chain whole")
    for finding in findings if not as_json else ():
        click.echo(f"event {finding.sequence}: {finding.reason}", err=True)
    raise SystemExit(1 if findings else 0)


@group.command()
@click.pass_obj
def checkpoint(runtime: Runtime) -> None:
    """Sign the newest event, so that cutting off the chain's end would show."""
    with runtime.database.transaction() as session:
        made = audit.checkpoint(session, signing_key(runtime.vault.keyring), runtime.clock())
    if made is None:
        click.echo("nothing new to sign")
        return
    # Kept elsewhere, these three prove later that the chain up to here was not exchanged for another.
    click.echo(f"event {made.sequence}\nhash {made.hash.hex()}\nsignature {made.signature.hex()}")

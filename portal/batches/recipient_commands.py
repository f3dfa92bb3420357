"""`portal recipients`: whom volumes are handed to."""

from __future__ import annotations

import json

import click

from portal.audit import SYSTEM
from portal.batches import recipients
from portal.matters.model import JURISDICTIONS
from portal.runtime import Runtime


@click.group("recipients")
def group() -> None:
    """Whom volumes are handed to, and how they are encrypted for them."""


@group.command()
@click.argument("name")
@click.option("--office", required=True, help="the court, firm or company they belong to")
@click.option(
    "--jurisdiction", type=click.Choice(JURISDICTIONS), required=True, help="whose batches go to them"
)
@click.option("--language", type=click.Choice(("ko", "en")), default="ko", show_default=True)
@click.option(
    "--key", default="", help="age public key (age1...); without it volumes are ZIPs with a passphrase"
)
@click.pass_obj
def add(runtime: Runtime, /, name: str, office: str, jurisdiction: str, language: str, key: str) -> None:
    """Note the recipient NAME."""
    slug = runtime.matters.current().matter.slug
    with runtime.database.transaction() as session:
        made = recipients.add(
            session, matter_slug=slug, jurisdiction=jurisdiction, name=name, office=office, language=language,
            key=key, actor=SYSTEM, now=runtime.clock(),
        )  # fmt: skip
    click.echo(f"added {made.name}: {_sealed(made.key)}")


@group.command("list")
@click.option("--json", "as_json", is_flag=True, help="for a program")
@click.pass_obj
def list_(runtime: Runtime, /, as_json: bool) -> None:
    """Say who they are."""
    slug = runtime.matters.current().matter.slug
    with runtime.database.reading() as session:
        found = session.scalars(recipients.recipients_of(slug, JURISDICTIONS)).all()
    if as_json:
        rows = [
            {"name": one.name, "office": one.office, "jurisdiction": one.jurisdiction, "language": one.language,
             "key": one.key}
            for one in found
        ]  # fmt: skip
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for one in found:
        click.echo(f"{one.name}, {one.office} ({one.jurisdiction}, {one.language}): {_sealed(one.key)}")


@group.command()
@click.argument("name")
@click.pass_obj
def remove(runtime: Runtime, /, name: str) -> None:
    """Let nothing go to NAME from now on."""
    slug = runtime.matters.current().matter.slug
    with runtime.database.transaction() as session:
        found = [
            one for one in session.scalars(recipients.recipients_of(slug, JURISDICTIONS)) if one.name == name
        ]
        if not found:
            raise recipients.NoSuchRecipient(f"there is no recipient {name}")
        recipients.remove(session, found[0], actor=SYSTEM, now=runtime.clock())
    click.echo(f"removed {name}")


def _sealed(key: str | None) -> str:
    return f"age {key}" if key else "ZIP with a passphrase"

"""`portal keys`: the keyring from the command line."""

from pathlib import Path

import click

from portal.settings import Settings
from portal.vault.keyring import Keyring, KeyringError, new_keyring, read_keyring


@click.group("keys")
def group() -> None:
    """The keys that seal everything; whoever loses them loses the data, whoever has them can read it."""


@group.command()
@click.pass_context
def add(context: click.Context) -> None:
    """Make the keyring, or add a key that seals new claims from then on; older keys stay to open what they sealed."""
    settings: Settings = context.meta.get("settings") or Settings()
    keyring, made = _added(settings)
    keyring.save()
    click.echo(f"{'made' if made else 'added to'} {keyring.source}: {keyring.current} is now in use")
    click.echo(
        "Keep a copy of this file apart from the database, where only the people in charge can reach it."
    )


@group.command("list")
@click.pass_context
def list_keys(context: click.Context) -> None:
    """Names of the keys, the one in use marked; never the keys themselves."""
    settings: Settings = context.meta.get("settings") or Settings()
    keyring = read_keyring(settings.keyring, settings.data_dir, create=False)
    for name in keyring.keys:
        click.echo(f"{name}{'  in use' if name == keyring.current else ''}")


def _added(settings: Settings) -> tuple[Keyring, bool]:
    """The keyring with one more key, and whether it had to be made."""
    try:
        return read_keyring(settings.keyring, settings.data_dir, create=False).with_new_key(), False
    except KeyringError:
        path = _path(settings)
        if path is None or path.exists():
            raise  # it is there but cannot be read: overwriting it would lose everything it opens
    path.parent.mkdir(parents=True, exist_ok=True)
    return new_keyring(path), True


def _path(settings: Settings) -> Path | None:
    if settings.keyring.lstrip().startswith("{"):
        return None
    return Path(settings.keyring) if settings.keyring else settings.data_dir / "keyring.json"

"""The `portal` command; each feature brings its own group, imported only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import click
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from portal.errors import PortalError
from portal.runtime import Runtime, open_runtime
from portal.settings import Settings

COMMANDS = {
    "serve": "portal.operations.commands:serve",
    "worker": "portal.operations.commands:worker",
    "migrate": "portal.operations.commands:migrate",
    "doctor": "portal.operations.commands:doctor_command",
    "demo": "portal.demo.commands:demo",
    "matter": "portal.claims.impact:group",
    "packet": "portal.packets.commands:group",
    "claims": "portal.intake.commands:group",
    "conflicts": "portal.screening.commands:group",
    "batch": "portal.batches.commands:group",
    "recipients": "portal.batches.recipient_commands:group",
    "audit": "portal.audit.commands:group",
    "staff": "portal.staff.commands:group",
    "digest": "portal.reporting.commands:command",
    "keys": "portal.vault.commands:group",
}


class PortalCommand(click.Group):
    """Finds commands in the features, and turns what the portal foresaw into one line and exit code 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, place in COMMANDS.items() if _there(place)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = COMMANDS.get(cmd_name)
        if place is None or not _there(place):
            return None
        module, _, attribute = place.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except PortalError as error:
            raise click.ClickException(str(error)) from error
        except ValidationError as error:
            raise click.ClickException(_in_one_line(error)) from error
        except DBAPIError as error:
            raise click.ClickException(
                f"the database does not answer: {type(error.orig).__name__}"
            ) from error


class OpenedOnUse:
    """Stands for the Runtime, and opens it when a command first touches it: some commands need no database."""

    def __init__(self, on_exit: Callable[[Callable[[], None]], object]) -> None:
        self._on_exit = on_exit

    def __getattr__(self, name: str) -> Any:
        if "_runtime" not in self.__dict__:
            self._runtime: Runtime = open_runtime(Settings())
            self._on_exit(self._runtime.close)
        return getattr(self._runtime, name)


@click.group(cls=PortalCommand, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="joint-claims-portal", prog_name="portal")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Sign-up for joint claims: serve it, and look after claims, packets and batches."""
    ctx.obj = OpenedOnUse(ctx.call_on_close)


def _there(place: str) -> bool:
    module = place.partition(":")[0]
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _in_one_line(error: ValidationError) -> str:
    """Which settings are wrong, without their values: one of them may be a secret."""
    return "; ".join(
        f"PORTAL_{str(one['loc'][0]).upper()}: {one['msg']}" for one in error.errors() if one["loc"]
    )

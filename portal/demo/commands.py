"""`portal demo`: fill this installation with invented claims."""

import click

from portal.demo import fill
from portal.errors import PortalError
from portal.runtime import Runtime


class NotADemo(PortalError):
    """Invented claims never go among real ones."""


@click.command("demo")
@click.option("--claims", "count", default=200, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--seed", default=2025, show_default=True, help="the same seed invents the same people")
@click.pass_obj
def demo(runtime: Runtime, count: int, seed: int) -> None:
    """Invent claims and staff decisions, make their packets, and freeze and export a first batch."""
    from portal.operations.prepare import make_ready

    if runtime.settings.production:
        raise NotADemo("this is a production installation; invented claims are for the demo only")
    make_ready(runtime.settings)
    with click.progressbar(fill.fill(runtime, count, seed), length=count, label="claims signed") as numbers:
        for _number in numbers:
            pass
    click.echo("making packets, deciding, freezing a batch …")
    fill.settle(runtime, seed)
    click.echo(f"{count} invented claims are in; sign in as staff at /staff/demo")

"""`portal digest`: the daily digest by hand, or to look at."""

import click

from portal.reporting import digest
from portal.reporting.jobs import send_due
from portal.reporting.speaking import speaking
from portal.runtime import Runtime


@click.command("digest")
@click.option(
    "--print", "only_print", is_flag=True, help="show what an office would be told now; send nothing"
)
@click.option("--office", type=click.Choice(["kr", "us"]), default="kr", show_default=True)
@click.option("--language", type=click.Choice(["ko", "en"]), default="ko", show_default=True)
@click.pass_obj
def command(runtime: Runtime, only_print: bool, office: str, language: str) -> None:
    """Send the digests of today that are due and were not sent; the worker does so by itself."""
    if not only_print:
        sent = send_due(runtime)
        click.echo(f"{len(sent)} dealt with, {sum(said != 'nothing' for said in sent)} sent")
        return
    matter, now = runtime.matters.current().matter, runtime.clock()
    with runtime.database.reading() as session, speaking(runtime.settings, language):
        told = digest.gathered(session, runtime, matter, office, (office,), (office,), now)
        subject, body = digest.words(told, runtime.settings.site_address)
    click.echo(f"{subject}\n\n{body}", nl=False)

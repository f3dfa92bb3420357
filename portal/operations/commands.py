"""`portal serve`, `worker`, `migrate` and `doctor`."""

from __future__ import annotations

import json
import sys
import threading

import click

from portal import jobs
from portal.operations import doctor, prepare
from portal.operations.supervise import Charge, stopped_by_signals, supervise
from portal.settings import Settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="address to listen on")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", type=click.IntRange(1), help="web processes; PORTAL_WORKERS by default")
@click.option("--jobs/--no-jobs", "with_jobs", default=True, help="also run background jobs (default: yes)")
def serve(host: str, port: int, workers: int | None, with_jobs: bool) -> None:
    """Serve the site, with one worker for background jobs beside it. Ctrl-C stops both."""
    settings = Settings()
    prepare.make_ready(settings)
    prepare.require_free(host, port)
    address = {} if "site_address" in settings.model_fields_set else {"PORTAL_SITE_ADDRESS": f"{host}:{port}"}
    charges = [Charge("web", _web(host, port, workers or settings.workers), vital=True, environment=address)]
    if with_jobs:
        charges.append(Charge("worker", [sys.executable, "-m", "portal", "worker"], environment=address))
    if not settings.production:
        click.echo(f"http://{host}:{port}/ · staff: http://{host}:{port}/staff/ · Ctrl-C stops")
    stop = threading.Event()
    with stopped_by_signals(stop):
        code = supervise(charges, stop)
    raise SystemExit(code)


def _web(host: str, port: int, workers: int) -> list[str]:
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", "python:portal.operations.gunicorn_settings"]
    return [*gunicorn, "--bind", f"{host}:{port}", "--workers", str(workers), "portal:create_app()"]


@click.command()
@click.option("--queue", "queues", multiple=True, help="only jobs of this queue; may be given several times")
@click.option("--once", is_flag=True, help="stop when nothing is due")
def worker(queues: tuple[str, ...], once: bool) -> None:
    """Carry out background jobs until stopped; the job in hand is finished first."""
    from portal import create_app

    jobs.load_all()
    runtime = create_app(Settings()).extensions["portal"]
    stop = threading.Event()
    with stopped_by_signals(stop):
        jobs.run_worker(runtime, queues=queues or None, stop=stop, once=once)


@click.command()
def migrate() -> None:
    """Bring the database's schema up to this program's."""
    changed = prepare.migrate(Settings())
    click.echo("the schema is now current" if changed else "the schema was current already")


@click.command(name="doctor")
@click.option("--json", "as_json", is_flag=True, help="print the findings for a program")
def doctor_command(as_json: bool) -> None:
    """Look whether everything that the portal rests on is well; exit 1 if something is not."""
    findings = doctor.examine(Settings())
    if as_json:
        click.echo(json.dumps([vars(finding) for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(f"{'ok  ' if finding.well else 'BAD '} {finding.part}: {finding.text}")
    raise SystemExit(0 if all(finding.well for finding in findings) else 1)

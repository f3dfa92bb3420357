"""Make an installation ready to serve: schema, matter, and for the demo its invented staff."""

from __future__ import annotations

import socket

from portal import migrations
from portal.database import Database
from portal.errors import PortalError
from portal.matters import service as matters
from portal.matters.folder import read_folder
from portal.packets.signer import open_firm_key
from portal.runtime import Runtime, open_runtime
from portal.settings import Settings
from portal.staff.demonstration import add_demo_staff


class NotReady(PortalError):
    """Production is to be served, but a step that a person takes knowingly has not been taken."""


def make_ready(settings: Settings) -> None:
    """Bring a demo up to date by itself; for production, raise NotReady naming the command that is due."""
    settings.refuse_unsafe()
    if settings.production:
        _require_schema(settings)
        return
    migrate(settings)
    runtime = open_runtime(settings)
    try:
        open_firm_key(settings)  # makes the demo's key before several processes want it
        _publish(runtime)
        if settings.env == "demo":
            with runtime.database.transaction() as session:
                add_demo_staff(session, runtime.vault, runtime.clock())
    finally:
        runtime.close()


def require_free(host: str, port: int) -> None:
    """Raise NotReady where the address cannot be listened on, before several processes trip over it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = (error.strerror or "refused").lower()
            raise NotReady(f"cannot listen on {host}:{port} ({reason}); choose another port") from error


def migrate(settings: Settings) -> bool:
    """Bring the schema up to this program's; whether anything was to do."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database(settings.database)
    try:
        if not migrations.pending(database):
            return False
        migrations.upgrade(database)
        return True
    finally:
        database.close()


def _require_schema(settings: Settings) -> None:
    database = Database(settings.database)
    try:
        if migrations.pending(database):
            raise NotReady("the database is older than the program: back up, then run `portal migrate`")
    finally:
        database.close()


def _publish(runtime: Runtime) -> None:
    """Publish the configured matter's folder; unchanged content stays the version that it is."""
    files = read_folder(runtime.settings.matters_dir / runtime.settings.matter)
    with runtime.database.transaction() as session:
        matters.publish(session, files, now=runtime.clock(), published_by="demo")

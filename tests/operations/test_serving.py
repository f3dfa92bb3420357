"""`portal serve` as operators meet it: real processes on a real port."""

import os
import signal
import socket
import time
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from portal import jobs
from portal.cli import main
from portal.database import Database
from tests.browser.server import serving
from tests.conftest import ROOT


def children(pid: int) -> dict[int, str]:
    """Command lines of a process's children."""
    ids = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {int(one): Path(f"/proc/{one}/cmdline").read_text().replace("\0", " ") for one in ids}


def the_worker(pid: int) -> int | None:
    return next((child for child, command in children(pid).items() if "portal worker" in command), None)


def until(happened, seconds: float = 40):
    deadline = time.monotonic() + seconds
    while not (found := happened()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return found


@pytest.mark.slow
def test_a_demo_starts_from_nothing_outlives_its_worker_and_stops_whole(tmp_path):
    with serving(tmp_path / "var") as server:
        answer = urllib.request.urlopen(f"{server.url}/ko/")
        assert answer.headers["Server"] == "portal"

        worker = until(lambda: the_worker(server.process.pid))
        os.kill(worker, signal.SIGKILL)
        successor = until(lambda: the_worker(server.process.pid) not in (None, worker))
        assert successor

        jobs.load_all()
        database = Database(server.settings.database)
        with database.transaction() as session:
            jobs.defer(session, "messages.sweep")
        until(lambda: _waiting(database, "messages.sweep") == 0)
        database.close()

        family = [server.process.pid, *children(server.process.pid)]
        assert server.stop() == 0
        assert not [pid for pid in family if Path(f"/proc/{pid}").exists()]
    socket.create_server(("127.0.0.1", int(server.url.rpartition(":")[2]))).close()


def test_a_port_that_is_taken_is_said_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("PORTAL_ENV", "test")
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("PORTAL_MATTERS_DIR", str(ROOT / "matters"))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        shown = CliRunner().invoke(main, ["serve", "--port", str(port)])
    assert shown.exit_code == 1
    wanted = f"Error: cannot listen on 127.0.0.1:{port} (address already in use); choose another port\n"
    assert shown.output == wanted


def _waiting(database: Database, name: str) -> int:
    with database.reading() as session:
        return jobs.waiting(session, name)

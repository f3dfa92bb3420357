"""A real installation, served as `portal serve` does it: web processes and a worker, on a free port."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal.settings import Settings

ROOT = Path(__file__).parents[2]
PATIENCE = 90.0  # seconds until the first page must be there


@dataclass
class LiveServer:
    """A running portal; ``log`` holds everything that its processes wrote."""

    url: str
    settings: Settings
    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """End all its processes at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """Ask it to stop, as Ctrl-C does; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            self.kill()
            raise


@contextmanager
def serving(data_dir: Path, **environment: str) -> Iterator[LiveServer]:
    """Serve the demo from ``data_dir``; ``PORTAL_…`` names in capitals override its settings."""
    port = free_port()
    chosen = {
        "PORTAL_ENV": "demo",
        "PORTAL_DATA_DIR": str(data_dir),
        "PORTAL_RATE_LIMITS": "false",
        "PORTAL_MATTERS_DIR": str(ROOT / "matters"),
        "PORTAL_SITE_ADDRESS": f"127.0.0.1:{port}",
        **environment,
    }
    data_dir.mkdir(parents=True, exist_ok=True)
    log = data_dir / "server.log"
    with open(log, "ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "portal", "serve", "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, **chosen},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    fields = {name.removeprefix("PORTAL_").lower(): value for name, value in chosen.items()}
    server = LiveServer(f"http://127.0.0.1:{port}", Settings(**fields), process, log)  # type: ignore[arg-type]
    try:
        _await_first_page(server)
        yield server
    finally:
        if process.poll() is None:
            server.stop()


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _await_first_page(server: LiveServer) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{server.url}/ko/", timeout=10):
                return
        except urllib.error.HTTPError as error:
            raise AssertionError(f"/ko/ answers {error.code}; the log ends\n{_tail(server.log)}") from error
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(f"the portal did not start; its log ends\n{_tail(server.log)}")


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-4000:]

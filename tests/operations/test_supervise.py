"""Several processes under one command: what dies is started again, what must live ends all, all end together."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from portal.operations import supervise as supervision
from portal.operations.supervise import Charge, supervise

LEAVE_A_LINE = "import os,sys; open(sys.argv[1],'a').write(f'{os.getpid()}\\n'); "
LIVE = LEAVE_A_LINE + "import time; time.sleep(60)"
DIE = LEAVE_A_LINE + "sys.exit(3)"


def charge(name: str, code: str, path, **options) -> Charge:
    return Charge(name, [sys.executable, "-c", code, str(path)], **options)


def pids(path) -> list[int]:
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def until(happened) -> None:
    deadline = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_a_worker_that_dies_is_started_again(tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(supervision, "LONGEST_PAUSE", 0.1)
    stop = threading.Event()
    trace = tmp_path / "worker"
    watcher = threading.Thread(target=lambda: (until(lambda: len(pids(trace)) >= 3), stop.set()))
    watcher.start()
    assert (
        supervise([charge("web", LIVE, tmp_path / "web", vital=True), charge("worker", DIE, trace)], stop)
        == 0
    )
    watcher.join()
    assert len(set(pids(trace))) >= 3
    assert not any(map(alive, pids(trace) + pids(tmp_path / "web")))
    assert "starting it again" in "".join(capfd.readouterr())


def test_it_rests_longer_between_tries_of_what_keeps_failing():
    failing = Charge("worker", [sys.executable, "-c", ""])
    waited, now = [], 0.0
    for _ in range(7):
        failing.start(now)
        assert failing.process
        failing.process.wait()
        tried = failing.process
        while failing.process is tried:
            now += 0.5
            supervision._start_again(failing, 3, now)
        waited.append(failing.pause)
        failing.process.wait()
    assert waited == [1, 2, 4, 8, 16, 30, 30]


def test_when_the_web_server_ends_everything_ends_with_its_code(tmp_path):
    worker = charge("worker", LIVE, tmp_path / "worker")
    assert supervise([worker, charge("web", DIE, tmp_path / "web", vital=True)], threading.Event()) == 3
    assert worker.process
    assert worker.process.poll() is not None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_termination_end_all_processes(tmp_path, number):
    program = (
        "import sys, threading\n"
        "from portal.operations.supervise import Charge, stopped_by_signals, supervise\n"
        f"code, path = {LIVE!r}, {str(tmp_path / 'child')!r}\n"
        "stop = threading.Event()\n"
        "with stopped_by_signals(stop):\n"
        "    sys.exit(supervise([Charge('web', [sys.executable, '-c', code, path], vital=True)], stop))\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program])
    until(lambda: pids(tmp_path / "child"))
    parent.send_signal(number)
    assert parent.wait(timeout=20) == 0
    assert not alive(pids(tmp_path / "child")[0])

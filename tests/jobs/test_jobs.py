"""Background work on both engines: kept with its transaction, finished once, never lost, never silent."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from portal import jobs
from portal.database import Database
from portal.jobs import leased, procrastinated, registry
from tests.jobs import crew
from tests.jobs.crew import at_work, lines


@pytest.fixture
def traces(tmp_path):
    folder = tmp_path / "traces"
    folder.mkdir()
    return folder


@pytest.fixture
def hastened(monkeypatch):
    for module, names in ((leased, ("LEASE", "RENEWAL", "POLL")), (procrastinated, ("STALLED", "HEARTBEAT"))):
        for name in names:
            monkeypatch.setattr(module, name, getattr(module, name))
    monkeypatch.setattr(procrastinated, "LOOK_AFTER", procrastinated.LOOK_AFTER)
    monkeypatch.setattr(procrastinated, "POLL", procrastinated.POLL)
    crew.hasten()


def defer(database: Database, name: str, folder, *names: str, **options) -> None:
    with database.transaction() as session:
        for line in names:
            jobs.defer(session, name, folder=str(folder), line=line, **options)


def waiting(database: Database) -> int:
    """Of the tests' own jobs: a worker with time to spare also keeps the portal's repeating ones."""
    with database.reading() as session:
        return sum(jobs.waiting(session, name) for name in ("test.note", "test.wait", "test.fail"))


def given_up(database: Database) -> list[jobs.GivenUpJob]:
    with database.reading() as session:
        return jobs.given_up(session)


def until(happened: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def worker_process(database: Database, *options: str) -> subprocess.Popen[bytes]:
    url = database.engine.url.render_as_string(hide_password=False)
    return subprocess.Popen([sys.executable, "-m", "tests.jobs.crew", url, *options])


def test_what_is_deferred_is_done_once_and_in_order(any_database, traces):
    defer(any_database, "test.note", traces, "first", "second", "third")
    assert waiting(any_database) == 3
    at_work(any_database)
    at_work(any_database)
    assert lines(traces) == ["first", "second", "third"]
    assert waiting(any_database) == 0


def test_what_is_rolled_back_is_never_done(any_database, traces):
    with pytest.raises(ZeroDivisionError), any_database.transaction() as session:
        jobs.defer(session, "test.note", folder=str(traces), line="never")
        session.flush()
        raise ZeroDivisionError
    at_work(any_database)
    assert lines(traces) == []


def test_a_job_waits_for_its_time(any_database, traces):
    defer(any_database, "test.note", traces, "later", run_at=crew.utc_now() + timedelta(hours=1))
    defer(any_database, "test.note", traces, "overdue", run_at=crew.utc_now() - timedelta(hours=1))
    at_work(any_database)
    assert lines(traces) == ["overdue"]
    assert waiting(any_database) == 1


def test_a_worker_takes_only_its_queues(any_database, traces):
    (traces / "mended").touch()
    defer(any_database, "test.fail", traces, "other")
    defer(any_database, "test.note", traces, "mine")
    at_work(any_database, queues=["default"])
    assert lines(traces) == ["mine"]


def test_identifiers_arrive_as_text_and_unknown_names_are_refused_at_once(any_database, traces):
    number = UUID(int=7)
    with any_database.transaction() as session:
        jobs.defer(session, "test.note", folder=str(traces), line=number)
        with pytest.raises(jobs.UnknownJob, match=r"test\.nope"):
            jobs.defer(session, "test.nope")
    at_work(any_database)
    assert lines(traces) == [str(number)]


def test_a_failing_job_is_repeated_then_kept_for_a_person_without_what_it_said(
    any_database, traces, monkeypatch, capfd
):
    monkeypatch.setattr(registry, "pause_after", lambda attempts: timedelta(0))
    defer(any_database, "test.fail", traces, "x")
    at_work(any_database)
    assert lines(traces, "tried") == ["x", "x", "x"]
    (failed,) = given_up(any_database)
    assert (failed.name, failed.queue, failed.attempts) == ("test.fail", "bad luck", 3)
    assert failed.error.startswith("ValueError at ")
    output = "".join(capfd.readouterr())
    assert "test.fail" in output
    assert "홍길동" not in output
    assert "gildong" not in output

    (traces / "mended").touch()
    with any_database.transaction() as session:
        jobs.try_again(session, session.merge(failed))
    at_work(any_database)
    assert lines(traces) == ["x"]
    assert given_up(any_database) == []


def test_a_failing_job_rests_longer_each_time_and_holds_up_no_other(any_database, traces):
    pauses = [registry.pause_after(attempts).total_seconds() for attempts in range(1, 8)]
    assert pauses == [5, 20, 80, 320, 1280, 3600, 3600]
    defer(any_database, "test.fail", traces, "x")
    defer(any_database, "test.note", traces, "next")
    at_work(any_database)
    assert lines(traces, "tried") == ["x"]
    assert lines(traces) == ["next"]
    assert waiting(any_database) == 1


def test_a_worker_killed_in_the_middle_of_a_job_leaves_it_to_the_next(any_database, traces):
    defer(any_database, "test.wait", traces, "precious")
    worker = worker_process(any_database)
    until(lambda: lines(traces, "started"))
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    assert lines(traces) == []

    (traces / "go").touch()
    successor = worker_process(any_database)
    try:
        until(lambda: lines(traces) and waiting(any_database) == 0)
    finally:
        successor.kill()
        successor.wait()
    assert lines(traces) == ["precious"]
    assert lines(traces, "started") == ["precious", "precious"]


def test_two_workers_never_run_the_same_job_at_once(any_database, traces):
    names = [str(number) for number in range(60)]
    defer(any_database, "test.alone", traces, *names)
    workers = [worker_process(any_database, "--once") for _ in range(2)]
    assert [worker.wait(timeout=60) for worker in workers] == [0, 0]
    assert sorted(lines(traces), key=int) == names
    assert given_up(any_database) == []


def test_a_long_job_is_not_taken_over_while_its_worker_lives(any_database, traces, hastened):
    defer(any_database, "test.wait", traces, "long")
    stop = threading.Event()
    workers = [
        threading.Thread(target=at_work, args=(any_database,), kwargs={"once": False, "stop": stop})
        for _ in range(2)
    ]
    for worker in workers:
        worker.start()
    until(lambda: lines(traces, "started"))
    stop.wait(2.5)  # two and a half times as long as a dead worker is waited for
    (traces / "go").touch()
    until(lambda: waiting(any_database) == 0)
    stop.set()
    for worker in workers:
        worker.join()
    assert lines(traces, "started") == lines(traces) == ["long"]


def test_a_worker_told_to_stop_finishes_the_job_in_hand_and_starts_no_other(any_database, traces):
    defer(any_database, "test.wait", traces, "in-hand", "next")
    stop = threading.Event()
    worker = threading.Thread(target=at_work, args=(any_database,), kwargs={"once": False, "stop": stop})
    worker.start()
    until(lambda: lines(traces, "started"))
    stop.set()
    (traces / "go").touch()
    worker.join(timeout=20)
    assert not worker.is_alive()
    assert lines(traces) == ["in-hand"]
    assert waiting(any_database) == 1


def test_a_job_that_kills_every_worker_is_given_up(any_database, traces, hastened):
    defer(any_database, "test.fail", traces, "deadly")
    with any_database.transaction() as session:
        if any_database.sqlite:
            lost = crew.utc_now() - timedelta(seconds=1)
            session.execute(sa.update(jobs.Job).values(attempts=3, lease_until=lost))
        else:
            session.execute(sa.text("UPDATE procrastinate_jobs SET attempts = 2, status = 'doing'"))
    stop = threading.Event()
    worker = threading.Thread(target=at_work, args=(any_database,), kwargs={"once": False, "stop": stop})
    worker.start()
    until(lambda: given_up(any_database))
    stop.set()
    worker.join()
    assert given_up(any_database)[0].error == "worker lost"
    assert lines(traces, "tried") == []
    assert waiting(any_database) == 0


def test_during_an_upgrade_a_newer_job_waits_for_a_newer_worker(any_database, traces, monkeypatch):
    defer(any_database, "test.note", traces, "new")
    task = registry.find("test.note")
    with monkeypatch.context() as older:
        older.delitem(registry._tasks, "test.note")
        at_work(any_database)
        assert lines(traces) == []
    assert registry.find("test.note") is task
    if (
        not any_database.sqlite
    ):  # there the older worker took it, failed to know it, and put it back for later
        with any_database.transaction() as session:
            session.execute(sa.text("UPDATE procrastinate_jobs SET scheduled_at = NULL, status = 'todo'"))
    at_work(any_database)
    assert lines(traces) == ["new"]


def test_a_worker_that_was_only_slow_cannot_finish_what_another_took_over(database, traces, clock):
    defer(database, "test.note", traces, "x")
    slow = leased._take(crew.Bench(database, clock), None)
    clock.advance(seconds=21)
    successor = leased._take(crew.Bench(database, clock), None)
    assert slow is not None
    assert successor is not None
    leased._finish(crew.Bench(database, clock), slow)
    assert waiting(database) == 1
    leased._finish(crew.Bench(database, clock), successor)
    assert waiting(database) == 0


def test_the_tables_of_procrastinate_come_and_go_with_the_schema(empty_postgresql):
    database = Database(empty_postgresql)
    with database.engine.begin() as connection:
        jobs.install(connection)
    assert "procrastinate_jobs" in sa.inspect(database.engine).get_table_names()
    with database.engine.begin() as connection:
        jobs.uninstall(connection)
        jobs.install(connection)
        jobs.uninstall(connection)
    assert sa.inspect(database.engine).get_table_names() == []
    database.close()

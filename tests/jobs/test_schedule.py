"""Repeating jobs: on time, once, and not piled up while workers are busy."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from portal import jobs
from portal.jobs import registry, schedule
from tests.jobs.crew import Bench, at_work

swept: list[str] = []


@pytest.fixture(autouse=True)
def only_the_sweeper(monkeypatch):
    """The application's own sweepers are out of the way."""
    monkeypatch.setattr(registry, "_tasks", {})
    swept.clear()

    @jobs.every(timedelta(minutes=5), "test.sweep")
    def sweep(runtime) -> None:
        swept.append("swept")


def test_a_repeating_job_runs_once_a_period(any_database, clock):
    bench = Bench(any_database, clock)
    for minutes, runs in ((0, 1), (4, 1), (1, 2), (5, 3)):
        clock.advance(minutes=minutes)
        schedule.defer_due(bench)
        schedule.defer_due(bench)
        at_work(any_database, clock)
        assert len(swept) == runs


def test_it_is_not_piled_up_while_no_worker_is_free(any_database, clock):
    bench = Bench(any_database, clock)
    for _ in range(10):
        schedule.defer_due(bench)
        clock.advance(minutes=5)
    at_work(any_database, clock)
    assert len(swept) == 1


def test_workers_that_look_at_the_same_moment_defer_it_once(any_database, clock):
    bench = Bench(any_database, clock)
    with ThreadPoolExecutor(8) as pool:
        deferred = list(pool.map(lambda _: schedule.defer_due(bench), range(8)))
    assert sorted(map(len, deferred)) == [0] * 7 + [1]


def test_a_clock_set_back_does_not_stop_it_for_years(any_database, clock):
    bench = Bench(any_database, clock)
    schedule.defer_due(bench)
    at_work(any_database, clock)
    clock.advance(days=-3650)
    schedule.defer_due(bench)
    at_work(any_database, clock)
    assert len(swept) == 2


def test_two_jobs_cannot_share_a_name():
    with pytest.raises(jobs.JobError, match=r"two jobs are named test\.sweep"):
        jobs.job("test.sweep")(lambda runtime: None)

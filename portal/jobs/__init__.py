"""Background work, deferred inside the caller's transaction.

A job runs at least once and only if the transaction that deferred it is kept, so every job is written to be repeated:
it looks at what is there, does what is missing, and is content when nothing is. Which engine runs it (a leased table on
SQLite, procrastinate on PostgreSQL) nobody outside this package can tell.
"""

from portal.jobs.given_up import given_up, try_again
from portal.jobs.models import GivenUpJob, Job, Schedule
from portal.jobs.registry import JobError, UnknownJob, every, job
from portal.jobs.service import defer, install, waiting
from portal.jobs.worker import run_worker

__all__ = [
    "GivenUpJob",
    "Job",
    "JobError",
    "Schedule",
    "UnknownJob",
    "defer",
    "every",
    "given_up",
    "install",
    "job",
    "run_worker",
    "try_again",
    "waiting",
]

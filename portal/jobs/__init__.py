"""Background work, deferred inside the caller's transaction.

A job runs at least once, and only if the transaction that deferred it is kept. So every job is written
to be repeated: it looks at what is there, does what is missing, and is content when nothing is. Whether a
leased table on SQLite or procrastinate on PostgreSQL runs it, nobody outside this package can tell.
"""

from portal.jobs.models import GivenUpJob, Job, Schedule
from portal.jobs.registry import DEFAULT_ATTEMPTS as ATTEMPTS
from portal.jobs.registry import JobError, UnknownJob, every, job, load_all
from portal.jobs.service import defer, given_up, install, try_again, uninstall, waiting
from portal.jobs.worker import run_worker

__all__ = [
    "ATTEMPTS",
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
    "load_all",
    "run_worker",
    "try_again",
    "uninstall",
    "waiting",
]

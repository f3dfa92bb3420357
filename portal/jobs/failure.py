"""What is kept and logged of a failed job: enough to find the cause, nothing that may be personal."""

from __future__ import annotations

import traceback
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from portal.jobs.models import GivenUpJob

WORKER_LOST = "worker lost"
UNKNOWN = "unknown job"


class Deferred(NamedTuple):
    """What was asked for, whichever engine kept it."""

    reference: str
    name: str
    queue: str
    arguments: dict[str, Any]


def described(error: BaseException) -> str:
    """Kind of error and the place in our code; its message is left out, since it may quote a claimant."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/portal/" in frame.filename] or frames[-1:]
    place = f" at {ours[-1].filename.rpartition('/portal/')[2]}:{ours[-1].lineno}" if ours else ""
    return f"{type(error).__name__}{place}"[:200]


def give_up(session: Session, deferred: Deferred, attempts: int, error: str, now: datetime) -> None:
    """Keep the job where people look, instead of running it again."""
    session.merge(GivenUpJob(**deferred._asdict(), attempts=attempts, error=error, given_up_at=now))

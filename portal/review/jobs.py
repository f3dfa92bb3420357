"""Background work of the desk."""

from __future__ import annotations

from uuid import UUID

from portal import jobs
from portal.review import bulk, undo
from portal.runtime import Runtime


@jobs.job("review.carry_out")
def carry_out(runtime: Runtime, act_id: str) -> None:
    """Do what was done from the queue and not undone."""
    undo.carry_out(runtime, UUID(act_id))


@jobs.job("review.bulk")
def go_on(runtime: Runtime, run_id: str) -> None:
    """Do what is left of a mass act."""
    bulk.go_on(runtime, UUID(run_id))

"""Evidence's background work."""

from datetime import timedelta

from portal import jobs
from portal.evidence import blobs
from portal.runtime import Runtime

SWEEP = "evidence.sweep"


@jobs.every(timedelta(hours=1), SWEEP)
def sweep(runtime: Runtime) -> None:
    """Delete the blobs of interrupted uploads and of removed files."""
    blobs.sweep(runtime, runtime.clock())

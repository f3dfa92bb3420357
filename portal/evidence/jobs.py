"""Evidence's background work."""

from datetime import timedelta

from portal import jobs
from portal.evidence import blobs, parts
from portal.evidence.blobs import SWEEP
from portal.runtime import Runtime


@jobs.every(timedelta(hours=1), SWEEP)
def sweep(runtime: Runtime) -> None:
    """Forget uploads in parts that nobody goes on with; delete the blobs of interrupted uploads and removed files."""
    parts.sweep(runtime, runtime.clock())
    blobs.sweep(runtime, runtime.clock())

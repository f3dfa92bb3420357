"""Background work on batches: write a volume, move filed claims on, tidy up."""

from __future__ import annotations

import uuid
from datetime import timedelta

import structlog

from portal import jobs
from portal.batches import export, filing, recalls, taking
from portal.batches.errors import ClaimStops, Superseded
from portal.runtime import Runtime

log = structlog.get_logger()


@jobs.job("batches.export", queue="exports")
def write_volume(runtime: Runtime, volume_id: str) -> None:
    """Write a volume, sealed, into the data folder. Run again after any interruption, it makes the same plain bytes."""
    try:
        export.write_sealed(runtime, uuid.UUID(volume_id))
    except (ClaimStops, OSError, Superseded) as error:
        # Trying again by itself would not help; the batch's page says what stopped the volume.
        log.warning("batches.export_stopped", volume=volume_id, error=type(error).__name__)


@jobs.job("batches.file", queue="exports")
def file_claims(runtime: Runtime, batch_id: str) -> None:
    """Move a filed batch's claims on; run again after any interruption, it goes on where it stopped."""
    filing.file_claims(runtime, uuid.UUID(batch_id))


@jobs.every(timedelta(minutes=10), "batches.tidy", queue="exports")
def tidy(runtime: Runtime) -> None:
    """Destroy volumes that were kept long enough, and give up those that nobody writes any more."""
    now = runtime.clock()
    with runtime.database.transaction() as session:
        taking.expire(session, runtime.vault, export.folder_of(runtime), now)
        taking.note_abandoned(session, now)


@jobs.every(timedelta(minutes=5), "batches.recalls", queue="exports")
def look_for_recalls(runtime: Runtime) -> None:
    """Find claims that were produced and have left or been signed anew since."""
    with runtime.database.transaction() as session:
        recalls.look(session, runtime.clock())

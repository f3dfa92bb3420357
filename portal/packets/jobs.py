"""Packets' background work."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from portal import jobs
from portal.packets import service
from portal.runtime import Runtime


@jobs.job("packets.make", queue="packets")
def make(runtime: Runtime, packet_id: str) -> None:
    """Make one packet. Run twice it finds the packet sealed and does nothing."""
    from portal.packets import making  # fonts and PDF libraries load only where packets are made

    making.make(runtime, UUID(packet_id))


@jobs.every(timedelta(minutes=2), "packets.sweep", queue="packets")
def sweep(runtime: Runtime) -> None:
    """Put packets back to work whose job was lost."""
    with runtime.database.transaction() as session:
        for packet_id in service.forgotten(session, runtime.clock()):
            jobs.defer(session, "packets.make", packet_id=packet_id)


@jobs.every(timedelta(hours=1), "packets.again", queue="packets")
def again(runtime: Runtime) -> None:
    """Try the oldest packet whose job has given up waiting; when it can be made now, so can the others."""
    from portal.packets import making

    with runtime.database.reading() as session:
        waiting = service.stopped(session, making.PASSING)
    if not waiting:
        return
    with suppress(making.NotMade):
        making.make(runtime, waiting[0])
        with runtime.database.transaction() as session:
            for packet_id in waiting[1:]:
                jobs.defer(session, "packets.make", packet_id=packet_id)

"""Packets' background work."""

from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from portal import jobs
from portal.packets import handoff, service
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


@jobs.every(timedelta(minutes=10), "packets.signatures")
def signatures(runtime: Runtime) -> None:
    """Void signatures that wait for another signer and are no longer about what is shown, and ask for new ones."""
    from portal.packets import waiting

    with runtime.database.reading() as session:
        ids = waiting.claims(session, runtime.clock())
    for claim_id in ids:
        with runtime.database.transaction() as session:
            waiting.void(session, runtime, claim_id, runtime.clock())


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


@jobs.job("packets.countersign", queue="packets")
def countersign(runtime: Runtime, countersigning_id: str) -> None:
    """Sign what is left of one confirmation of counsel, some at a time. What is signed is left as it is."""
    from portal.packets import countersigning

    if countersigning.run_configured(runtime, UUID(countersigning_id)):
        with runtime.database.transaction() as session:
            jobs.defer(session, "packets.countersign", countersigning_id=countersigning_id)


@jobs.every(timedelta(days=1), "packets.extend_due", queue="packets")
def extend_due(runtime: Runtime) -> None:
    """Have packets extended whose last timestamp ends soon, where the installation keeps them for the long term."""
    from portal.packets import extending

    if runtime.settings.seal_level == "B-LTA":
        with runtime.database.transaction() as session:
            for packet_id in extending.due(session, runtime.clock()):
                jobs.defer(session, "packets.extend", packet_id=packet_id)


@jobs.job("packets.extend", queue="packets")
def extend(runtime: Runtime, packet_id: str) -> None:
    """Extend one packet; one that is no longer due is left as it is."""
    from portal.packets import extending

    with runtime.database.reading() as session:
        still_due = extending.is_due(session, UUID(packet_id), runtime.clock())
    if still_due and not extending.extend(runtime, UUID(packet_id)):
        extending.extend(runtime, UUID(packet_id))


@jobs.every(timedelta(hours=1), "packets.handoffs")
def forget_handoffs(runtime: Runtime) -> None:
    """Delete the one-time addresses of phones a day after they ended."""
    with runtime.database.transaction() as session:
        handoff.purge(session, runtime.clock())


@jobs.every(timedelta(days=1), "packets.check")
def check(runtime: Runtime) -> None:
    """Look whether everything signed has its packet and every packet's seal holds; the files follow by hundreds."""
    from portal.packets import checking

    look = checking.begin(runtime)
    with runtime.database.transaction() as session:
        jobs.defer(session, "packets.check_on", **vars(look))


@jobs.job("packets.check_on")
def check_on(runtime: Runtime, **look: Any) -> None:
    """The next hundred files of the daily look."""
    from portal.packets import checking

    following = checking.go_on(runtime, checking.Round(**look))
    if following:
        with runtime.database.transaction() as session:
            jobs.defer(session, "packets.check_on", **vars(following))

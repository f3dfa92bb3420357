"""Background work of numbers, cure dates and digests."""

from __future__ import annotations

from datetime import timedelta

from portal import jobs
from portal.reporting import aggregate, cure, digest
from portal.reporting.speaking import speaking
from portal.runtime import Runtime
from portal.staff.models import StaffMember


@jobs.every(timedelta(hours=1), "reporting.count")
def count(runtime: Runtime) -> None:
    """Count the days that are over; hourly, since days end at another hour in each office."""
    aggregate.fill(runtime)


@jobs.every(timedelta(hours=1), "reporting.cure_dates")
def cure_dates(runtime: Runtime) -> None:
    """Raise the flag of cure dates that have passed; hourly for the same reason."""
    cure.flag_late(runtime)


@jobs.every(timedelta(minutes=15), "reporting.digests", queue="messages")
def digests(runtime: Runtime) -> None:
    """Send the digests whose hour has come, each in a transaction of its own."""
    send_due(runtime)


def send_due(runtime: Runtime) -> list[str]:
    """Deal with every digest that is due; answers what each said."""
    now, matter = runtime.clock(), runtime.matters.current().matter
    with runtime.database.reading() as session:
        ids = digest.due(session, runtime.settings.digest_hour, now)
    said = []
    for staff_id in ids:
        with runtime.database.transaction() as session:
            member = session.get_one(StaffMember, staff_id, with_for_update=True)
            if staff_id in digest.due(session, runtime.settings.digest_hour, now):
                with speaking(runtime.settings, member.language):
                    said.append(digest.deal_with(session, runtime, matter, member, now))
    return said

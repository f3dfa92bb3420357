"""Background work of the outbox: send, sweep up what was left behind, and look for what came back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from portal import jobs
from portal.messages import mailbox, service
from portal.messages.mailers import mailer_of
from portal.messages.models import OutboxMessage, StoppedAddress
from portal.messages.sms import asked_for_reports
from portal.runtime import Runtime
from portal.vault import SubjectKey


@jobs.job("messages.send", queue="messages")
def send(runtime: Runtime, message_id: str) -> None:
    """Send one message. Run twice it finds the message sent; between server and database it may go out twice."""
    service.send(runtime, mailer_of(runtime.settings), UUID(message_id))


@jobs.every(timedelta(minutes=5), "messages.sweep", queue="messages")
def sweep(runtime: Runtime) -> None:
    """Put queued messages back to work, and forget those whose subject was erased."""
    with runtime.database.transaction() as session:
        for message_id in service.overdue(session, runtime.clock()):
            jobs.defer(session, "messages.send", message_id=message_id)
        erased = sa.select(SubjectKey.id).where(SubjectKey.destroyed_at.is_not(None))
        gone = OutboxMessage.subject_id.in_(erased)
        theirs = sa.select(OutboxMessage.id).where(gone)
        session.execute(sa.delete(StoppedAddress).where(StoppedAddress.message_id.in_(theirs)))
        session.execute(sa.delete(OutboxMessage).where(gone))


@jobs.every(timedelta(minutes=5), "messages.reports", queue="messages")
def take_reports(runtime: Runtime) -> None:
    """Ask the providers that do not report by themselves how text messages ended."""
    for account in asked_for_reports(runtime.settings):
        with runtime.database.reading() as session:
            references = service.unreported(session, runtime.clock())
        found = account.reports(references) if references else {}
        for reference, failure in found.items():
            with runtime.database.transaction() as session:
                service.ended(session, runtime, reference, failure)


@jobs.every(timedelta(minutes=5), "messages.bounces", queue="messages")
def take_bounces(runtime: Runtime) -> None:
    """Poll the mailbox that messages come back to, where one is named."""
    mailbox.poll(runtime)

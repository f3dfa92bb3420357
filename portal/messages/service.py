"""What can be done with messages: queue one, send one, see how the outbox stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from portal import jobs
from portal.database import new_id
from portal.matters.matter import Matter
from portal.matters.messages import SENT_AT_ONCE
from portal.messages import stops
from portal.messages.addresses import channel_of
from portal.messages.failures import MailError, MailRefused
from portal.messages.mailers import Mailer, compose
from portal.messages.models import HOLD_A_CODE, MessageState, OutboxMessage
from portal.messages.quiet import quiet_hours
from portal.messages.returns import tag_of
from portal.messages.sms import Sms, Texter, texter_of
from portal.messages.wording import Wording, word
from portal.runtime import Runtime
from portal.vault import VaultError

log = structlog.get_logger()
PURPOSE = "message"
SENDING = timedelta(minutes=2)  # longer than a mail server may be silent; then another worker may try
GIVE_UP = timedelta(days=3)
REPORTED_WITHIN = timedelta(days=1)  # carriers give a text message up long before
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(hours=1)


@dataclass(frozen=True)
class Standing:
    """How the outbox stands: what waits, since when, and what will never leave."""

    queued: int
    failed: int
    oldest_queued: datetime | None
    bounced: int = 0


def queue(
    session: Session,
    runtime: Runtime,
    *,
    subject_id: UUID,
    to: str,
    kind: str,
    language: str,
    matter: Matter,
    claim_number: str = "",
    phrase: str = "",
    useless_after: datetime | None = None,
    channel: str | None = None,
    zones: tuple[str, ...] = (),
    unsubscribe: str = "",
    instead_of: UUID | None = None,
    values: Mapping[str, str] | None = None,
    later: timedelta = timedelta(0),
    **more: str,
) -> OutboxMessage:
    """Word a message and have it sent once the caller's transaction is kept.

    ``to`` is an e-mail address, or a number in E.164 that gets the matter's text message; ``channel`` need not be said.
    ``values``, and what else is named, fill the text's own placeholders (code, minutes, counsel, date). With ``zones``,
    those of the person, a message that nobody waits for rests until it is day there. An address that messages came back
    from gets codes and nothing else: the message is kept as failed, *stopped*. ``later`` puts one of many off, so that
    they do not all leave at once.

    Raises KeyError when a value is missing, UnsafeHeader when an address or subject would break out of its header,
    Destroyed after erasure.
    """
    now = runtime.clock()
    assert channel in (None, channel_of(to)), "a number gets text messages, an address e-mail"
    given = {
        "site": runtime.settings.site_address,
        "claim_number": claim_number,
        "phrase": phrase or "-",
        **(values or {}),
        **more,
    }
    wording = word(matter, kind, language, to, given, unsubscribe)
    patient = bool(zones) and kind not in SENT_AT_ONCE
    day = quiet_hours(runtime.settings)
    due_at = day.after(day.after(now, zones) + later, zones) if patient else now + later
    return queue_words(
        session,
        runtime,
        subject_id=subject_id,
        kind=kind,
        language=language,
        wording=wording,
        due_at=due_at,
        useless_after=useless_after,
        instead_of=instead_of,
    )


def queue_words(
    session: Session,
    runtime: Runtime,
    *,
    subject_id: UUID,
    kind: str,
    language: str,
    wording: Wording,
    due_at: datetime | None = None,
    useless_after: datetime | None = None,
    instead_of: UUID | None = None,
) -> OutboxMessage:
    """Have words of no matter sent, such as those to staff, once the caller's transaction is kept; else as ``queue``.

    Raises Destroyed after erasure.
    """
    now = runtime.clock()
    message = OutboxMessage(
        id=new_id(),
        subject_id=subject_id,
        channel=channel_of(wording.to),
        kind=kind,
        language=language,
        sealed=runtime.vault.seal(session, subject_id, PURPOSE, wording.model_dump_json().encode()),
        state=MessageState.QUEUED,
        attempts=0,
        due_at=due_at or now,
        useless_after=useless_after,
        instead_of=instead_of,
        created_at=now,
    )
    session.add(message)
    if kind not in HOLD_A_CODE and stops.stopped(session, runtime.vault, wording.to):
        message.state, message.error = MessageState.FAILED, "stopped"
        session.flush()
        return message
    session.flush()
    jobs.defer(
        session,
        "messages.send",
        run_at=message.due_at if message.due_at > now else None,
        message_id=message.id,
    )
    return message


def read(session: Session, runtime: Runtime, message: OutboxMessage) -> Wording | None:
    """The words of a message; None once they were dropped or their subject erased."""
    if message.sealed is None:
        return None
    try:
        return Wording.model_validate_json(
            runtime.vault.open(session, message.subject_id, PURPOSE, message.sealed)
        )
    except VaultError:
        return None


def send(
    runtime: Runtime, mailer: Mailer, message_id: UUID, texter: Texter | None = None
) -> MessageState | None:
    """Try to send one message; None when there is nothing to do now. No transaction is open meanwhile.

    ``texter`` takes text messages; without one it is what the settings name for the number.
    """
    taken = _take(runtime, message_id)
    if taken is None:
        return None
    message, wording = taken
    failure: MailError | None = None
    reference: str | None = None
    try:
        if message.channel == "sms":
            way = texter or texter_of(runtime.settings, wording.to)
            reference = way.deliver(Sms(message.id.hex, wording.to, wording.body))
        else:
            tag = tag_of(runtime.vault, message.id)
            mailer.deliver(
                compose(runtime.settings, message.id, message.language, wording, runtime.clock(), tag)
            )
    except MailError as error:
        failure = error
    return _settle(runtime, message_id, failure, reference)


def standing(session: Session) -> Standing:
    """How the outbox stands, for staff and operators."""
    held = sa.select(OutboxMessage.state, sa.func.count(), sa.func.min(OutboxMessage.created_at))
    found = {
        state: (count, oldest) for state, count, oldest in session.execute(held.group_by(OutboxMessage.state))
    }
    queued, oldest = found.get(MessageState.QUEUED, (0, None))
    failed, bounced = (
        found.get(state, (0, None))[0] for state in (MessageState.FAILED, MessageState.BOUNCED)
    )
    return Standing(queued, failed, oldest, bounced)


def of_subject(session: Session, subject_id: UUID, limit: int = 200) -> list[OutboxMessage]:
    """A claim's messages, the newest first."""
    newest = sa.select(OutboxMessage).where(OutboxMessage.subject_id == subject_id)
    query = newest.order_by(OutboxMessage.created_at.desc(), OutboxMessage.id.desc()).limit(limit)
    return list(session.scalars(query))


def may_send_again(message: OutboxMessage) -> bool:
    """Whether the message did not arrive and still says something: a code is asked for anew instead."""
    lost = message.state in (MessageState.FAILED, MessageState.BOUNCED)
    return lost and message.kind not in HOLD_A_CODE and message.sealed is not None


def overdue(session: Session, now: datetime, limit: int = 500) -> list[UUID]:
    """Queued messages whose time came some minutes ago and that no job seems to know of."""
    late = (OutboxMessage.state == MessageState.QUEUED, OutboxMessage.due_at < now - SENDING)
    query = sa.select(OutboxMessage.id).where(*late).order_by(OutboxMessage.due_at).limit(limit)
    return list(session.scalars(query))


def unreported(session: Session, now: datetime, limit: int = 100) -> list[str]:
    """References of text messages of the last day whose provider has to be asked how they ended."""
    waiting = (
        OutboxMessage.state == MessageState.SENT,
        OutboxMessage.reference.is_not(None),
        OutboxMessage.reference.not_like("SM%"),  # Twilio reports by itself
        OutboxMessage.sent_at > now - REPORTED_WITHIN,
    )
    query = sa.select(OutboxMessage.reference).where(*waiting).order_by(OutboxMessage.sent_at).limit(limit)
    return [one for one in session.scalars(query) if one]


def ended(session: Session, runtime: Runtime, reference: str, failure: MailRefused | None) -> None:
    """Keep how a text message ended; it is not asked for again."""
    named = sa.select(OutboxMessage).where(OutboxMessage.reference == reference).with_for_update()
    message = session.scalars(named).first()
    if message is None or message.state != MessageState.SENT:
        return
    message.reference = None
    if failure is not None:
        wording = read(session, runtime, message)
        stops.came_back(session, runtime, message, wording.to if wording else "", failure)


def _take(runtime: Runtime, message_id: UUID) -> tuple[OutboxMessage, Wording] | None:
    """Reserve a due message for this worker, with its words."""
    now = runtime.clock()
    with runtime.database.transaction() as session:
        message = session.get(OutboxMessage, message_id, with_for_update=True)
        if message is None or message.state != MessageState.QUEUED or message.due_at > now:
            return None
        wording = read(session, runtime, message)
        if wording is None or (message.useless_after and message.useless_after <= now):
            message.state, message.error = MessageState.FAILED, "erased" if wording is None else "too_late"
            message.sealed = None
            return None
        message.attempts += 1
        message.due_at = now + SENDING
        return message, wording


def _settle(
    runtime: Runtime, message_id: UUID, failure: MailError | None, reference: str | None
) -> MessageState | None:
    with runtime.database.transaction() as session:
        message = session.get(OutboxMessage, message_id, with_for_update=True)
        if message is None or message.state != MessageState.QUEUED:
            return None
        if failure is None:
            message.reference = reference
            _sent(runtime, message)
        elif isinstance(failure, MailRefused):
            wording = read(session, runtime, message)
            stops.came_back(session, runtime, message, wording.to if wording else "", failure)
        else:
            _not_sent(session, message, failure, runtime.clock())
        return MessageState(message.state)


def _sent(runtime: Runtime, message: OutboxMessage) -> None:
    message.state, message.sent_at, message.error = MessageState.SENT, runtime.clock(), None
    if message.kind in HOLD_A_CODE and runtime.settings.production:
        message.sealed = None  # the demo keeps it: its outbox page is where codes are read


def _not_sent(session: Session, message: OutboxMessage, error: MailError, now: datetime) -> None:
    message.error = error.code
    log.warning("message.not_sent", message=str(message.id), kind=message.kind, code=error.code)
    if now - message.created_at > GIVE_UP:
        message.state = MessageState.FAILED
        jobs.defer(session, "messages.undelivered", message_id=message.id)
        return
    message.due_at = now + min(FIRST_PAUSE * 2 ** min(message.attempts - 1, 10), LONGEST_PAUSE)
    jobs.defer(session, "messages.send", run_at=message.due_at, message_id=message.id)

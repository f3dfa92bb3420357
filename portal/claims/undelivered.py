"""What becomes of a message that did not arrive: it is said once more where the claimant can still be reached."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import jobs
from portal.claims import sealed, telling
from portal.claims.models import Claim
from portal.messages import service as messages
from portal.messages import stops
from portal.messages.addresses import channel_of
from portal.messages.models import OutboxMessage
from portal.messages.wording import Wording
from portal.runtime import Runtime

# These belong to the very address that they were sent to.
_BOUND_TO_ADDRESS = frozenset(
    {"recovery-started", "recovery-done", "contact-changed", "party-invited", "not-delivered"}
)


@jobs.job("messages.undelivered", queue="messages")
def undelivered(runtime: Runtime, message_id: str) -> None:
    """Say a lost message by the claimant's other channel. Run twice it finds that done."""
    with runtime.database.transaction() as session:
        message = session.get(OutboxMessage, UUID(message_id), with_for_update=True)
        if message is None or _said_again(session, message):
            return
        claim = session.scalars(sa.select(Claim).where(Claim.subject_id == message.subject_id)).one_or_none()
        wording = messages.read(session, runtime, message)
        if claim is None or claim.erased_at or wording is None:
            return
        say_otherwise(session, runtime, claim, message, wording)


def say_otherwise(
    session: Session, runtime: Runtime, claim: Claim, message: OutboxMessage, wording: Wording
) -> OutboxMessage | None:
    """The same words by another channel of the claimant's, with a note that the first one failed; None without one."""
    particulars = sealed.read(session, runtime.vault, claim)
    contacts = telling.contacts_of(runtime, particulars)
    stopped = stops.stopped_among(session, runtime.vault, contacts)
    others = [one for one in contacts if one != wording.to and one not in stopped]
    if wording.to not in contacts or not others or message.kind in _BOUND_TO_ADDRESS:
        return None
    if wording.to in stopped and not _told_lately(session, claim, others[0]):
        telling.tell(session, runtime, claim, "not-delivered")
    return again(session, runtime, claim, message, wording, to=others[0])


def again(
    session: Session, runtime: Runtime, claim: Claim, message: OutboxMessage, wording: Wording, *, to: str
) -> OutboxMessage:
    """A message's words once more, to an address of the claimant's."""
    values = {
        name: value
        for name, value in wording.values.items()
        if name not in ("site", "claim_number", "phrase")
    }
    return messages.queue(
        session,
        runtime,
        subject_id=claim.subject_id,
        to=to,
        kind=message.kind,
        language=message.language,
        matter=telling.worded_by(runtime, claim, message.kind),
        claim_number=wording.values.get("claim_number", claim.number),
        phrase=wording.values.get("phrase", ""),
        zones=telling.zones(claim, sealed.read(session, runtime.vault, claim)),
        unsubscribe=wording.unsubscribe,
        instead_of=message.id,
        values=values,
    )


def _said_again(session: Session, message: OutboxMessage) -> bool:
    return (
        session.scalar(sa.select(OutboxMessage.id).where(OutboxMessage.instead_of == message.id)) is not None
    )


def _told_lately(session: Session, claim: Claim, to: str) -> bool:
    """Whether this claimant was told already that the address is stopped."""
    told = sa.select(OutboxMessage.id).where(
        OutboxMessage.subject_id == claim.subject_id,
        OutboxMessage.kind == "not-delivered",
        OutboxMessage.channel == channel_of(to),
    )
    return session.scalars(told.limit(1)).first() is not None

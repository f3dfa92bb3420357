"""Messages that came back, and addresses that get no more until they are proved again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from portal import jobs
from portal.database import new_id
from portal.messages.addresses import target_of
from portal.messages.failures import MailRefused
from portal.messages.models import HOLD_A_CODE, MessageState, OutboxMessage, StoppedAddress
from portal.runtime import Runtime
from portal.vault import Vault

log = structlog.get_logger()


def came_back(session: Session, runtime: Runtime, message: OutboxMessage, to: str, why: MailRefused) -> None:
    """Mark a message that did not arrive, stop its address if that is at fault, and have the person told otherwise.

    Told twice of the same message, it changes nothing.
    """
    now = runtime.clock()
    if message.state == MessageState.BOUNCED:
        return
    message.state, message.bounced_at = MessageState.BOUNCED, now
    message.error = (why.status or why.code)[:32]
    log.warning("message.bounced", message=str(message.id), kind=message.kind, code=message.error)
    if why.address and to:
        stop(session, runtime.vault, to, message, now)
    if message.kind in HOLD_A_CODE:
        message.sealed = None if runtime.settings.production else message.sealed
    else:
        jobs.defer(session, "messages.undelivered", message_id=message.id)


def stop(session: Session, vault: Vault, to: str, message: OutboxMessage, now: datetime) -> None:
    """Send nothing but codes to an address from now on."""
    target = target_of(vault, to)
    held = session.scalars(sa.select(StoppedAddress).where(StoppedAddress.target == target)).one_or_none()
    if held is None:
        held = StoppedAddress(id=new_id(), target=target)
        session.add(held)
    held.message_id, held.reason, held.stopped_at = message.id, message.error or "", now
    session.flush()


def proved(session: Session, vault: Vault, to: str) -> None:
    """Somebody entered a code that arrived there: messages go there again."""
    session.execute(sa.delete(StoppedAddress).where(StoppedAddress.target == target_of(vault, to)))


def stopped(session: Session, vault: Vault, to: str) -> bool:
    """Whether messages came back from the address and nobody has proved it since."""
    return bool(stopped_among(session, vault, [to]))


def stopped_among(session: Session, vault: Vault, addresses: Iterable[str]) -> set[str]:
    """Those of the addresses that are stopped."""
    targets = {target_of(vault, to): to for to in addresses if to}
    if not targets:
        return set()
    held = sa.select(StoppedAddress.target).where(StoppedAddress.target.in_(targets))
    return {targets[target] for target in session.scalars(held)}

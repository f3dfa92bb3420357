"""How crowded it is: when a code is simply sent, when a browser is asked to work for it, when none is sent at all.

Junk must not keep anybody out. So a crowd, of one block of addresses or in all, is never a reason to refuse: it only
makes each code cost some work (``work``) or waiting (``waiting``). What is refused is more codes to one mailbox or
phone than its owner could want.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.errors import PortalError
from portal.identity.models import Code
from portal.messages.sms import sends_sms
from portal.settings import Settings

HEAVIEST = 6  # each step doubles the work: the sixth costs thirty-two times the first
TARGET_TIMES = 6  # networks together may have this many times what one may have sent to a contact
_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)


class TooManyCodes(PortalError):
    """So many codes were asked for, for this contact, that no more are sent to it for a while."""


class TooManyTexts(TooManyCodes):
    """No text message goes out: an operator's purse is shut for the hour, or none are set up. E-mail still goes."""


@dataclass(frozen=True)
class Asking:
    """Who asks, as blind indexes; ``target`` is empty before a contact was typed, ``block`` where none is counted."""

    target: bytes = b""
    block: bytes = b""


def weight(session: Session, settings: Settings, asking: Asking, now: datetime) -> int:
    """How heavy the work for the next code is, from 0 (none) to HEAVIEST. Raises TooManyCodes."""
    found = max(
        _steps(_of_all(session, now), settings.codes_per_minute),
        _steps(_of_block(session, asking.block, now), settings.codes_per_block_hour) if asking.block else 0,
        _for_target(session, settings, asking, now) if asking.target else 0,
    )
    return min(found, HEAVIEST)


def check_texts(session: Session, settings: Settings, now: datetime) -> None:
    """Raise TooManyTexts where none are set up, or the hour's are used up: each costs money, whoever asked for it."""
    if not sends_sms(settings):
        raise TooManyTexts("none are set up")
    sent = sa.select(sa.func.count()).where(Code.kind == "phone", Code.created_at > now - _HOUR)
    if (session.scalar(sent) or 0) >= settings.sms_codes_per_hour:
        raise TooManyTexts("in total")


def _for_target(session: Session, settings: Settings, asking: Asking, now: datetime) -> int:
    """From elsewhere the owner must still get in after a stranger used up what one network may ask for."""
    free = settings.codes_per_email_hour
    sent = sa.select(Code.block).where(Code.target == asking.target, Code.created_at > now - _HOUR)
    blocks = list(session.scalars(sent))
    if blocks.count(asking.block or None) >= free or len(blocks) >= TARGET_TIMES * free:
        raise TooManyCodes("for this contact")
    return _steps(len(blocks), free)


def _of_block(session: Session, block: bytes, now: datetime) -> int:
    counted = sa.select(sa.func.count()).where(Code.block == block, Code.created_at > now - _HOUR)
    return session.scalar(counted) or 0


def _of_all(session: Session, now: datetime) -> int:
    return session.scalar(sa.select(sa.func.count()).where(Code.created_at > now - _MINUTE)) or 0


def _steps(count: int, free: int) -> int:
    """0 below what is free, 1 from there on, one more at each doubling."""
    return (count // free).bit_length()

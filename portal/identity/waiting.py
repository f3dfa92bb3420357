"""The slow lane: who cannot or does not want to run a script for a code waits for it instead.

A ticket says when the waiting began. How long it must be stands in no ticket: it is judged when the ticket is handed
in, and doubles with every score of waits that the same block of addresses used within the hour.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import Session

from portal.errors import PortalError
from portal.identity.models import SpentPass
from portal.runtime import Runtime

WAIT = timedelta(seconds=20)
AT_ONE_WAIT = 20  # waits of one block within an hour before the next ones take twice as long
LONGEST_WAIT = timedelta(minutes=20)
LIFE = timedelta(minutes=45)
_HOUR = timedelta(hours=1)


class TicketRefused(PortalError):
    """The ticket is forged, too old or of another browser."""


class TooEarly(PortalError):
    """The wait is not over; ``left`` is what is left of it."""

    def __init__(self, left: timedelta) -> None:
        super().__init__("the wait is not over")
        self.left = left


def ticket(runtime: Runtime, browser: str, now: datetime) -> str:
    """A ticket for one browser, whose waiting begins now."""
    return _signer(runtime).dumps([_browser(browser), now.timestamp(), secrets.token_hex(8)])


def check(session: Session, runtime: Runtime, given: str, browser: str, block: bytes, now: datetime) -> bytes:
    """What names the ticket, to be spent once. Raises TicketRefused, TooEarly."""
    try:
        whose, began, _nonce = _signer(runtime).loads(given[:400])
        waited = now - datetime.fromtimestamp(began, now.tzinfo)
    except (BadData, ValueError, TypeError, OverflowError) as error:
        raise TicketRefused("unreadable") from error
    if whose != _browser(browser) or waited > LIFE:
        raise TicketRefused("of another browser, or too old")
    if waited < (due := wait(session, block, now)):
        raise TooEarly(due - waited)
    return hashlib.sha256(given.encode()).digest()


def wait(session: Session, block: bytes, now: datetime) -> timedelta:
    """How long the next wait in this block of addresses must be."""
    used = sa.select(sa.func.count()).where(
        SpentPass.kind == "wait", SpentPass.block == (block or None), SpentPass.spent_at > now - _HOUR
    )
    doublings = min((session.scalar(used) or 0) // AT_ONE_WAIT, 10) if block else 0
    return min(WAIT * 2**doublings, LONGEST_WAIT)


def _signer(runtime: Runtime) -> URLSafeSerializer:
    return URLSafeSerializer(runtime.vault.keyring.derive("waiting for a code"), salt="wait")


def _browser(token: str) -> str:
    return hashlib.sha256(f"wait {token}".encode()).hexdigest()[:32]

"""Page numbers of productions: one continuous range for each, never given out twice, written down before any page is.

A Bates number is a prefix and so many figures; it names one page of one production for good. The same pages produced
again (to another recipient, or after a passphrase was lost) keep their numbers; anything else gets fresh ones.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.batches.errors import BatchError
from portal.batches.handing_models import BatesRange
from portal.database import new_id

_LOCK = 0x62617465  # one range at a time on PostgreSQL; SQLite has one writer anyway


class BatesOverflow(BatchError):
    """The production has more pages than numbers are left under its prefix."""

    def __init__(self, prefix: str, wanted: int, left: int) -> None:
        super().__init__(
            f"{wanted:,} pages are to be numbered, but only {left:,} numbers are left after {prefix}"
        )
        self.wanted, self.left = wanted, left


class NothingToNumber(BatchError):
    """The production has no page."""


@dataclass(frozen=True)
class Numbering:
    """How a range's numbers are written."""

    prefix: str
    digits: int
    first: int
    last: int

    def number(self, page: int) -> str:
        """The number of the production's page, counted from 0. Raises IndexError beyond the range."""
        if not 0 <= page <= self.last - self.first:
            raise IndexError(f"page {page} is beyond the range that was taken")
        return f"{self.prefix}{self.first + page:0{self.digits}}"


def take(
    session: Session,
    *,
    matter: str,
    party: str,
    prefix: str,
    digits: int,
    pages: int,
    batch_id: uuid.UUID,
    volume_id: uuid.UUID,
    content_sha256: str,
    now: datetime,
) -> Numbering:
    """The range of these pages: the one that the same content of the batch has already, or the next free numbers.

    Raises BatesOverflow and NothingToNumber, and then nothing is taken.
    """
    if pages < 1:
        raise NothingToNumber("there is no page to number")
    _one_at_a_time(session)
    same = sa.select(BatesRange).where(
        BatesRange.batch_id == batch_id, BatesRange.content_sha256 == content_sha256
    )
    if (known := session.scalars(same).one_or_none()) is not None:
        return Numbering(known.prefix, digits, known.first, known.last)
    last = session.scalar(sa.select(sa.func.max(BatesRange.last)).where(BatesRange.prefix == prefix)) or 0
    left = 10**digits - 1 - last
    if pages > left:
        raise BatesOverflow(prefix, pages, left)
    session.add(
        BatesRange(
            id=new_id(),
            matter_slug=matter,
            party=party,
            prefix=prefix,
            first=last + 1,
            last=last + pages,
            batch_id=batch_id,
            volume_id=volume_id,
            content_sha256=content_sha256,
            created_at=now,
        )
    )
    session.flush()
    audit.record(
        session,
        now=now,
        actor=audit.SYSTEM,
        action="bates.taken",
        batch=str(batch_id),
        volume=str(volume_id),
        prefix=prefix,
        first=last + 1,
        last=last + pages,
    )
    return Numbering(prefix, digits, last + 1, last + pages)


def _one_at_a_time(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})

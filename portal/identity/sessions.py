"""The claimant's session: opened by a proof, found by a cookie, ended by a row."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.database import new_id
from portal.identity.models import ClaimantSession
from portal.settings import Settings

SEEN_EVERY = timedelta(minutes=1)  # how exactly idling is measured; a write for each page would be a waste


@dataclass(frozen=True)
class Proved:
    """The contact that a session was opened by, as a blind index, and when it was proved."""

    kind: str
    contact: bytes
    at: datetime


def open_session(
    session: Session,
    settings: Settings,
    claim_id: UUID,
    now: datetime,
    *,
    party: str = "",
    proved: Proved | None = None,
) -> str:
    """A fresh session of a claim; answers the token, which is kept nowhere but in the cookie.

    ``party`` is the representative who comes in; empty for the claimant. ``proved`` is what opened it.
    """
    token = secrets.token_urlsafe(32)
    ends_at = now + timedelta(hours=settings.session_hours)
    session.add(
        ClaimantSession(
            id=new_id(),
            claim_id=claim_id,
            party=party,
            contact_kind=proved.kind if proved else "",
            contact=proved.contact if proved else None,
            proved_at=proved.at if proved else None,
            token_hash=_hash(token),
            created_at=now,
            seen_at=now,
            ends_at=ends_at,
        )
    )
    session.flush()
    return token


def find(session: Session, token: str) -> ClaimantSession | None:
    """The session of a token, live or ended."""
    return session.scalars(
        sa.select(ClaimantSession).where(ClaimantSession.token_hash == _hash(token))
    ).one_or_none()


def take(session: Session, session_id: UUID) -> ClaimantSession | None:
    """The session, locked, so that two presses of a button that both want to end it wait for each other."""
    return session.get(ClaimantSession, session_id, with_for_update=True)


def live(found: ClaimantSession, settings: Settings, now: datetime) -> bool:
    """Whether the session was not ended, has not idled too long and has not reached its end."""
    idle = timedelta(minutes=settings.claimant_idle_minutes)
    return found.ended_at is None and now < found.ends_at and now - found.seen_at < idle


def touch(session: Session, session_id: UUID, now: datetime) -> None:
    """Note that the session is in use."""
    session.execute(sa.update(ClaimantSession).where(ClaimantSession.id == session_id).values(seen_at=now))


def end(session: Session, token: str, now: datetime) -> None:
    """Sign out: the cookie is worth nothing from now on, in any copy."""
    found = find(session, token)
    if found is not None and found.ended_at is None:
        found.ended_at = now


def end_all(session: Session, claim_id: UUID, now: datetime) -> None:
    """Sign a claim out everywhere."""
    open_ones = sa.update(ClaimantSession).where(
        ClaimantSession.claim_id == claim_id, ClaimantSession.ended_at.is_(None)
    )
    session.execute(open_ones.values(ended_at=now))


def end_party(session: Session, claim_id: UUID, party: str, now: datetime) -> None:
    """Sign one representative of a claim out everywhere."""
    open_ones = sa.update(ClaimantSession).where(
        ClaimantSession.claim_id == claim_id,
        ClaimantSession.party == party,
        ClaimantSession.ended_at.is_(None),
    )
    session.execute(open_ones.values(ended_at=now))


def purge(session: Session, now: datetime) -> None:
    """Forget sessions a day after their end: until then a form sent too late is still known as its owner's."""
    session.execute(sa.delete(ClaimantSession).where(ClaimantSession.ends_at < now - timedelta(days=1)))


def _hash(token: str) -> bytes:
    # 256 random bits need no slow hash.
    return hashlib.sha256(token.encode()).digest()

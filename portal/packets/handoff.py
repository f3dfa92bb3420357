"""The phone hand-off: a one-time address by which a phone draws the signature that a desktop hands in.

The address is the secret. Nobody signs in by it and it opens nothing of the claim but its number and the titles of the
documents; what it takes, strokes, waits sealed until the signed-in desktop hands it in. It is bound to the claim and to
what the desktop showed: when either changes, it is worth nothing.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from portal.claims.act import Strokes
from portal.claims.models import Claim
from portal.database import new_id
from portal.errors import PortalError
from portal.packets import shown
from portal.packets.models import Handoff
from portal.packets.reading import ToRead
from portal.runtime import Runtime

LIFE = timedelta(minutes=10)  # of the address
KEPT = timedelta(hours=1)  # how long drawn strokes wait for the desktop, from when the address was made
FORGOTTEN = timedelta(days=1)  # after its end a row tells nobody anything any more
TOKEN_BYTES = 16  # 128 random bits
LONGEST_TOKEN = 64  # characters; what is longer was never ours
_PURPOSE = "handoff"
_STROKES: TypeAdapter[Strokes] = TypeAdapter(Strokes)


class Ended(StrEnum):
    """Why an address does nothing more."""

    UNKNOWN = "unknown"
    EXPIRED = "expired"
    USED = "used"
    ELSEWHERE = "elsewhere"
    CHANGED = "changed"


class Refused(PortalError):
    """The address does nothing more, for the reason that it names."""

    def __init__(self, why: Ended) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Drawn:
    """What a phone drew, with the class of the phone."""

    strokes: Strokes
    device: str
    at: datetime


def shown_in(entries: Iterable[ToRead], jurisdiction: str, seat: str = "") -> str:
    """What a hand-off is bound to: the documents of a jurisdiction that are to be signed, as shown, and by whom.

    Nothing, where they are not all read: then there is nothing to sign yet.
    """
    own = [entry for entry in entries if entry.jurisdiction == jurisdiction]
    if not own or not all(entry.done for entry in own):
        return ""
    by = {"seat": seat} if seat else {}  # no document has this id: a document's stands for its text
    return shown.digest({entry.document.id: entry.shown for entry in own} | by)


def begin(
    session: Session,
    runtime: Runtime,
    claim: Claim,
    jurisdiction: str,
    shown_now: str,
    language: str,
    now: datetime,
) -> tuple[Handoff, str]:
    """A fresh address with its secret part, which is kept nowhere. An earlier one for the same ends."""
    for earlier in _waiting(session, claim, jurisdiction):
        if earlier.shown == shown_now:
            _end(earlier, now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    handoff = Handoff(
        id=new_id(),
        claim_id=claim.id,
        jurisdiction=jurisdiction,
        token_digest=_digest(runtime, token),
        shown=shown_now,
        language=language,
        created_at=now,
        expires_at=now + LIFE,
    )
    session.add(handoff)
    session.flush()
    return handoff, token


def find(session: Session, runtime: Runtime, token: str, *, to_change: bool = False) -> Handoff:
    """The hand-off of an address. Raises Refused(UNKNOWN) for an address that was never given."""
    query = sa.select(Handoff).where(Handoff.token_digest == _digest(runtime, token[:LONGEST_TOKEN]))
    found = session.scalars(query.with_for_update() if to_change else query).one_or_none()
    if found is None:
        raise Refused(Ended.UNKNOWN)
    return found


def check(handoff: Handoff, shown_now: str, opened_here: UUID | None, now: datetime) -> None:
    """Raise Refused unless this browser may go on with it. ``opened_here`` is the hand-off that it opened, if any."""
    if handoff.drawn_at is not None:
        raise Refused(Ended.USED)
    if handoff.expires_at <= now or handoff.used_at is not None:
        raise Refused(Ended.EXPIRED)
    if handoff.opened_at is not None and opened_here != handoff.id:
        raise Refused(Ended.ELSEWHERE)
    if not shown_now or handoff.shown != shown_now:
        raise Refused(Ended.CHANGED)


def open_here(handoff: Handoff, now: datetime) -> None:
    """Bind the checked address to the browser that opens it first."""
    handoff.opened_at = handoff.opened_at or now


def draw(
    session: Session,
    runtime: Runtime,
    handoff: Handoff,
    claim: Claim,
    strokes: Strokes,
    device: str,
    now: datetime,
) -> None:
    """Keep what the phone drew, sealed; the address is spent."""
    plain = json.dumps(strokes).encode()
    handoff.strokes = runtime.vault.seal(session, claim.subject_id, f"{_PURPOSE}:{handoff.id}", plain)
    handoff.device, handoff.drawn_at = device[:64], now
    session.flush()


def newest(
    session: Session, claim: Claim, jurisdiction: str, shown_now: str, now: datetime
) -> Handoff | None:
    """The hand-off that the desktop follows: the newest that can still become a signature of what is shown now."""
    query = (
        sa.select(Handoff)
        .where(
            Handoff.claim_id == claim.id,
            Handoff.jurisdiction == jurisdiction,
            Handoff.shown == shown_now,
        )
        .order_by(Handoff.created_at.desc(), Handoff.id.desc())
        .limit(1)
    )
    found = session.scalars(query).one_or_none()
    if found is None or found.used_at is not None:
        return None
    alive = found.created_at + KEPT > now if found.drawn_at else found.expires_at > now
    return found if alive else None


def drawn(session: Session, runtime: Runtime, claim: Claim, handoff: Handoff | None) -> Drawn | None:
    """What the phone drew, opened; None while it has not."""
    if handoff is None or handoff.strokes is None or handoff.drawn_at is None:
        return None
    plain = runtime.vault.open(session, claim.subject_id, f"{_PURPOSE}:{handoff.id}", handoff.strokes)
    return Drawn(_STROKES.validate_json(plain), handoff.device, handoff.drawn_at)


def use(session: Session, claim: Claim, now: datetime, shown_now: str) -> None:
    """This was signed: no address for it does anything more, and no strokes are kept beside the act."""
    query = sa.select(Handoff).where(Handoff.claim_id == claim.id, Handoff.shown == shown_now)
    for handoff in session.scalars(query):
        _end(handoff, now)


def purge(session: Session, now: datetime) -> int:
    """Delete the rows a day after they ended; how many."""
    ended = sa.delete(Handoff).where(Handoff.expires_at < now - FORGOTTEN)
    return len(session.scalars(ended.returning(Handoff.id)).all())


def _waiting(session: Session, claim: Claim, jurisdiction: str) -> Iterable[Handoff]:
    query = sa.select(Handoff).where(
        Handoff.claim_id == claim.id, Handoff.jurisdiction == jurisdiction, Handoff.used_at.is_(None)
    )
    return session.scalars(query)


def _end(handoff: Handoff, now: datetime) -> None:
    handoff.strokes = None
    handoff.used_at = handoff.used_at or now
    handoff.expires_at = min(handoff.expires_at, now)


def _digest(runtime: Runtime, token: str) -> bytes:
    return runtime.vault.index("handoff", token)

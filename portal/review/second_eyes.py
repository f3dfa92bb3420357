"""Decisions that a second person has to confirm, where the matter asks for it (review.toml, ``[second_eyes]``)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import Actor
from portal.claims import flags
from portal.claims.flags import Flag
from portal.claims.models import Decision, Engagement
from portal.database import new_id
from portal.errors import PortalError
from portal.review.models import SecondLook
from portal.review.verdicts import Verdict, as_json
from portal.runtime import Runtime


class SamePerson(PortalError):
    """Whoever decided cannot be the second pair of eyes."""


class NothingWaits(PortalError):
    """No decision waits for a second person, or no longer."""


class WaitsForSecond(PortalError):
    """Another decision of this engagement waits for a second person."""


@dataclass(frozen=True)
class Waiting:
    """A decision that waits: by whom, when, and what."""

    verdict: Verdict
    proposed_by: UUID
    proposed_at: datetime


@dataclass(frozen=True)
class SentBack:
    """The last decision that a second person sent back, and why."""

    by: UUID
    at: datetime
    note: str


def needed(session: Session, runtime: Runtime, engagement: Engagement, verdict: Verdict) -> bool:
    """Whether the matter asks for a second person on this verdict."""
    rules = runtime.matters.current().matter.review.second_eyes
    touched = [*verdict.accepted, *verdict.declined]
    return rules.asks(
        verdict.decisions,
        _outcomes(session, engagement),
        {flag.value for flag in flags.flags_of(session, engagement)},
        touched,
    )


def propose(
    session: Session, runtime: Runtime, engagement: Engagement, verdict: Verdict, *, by: Actor, now: datetime
) -> None:
    """Keep a verdict until a second person looks at it. Raises WaitsForSecond."""
    check_none_waits(session, engagement)
    look = SecondLook(id=new_id(), engagement_id=engagement.id, proposed_by=_person(by), proposed_at=now)
    plain = json.dumps(as_json(verdict)).encode()
    look.verdict = runtime.vault.seal(session, engagement.claim.subject_id, _purpose(look.id), plain)
    session.add(look)
    flags.raise_flag(session, engagement, Flag.SECOND_EYES, now)
    _record(session, engagement, "claim.second_look_asked", by, now, decisions=sorted(verdict.decisions))


def waiting(session: Session, runtime: Runtime, engagement: Engagement) -> Waiting | None:
    """The decision that waits for a second person."""
    look = _open(session, engagement)
    return (
        None
        if look is None
        else Waiting(_verdict(session, runtime, engagement, look), look.proposed_by, look.proposed_at)
    )


def confirm(
    session: Session, runtime: Runtime, engagement: Engagement, *, by: Actor, now: datetime
) -> Waiting:
    """A second person agrees; answers what is to be carried out. Raises SamePerson or NothingWaits."""
    look = _waiting_row(session, engagement)
    if look.proposed_by == by.id:
        raise SamePerson("another person has to confirm")
    _settle(session, engagement, look, True, by, now)
    _record(session, engagement, "claim.second_look_confirmed", by, now, proposed_by=str(look.proposed_by))
    return Waiting(_verdict(session, runtime, engagement, look), look.proposed_by, look.proposed_at)


def send_back(
    session: Session, runtime: Runtime, engagement: Engagement, note: str, *, by: Actor, now: datetime
) -> None:
    """A second person does not agree, or whoever decided takes it back. Raises NothingWaits."""
    look = _waiting_row(session, engagement)
    subject = engagement.claim.subject_id
    look.note = runtime.vault.seal(session, subject, f"{_purpose(look.id)} note", note.encode())
    _settle(session, engagement, look, False, by, now)
    _record(session, engagement, "claim.second_look_sent_back", by, now, proposed_by=str(look.proposed_by))


def drop(session: Session, engagement: Engagement, *, by: Actor, now: datetime) -> None:
    """Something else happened to the engagement, such as a question to the claimant: nothing waits any more."""
    if look := _open(session, engagement):
        _settle(session, engagement, look, False, by, now)


def check_none_waits(session: Session, engagement: Engagement) -> None:
    """Raise WaitsForSecond where a decision waits for a second person."""
    if _open(session, engagement) is not None:
        raise WaitsForSecond("a decision waits for a second person")


def last_sent_back(session: Session, runtime: Runtime, engagement: Engagement) -> SentBack | None:
    """What the newest second look said, where it was sent back with a note and nothing was decided since."""
    query = sa.select(SecondLook).where(SecondLook.engagement_id == engagement.id)
    newest = session.scalars(
        query.order_by(SecondLook.proposed_at.desc(), SecondLook.id.desc()).limit(1)
    ).first()
    if newest is None or newest.confirmed is not False or newest.note is None:
        return None
    if (
        newest.settled_at is None
        or newest.settled_by is None
        or engagement.state_changed_at > newest.settled_at
    ):
        return None
    purpose = f"{_purpose(newest.id)} note"
    note = runtime.vault.open(session, engagement.claim.subject_id, purpose, newest.note).decode()
    return SentBack(newest.settled_by, newest.settled_at, note)


def _outcomes(session: Session, engagement: Engagement) -> set[str]:
    """What the rules decided of the engagement's tracks, the newest decision of each."""
    query = sa.select(Decision).where(Decision.claim_id == engagement.claim_id).order_by(Decision.decided_at)
    newest = {row.track: row.outcome for row in session.scalars(query)}
    return {newest[track] for track in engagement.tracks if track in newest}


def _settle(
    session: Session, engagement: Engagement, look: SecondLook, confirmed: bool, by: Actor, now: datetime
) -> None:
    look.confirmed, look.settled_by, look.settled_at = confirmed, by.id, now
    flags.lower_flag(session, engagement, Flag.SECOND_EYES)


def _waiting_row(session: Session, engagement: Engagement) -> SecondLook:
    look = _open(session, engagement)
    if look is None:
        raise NothingWaits("no decision waits")
    return look


def _open(session: Session, engagement: Engagement) -> SecondLook | None:
    query = sa.select(SecondLook).where(
        SecondLook.engagement_id == engagement.id, SecondLook.settled_at.is_(None)
    )
    return session.scalars(query).one_or_none()


def _verdict(session: Session, runtime: Runtime, engagement: Engagement, look: SecondLook) -> Verdict:
    plain = runtime.vault.open(session, engagement.claim.subject_id, _purpose(look.id), look.verdict)
    return Verdict(json.loads(plain))


def _record(
    session: Session, engagement: Engagement, action: str, by: Actor, now: datetime, **detail: object
) -> None:
    audit.record(
        session, now=now, actor=by, action=action, subject=engagement.claim_id,
        jurisdiction=engagement.jurisdiction, **detail,
    )  # fmt: skip


def _person(by: Actor) -> UUID:
    if by.id is None:
        raise ValueError("somebody has to answer for a decision")
    return by.id


def _purpose(look_id: UUID) -> str:
    return f"second look {look_id}"

"""What was decided of each track of an engagement; the engagement's state says how it stands as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.claims.models import Engagement
from portal.claims.states import ClaimState
from portal.database import new_id
from portal.review.models import TrackDecision
from portal.runtime import Runtime
from portal.web.language import HOME_ZONES

_DECIDED = frozenset({ClaimState.ACCEPTED, ClaimState.DECLINED, ClaimState.FILED})


@dataclass(frozen=True)
class Verdict:
    """For each track of an engagement the reason why it is declined; an empty one: it is accepted."""

    tracks: Mapping[str, str]

    @classmethod
    def accepting(cls, engagement: Engagement) -> Verdict:
        """Every track is accepted."""
        return cls(dict.fromkeys(engagement.tracks, ""))

    @classmethod
    def declining(cls, engagement: Engagement, reason: str) -> Verdict:
        """Every track is declined for one reason."""
        return cls(dict.fromkeys(engagement.tracks, reason))

    @property
    def accepted(self) -> list[str]:
        """The tracks that are accepted."""
        return [track for track, reason in self.tracks.items() if not reason]

    @property
    def declined(self) -> list[str]:
        """The tracks that are declined."""
        return [track for track, reason in self.tracks.items() if reason]

    @property
    def decisions(self) -> set[str]:
        """What it does: accept, decline or both."""
        return {name for name, found in (("accept", self.accepted), ("decline", self.declined)) if found}

    @property
    def reason(self) -> str:
        """The reasons together, each once."""
        return "\n\n".join(dict.fromkeys(reason for reason in self.tracks.values() if reason))


@dataclass(frozen=True)
class Shown:
    """A track's decision opened; ``may_ask``: the claimant can still ask for another look."""

    track: str
    accepted: bool
    reason: str
    again_until: date | None
    decided_by: UUID
    decided_at: datetime
    may_ask: bool


def keep(
    session: Session, runtime: Runtime, engagement: Engagement, verdict: Verdict, *, by: UUID, now: datetime
) -> date:
    """Put a verdict in the place of what was decided before; until when the claimant can ask for another look."""
    void(session, engagement, now)
    days = runtime.matters.current().matter.review.asking_again.days
    until = today(engagement, now) + timedelta(days=days)
    for track, reason in verdict.tracks.items():
        row = TrackDecision(
            id=new_id(), engagement_id=engagement.id, track=track, accepted=not reason, decided_by=by,
            decided_at=now, again_until=until if reason else None,
        )  # fmt: skip
        if reason:
            row.reason = runtime.vault.seal(
                session, engagement.claim.subject_id, _purpose(row.id), reason.encode()
            )
        session.add(row)
    session.flush()
    return until


def void(session: Session, engagement: Engagement, now: datetime) -> None:
    """The engagement is looked at again: what was decided of its tracks counts no longer."""
    standing = sa.update(TrackDecision).where(
        TrackDecision.engagement_id == engagement.id, TrackDecision.void_at.is_(None)
    )
    session.execute(standing.values(void_at=now))


def accepted_tracks(session: Session, engagement: Engagement) -> list[str]:
    """The tracks on which counsel took an accepted engagement; none of one that is not accepted or filed.

    All of its tracks where it was accepted before tracks were decided one by one.
    """
    if engagement.state not in (ClaimState.ACCEPTED, ClaimState.FILED):
        return []
    declined = {row.track for row in _standing(session, engagement) if not row.accepted}
    return [track for track in engagement.tracks if track not in declined]


def shown(session: Session, runtime: Runtime, engagement: Engagement, now: datetime) -> list[Shown]:
    """What was decided of each track, in the order of the tracks; nothing unless the engagement stands decided."""
    if engagement.state not in _DECIDED:
        return []
    rows = {row.track: row for row in _standing(session, engagement)}
    day = today(engagement, now)
    return [
        _shown(session, runtime, engagement, rows[track], day) for track in engagement.tracks if track in rows
    ]


def today(engagement: Engagement, now: datetime) -> date:
    """The day where counsel sit."""
    return now.astimezone(HOME_ZONES[engagement.jurisdiction]).date()


def as_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict as it is sealed while it waits for a second person."""
    return dict(verdict.tracks)


def _shown(
    session: Session, runtime: Runtime, engagement: Engagement, row: TrackDecision, day: date
) -> Shown:
    reason = ""
    if row.reason is not None:
        subject = engagement.claim.subject_id
        reason = runtime.vault.open(session, subject, _purpose(row.id), row.reason).decode()
    return Shown(
        row.track, row.accepted, reason, row.again_until, row.decided_by, row.decided_at,
        may_ask=row.again_until is not None and day <= row.again_until,
    )  # fmt: skip


def _standing(session: Session, engagement: Engagement) -> Sequence[TrackDecision]:
    query = sa.select(TrackDecision).where(
        TrackDecision.engagement_id == engagement.id, TrackDecision.void_at.is_(None)
    )
    return session.scalars(query).all()


def _purpose(row_id: UUID) -> str:
    return f"track decision {row_id}"

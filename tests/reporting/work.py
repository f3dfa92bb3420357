"""Claims that went a stretch of their way, each move with its audit event, as numbers are counted from."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from portal.audit import SYSTEM
from portal.claims import service as claims
from portal.claims.models import Decision, Engagement
from portal.claims.states import ClaimState
from portal.database import new_id
from portal.runtime import Runtime
from tests.batches.claims import an_accepted_claim


def a_worked_claim(
    runtime: Runtime,
    *moves: tuple[ClaimState, datetime],
    begun: datetime,
    jurisdiction: str = "kr",
    residence: str = "KR",
    origin: str = "",
    due_on: date | None = None,
    reasons: tuple[str, ...] = (),
) -> Engagement:
    """A claim begun at a moment and moved from state to state at others."""
    track = f"{jurisdiction}-consumer"
    with runtime.database.transaction() as session:
        engagement = an_accepted_claim(
            session, runtime, jurisdiction=jurisdiction, tracks=(track,), state=ClaimState.DRAFT, packet=None
        )
        claim = engagement.claim
        claim.created_at, claim.residence, claim.origin = begun, residence, origin
        claim.submitted_at = engagement.submitted_at = moves[0][1] if moves else None
        engagement.state_changed_at, engagement.due_on, engagement.outcome = begun, due_on, "eligible"
        for state, moment in moves:
            claims.move(session, engagement, state, actor=SYSTEM, now=moment)
        if reasons:
            session.add(
                Decision(
                    id=new_id(), claim_id=claim.id, track=track, outcome="eligible", reasons=list(reasons),
                    matter_version_id=claim.matter_version_id, decided_at=begun,
                )
            )  # fmt: skip
        return engagement


def signed(runtime: Runtime, *, at: datetime, **more: object) -> Engagement:
    """A claim begun an hour before it was signed."""
    given = {"begun": at - timedelta(hours=1), **more}
    return a_worked_claim(runtime, (ClaimState.SUBMITTED, at), **given)  # type: ignore[arg-type]

"""What the claim's page shows: the tasks of a draft, or how a signed claim stands with each law firm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.claims import reaching, sealed, sections, service, steps
from portal.claims.models import Claim, Engagement
from portal.claims.states import MOVES, ClaimState
from portal.matters.matter import Matter
from portal.matters.model import Counsel, Track
from portal.runtime import Runtime

# Where the claimant has something to do; such a firm stands first on the page.
CLAIMANTS_TURN = frozenset({ClaimState.DRAFT, ClaimState.INFORMATION_REQUESTED})


@dataclass(frozen=True)
class Task:
    """One step in the list of tasks."""

    name: str
    stage: int
    done: bool
    optional: bool


@dataclass(frozen=True)
class Standing:
    """How a claim stands with counsel of one jurisdiction."""

    jurisdiction: str
    firm: Counsel
    tracks: tuple[Track, ...]
    state: ClaimState
    since: datetime
    note: str
    packets: Sequence[Any]
    unsigned: Sequence[Any] = ()
    paper: Sequence[Any] = ()

    @property
    def signed(self) -> bool:
        """Whether the claimant has signed for this jurisdiction."""
        return self.state is not ClaimState.DRAFT

    @property
    def can_withdraw(self) -> bool:
        """Whether there is something to withdraw from."""
        return self.signed and ClaimState.WITHDRAWN in MOVES[self.state]


@dataclass(frozen=True)
class Overview:
    """Everything on the claim's page."""

    tasks: tuple[Task, ...]
    first_missing: str | None
    standings: tuple[Standing, ...]
    files: Sequence[Any]
    may_amend: bool
    amended: bool
    reaching: reaching.Reaching

    @property
    def unsigned(self) -> bool:
        """Whether a change has to be signed again."""
        return any(standing.unsigned for standing in self.standings)

    @property
    def begun(self) -> bool:
        """Whether any step is done."""
        return any(task.done for task in self.tasks)


def read(session: Session, runtime: Runtime, claim: Claim) -> Overview:
    """Gather it. A signed claim is shown under the version it was signed under, a draft under the present one."""
    particulars = sealed.read(session, runtime.vault, claim)
    current = runtime.matters.current().matter
    matter = current if claim.draft else runtime.matters.by_id(claim.matter_version_id).matter
    packets, unsigned = sections.lines(session, claim, "packets"), sections.lines(session, claim, "unsigned")
    paper = sections.lines(session, claim, "paper")
    standings = [
        _standing(session, runtime, matter, one, packets, unsigned, paper) for one in claim.engagements
    ]
    return Overview(
        tasks=tuple(
            Task(step.name, step.stage, step.done(matter, claim, particulars), step.optional)
            for step in steps.steps_of(matter, claim)
        ),
        first_missing=steps.first_missing(matter, claim, particulars),
        standings=tuple(sorted(standings, key=lambda standing: standing.state not in CLAIMANTS_TURN)),
        files=sections.lines(session, claim, "files"),
        may_amend=not claim.draft and service.may_amend(claim),
        amended=claim.amendment is not None,
        reaching=reaching.read(session, runtime, claim, particulars),
    )


def _standing(
    session: Session,
    runtime: Runtime,
    matter: Matter,
    engagement: Engagement,
    packets: Sequence[Any],
    unsigned: Sequence[Any],
    paper: Sequence[Any],
) -> Standing:
    return Standing(
        jurisdiction=engagement.jurisdiction,
        firm=matter.counsel(engagement.jurisdiction),
        tracks=tuple(track for track in matter.tracks if track.id in engagement.tracks),
        state=engagement.state,
        since=engagement.state_changed_at,
        note=sealed.read_note(session, runtime.vault, engagement),
        packets=[line for line in packets if line.jurisdiction == engagement.jurisdiction],
        unsigned=[line for line in unsigned if line.jurisdiction == engagement.jurisdiction],
        paper=[line for line in paper if line.jurisdiction == engagement.jurisdiction],
    )

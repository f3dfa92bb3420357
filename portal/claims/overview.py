"""What the claim's page shows: the tasks of a draft, or how a signed claim stands with each law firm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.claims import diary as diaries
from portal.claims import history, reaching, sealed, sections, service, steps
from portal.claims.history import Line
from portal.claims.models import Claim, Engagement
from portal.claims.states import MOVES, ClaimState
from portal.matters.matter import Matter
from portal.matters.model import Counsel, Track
from portal.runtime import Runtime
from portal.web.calendars import Due, due

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
    letters: Any = None
    decided: Sequence[Any] = ()
    due: Due | None = None

    @property
    def signed(self) -> bool:
        """Whether the claimant has signed for this jurisdiction."""
        return self.state is not ClaimState.DRAFT

    @property
    def can_withdraw(self) -> bool:
        """Whether there is something to withdraw from."""
        return self.signed and ClaimState.WITHDRAWN in MOVES[self.state]

    @property
    def turn(self) -> str:
        """Who has to do something next: you, us (the portal makes documents), counsel, court or nobody."""
        if self.state in CLAIMANTS_TURN or self.unsigned or any(not line.checking for line in self.paper):
            return "you"
        made = any(packet.url for packet in self.packets if packet.kind == "engagement")
        if self.state is ClaimState.SUBMITTED and not made:
            return "us"
        return {ClaimState.FILED: "court", ClaimState.DECLINED: "nobody", ClaimState.WITHDRAWN: "nobody"}.get(
            self.state, "counsel"
        )

    @property
    def countersigned(self) -> Any:
        """The packet that counsel has signed as well, if there is one: from then on they represent the claimant."""
        return next((packet for packet in self.packets if packet.countersigned_at), None)


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
    history: Sequence[Line] = ()
    diary: diaries.Totals | None = None
    corrections: Sequence[Any] = ()

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
    brought = {
        name: sections.lines(session, claim, name)
        for name in ("packets", "unsigned", "paper", "letters", "decided")
    }
    standings = [_standing(session, runtime, matter, one, brought) for one in claim.engagements]
    return Overview(
        tasks=tuple(
            Task(step.name, step.stage, step.done(matter, claim, particulars), step.optional)
            for step in steps.steps_of(matter, claim)
        ),
        first_missing=steps.first_missing(matter, claim, particulars),
        standings=tuple(sorted(standings, key=lambda standing: standing.turn != "you")),
        files=sections.lines(session, claim, "files"),
        may_amend=not claim.draft and service.may_amend(claim),
        amended=claim.amendment is not None,
        reaching=reaching.read(session, runtime, claim, particulars),
        history=() if claim.draft else history.of(session, matter, claim),
        diary=diaries.totals(sealed.read_latest(session, runtime.vault, claim).diary),
        corrections=sections.lines(session, claim, "corrections"),
    )


def _standing(
    session: Session,
    runtime: Runtime,
    matter: Matter,
    engagement: Engagement,
    brought: Mapping[str, Sequence[Any]],
) -> Standing:
    here = engagement.jurisdiction
    mine = {name: [line for line in lines if line.jurisdiction == here] for name, lines in brought.items()}
    asked = engagement.state is ClaimState.INFORMATION_REQUESTED and engagement.due_on
    return Standing(
        jurisdiction=here,
        firm=matter.counsel(here),
        tracks=tuple(track for track in matter.tracks if track.id in engagement.tracks),
        state=engagement.state,
        since=engagement.state_changed_at,
        note=sealed.read_note(session, runtime.vault, engagement),
        packets=mine["packets"],
        unsigned=mine["unsigned"],
        paper=mine["paper"],
        letters=next(iter(mine["letters"]), None),
        decided=mine["decided"],
        due=due(engagement.due_on, here, runtime.clock()) if asked and engagement.due_on else None,
    )

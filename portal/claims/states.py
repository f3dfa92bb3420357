"""The life of an engagement: one claim with counsel of one jurisdiction."""

from enum import StrEnum

from portal.errors import PortalError


class ClaimState(StrEnum):
    """Where an engagement stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    INFORMATION_REQUESTED = "information_requested"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    FILED = "filed"


class MoveRefused(PortalError):
    """A change of state that the table of moves does not allow, such as accepting a withdrawn claim."""

    def __init__(self, here: ClaimState, there: ClaimState) -> None:
        super().__init__(f"a claim that is {here} cannot become {there}")
        self.here, self.there = here, there


S = ClaimState
# The one table of moves. Declined can be looked at again: the person may ask. What was handed over in a batch is filed
# even where its claimant changed something since and counsel look at it again. Filed ends only by withdrawal, which
# the court's rules govern from then on.
MOVES: dict[ClaimState, frozenset[ClaimState]] = {
    S.DRAFT: frozenset({S.SUBMITTED, S.WITHDRAWN}),
    S.SUBMITTED: frozenset({S.IN_REVIEW, S.INFORMATION_REQUESTED, S.ACCEPTED, S.DECLINED, S.WITHDRAWN}),
    S.IN_REVIEW: frozenset({S.INFORMATION_REQUESTED, S.ACCEPTED, S.DECLINED, S.WITHDRAWN, S.FILED}),
    S.INFORMATION_REQUESTED: frozenset({S.IN_REVIEW, S.ACCEPTED, S.DECLINED, S.WITHDRAWN, S.FILED}),
    S.ACCEPTED: frozenset({S.IN_REVIEW, S.DECLINED, S.WITHDRAWN, S.FILED}),
    S.DECLINED: frozenset({S.IN_REVIEW, S.WITHDRAWN}),
    S.WITHDRAWN: frozenset(),
    S.FILED: frozenset({S.WITHDRAWN}),
}
OPEN = frozenset({S.SUBMITTED, S.IN_REVIEW, S.INFORMATION_REQUESTED})
# What was signed can be changed and signed again until it is filed; from then on counsel must ask the court.
AMENDABLE = OPEN | {S.ACCEPTED}


def check_move(here: ClaimState, there: ClaimState) -> None:
    """Raise MoveRefused unless the table allows the move."""
    if there not in MOVES[here]:
        raise MoveRefused(here, there)

"""What erasing means for an engagement as it stands: what is destroyed, what has to be kept, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from portal.claims.models import Engagement
from portal.claims.states import ClaimState
from portal.matters.matter import Matter
from portal.matters.model import Counsel, KeptByLaw
from portal.web.language import HOME_ZONES

# How an engagement stands towards erasure.
AT_ONCE, AFTER_WITHDRAWAL, WAITING, COURT_RECORD = "at-once", "after-withdrawal", "waiting", "court-record"


@dataclass(frozen=True)
class Limit:
    """For one firm: ``kind`` says which case it is, ``until`` the day until which its papers are kept as a rule.

    ``years`` is how long they are kept after the case has ended, for what a court has.
    """

    jurisdiction: str
    firm: Counsel
    kind: str
    until: date | None
    years: int
    laws: tuple[KeptByLaw, ...]


def of(matter: Matter, engagement: Engagement) -> Limit:
    """The case of an engagement under the matter's rules of keeping."""
    kept = matter.toml.retention
    since = engagement.state_changed_at.astimezone(HOME_ZONES[engagement.jurisdiction]).date()
    kind, until = {
        ClaimState.DRAFT: (AT_ONCE, None),
        ClaimState.WITHDRAWN: (WAITING, since + timedelta(days=kept.withdrawn_days)),
        ClaimState.DECLINED: (WAITING, since + timedelta(days=kept.declined_days)),
        ClaimState.FILED: (COURT_RECORD, None),
    }.get(engagement.state, (AFTER_WITHDRAWAL, None))
    return Limit(
        jurisdiction=engagement.jurisdiction,
        firm=matter.counsel(engagement.jurisdiction),
        kind=kind,
        until=until,
        years=kept.closed_years,
        laws=tuple(law for law in kept.laws if law.jurisdiction == engagement.jurisdiction),
    )

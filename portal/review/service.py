"""What staff do with an engagement. Each act moves its state, is audited, and tells the claimant."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal import audit
from portal.audit import Actor
from portal.claims import sealed
from portal.claims import service as claims
from portal.claims.models import Engagement
from portal.claims.states import ClaimState, check_move
from portal.claims.telling import ask_for, tell_of
from portal.correspondence import service as letters
from portal.errors import PortalError
from portal.review import second_eyes, verdicts
from portal.review.verdicts import Verdict
from portal.runtime import Runtime
from portal.web import Staff
from portal.web.language import HOME_ZONES, day


def actor_of(staff: Staff) -> Actor:
    """The staff member as an actor in the audit chain."""
    return Actor("staff", staff.id)


class ConflictUnchecked(PortalError):
    """The matter has conflicts of interest checked before counsel accepts, and this one is not clear or waived."""

    def __init__(self, found: str) -> None:
        super().__init__("the conflict check is open" if found else "no conflict check was made")
        self.found = found


def accept(session: Session, runtime: Runtime, engagement: Engagement, *, by: Staff, now: datetime) -> bool:
    """Counsel takes the engagement on with all its tracks; what ``decide`` answers and raises."""
    return decide(session, runtime, engagement, Verdict.accepting(engagement), by=by, now=now)


def decide(
    session: Session, runtime: Runtime, engagement: Engagement, verdict: Verdict, *, by: Staff, now: datetime
) -> bool:
    """Accept some tracks, decline others with their reasons, and tell the claimant once.

    False where the matter has a second person look first: then nothing is decided yet and nobody is told.
    Raises MoveRefused, ConflictUnchecked, and WaitsForSecond where another decision waits already.
    """
    second_eyes.check_none_waits(session, engagement)
    _check(runtime, engagement, verdict)
    if second_eyes.needed(session, runtime, engagement, verdict):
        second_eyes.propose(session, runtime, engagement, verdict, by=actor_of(by), now=now)
        return False
    _carry_out(session, runtime, engagement, verdict, actor_of(by), by.id, now)
    return True


def confirm(session: Session, runtime: Runtime, engagement: Engagement, *, by: Staff, now: datetime) -> None:
    """A second person confirms what waits, and it is carried out. Raises SamePerson, NothingWaits, and what ``decide``
    raises."""
    waited = second_eyes.confirm(session, runtime, engagement, by=actor_of(by), now=now)
    _check(runtime, engagement, waited.verdict)
    _carry_out(session, runtime, engagement, waited.verdict, actor_of(by), waited.proposed_by, now)


def check_conflicts(runtime: Runtime, engagement: Engagement) -> None:
    """Raise ConflictUnchecked unless counsel may accept as far as conflicts of interest go."""
    rules = runtime.matters.current().matter.review.conflicts
    if rules.required and engagement.conflict not in ("clear", "waived"):
        raise ConflictUnchecked(engagement.conflict)


def _check(runtime: Runtime, engagement: Engagement, verdict: Verdict) -> None:
    check_move(engagement.state, _state_after(verdict))
    if verdict.accepted:
        check_conflicts(runtime, engagement)


def _state_after(verdict: Verdict) -> ClaimState:
    return ClaimState.ACCEPTED if verdict.accepted else ClaimState.DECLINED


def _carry_out(
    session: Session, runtime: Runtime, engagement: Engagement, verdict: Verdict, actor: Actor, decided_by: UUID,
    now: datetime,
) -> None:  # fmt: skip
    in_part = {"declined": verdict.declined} if verdict.accepted and verdict.declined else {}
    claims.move(session, engagement, _state_after(verdict), actor=actor, now=now, **in_part)
    until = day(
        verdicts.keep(session, runtime, engagement, verdict, by=decided_by, now=now),
        engagement.claim.language,
    )
    if verdict.declined:
        sealed.write_note(session, runtime.vault, engagement, verdict.reason)
    on = _today(engagement, now)
    if not verdict.declined:
        tell_of(session, runtime, engagement, "accepted", date=on)
    else:
        kind = "decided-in-part" if verdict.accepted else "declined"
        tell_of(session, runtime, engagement, kind, date=on, until=until)


def ask(
    session: Session,
    runtime: Runtime,
    engagement: Engagement,
    text: str,
    until: date,
    *,
    by: Staff,
    now: datetime,
) -> None:
    """Ask the claimant for something by a day. Raises MoveRefused."""
    claims.move(
        session,
        engagement,
        ClaimState.INFORMATION_REQUESTED,
        actor=actor_of(by),
        now=now,
        until=until.isoformat(),
    )
    second_eyes.drop(session, engagement, by=actor_of(by), now=now)
    engagement.due_on = until
    letters.keep_request(session, runtime, engagement, text, by=actor_of(by), now=now)
    ask_for(session, runtime, engagement, text, until)


def decline(
    session: Session, runtime: Runtime, engagement: Engagement, text: str, *, by: Staff, now: datetime
) -> bool:
    """Do not take the engagement on, saying why; what ``decide`` answers and raises."""
    return decide(session, runtime, engagement, Verdict.declining(engagement, text), by=by, now=now)


def reopen(session: Session, engagement: Engagement, *, by: Staff, now: datetime) -> None:
    """Look at a decided engagement again; nobody is told before something comes of it. Raises MoveRefused."""
    claims.move(session, engagement, ClaimState.IN_REVIEW, actor=actor_of(by), now=now)
    verdicts.void(session, engagement, now)


def note_read(
    session: Session, engagement: Engagement, *, by: Staff, now: datetime, part: str, **detail: object
) -> None:
    """Audit that somebody opened a claim's page or a file of it."""
    audit.record(
        session,
        now=now,
        actor=actor_of(by),
        action="claim.read",
        subject=engagement.claim_id,
        jurisdiction=engagement.jurisdiction,
        part=part,
        **detail,
    )


def note_download(
    session: Session, engagement: Engagement, *, by: Staff, now: datetime, part: str, reason: str
) -> None:
    """Audit a download with the reason given for it; the reason is the staff member's own words about their work."""
    audit.record(
        session,
        now=now,
        actor=actor_of(by),
        action="claim.downloaded",
        subject=engagement.claim_id,
        jurisdiction=engagement.jurisdiction,
        part=part,
        reason=reason,
    )


def _today(engagement: Engagement, now: datetime) -> str:
    """The day of an act where counsel sit, as the claimant writes dates."""
    return day(now.astimezone(HOME_ZONES[engagement.jurisdiction]), engagement.claim.language)

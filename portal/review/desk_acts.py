"""What staff do with engagements from the queue, one by one or many: whether it can be done, and doing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from portal.claims import access
from portal.claims.models import Engagement
from portal.claims.states import MOVES, ClaimState, MoveRefused
from portal.review import assigning, second_eyes, service
from portal.review.desk_models import DeskAct
from portal.runtime import Runtime
from portal.staff import service as accounts
from portal.staff.models import StaffMember
from portal.vault import VaultError
from portal.web import Staff

RIGHTS = {
    "accept": "claims.decide",
    "decline": "claims.decide",
    "ask": "claims.ask",
    "assign": "claims.assign",
}
LEADS_TO = {
    "accept": ClaimState.ACCEPTED,
    "decline": ClaimState.DECLINED,
    "ask": ClaimState.INFORMATION_REQUESTED,
}


@dataclass(frozen=True)
class Act:
    """An act with what it needs: words to the claimant in each language, a day to answer by, or a colleague."""

    name: str
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    until: date | None = None
    to: UUID | None = None


def obstacle(session: Session, runtime: Runtime, engagement: Engagement, act: Act, by: Staff) -> str:
    """Why the act cannot be done now, as a code of ``failure_word``; empty when it can."""
    if not by.may(RIGHTS[act.name], engagement.jurisdiction):
        return "right"
    if engagement.claim.erased_at is not None:
        return "erased"
    if act.name == "assign":
        return "same" if engagement.assignee_id == act.to else ""
    if LEADS_TO[act.name] not in MOVES[engagement.state]:
        return "state"
    if is_held(session, engagement):
        return "held"
    try:
        if act.name in ("accept", "decline"):
            second_eyes.check_none_waits(session, engagement)
        if act.name == "accept":
            service.check_conflicts(runtime, engagement)
    except (second_eyes.WaitsForSecond, service.ConflictUnchecked) as error:
        return _code(error)
    return ""


def perform(
    session: Session, runtime: Runtime, engagement_id: UUID, act: Act, *, by: Staff, now: datetime
) -> str:
    """Do it. Answers the code of why it could not be done; empty when it was. A failure leaves nothing half done."""
    try:
        with session.begin_nested():
            doing = by.doing(RIGHTS[act.name])
            engagement = access.seen_engagement(session, doing, engagement_id, to_change=True)
            _do(session, runtime, engagement, act, doing, now)
    except (
        NotFound,
        MoveRefused,
        assigning.NotAColleague,
        second_eyes.WaitsForSecond,
        service.ConflictUnchecked,
        VaultError,
    ) as error:
        return _code(error)
    return ""


def _do(
    session: Session, runtime: Runtime, engagement: Engagement, act: Act, by: Staff, now: datetime
) -> None:
    language = engagement.claim.language
    match act.name:
        case "accept":
            service.accept(session, runtime, engagement, by=by, now=now)
        case "decline":
            service.decline(session, runtime, engagement, act.texts[language], by=by, now=now)
        case "ask":
            assert act.until, "a question has a day to answer by"
            service.ask(session, runtime, engagement, act.texts[language], act.until, by=by, now=now)
        case "assign":
            assigning.assign(session, engagement, act.to, by=by, now=now)


def is_held(session: Session, engagement: Engagement) -> bool:
    """Whether something done with it from the queue waits for its moment."""
    waits = sa.select(DeskAct.id).where(DeskAct.engagement_id == engagement.id, DeskAct.state == "held")
    return session.scalar(waits.limit(1)) is not None


def person_of(session: Session, runtime: Runtime, staff_id: UUID, now: datetime) -> Staff | None:
    """A member of staff with the rights of now, for work in the background; None when the account is closed."""
    member = session.get(StaffMember, staff_id)
    if member is None or member.disabled_at is not None:
        return None
    return Staff(
        id=member.id,
        name=accounts.person(session, runtime.vault, member).name,
        roles=frozenset(member.roles),
        language=member.language,
        session_id=member.id,
        proved_at=now,
    )


def failure_word(code: str) -> str:
    """Why something could not be done."""
    return {
        "right": _("You may not do this with claims of this office."),
        "erased": _("The claim was erased."),
        "same": _("It is assigned so already."),
        "state": _("In its present status this cannot be done."),
        "held": _("Something else was done with it a moment ago."),
        "second": _("Another decision waits for a second person."),
        "conflict": _("The conflict check is not clear."),
        "colleague": _("The person does not work in this office."),
        "gone": _("The claim is no longer there for you."),
        "unreadable": _("The claim's sealed details cannot be opened."),
    }.get(code, _("It could not be done (%(code)s).", code=code))


def _code(error: Exception) -> str:
    codes: dict[type[Exception], str] = {
        NotFound: "gone",
        MoveRefused: "state",
        assigning.NotAColleague: "colleague",
        second_eyes.WaitsForSecond: "second",
        service.ConflictUnchecked: "conflict",
    }
    return next((code for kind, code in codes.items() if isinstance(error, kind)), "unreadable")

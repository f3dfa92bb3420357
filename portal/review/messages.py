"""What was said to claimants, for staff: whether it arrived, and once more what did not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal import audit
from portal.claims import access, sealed, telling, undelivered
from portal.claims.models import Claim, Engagement
from portal.messages import service as messages
from portal.messages import stops, words
from portal.messages.addresses import masked
from portal.messages.models import MessageState, OutboxMessage
from portal.review import service
from portal.review.forms import AcceptForm
from portal.web import allow, runtime, staff

LISTED = 200
LATELY = timedelta(days=90)
blueprint = Blueprint("messages_desk", __name__, url_prefix="/staff")


@dataclass(frozen=True)
class Line:
    """One message on a page."""

    id: UUID
    what: str
    channel: str
    to: str
    at: datetime
    state: str
    state_kind: str
    why: str
    may_send_again: bool
    said_again: bool
    number: str = ""
    engagement_id: UUID | None = None


@blueprint.get("/messages")
@allow.staff("messages.read")
def index() -> str:
    """What did not reach the claimants of one's offices in the last ninety days, the newest first."""
    opened = runtime()
    with opened.database.reading() as session:
        seen = access.engagements_seen_by(staff()).with_only_columns(Engagement.claim_id)
        lost = (
            sa.select(OutboxMessage, Claim)
            .join(Claim, Claim.subject_id == OutboxMessage.subject_id)
            .where(
                Claim.id.in_(seen),
                Claim.erased_at.is_(None),
                OutboxMessage.state.in_((MessageState.FAILED, MessageState.BOUNCED)),
                OutboxMessage.kind != "code",
                OutboxMessage.created_at > opened.clock() - LATELY,
            )
            .order_by(OutboxMessage.created_at.desc(), OutboxMessage.id.desc())
            .limit(LISTED)
        )
        found = session.execute(lost).all()
        again = _said_again(session, [message.id for message, _claim in found])
        lines = [_line(session, message, again, claim=claim) for message, claim in found]
        standing = messages.standing(session)
    return render_template("review/messages_lost.html", lines=lines, outbox=standing)


@blueprint.get("/claims/<uuid:engagement_id>/messages")
@allow.staff("messages.read")
def of_claim(engagement_id: UUID) -> str:
    """Every message about one claim; looking is audited."""
    opened = runtime()
    with opened.database.transaction() as session:
        engagement = access.seen_engagement(session, staff(), engagement_id)
        rows = messages.of_subject(session, engagement.claim.subject_id)
        again = _said_again(session, [row.id for row in rows])
        lines = [_line(session, row, again) for row in rows]
        contacts = telling.contacts_of(opened, sealed.read(session, opened.vault, engagement.claim))
        stopped = [masked(one) for one in contacts if stops.stopped(session, opened.vault, one)]
        service.note_read(session, engagement, by=staff(), now=opened.clock(), part="messages")
    return render_template("review/messages.html", engagement=engagement, lines=lines, stopped=stopped)


@blueprint.post("/claims/<uuid:engagement_id>/messages/<uuid:message_id>/again")
@allow.staff("letters.write")
def send_again(engagement_id: UUID, message_id: UUID) -> Response:
    """Say a lost message once more, where the claimant can be reached now."""
    if not AcceptForm().validate():
        abort(400)
    opened = runtime()
    with opened.database.transaction() as session:
        engagement = access.seen_engagement(session, staff(), engagement_id)
        message = session.get(OutboxMessage, message_id, with_for_update=True)
        if message is None or message.subject_id != engagement.claim.subject_id:
            abort(404)
        sent = _send_again(session, engagement, message)
    if sent is None:
        flash(_("This message cannot be sent again."), "bad")
    elif sent.error == "stopped":
        flash(_("There is no address that the claimant can be reached at. Call them."), "bad")
    else:
        flash(_("The message is being sent again."), "good")
    return redirect(url_for("messages_desk.of_claim", engagement_id=engagement_id), 303)


def _send_again(session: Session, engagement: Engagement, message: OutboxMessage) -> OutboxMessage | None:
    opened, claim = runtime(), engagement.claim
    wording = messages.read(session, opened, message)
    if wording is None or not messages.may_send_again(message) or _said_again(session, [message.id]):
        return None
    particulars = sealed.read(session, opened.vault, claim)
    known = telling.contacts_of(opened, particulars)
    to = telling.reachable_at(session, opened, particulars) if wording.to in known else wording.to
    audit.record(
        session,
        now=opened.clock(),
        actor=service.actor_of(staff()),
        action="message.sent_again",
        subject=claim.id,
        jurisdiction=engagement.jurisdiction,
        kind=message.kind,
    )
    return undelivered.again(session, opened, claim, message, wording, to=to)


def _line(
    session: Session,
    message: OutboxMessage,
    again: set[UUID],
    claim: Claim | None = None,
) -> Line:
    wording = messages.read(session, runtime(), message)
    own = [one for one in claim.engagements if one.jurisdiction in staff().jurisdictions] if claim else []
    return Line(
        id=message.id,
        what=words.kind_word(message.kind),
        channel=_("Text message") if message.channel == "sms" else _("E-mail"),
        to=masked(wording.to) if wording else "–",
        at=message.sent_at or message.created_at,
        state=words.state_word(message.state),
        state_kind=words.state_kind(message.state),
        why=words.reason_word(message),
        may_send_again=messages.may_send_again(message) and message.id not in again,
        said_again=message.id in again,
        number=claim.number if claim else "",
        engagement_id=own[0].id if own else None,
    )


def _said_again(session: Session, ids: list[UUID]) -> set[UUID]:
    """Those that were said once more."""
    query = sa.select(OutboxMessage.instead_of).where(OutboxMessage.instead_of.in_(ids))
    return {one for one in session.scalars(query) if one is not None}

"""Staff pages on letters: those that wait for an answer, answering on the claim's page, files enclosed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.claims import access
from portal.correspondence import enclosures
from portal.correspondence import service as letters
from portal.correspondence.forms import ReplyForm
from portal.correspondence.views import REFUSED, uploads_of, why
from portal.evidence.inspect import MediaType
from portal.review import service
from portal.review.screen import claim_page
from portal.review.views import served
from portal.web import allow, runtime, staff
from portal.web.bodies import takes_files

blueprint = Blueprint("letters_desk", __name__, url_prefix="/staff")


@dataclass(frozen=True)
class Waiting:
    """A claim with letters that nobody has answered; whose it is stands on its page."""

    engagement_id: UUID
    number: str
    state: str
    since: datetime
    letters: int


@blueprint.get("/letters")
@allow.staff("letters.read")
def index() -> str:
    """Claims with letters that wait for an answer, the longest waiting first."""
    with runtime().database.reading() as session:
        found = letters.waiting(session, access.engagements_seen_by(staff()))
        rows = [
            Waiting(one.id, one.claim.number, str(one.state), since, count) for one, since, count in found
        ]
    return render_template("review/letters.html", rows=rows)


@blueprint.post("/claims/<uuid:engagement_id>/letters")
@allow.staff("letters.write")
@takes_files
def reply(engagement_id: UUID) -> AnyResponse | str:
    """Write to the claimant; what waited for an answer waits no longer."""
    form, opened = ReplyForm(), runtime()
    if not form.validate():
        return claim_page(engagement_id, letter=form)
    now, by = opened.clock(), service.actor_of(staff())
    with opened.database.reading() as session:
        engagement = access.seen_engagement(session, staff(), engagement_id)
    try:
        taken = enclosures.take(opened, engagement, uploads_of(request.files.getlist(form.files.name)), now)
        with opened.database.transaction() as session:
            engagement = access.seen_engagement(session, staff(), engagement_id, to_change=True)
            letters.reply(session, opened, engagement, form.text.data or "", taken, by=by, now=now)
        flash(_("Sent. The claimant is told that a letter is there."), "good")
    except REFUSED as refused:
        form.files.errors = [why(refused)]
        return claim_page(engagement_id, letter=form)
    except letters.Closed:
        flash(_("The claim has changed meanwhile, so this can no longer be done."), "bad")
    return redirect(url_for("review.claim", engagement_id=engagement_id) + "#letters", 303)


@blueprint.post("/claims/<uuid:engagement_id>/letters/settle")
@allow.staff("letters.write")
def settle(engagement_id: UUID) -> AnyResponse:
    """Note that what the claimant wrote needs no answer."""
    opened = runtime()
    with opened.database.transaction() as session:
        engagement = access.seen_engagement(session, staff(), engagement_id, to_change=True)
        letters.settle(session, engagement, now=opened.clock(), by=service.actor_of(staff()))
    return redirect(url_for("review.claim", engagement_id=engagement_id) + "#letters", 303)


@blueprint.get("/claims/<uuid:engagement_id>/letters/<uuid:enclosure_id>")
@allow.staff("letters.read")
def enclosed(engagement_id: UUID, enclosure_id: UUID) -> Response:
    """The harmless copy of a file that a claimant enclosed; looking at it is audited."""
    opened = runtime()
    with opened.database.transaction() as session:
        engagement = access.seen_engagement(session, staff(), engagement_id)
        found = enclosures.enclosure_of(session, [engagement], enclosure_id) or abort(404)
        subject = engagement.claim.subject_id
        content = enclosures.open_part(session, opened, subject, found, "harmless")
        service.note_read(session, engagement, by=staff(), now=opened.clock(), part="enclosure")
    media_type = MediaType(found.media_type)
    name = f"enclosure-{found.number}{media_type.extension}"
    return served(content, media_type.value, name, inline=media_type is not MediaType.PDF)

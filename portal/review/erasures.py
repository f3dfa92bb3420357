"""Staff pages on requests for erasure: both answers, the reason, and the second factor before anything is destroyed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import StringField, TextAreaField
from wtforms.validators import Length, Optional, ValidationError

from portal.claims import access
from portal.review import service
from portal.staff import proof
from portal.takeout import erasing, limits
from portal.takeout.limits import Limit
from portal.web import allow, runtime, staff
from portal.web.language import HOME_ZONES
from portal.web.limits import limiter

blueprint = Blueprint("erasures", __name__, url_prefix="/staff/erasures")


class DecideForm(FlaskForm):
    """One of both answers; a refusal says why, an erasure needs the second factor."""

    reason = TextAreaField(
        __("Why it must be kept, as the claimant will read it"), validators=[Length(max=2000)]
    )
    code = StringField(__("Code from your authenticator app"), validators=[Optional(), Length(max=16)])

    @property
    def grants(self) -> bool:
        """Whether the claim is to be erased."""
        return request.form.get("act") == "grant"

    def validate_reason(self, field: TextAreaField) -> None:
        """A refusal needs its reason in law."""
        if not self.grants and len((field.data or "").strip()) < 10:
            raise ValidationError(_("Give the reason, with the law that asks for keeping it."))


@dataclass(frozen=True)
class Row:
    """A request as the list shows it."""

    engagement_id: UUID
    number: str
    state: str
    requested_at: datetime
    answer_by: date
    late: bool


@blueprint.get("")
@allow.staff("erasures.decide")
def index() -> str:
    """Requests that the office has to decide, the oldest first."""
    opened = runtime()
    with opened.database.reading() as session:
        found = erasing.open_requests(session, access.engagements_seen_by(staff()))
        rows = [
            Row(
                one.engagement.id,
                one.number,
                str(one.engagement.state),
                one.request.requested_at,
                one.answer_by,
                opened.clock().astimezone(HOME_ZONES["kr"]).date() > one.answer_by,
            )
            for one in found
        ]
    return render_template("review/erasures.html", rows=rows)


@blueprint.route("/<uuid:engagement_id>", methods=["GET", "POST"])
@allow.staff("erasures.decide")
@limiter.limit("30 per minute", methods=["POST"])
def decide(engagement_id: UUID) -> AnyResponse | str | tuple[str, int]:
    """One request, with what the law says about keeping, and both answers."""
    form, opened = DecideForm(), runtime()
    if request.method == "GET" or not form.validate():
        return _page(engagement_id, form), (200 if request.method == "GET" else 422)
    with opened.database.transaction() as session:
        engagement = access.seen_engagement(session, staff(), engagement_id, to_change=True)
        asked = erasing.open_request_of(session, engagement)
        if asked is None:
            flash(_("The claim has changed meanwhile, so this can no longer be done."), "bad")
            return redirect(url_for("erasures.index"), 303)
        by, now = service.actor_of(staff()), opened.clock()
        if form.grants and not proof.require(session, opened.vault, staff(), form.code.data or "", now):
            form.code.errors = [_("This code is not right, or it was used before.")]
        elif form.grants:
            gone = erasing.grant(session, opened, asked, by=by, now=now)
        else:
            erasing.refuse(session, opened, asked, (form.reason.data or "").strip(), by=by, now=now)
    if form.errors:
        return _page(engagement_id, form), 422
    if not form.grants:
        flash(_("Refused. The claimant is told to read your reason."), "good")
    elif gone:
        flash(_("The claim was erased. The claimant is told."), "good")
    else:
        flash(_("Noted. The claim is erased when the other office agrees as well."), "good")
    return redirect(url_for("erasures.index"), 303)


def _page(engagement_id: UUID, form: DecideForm) -> str:
    opened = runtime()
    with opened.database.transaction() as session:
        engagement = access.seen_engagement(session, staff(), engagement_id)
        asked = erasing.open_request_of(session, engagement) or abort(404)
        limit: Limit = limits.of(opened.matters.current().matter, engagement)
    return render_template(
        "review/erasure.html",
        form=form,
        asked=asked,
        limit=limit,
        fresh=proof.is_fresh(staff(), opened.clock()),
    )

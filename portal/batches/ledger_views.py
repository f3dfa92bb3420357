"""The ledger's page: what was handed to whom, what has to be called back, and both as CSV."""

from __future__ import annotations

import io
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response as AnyResponse

from portal import audit
from portal.batches import ledger, recalls
from portal.batches.forms import AgainForm, RecallForm
from portal.batches.ledger_models import Production, RecallNotice
from portal.batches.register import Column, Kind, Sheet, write_csv
from portal.review.service import actor_of
from portal.web import allow, runtime, staff
from portal.web.language import HOME_ZONES

blueprint = Blueprint("ledger", __name__)


@blueprint.get("/staff/ledger")
@allow.staff("ledger.read")
def index() -> str:
    """Productions, newest first, and notices that somebody has to confirm."""
    return _page()


@blueprint.get("/staff/ledger.csv")
@allow.staff("ledger.read")
def as_csv() -> Response:
    """The same productions as a table."""
    opened, member = runtime(), staff()
    with opened.database.transaction() as session:
        found = ledger.productions_of(session, member.jurisdictions)
        audit.record(
            session,
            now=opened.clock(),
            actor=actor_of(member),
            action="ledger.downloaded",
            productions=len(found),
        )
        heads = (
            _("Production"),
            _("Batch"),
            _("What for"),
            _("Recipient"),
            _("Purpose"),
            _("Claims"),
            _("Range"),
        )
        last = (_("Handed over on"), _("Approved on"), _("In place of production"), "SHA-256", _("Hash"))
        columns = [Column(head, Kind.INTEGER if head == heads[5] else Kind.TEXT) for head in (*heads, *last)]
        out = io.BytesIO()
        write_csv(out, Sheet(_("Ledger of productions"), columns), (_row(one) for one in found))
    answer = Response(out.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="ledger.csv"'
    return answer


@blueprint.post("/staff/ledger/recalls/<uuid:notice_id>/sent")
@allow.staff("batches.file")
def sent(notice_id: UUID) -> AnyResponse:
    """Note that the office told the recipient."""
    if not AgainForm().validate():
        raise BadRequest
    opened = runtime()
    with opened.database.transaction() as session:
        notice = recalls.seen(session, staff().jurisdictions, notice_id)
        if notice is None:
            raise NotFound
        recalls.note_sent(session, notice, actor=actor_of(staff()), now=opened.clock())
    flash(_("Noted that the recipient was told."), "good")
    return redirect(url_for("ledger.index"), 303)


@blueprint.post("/staff/ledger/recalls/<uuid:notice_id>/acknowledged")
@allow.staff("batches.file")
def acknowledged(notice_id: UUID) -> str | AnyResponse:
    """Note how the recipient confirmed it."""
    form, opened = RecallForm(), runtime()
    with opened.database.transaction() as session:
        notice = recalls.seen(session, staff().jurisdictions, notice_id)
        if notice is None:
            raise NotFound
        if form.validate():
            recalls.acknowledge(session, notice, form.note.data, actor=actor_of(staff()), now=opened.clock())
    if form.errors:
        return _page(form=form, form_of=notice_id)
    flash(_("Noted that the recipient confirmed it."), "good")
    return redirect(url_for("ledger.index"), 303)


def _page(form: RecallForm | None = None, form_of: UUID | None = None) -> str:
    with runtime().database.reading() as session:
        productions = ledger.productions_of(session, staff().jurisdictions)
        notices: list[tuple[RecallNotice, Production]] = recalls.notices_of(session, staff().jurisdictions)
    return render_template(
        "batches/ledger.html",
        productions=productions,
        notices=notices,
        form=form or RecallForm(formdata=None),
        form_of=form_of,
    )


def _row(one: Production) -> tuple[str | int | None, ...]:
    zone = HOME_ZONES[one.jurisdiction]
    moments = [f"{at.astimezone(zone):%Y-%m-%d %H:%M}" for at in (one.produced_at, one.approved_at)]
    facts = (
        str(one.number),
        one.batch_number,
        one.profile,
        one.recipient,
        one.purpose,
        one.claims,
        one.range,
    )
    return (*facts, *moments, str(one.replaces or ""), one.manifest_sha256, one.hash)

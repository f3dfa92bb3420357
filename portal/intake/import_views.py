"""Staff's pages of imported lists: what became of each, and the invitations to its people."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal.intake import access, inviting
from portal.intake.forms import InviteForm
from portal.intake.views import actor
from portal.staff.proof import proved
from portal.web import allow, runtime, staff

blueprint = Blueprint("imports", __name__, url_prefix="/staff/imports")


@blueprint.get("")
@allow.staff("intake.import")
def index() -> str:
    """Every list of which somebody takes part with one's office."""
    with runtime().database.reading() as session:
        found = session.scalars(access.runs_seen_by(staff())).all()
    runs = [one for one in found if set(one.jurisdictions) & set(staff().jurisdictions)]
    return render_template("intake/imports.html", runs=runs)


@blueprint.get("/<uuid:run_id>")
@allow.staff("intake.import")
def run(run_id: UUID) -> str:
    """How far the people of one list have come, and the form to invite them."""
    return _page(run_id, InviteForm(formdata=None))


@blueprint.post("/<uuid:run_id>")
@allow.staff("intake.import")
@proved
def invite(run_id: UUID) -> str | Response | tuple[str, int]:
    """Write to those who were not written to yet."""
    form = InviteForm()
    if not form.validate():
        return _page(run_id, form), 422
    with runtime().database.reading() as session:
        access.seen_run(session, staff(), run_id)
    pace = inviting.Pace(form.limit.data or 1, form.per_minute.data or 1)
    asked = inviting.invite(runtime(), run_id, pace, remind=form.remind.data == "y", by=actor())
    told = ngettext("%(num)s message is on its way.", "%(num)s messages are on their way.", asked.queued)
    if asked.stopped:
        told += " " + ngettext(
            "%(num)s person cannot be written to.", "%(num)s people cannot be written to.", asked.stopped
        )
    if not asked.queued and not asked.stopped:
        told = _("There is nobody left to write to.")
    flash(told, "good" if asked.queued else "wait")
    return redirect(url_for("imports.run", run_id=run_id), 303)


def _page(run_id: UUID, form: InviteForm) -> str:
    with runtime().database.reading() as session:
        found = access.seen_run(session, staff(), run_id)
        stands = inviting.standing(session, found, runtime().clock())
    return render_template("intake/import.html", run=found, stands=stands, form=form)

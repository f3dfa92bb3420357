"""Staff pages on messages that people reported as scams: which signs they show, how often they came, and their text."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, abort, render_template, request, url_for

from portal.audit import Actor
from portal.trust import service
from portal.trust.wording import sign_name, visible
from portal.web import allow, runtime, staff
from portal.web.language import current

PAGE = 50
blueprint = Blueprint("scams", __name__, url_prefix="/staff/scams")


@blueprint.get("")
@allow.staff("scams.read")
def index() -> str:
    """Reports, the one that came last first; no text is opened for the list."""
    with runtime().database.reading() as session:
        kinds, times = service.counts(session)
        rows = service.newest(session, before=_before(), limit=PAGE + 1)
        shown = list(rows[:PAGE])
        older = url_for("scams.index", before=shown[-1].last_at.isoformat()) if len(rows) > PAGE else None
        return render_template(
            "review/scams.html", scams=shown, kinds=kinds, times=times, older=older, signs=_signs
        )


@blueprint.get("/<uuid:scam_id>")
@allow.staff("scams.read")
def opened(scam_id: UUID) -> str:
    """One report with its text; that it was opened is recorded."""
    opened, by = runtime(), Actor("staff", staff().id)
    with opened.database.transaction() as session:
        found = service.opened(session, opened, scam_id, by=by, now=opened.clock())
        if found is None:
            abort(404)
        return render_template(
            "review/scam.html", scam=found[0], pieces=list(visible(found[1])), signs=_signs
        )


def _signs(codes: str) -> list[str]:
    """The signs of a report by their names."""
    scams = runtime().matters.current().matter.toml.scams
    return [sign_name(code, scams, current()) for code in codes.split()]


def _before() -> datetime | None:
    try:
        read = datetime.fromisoformat(request.args.get("before", ""))
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)

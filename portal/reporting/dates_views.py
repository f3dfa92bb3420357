"""The matter's dates: a page, a calendar file, and the choice of the daily digest."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.eligibility.calendars import counts
from portal.reporting import cure, dates, digest, ics
from portal.reporting.blueprint import blueprint
from portal.reporting.words import kind_word, off_word, sure_word
from portal.review.forms import AcceptForm
from portal.web import allow, runtime, staff
from portal.web.calendars import place
from portal.web.language import current


@blueprint.get("/dates")
@allow.staff("deadlines.read")
def dates_page() -> str:
    """What has to be done by when, counted in both calendars."""
    opened, now = runtime(), runtime().clock()
    matter = opened.matters.current().matter
    with opened.database.reading() as session:
        cure_days = cure.by_day(session, staff().jurisdictions, now)
        chosen = digest.chosen(session, staff().id)
    found = dates.standings(matter.deadlines, staff().jurisdictions, now)
    return render_template(
        "reporting/dates.html",
        matter=matter,
        ahead=[one for one in found if not one.passed],
        passed=[one for one in found if one.passed],
        cure_days=cure_days,
        disclosure=matter.toml.disclosure if "us" in staff().jurisdictions else None,
        counts=counts(matter.toml.disclosure) if matter.toml.disclosure else (),
        now=now,
        kind_word=kind_word,
        sure_word=sure_word,
        off_word=off_word,
        place=place,
        digest_chosen=chosen,
        digest_hour=opened.settings.digest_hour,
    )


@blueprint.get("/dates.ics")
@allow.staff("deadlines.read")
def dates_file() -> Response:
    """The same dates for a calendar program."""
    opened, now = runtime(), runtime().clock()
    matter = opened.matters.current().matter
    found = dates.standings(matter.deadlines, staff().jurisdictions, now)
    content = ics.calendar(found, matter.slug, matter.toml.name[current()], current(), now)
    answer = Response(content, content_type=ics.MEDIA_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{matter.slug}-dates.ics"'
    return answer


@blueprint.post("/digest")
@allow.staff("failures.read")
def choose_digest() -> AnyResponse:
    """Have the daily digest sent, or no longer."""
    form = AcceptForm()
    if not form.validate():
        abort(400)
    opened = runtime()
    with opened.database.transaction() as session:
        on = digest.turn(session, staff().id, opened.clock())
    flash(_("You get the daily digest by e-mail.") if on else _("You get no digest any more."), "good")
    back = "reporting.dates_page" if staff().may("deadlines.read") else "reporting.numbers"
    return redirect(url_for(back), 303)

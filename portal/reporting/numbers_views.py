"""The numbers' page and its charts as CSV."""

from __future__ import annotations

import io
from dataclasses import dataclass

from flask import Response, abort, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import Actor
from portal.batches.register import Column, Kind, Sheet, write_csv
from portal.reporting import aggregate, counting, dashboard, digest
from portal.reporting.blueprint import blueprint
from portal.reporting.charts import Chart, picture, shown
from portal.reporting.periods import WAYS, By, stretches
from portal.reporting.trouble import trouble
from portal.web import Staff, allow, runtime, staff


@dataclass(frozen=True)
class Wanted:
    """What a reader may see and asked for: one office at a time, so that a claim with two is not counted twice and no
    count can be worked out from a sum of two. Without ``exact`` small counts are hidden."""

    office: str
    by: By
    exact: bool


@blueprint.get("/numbers")
@allow.staff("numbers.read")
def numbers() -> str:
    """How much there is of everything; nobody's name."""
    wanted, opened = _wanted(staff()), runtime()
    with opened.database.reading() as session:
        board, charts = _charts(session, wanted)
        chosen = digest.chosen(session, staff().id)
    return render_template(
        "reporting/numbers.html",
        wanted=wanted,
        offices=staff().jurisdictions,
        ways=WAYS if wanted.exact else ("week",),
        board=board,
        charts=charts,
        picture=picture,
        shown=shown,
        digest_chosen=chosen,
        digest_hour=opened.settings.digest_hour,
    )


@blueprint.get("/numbers/<chart_id>.csv")
@allow.staff("numbers.read")
def numbers_csv(chart_id: str) -> Response:
    """One chart's table, as it is shown."""
    wanted, opened = _wanted(staff()), runtime()
    with opened.database.transaction() as session:
        _board, charts = _charts(session, wanted)
        chart = dashboard.find(charts, chart_id)
        if chart is None:
            abort(404)
        audit.record(
            session,
            now=opened.clock(),
            actor=Actor("staff", staff().id),
            action="numbers.downloaded",
            chart=chart_id,
            jurisdiction=wanted.office,
        )
    answer = Response(as_csv(chart), mimetype="text/csv")
    name = f"numbers-{wanted.office or 'site'}-{chart_id}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def as_csv(chart: Chart) -> bytes:
    """The table with a mark for Excel; what is not shown says so."""
    columns = [Column(chart.first), *(Column(head, Kind.INTEGER) for head in chart.heads)]
    rows = (
        [row.label, *(_("not shown") if one is None else one for one in row.values)] for row in chart.rows
    )
    out = io.BytesIO()
    write_csv(out, Sheet(chart.title, columns), rows)
    return out.getvalue()


def _wanted(member: Staff) -> Wanted:
    offices = member.jurisdictions
    asked = request.args.get("office", "")
    if asked and asked not in offices:
        abort(404)  # another office's numbers are as little theirs as its claims
    office = asked or (offices[0] if offices else "")
    exact = bool(office) and member.may("claims.list", office)
    by = next((way for way in WAYS if way == request.args.get("by")), WAYS[0])
    return Wanted(office, by if exact else "week", exact)


def _charts(session: Session, wanted: Wanted) -> tuple[dashboard.Board | None, list[Chart]]:
    """The charts of the office; of nobody's office, as an administrator has, what failed on the whole site."""
    opened, now = runtime(), runtime().clock()
    if not wanted.office:
        return None, [dashboard.trouble_chart(trouble(session, opened, ()))]
    periods = stretches(wanted.by, counting.today(wanted.office, now), whole=not wanted.exact)
    board = dashboard.Board(
        numbers=aggregate.numbers(session, wanted.office, periods[0].first, now, settled=not wanted.exact),
        stretches=periods,
        by=wanted.by,
        matter=opened.matters.current().matter,
        batches=dashboard.batches_of(session, wanted.office),
        trouble=trouble(session, opened, (wanted.office,)) if wanted.exact else None,
    )
    charts = board.charts()
    return board, charts if wanted.exact else [one.without_small() for one in charts]

"""The queue's page: parse, authorise, call one function, render."""

from flask import render_template, request

from portal import audit
from portal.review import queue, service
from portal.review.views import blueprint
from portal.web import allow, runtime, staff


@blueprint.route("/queue", methods=["GET", "POST"])
@allow.staff("claims.list")
def queue_page() -> str:
    """The queue, filtered; what describes people is masked.

    A search is posted: a name or a phone number must not stay in an address, a history or a proxy's log.
    """
    asked = request.form if request.method == "POST" else request.args
    wanted = {name: asked.get(name, "")[:200] for name in ("track", "outcome", "before")}
    text = request.form.get("text", "")[:200]
    filters = queue.Filters(state=asked.get("state", "open"), text=text, **wanted)
    opened = runtime()
    matter = opened.matters.current().matter
    with opened.database.transaction() as session:
        page = queue.page(session, opened.vault, matter.toml.prefix, staff(), filters)
        audit.record(
            session,
            now=opened.clock(),
            actor=service.actor_of(staff()),
            action="claims.listed",
            count=len(page.rows),
            searched=bool(filters.text),
        )
    tracks = [track for track in matter.tracks if track.jurisdiction in staff().jurisdictions]
    return render_template("review/queue.html", page=page, filters=filters, tracks=tracks, matter=matter)

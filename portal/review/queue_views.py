"""The queue's pages: parse, authorise, call one function, render."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from portal import audit
from portal.claims import access
from portal.claims.flags import Flag
from portal.claims.models import Engagement
from portal.matters.matter import Matter
from portal.review import assigning, desk_acts, locks, queue, saved_views, service, undo
from portal.review.blueprint import blueprint
from portal.review.desk_acts import Act
from portal.review.queue import Filters
from portal.review.queue_lines import lines
from portal.web import allow, runtime, staff, words
from portal.web.language import current


@blueprint.route("/queue", methods=["GET", "POST"])
@allow.staff("claims.list")
def queue_page() -> str:
    """The queue, filtered; what describes people is masked.

    A search is posted: a name or a phone number must not stay in an address, a history or a proxy's log.
    """
    asked = request.form if request.method == "POST" else request.args
    text = request.form.get("text", "") if request.method == "POST" else ""
    filters = queue.filters_of(asked, text)
    opened, now = runtime(), runtime().clock()
    matter = opened.matters.current().matter
    with opened.database.reading() as session:
        today = queue.today_of(staff(), now)
        found = queue.find(session, opened.vault, matter.toml.prefix, staff(), filters, today=today)
        names = assigning.colleagues(session, opened.vault, staff().jurisdictions)
        shown: dict[str, Any] = {
            "rows": lines(session, opened.vault, staff(), found.ids, names, now),
            "views_held": saved_views.views_of(session, opened.vault, staff()),
            "options": _options(matter, names, queue.countries(session, staff())),
            "undoable": _latest(session, now),
            "undone_failed": undo.failed_of(session, staff()),
        }
    _note_listed(len(found.ids), filters)
    return render_template(
        "review/queue.html",
        found=found,
        filters=filters,
        matter=matter,
        back=urlencode(filters.chosen),
        failure_word=desk_acts.failure_word,
        packet_words={one: words.packet_word(one) for one in ("pending", "sealed", "failed")},
        **shown,
    )


@blueprint.post("/queue/<uuid:engagement_id>/accept")
@allow.staff("claims.decide")
def queue_accept(engagement_id: UUID) -> AnyResponse:
    """Accept from the queue: held for ten seconds."""
    return _one(engagement_id, Act("accept"))


@blueprint.post("/queue/<uuid:engagement_id>/take")
@allow.staff("claims.assign")
def queue_take(engagement_id: UUID) -> AnyResponse:
    """Make it one's own work."""
    return _one(engagement_id, Act("assign", to=staff().id))


@blueprint.post("/queue/undo")
@allow.staff("claims.list")
def queue_undo() -> AnyResponse:
    """Undo what was done last, or the act that is named."""
    opened, now = runtime(), runtime().clock()
    named = request.form.get("act", type=UUID)
    try:
        with opened.database.transaction() as session:
            latest = undo.latest(session, staff(), now)
            act_id = named or (latest.id if latest else None)
            if act_id is None:
                raise undo.TooLate
            engagement_id = undo.undo(session, opened, act_id, by=staff(), now=now).engagement_id
    except undo.TooLate:
        return answered(error=_("There is nothing left to undo: ten seconds have passed."))
    return answered(_("Undone."), row=str(engagement_id))


@blueprint.post("/queue/failed")
@allow.staff("claims.list")
def queue_failed_read() -> AnyResponse:
    """What could not be carried out was read."""
    with runtime().database.transaction() as session:
        undo.forget_failed(session, staff())
    return redirect(back_to_queue(), 303)


@blueprint.post("/queue/views")
@allow.staff("claims.list")
def queue_save_view() -> AnyResponse:
    """Keep the filters under a name."""
    name = request.form.get("name", "").strip()[: saved_views.LONGEST]
    filters = queue.filters_of(dict(parse_qsl(request.form.get("back", ""))))
    if not name:
        flash(_("Give the view a name."), "bad")
        return redirect(back_to_queue(), 303)
    opened = runtime()
    try:
        with opened.database.transaction() as session:
            saved_views.save(session, opened.vault, staff(), name, filters, opened.clock())
    except saved_views.TooMany:
        flash(_("There is room for %(number)s views. Remove one first.", number=saved_views.MOST), "bad")
    return redirect(back_to_queue(), 303)


@blueprint.post("/queue/views/<uuid:view_id>/drop")
@allow.staff("claims.list")
def queue_drop_view(view_id: UUID) -> AnyResponse:
    """Forget a view."""
    with runtime().database.transaction() as session:
        saved_views.drop(session, staff(), view_id)
    return redirect(back_to_queue(), 303)


@blueprint.post("/claims/<uuid:engagement_id>/leave")
@allow.staff("claims.read")
def leave(engagement_id: UUID) -> AnyResponse:
    """Done with a claim for now: colleagues no longer see it as being worked on."""
    with runtime().database.transaction() as session:
        engagement = access.seen_engagement(session, staff(), engagement_id)
        locks.leave_claim(session, engagement, staff().id, runtime().clock())
    return redirect(url_for("review.queue_page"), 303)


def back_to_queue() -> str:
    """The queue with the filters that the form came from; whatever else was sent is dropped."""
    filters = queue.filters_of(dict(parse_qsl(request.form.get("back", "")[:2000])))
    return url_for("review.queue_page", **filters.chosen)  # type: ignore[arg-type]


def answered(done: str = "", *, error: str = "", **more: str) -> AnyResponse:
    """To a script what came of it; to a form the queue with the same said above it."""
    if request.accept_mimetypes.best == "application/json":
        answer = jsonify({"error": error} if error else {"done": done, **more})
        answer.status_code = 409 if error else 200
        return answer
    flash(error or done, "bad" if error else "good")
    return redirect(back_to_queue(), 303)


def _one(engagement_id: UUID, act: Act) -> AnyResponse:
    opened, now = runtime(), runtime().clock()
    try:
        with opened.database.transaction() as session:
            engagement = access.seen_engagement(session, staff(), engagement_id, to_change=True)
            held = undo.hold(session, opened, engagement, act, by=staff(), now=now)
            number = engagement.claim.number
    except undo.CannotBeDone as error:
        return answered(error=desk_acts.failure_word(str(error)))
    return answered(held_word(act.name, number), act=str(held.id))


def held_word(act: str, number: str) -> str:
    """What was done a moment ago and can be undone."""
    return {
        "accept": _("%(number)s: accepted in ten seconds.", number=number),
        "decline": _("%(number)s: declined in ten seconds.", number=number),
        "ask": _("%(number)s: asked in ten seconds.", number=number),
        "assign": _("%(number)s: assigned.", number=number),
    }[act]


def _options(
    matter: Matter, names: Mapping[UUID, str], countries: list[str]
) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen in each filter, in words."""
    lang = current()
    mine = [track for track in matter.tracks if track.jurisdiction in staff().jurisdictions]
    tracks = {track.id for track in mine}
    states = [state for state in queue.GROUPS if state not in ("open", "all")]
    return {
        "state": [
            ("open", _("To review")),
            *((state, words.state_word(state)) for state in states),
            ("all", _("All states")),
        ],
        "track": [(track.id, track.short[lang]) for track in mine],
        "outcome": [(one, words.outcome_word(one)) for one in queue.OUTCOMES],
        "reason": [(rule.id, rule.reason[lang]) for rule in matter.rules if rule.track in tracks],
        "flag": [(flag.value, words.flag_word(flag)) for flag in Flag],
        "due": [("late", _("Passed")), ("week", _("Within a week"))],
        "assignee": [
            ("me", _("Mine")),
            ("nobody", _("Nobody's")),
            *((str(key), name) for key, name in names.items() if key != staff().id),
        ],
        "country": sorted(((one, words.country_word(one)) for one in countries), key=lambda one: one[1]),
        "kind": [
            ("self", _("Themselves")),
            ("minor", _("Minor")),
            ("represented", _("Ward")),
            ("heir", _("Heir")),
            ("company", _("Company")),
        ],
        "order": [("received", _("Newest first")), ("doubt", _("Most doubtful first"))],
    }


def _latest(session: Session, now: datetime) -> dict[str, str] | None:
    held = undo.latest(session, staff(), now)
    if held is None:
        return None
    engagement = session.scalars(
        access.engagements_seen_by(staff()).where(Engagement.id == held.engagement_id)
    ).one_or_none()
    said = held_word(held.act, engagement.claim.number) if engagement else ""
    return {"act": str(held.id), "said": said}


def _note_listed(count: int, filters: Filters) -> None:
    opened = runtime()
    with opened.database.transaction() as session:
        audit.record(
            session,
            now=opened.clock(),
            actor=service.actor_of(staff()),
            action="claims.listed",
            count=count,
            searched=bool(filters.text),
        )

"""Acts upon picked engagements: a preview of each, the words they need, and a report of what failed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.claims import access
from portal.review import assigning, bulk, desk_acts, queue, undo
from portal.review.blueprint import blueprint
from portal.review.desk_acts import Act
from portal.review.forms import AcceptForm, AskForm, DeclineForm
from portal.review.queue_views import back_to_queue, held_word
from portal.staff.proof import proved
from portal.web import allow, runtime, staff


@blueprint.post("/queue/acts")
@allow.staff("claims.list")
def bulk_preview() -> str | AnyResponse:
    """What will and what won't happen with each picked engagement."""
    act = _named()
    if not _picked():
        flash(_("Pick claims first: x picks the row you are on."), "bad")
        return redirect(back_to_queue(), 303)
    return _preview(act, _form(act, fresh=True))


@blueprint.post("/queue/acts/one")
@allow.staff("claims.list")
def bulk_one() -> str | AnyResponse:
    """One engagement, from the queue: held for ten seconds."""
    act, opened, now = _named(), runtime(), runtime().clock()
    picked, form = _picked(), _form(act)
    if len(picked) != 1:
        abort(400)
    if not form.validate() or _lacks_colleague(act):
        return _preview(act, form)
    try:
        with opened.database.transaction() as session:
            doing = staff().doing(desk_acts.RIGHTS[act])
            engagement = access.seen_engagement(session, doing, picked[0], to_change=True)
            undo.hold(session, opened, engagement, _act(act, form), by=staff(), now=now)
            number = engagement.claim.number
    except undo.CannotBeDone as error:
        flash(desk_acts.failure_word(str(error)), "bad")
        return redirect(back_to_queue(), 303)
    flash(held_word(act, number), "good")
    return redirect(back_to_queue(), 303)


@blueprint.post("/queue/acts/many")
@allow.staff("claims.list")
@proved
def bulk_start() -> str | AnyResponse:
    """Do it with all for which nothing stands in the way."""
    act, opened, now = _named(), runtime(), runtime().clock()
    form = _form(act)
    if not form.validate() or _lacks_colleague(act):
        return _preview(act, form)
    chosen = _act(act, form)
    with opened.database.transaction() as session:
        foreseen = bulk.preview(session, opened, _picked(), chosen, staff())
        able = [one.engagement_id for one in foreseen if not one.obstacle]
        run = bulk.start(session, opened, able, chosen, by=staff(), now=now) if able else None
    if run is None:
        return _preview(act, form)
    return redirect(url_for("review.bulk_report", run_id=run.id), 303)


@blueprint.get("/queue/acts/<uuid:run_id>")
@allow.staff("claims.list")
def bulk_report(run_id: UUID) -> str:
    """How far it is, and each that failed with the reason."""
    with runtime().database.reading() as session:
        run = bulk.of_person(session, run_id, staff())
        if run is None:
            abort(404)
        failed = bulk.failures(session, run)
    return render_template(
        "review/bulk_report.html", run=run, failed=failed, failure_word=desk_acts.failure_word
    )


def _preview(act: str, form: Any) -> str:
    opened = runtime()
    with opened.database.reading() as session:
        foreseen = bulk.preview(session, opened, _picked(), Act(act, to=_colleague()), staff())
        colleagues = assigning.colleagues(session, opened.vault, staff().jurisdictions)
    return render_template(
        "review/bulk.html",
        act=act,
        form=form,
        foreseen=foreseen,
        able=[one for one in foreseen if not one.obstacle],
        colleagues=colleagues,
        chosen=_colleague(),
        complaint=_("Choose a colleague.") if form.is_submitted_whole and _lacks_colleague(act) else "",
        back=request.form.get("back", "")[:2000],
        back_url=back_to_queue(),
        failure_word=desk_acts.failure_word,
    )


def _named() -> str:
    act = request.form.get("act", "")
    if act not in desk_acts.RIGHTS or not staff().may(desk_acts.RIGHTS[act]):
        abort(403 if act in desk_acts.RIGHTS else 400)
    return act


def _picked() -> list[UUID]:
    """The picked engagements, each once; what is no id is left out."""
    found = dict.fromkeys(request.form.getlist("pick", type=UUID))
    return list(found)[: bulk.MOST]


def _form(act: str, *, fresh: bool = False) -> Any:
    given: dict[str, Any] = {"formdata": None} if fresh else {}
    matter = runtime().matters.current().matter
    form: Any
    match act:
        case "ask":
            today = queue.today_of(staff(), runtime().clock())
            form = AskForm(today=today, matter=matter, **given)
        case "decline":
            form = DeclineForm(matter=matter, **given)
        case _:
            form = AcceptForm(**given)
    form.is_submitted_whole = not fresh
    return form


def _colleague() -> UUID | None:
    return request.form.get("to", type=UUID)


def _lacks_colleague(act: str) -> bool:
    """To nobody is said as well: by the word."""
    return act == "assign" and _colleague() is None and request.form.get("to") != "nobody"


def _act(act: str, form: Any) -> Act:
    if act in ("accept", "assign"):
        return Act(act, to=_colleague())
    texts = {language: form.said(language) for language in ("ko", "en")}
    return Act(act, texts=texts, until=form.until.data if act == "ask" else None)

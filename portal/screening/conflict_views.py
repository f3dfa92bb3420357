"""Staff pages on conflicts of interest: hits to settle, and the lists that claims are checked against."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response as AnyResponse

from portal import audit
from portal.audit import Actor
from portal.claims.models import Engagement
from portal.screening import access, conflicts, lists
from portal.screening.conflicts import Settlement
from portal.screening.forms import JudgeForm, ListForm, SettleForm
from portal.screening.models import ConflictCheck, ConflictList
from portal.screening.sheet import NotAList, read_sheet
from portal.web import allow, runtime, staff
from portal.web.bodies import takes_files
from portal.web.language import HOME_ZONES

PAGE = 50
blueprint = Blueprint("conflicts", __name__, url_prefix="/staff/conflicts")


@blueprint.get("")
@allow.staff("conflicts.check")
def index() -> str:
    """Engagements whose check had hits: those to settle, or those that were settled."""
    wanted = request.args.get("show", "open")
    if wanted not in ("open", "settled"):
        abort(404)
    settled = (
        ConflictCheck.settlement.is_(None) if wanted == "open" else ConflictCheck.settlement.is_not(None)
    )
    query = access.checks_seen_by(staff()).where(ConflictCheck.hits.is_not(None), settled)
    with runtime().database.reading() as session:
        total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
        found = list(session.scalars(_after(query).limit(PAGE + 1)))
        rows = [(one, _with_claim(session, one)) for one in found[:PAGE]]
    older = url_for("conflicts.index", show=wanted, after=found[PAGE - 1].id) if len(found) > PAGE else None
    return render_template("screening/conflicts.html", rows=rows, total=total, wanted=wanted, older=older)


@blueprint.get("/<uuid:check_id>")
@allow.staff("conflicts.check")
def check(check_id: UUID) -> str:
    """One check with its hits; opening it is recorded."""
    return _page(check_id)


@blueprint.post("/<uuid:check_id>/settle")
@allow.staff("conflicts.check")
def settle(check_id: UUID) -> AnyResponse | tuple[str, int]:
    """Say what the hits are."""
    with runtime().database.reading() as session:
        place = _engagement(session.get(ConflictCheck, check_id), session).jurisdiction
    form = SettleForm(may_waive=staff().may("conflicts.waive", place))
    if not form.validate():
        return _page(check_id, form), 422
    how, opened = Settlement(form.how.data), runtime()
    try:
        with opened.database.transaction() as session:
            found = access.seen_check(session, staff(), check_id, to_change=True)
            engagement = session.get_one(Engagement, found.engagement_id)
            conflicts.settle(
                session, opened, engagement, found, how, form.reason.data.strip(),
                by=Actor("staff", staff().id), now=opened.clock(),
            )  # fmt: skip
            engagement_id = engagement.id
    except conflicts.Settled:
        flash(_("Somebody settled this meanwhile, or a newer check took its place."), "bad")
        return redirect(url_for("conflicts.index"), 303)
    if how is Settlement.DECLINED:
        flash(_("Noted. Now decline the claim here, with the reason that the claimant reads."), "wait")
        return redirect(url_for("review.claim", engagement_id=engagement_id), 303)
    flash(_("Noted. Counsel can accept the claim."), "good")
    return redirect(url_for("conflicts.check", check_id=check_id), 303)


@blueprint.post("/<uuid:check_id>/reopen")
@allow.staff("conflicts.check")
def reopen(check_id: UUID) -> AnyResponse:
    """Take a settlement back."""
    if not JudgeForm().validate():
        abort(400)
    try:
        with runtime().database.transaction() as session:
            found = access.seen_check(session, staff(), check_id, to_change=True)
            engagement = session.get_one(Engagement, found.engagement_id)
            by = Actor("staff", staff().id)
            conflicts.reopen(session, engagement, found, by=by, now=runtime().clock())
        flash(_("Taken back. The hits are open again."), "good")
    except conflicts.Settled:
        flash(_("Somebody settled this meanwhile, or a newer check took its place."), "bad")
    return redirect(url_for("conflicts.check", check_id=check_id), 303)


@blueprint.route("/lists", methods=["GET", "POST"])
@allow.staff("conflicts.lists")
@takes_files
def all_lists() -> AnyResponse | str | tuple[str, int]:
    """The office's lists, and a form that takes in one."""
    form = ListForm(offices=_offices(), today=_today())
    if request.method == "GET":
        return _lists_page(form)
    if not form.validate():
        return _lists_page(form), 422
    opened = runtime()
    try:
        sheet = read_sheet(form.file.data.read())
    except NotAList as refused:
        form.file.errors = [_refusal(refused)]
        return _lists_page(form), 422
    with opened.database.transaction() as session:
        made = lists.take(
            session, opened, form.jurisdiction.data, form.name.data.strip(), form.dated.data, sheet,
            by=Actor("staff", staff().id), now=opened.clock(),
        )  # fmt: skip
        taken, version = made.entries, made.version
    flash(
        _(
            "Taken: %(count)s names, version %(version)s. All claims of the office are checked again.",
            count=f"{taken:,}",
            version=version,
        ),
        "good",
    )
    if sheet.skipped:
        lines = ", ".join(map(str, sheet.skipped_lines)) + (
            " …" if sheet.skipped > len(sheet.skipped_lines) else ""
        )
        flash(
            _(
                "Left out, for they hold no name: %(count)s lines (%(lines)s).",
                count=sheet.skipped,
                lines=lines,
            ),
            "wait",
        )
    return redirect(url_for("conflicts.all_lists"), 303)


def _page(check_id: UUID, form: SettleForm | None = None) -> str:
    opened = runtime()
    with opened.database.transaction() as session:
        found = access.seen_check(session, staff(), check_id)
        engagement = session.get_one(Engagement, found.engagement_id)
        hits = conflicts.hits_of(session, opened, engagement, found)
        reason = conflicts.reason_of(session, opened, engagement, found)
        audit.record(
            session, now=opened.clock(), actor=Actor("staff", staff().id), action="conflicts.read",
            subject=engagement.claim_id, jurisdiction=engagement.jurisdiction, check=str(check_id),
        )  # fmt: skip
        against = [one for one in (session.get(ConflictList, UUID(held)) for held in found.lists) if one]
        may_waive = staff().may("conflicts.waive", engagement.jurisdiction)
        return render_template(
            "screening/conflict.html", check=found, engagement=engagement, hits=hits, reason=reason, against=against,
            form=form or SettleForm(formdata=None, may_waive=may_waive),
        )  # fmt: skip


def _with_claim(session: Session, found: ConflictCheck) -> Engagement:
    return session.get_one(Engagement, found.engagement_id, options=[joinedload(Engagement.claim)])


def _engagement(found: ConflictCheck | None, session: Session) -> Engagement:
    if found is None:
        abort(404)
    seen = access.seen_check(session, staff(), found.id)
    return session.get_one(Engagement, seen.engagement_id)


def _lists_page(form: ListForm) -> str:
    with runtime().database.reading() as session:
        query = access.lists_seen_by(staff()).order_by(
            ConflictList.replaced_at.is_not(None), ConflictList.name, ConflictList.version.desc()
        )
        found = session.scalars(query.limit(200)).all()
    return render_template("screening/lists.html", lists=found, form=form, offices=dict(_offices()))


def _after(query: sa.Select[ConflictCheck]) -> sa.Select[ConflictCheck]:
    ordered = query.order_by(ConflictCheck.id)
    try:
        return ordered.where(ConflictCheck.id > UUID(request.args.get("after", "")))
    except ValueError:
        return ordered


def _offices() -> list[tuple[str, str]]:
    names = {"kr": _("Seoul office"), "us": _("New York office")}
    return [(one, names[one]) for one in staff().jurisdictions]


def _today() -> date:
    return runtime().clock().astimezone(HOME_ZONES["kr"]).date()


def _refusal(refused: NotAList) -> str:
    return {
        "encoding": _(
            "The file cannot be read as CSV in UTF-8 or CP949. Save it as “CSV UTF-8” and try again."
        ),
        "empty": _("The file holds no names."),
        "columns": _("The file has more than a thousand columns."),
        "heading": _("No column is headed as a name. Put “name” or “이름” into the first line."),
        "long": _("The file holds more than 50,000 names. Split it into two lists."),
        "large": _("The file is larger than 10 MB."),
    }[refused.reason]

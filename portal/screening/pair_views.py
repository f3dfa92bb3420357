"""Staff pages on likely pairs: parse, authorise, call one function, render."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from portal import audit
from portal.audit import Actor
from portal.claims.states import MoveRefused
from portal.screening import access, judging, pairs, shown
from portal.screening.access import SeenPair
from portal.screening.forms import JudgeForm
from portal.screening.models import LikelyPair
from portal.web import allow, runtime, staff

PAGE = 50
STANDINGS = (pairs.OPEN, pairs.MERGED, pairs.APART)
blueprint = Blueprint("pairs", __name__, url_prefix="/staff/pairs")


@blueprint.get("")
@allow.staff("pairs.judge")
def index() -> str:
    """Pairs by what they weigh, the heaviest first; no particulars are opened for the list."""
    standing = request.args.get("show", pairs.OPEN)
    if standing not in STANDINGS:
        abort(404)
    query = access.pairs_seen_by(staff()).where(LikelyPair.standing == standing)
    with runtime().database.reading() as session:
        total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
        rows = list(session.scalars(_after(query, request.args.get("after", "")).limit(PAGE + 1)))
        shown_rows = access.sides(session, staff(), rows[:PAGE])
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    older = url_for("pairs.index", show=standing, after=f"{last.score}.{last.id}") if last else None
    return render_template(
        "screening/pairs.html", rows=shown_rows, total=total, standing=standing, older=older, doubts=_doubts()
    )


@blueprint.get("/<uuid:pair_id>")
@allow.staff("pairs.judge")
def pair(pair_id: UUID) -> str:
    """Both claims beside each other, masked, with the reasons; opening it is recorded for each of them."""
    opened, by = runtime(), Actor("staff", staff().id)
    with opened.database.transaction() as session:
        seen = access.seen_pair(session, staff(), pair_id)
        both = shown.sides(session, opened, seen)
        for side in both:
            if side is not None:
                audit.record(
                    session, now=opened.clock(), actor=by, action="pair.read", subject=side.engagement.claim_id,
                    pair=str(pair_id),
                )  # fmt: skip
        return render_template(
            "screening/pair.html", seen=seen, sides=both, agreeing=shown.agreeing(seen), doubts=_doubts(),
            can_close=judging.can_close,
        )  # fmt: skip


@blueprint.post("/<uuid:pair_id>/merge")
@allow.staff("pairs.judge")
def merge(pair_id: UUID) -> AnyResponse:
    """One person: the chosen claim goes on."""
    return _judge(
        pair_id,
        lambda session, seen, by: judging.merge(
            session, runtime(), seen, _kept(), by=by, now=runtime().clock()
        ),
        _("Done. The claim that was closed points to the one that goes on, and its claimant is told."),
    )


def _kept() -> UUID:
    try:
        return UUID(request.form.get("kept", ""))
    except ValueError:
        abort(400)


@blueprint.post("/<uuid:pair_id>/apart")
@allow.staff("pairs.judge")
def apart(pair_id: UUID) -> AnyResponse:
    """Two people."""
    return _judge(
        pair_id,
        lambda session, seen, by: judging.apart(session, seen, by=by, now=runtime().clock()),
        _("Noted. This pair is not shown again."),
    )


@blueprint.post("/<uuid:pair_id>/reopen")
@allow.staff("pairs.judge")
def reopen(pair_id: UUID) -> AnyResponse:
    """Take the judgement back."""
    return _judge(
        pair_id,
        lambda session, seen, by: judging.take_back(session, seen, by=by, now=runtime().clock()),
        _("Taken back. The pair is open again, and a claim that had been closed is in review."),
    )


def _judge(pair_id: UUID, act: Callable[[Session, SeenPair, Actor], None], done: str) -> AnyResponse:
    if not JudgeForm().validate():
        abort(400)
    try:
        with runtime().database.transaction() as session:
            seen = access.seen_pair(session, staff(), pair_id, to_change=True)
            act(session, seen, Actor("staff", staff().id))
        flash(done, "good")
    except judging.Judged:
        flash(_("Somebody judged this pair meanwhile."), "bad")
    except judging.CannotMerge:
        flash(_("These claims cannot be made one: one is filed, or is with another office."), "bad")
    except MoveRefused:
        flash(_("The claim has changed meanwhile, so this can no longer be done."), "bad")
    return redirect(url_for("pairs.pair", pair_id=pair_id), 303)


def _after(query: sa.Select[LikelyPair], cursor: str) -> sa.Select[LikelyPair]:
    ordered = query.order_by(LikelyPair.score.desc(), LikelyPair.id)
    score, _dot, pair_id = cursor.partition(".")
    try:
        at, last = int(score[:9]), UUID(pair_id)
    except ValueError:
        return ordered
    return ordered.where(sa.or_(LikelyPair.score < at, sa.and_(LikelyPair.score == at, LikelyPair.id > last)))


def _doubts() -> dict[str, object]:
    return {one.code.value: one for one in runtime().matters.current().matter.review.doubts}

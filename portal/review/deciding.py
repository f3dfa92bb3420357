"""Acts of deciding on a claim's page: parse, authorise, call one function, say how it went."""

from collections.abc import Callable
from uuid import UUID

from flask import abort, flash, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from portal.claims import access
from portal.claims.models import Engagement
from portal.claims.states import MoveRefused
from portal.matters.matter import Matter
from portal.review import second_eyes, service, verdicts
from portal.review.blueprint import blueprint
from portal.review.forms import AcceptForm, AskForm, DeclineForm, NoteForm, TracksForm
from portal.review.screen import claim_page
from portal.review.service import ConflictUnchecked
from portal.web import allow, runtime, staff

Act = Callable[[Session, Engagement], bool | None]


@blueprint.post("/claims/<uuid:engagement_id>/accept")
@allow.staff("claims.decide")
def accept(engagement_id: UUID) -> AnyResponse | str:
    """Take the engagement on with all its tracks."""
    if not AcceptForm().validate():
        abort(400)
    return _act(
        engagement_id,
        lambda session, one: service.accept(session, runtime(), one, by=staff(), now=runtime().clock()),
    )


@blueprint.post("/claims/<uuid:engagement_id>/tracks")
@allow.staff("claims.decide")
def decide_tracks(engagement_id: UUID) -> AnyResponse | str:
    """Accept some tracks and decline others, in one decision."""
    engagement = _seen(engagement_id)
    form = TracksForm(matter=_matter(), tracks=engagement.tracks)
    if not form.validate():
        return claim_page(engagement_id, tracks=form)
    verdict = form.verdict(engagement.claim.language)
    return _act(
        engagement_id,
        lambda session, one: service.decide(
            session, runtime(), one, verdict, by=staff(), now=runtime().clock()
        ),
    )


@blueprint.post("/claims/<uuid:engagement_id>/reopen")
@allow.staff("claims.decide")
def reopen(engagement_id: UUID) -> AnyResponse | str:
    """Look at a decided claim again."""
    if not AcceptForm().validate():
        abort(400)
    return _act(
        engagement_id,
        lambda session, one: service.reopen(session, one, by=staff(), now=runtime().clock()),
        _("The claim is in review again."),
    )


@blueprint.post("/claims/<uuid:engagement_id>/ask")
@allow.staff("claims.ask")
def ask(engagement_id: UUID) -> AnyResponse | str:
    """Ask for information by a date."""
    engagement = _seen(engagement_id)
    form = AskForm(today=verdicts.today(engagement, runtime().clock()), matter=_matter())
    if not form.validate():
        return claim_page(engagement_id, ask=form)
    text, until = form.said(engagement.claim.language), form.until.data
    return _act(
        engagement_id,
        lambda session, one: service.ask(
            session, runtime(), one, text, until, by=staff(), now=runtime().clock()
        ),
    )


@blueprint.post("/claims/<uuid:engagement_id>/decline")
@allow.staff("claims.decide")
def decline(engagement_id: UUID) -> AnyResponse | str:
    """Decline, with the reason that the claimant reads."""
    engagement, form = _seen(engagement_id), DeclineForm(matter=_matter())
    if not form.validate():
        return claim_page(engagement_id, decline=form)
    text = form.said(engagement.claim.language)
    return _act(
        engagement_id,
        lambda session, one: service.decline(
            session, runtime(), one, text, by=staff(), now=runtime().clock()
        ),
    )


@blueprint.post("/claims/<uuid:engagement_id>/confirm")
@allow.staff("claims.decide")
def confirm_decision(engagement_id: UUID) -> AnyResponse | str:
    """As the second person, confirm what another decided."""
    if not AcceptForm().validate():
        abort(400)
    return _act(
        engagement_id,
        lambda session, one: service.confirm(session, runtime(), one, by=staff(), now=runtime().clock()),
    )


@blueprint.post("/claims/<uuid:engagement_id>/send-back")
@allow.staff("claims.decide")
def send_back_decision(engagement_id: UUID) -> AnyResponse | str:
    """As the second person, send back what another decided; or take back one's own."""
    form = NoteForm()
    if not form.validate():
        return claim_page(engagement_id, back=form)
    note = form.note.data.strip()
    return _act(
        engagement_id,
        lambda session, one: second_eyes.send_back(
            session, runtime(), one, note, by=service.actor_of(staff()), now=runtime().clock()
        ),
        _("Sent back. The decision does not count."),
    )


def _act(engagement_id: UUID, act: Act, done: str | None = None) -> AnyResponse:
    try:
        with runtime().database.transaction() as session:
            counts = act(session, access.seen_engagement(session, staff(), engagement_id, to_change=True))
    except (MoveRefused, second_eyes.NothingWaits):
        flash(_("The claim has changed meanwhile, so this can no longer be done."), "bad")
    except ConflictUnchecked as refused:
        flash(conflict_sentence(refused), "bad")
    except second_eyes.SamePerson:
        flash(_("You decided this yourself; another person has to confirm it."), "bad")
    except second_eyes.WaitsForSecond:
        flash(_("Another decision waits for a second person; confirm it or send it back first."), "bad")
    else:
        if counts is False:
            flash(_("Noted. Another person has to confirm it; the claimant is told then."), "wait")
        else:
            flash(done or _("Done. The claimant is told."), "good")
    return redirect(url_for("review.claim", engagement_id=engagement_id), 303)


def conflict_sentence(refused: ConflictUnchecked) -> str:
    """Why counsel cannot accept yet as far as conflicts of interest go."""
    if refused.found:
        return _("This cannot be accepted yet: the conflict check has hits that nobody has settled.")
    return _("This cannot be accepted yet: no conflict check was made.")


def _seen(engagement_id: UUID) -> Engagement:
    with runtime().database.reading() as session:
        return access.seen_engagement(session, staff(), engagement_id)


def _matter() -> Matter:
    return runtime().matters.current().matter

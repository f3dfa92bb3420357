"""Staff correct a particular of a signed claim with a note; the claimant confirms it and signs what it touches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse
from wtforms import TextAreaField

from portal.claims import access, corrections, saving, sealed
from portal.claims import review as summaries
from portal.claims import service as claims
from portal.claims.errors import AlreadySubmitted
from portal.claims.forms import ADDRESS_FORMS, StepForm
from portal.claims.models import Claim, Engagement
from portal.claims.telling import tell_of
from portal.errors import PortalError
from portal.matters.matter import Matter
from portal.packets import reading
from portal.review import service
from portal.review.blueprint import blueprint
from portal.review.forms import NoteForm
from portal.runtime import Runtime
from portal.web import Staff, allow, runtime, staff
from portal.web.language import current

STEPS = {"name": "name", "birth": "birth_date", "address": "address", "contact": "contact"}
"""The steps of the claimant's own forms that staff can correct, and the group of fields that each shows."""


class NothingDifferent(PortalError):
    """What was typed is what the claim says already."""


@dataclass(frozen=True)
class CorrectionLine:
    """A correction on the claimant's page: of what, why, by which firm, and what it changes."""

    firm: str
    note: str
    made_at: datetime
    rows: Sequence[tuple[str, str, str]]


@blueprint.route("/claims/<uuid:engagement_id>/correct/<any(name, birth, address, contact):step>",
                 methods=["GET", "POST"])  # fmt: skip
@allow.staff("claims.correct")
def correct(engagement_id: UUID, step: str) -> AnyResponse | str | tuple[str, int]:
    """The claimant's own form of a step, filled in, with a note why it is corrected."""
    opened = runtime()
    with opened.database.transaction() as session:
        engagement = access.seen_engagement(session, staff(), engagement_id)
        if not staff().sees(STEPS[step], engagement.jurisdiction):
            abort(403)
        service.note_read(session, engagement, by=staff(), now=opened.clock(), part="correction",
                          fields=[STEPS[step]])  # fmt: skip
        form, note = _form(session, opened, engagement, step), NoteForm()
        number = engagement.claim.number
    if request.method == "POST":
        fits, said = form.validate(), note.validate()
        if fits and said and _saved(engagement_id, step, form, note):
            return redirect(url_for("review.claim", engagement_id=engagement_id, _anchor="claimant"), 303)
    page = render_template("review/correct.html", form=form, note=note, step=step, number=number,
                           engagement_id=engagement_id)  # fmt: skip
    return page, (422 if request.method == "POST" else 200)


def make(
    session: Session, opened: Runtime, engagement: Engagement, step: str, form: StepForm, note: str,
    *, by: Staff, now: datetime,
) -> None:  # fmt: skip
    """Keep the correction as an unsigned change of the claim, and tell the claimant.

    Raises NothingDifferent, and AlreadySubmitted for what was filed or ended.
    """
    claim = engagement.claim
    before = sealed.read_latest(session, opened.vault, claim)
    if form.apply(before) == before:
        raise NothingDifferent(step)
    claims.amend(session, opened.vault, claim, form.apply, seen_revision=None, now=now)
    corrections.note(session, opened.vault, engagement, STEPS[step], note, by=by.id, now=now)
    tell_of(session, opened, engagement, "correction")


def confirm(session: Session, opened: Runtime, claim: Claim, now: datetime) -> bool:
    """The claimant confirms; False where a document says it, so that it counts once that is signed again."""
    if claim.amendment is None or reading.amended(session, opened, claim):
        return False
    latest = sealed.read_latest(session, opened.vault, claim)
    claim.amendment = None
    sealed.write(session, opened.vault, claim, latest, now)
    corrections.settle(session, claim, confirmed=True, now=now)
    return True


def refuse(session: Session, claim: Claim, now: datetime) -> None:
    """The claimant refuses: what was signed counts on."""
    claims.drop_amendment(claim, now)
    corrections.settle(session, claim, confirmed=False, now=now)


def lines_for_claim(session: Session, claim: Claim) -> Sequence[CorrectionLine]:
    """What staff corrected and the claimant has not confirmed, for the claim's page."""
    opened = runtime()
    waiting = corrections.waiting(session, opened.vault, claim)
    if not waiting:
        return ()
    matter = opened.matters.by_id(claim.matter_version_id).matter
    differing = _differing(session, opened, claim, matter)
    groups = {group: step for step, group in STEPS.items()}
    return [
        CorrectionLine(
            matter.counsel(one.jurisdiction).name[current()], one.note, one.made_at,
            differing.get(groups[one.field], ()),
        )
        for one in waiting
    ]  # fmt: skip


def _differing(
    session: Session, opened: Runtime, claim: Claim, matter: Matter
) -> dict[str, list[tuple[str, str, str]]]:
    """By step what differs between what was signed and what stands corrected: label, before, after."""
    signed = summaries.summary(claim, sealed.read(session, opened.vault, claim), matter)
    latest = summaries.summary(claim, sealed.read_latest(session, opened.vault, claim), matter)
    return {
        old.step: [
            (label, was, now)
            for (label, was), (_same, now) in zip(old.rows, new.rows, strict=False)
            if was != now
        ]
        for old, new in zip(signed, latest, strict=False)
    }


def _form(session: Session, opened: Runtime, engagement: Engagement, step: str) -> StepForm:
    claim = engagement.claim
    latest = sealed.read_latest(session, opened.vault, claim)
    answers = sealed.read_answers(session, opened.vault, claim)
    where = request.values.get("where", "")
    where = where if where in ADDRESS_FORMS else saving.place_of(claim, latest, answers)
    kind = saving.form_class(step, where)
    typed: Any = request.form if request.method == "POST" else None
    form = kind(typed, data=kind.shown(claim, latest))
    form.answers, form.claim_holds = answers, latest
    form.prepare(claim, opened.matters.current().matter)
    return form


def _saved(engagement_id: UUID, step: str, form: StepForm, note: NoteForm) -> bool:
    opened, now = runtime(), runtime().clock()
    try:
        with opened.database.transaction() as session:
            engagement = access.seen_engagement(session, staff(), engagement_id, to_change=True)
            make(session, opened, engagement, step, form, note.note.data.strip(), by=staff(), now=now)
    except NothingDifferent:
        field: TextAreaField = note.note
        field.errors = [_("Nothing is different from what the claim says.")]
        return False
    except AlreadySubmitted:
        flash(_("What was filed or ended cannot be corrected here."), "bad")
        return True
    flash(_("Kept as a correction. The claimant is told, confirms it and signs what it touches."), "good")
    return True

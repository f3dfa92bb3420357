"""The claimant's side of a decision: why a track was declined, asking for another look, and corrections to confirm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from portal import audit
from portal.claims import access
from portal.claims import service as claims
from portal.claims.models import Claim, Engagement
from portal.claims.states import ClaimState
from portal.correspondence import enclosures
from portal.correspondence import service as letters
from portal.errors import PortalError
from portal.matters.model import Track
from portal.review import correcting, verdicts
from portal.runtime import Runtime
from portal.web import allow, claimant, language, runtime
from portal.web.calendars import Due, due
from portal.web.language import current
from portal.web.limits import limiter

pages = Blueprint("asking_again", __name__, url_prefix=f"{language.PREFIX}/claim")


class TooLate(PortalError):
    """Nothing was declined here, or the time to ask for another look is over."""


class AgainForm(FlaskForm):
    """Why the claimant thinks that the decision is mistaken."""

    text = TextAreaField(
        _l("Why should we look at it again?"),
        validators=[
            InputRequired(_l("Say in a few words why.")),
            Length(10, letters.LONGEST, _l("Write at least 10 characters.")),
        ],
    )


@dataclass(frozen=True)
class DecidedLine:
    """A track's decision on the claimant's page; ``due``: until when they can ask for another look."""

    jurisdiction: str
    track: Track
    accepted: bool
    reason: str
    due: Due | None


def lines_for_claim(session: Session, claim: Claim) -> Sequence[DecidedLine]:
    """What was decided of each track, where it was declined in part or whole."""
    opened = runtime()
    matter = opened.matters.by_id(claim.matter_version_id).matter
    known = {track.id: track for track in matter.tracks}
    lines = []
    for engagement in claim.engagements:
        shown = verdicts.shown(session, opened, engagement, opened.clock())
        if all(one.accepted for one in shown):
            continue
        lines += [
            DecidedLine(
                engagement.jurisdiction, known[one.track], one.accepted, one.reason,
                due(one.again_until, engagement.jurisdiction, opened.clock())
                if one.again_until and one.may_ask
                else None,
            )
            for one in shown
            if one.track in known
        ]  # fmt: skip
    return lines


@pages.route("/again/<any(kr, us):jurisdiction>", methods=["GET", "POST"])
@allow.claimant
@limiter.limit("30 per hour", methods=["POST"], key_func=lambda: str(claimant().claim_id))
def again(jurisdiction: str) -> str | Response | tuple[str, int]:
    """Ask counsel of one jurisdiction to look at a declined claim again."""
    form, opened = AgainForm(), runtime()
    with opened.database.reading() as session:
        claim = access.own_claim(session, claimant())
        lines = [one for one in lines_for_claim(session, claim) if one.jurisdiction == jurisdiction]
        firm = opened.matters.by_id(claim.matter_version_id).matter.counsel(jurisdiction).name[current()]
    if not any(one.due for one in lines):
        flash(_("The time to ask for another look is over. You can still write to the law firm."), "wait")
        return redirect(url_for("claims.overview"), 303)
    if not form.is_submitted() or not form.validate():
        page = render_template("review/again.html", form=form, lines=lines, firm=firm)
        return page, (422 if form.is_submitted() else 200)
    try:
        with opened.database.transaction() as session:
            claim = access.own_claim(session, claimant(), to_change=True)
            engagement = claim.engagement(jurisdiction)
            if engagement is None:
                abort(404)
            ask_again(session, opened, engagement, form.text.data.strip())
        flash(
            _("You asked for another look. The law firm reads it, and you are told what comes of it."), "good"
        )
    except letters.TooManyLetters:
        flash(_("You have written many letters today. Please ask again tomorrow."), "bad")
    except TooLate:
        flash(_("The time to ask for another look is over. You can still write to the law firm."), "wait")
    return redirect(url_for("claims.overview"), 303)


def ask_again(session: Session, opened: Runtime, engagement: Engagement, text: str) -> None:
    """The claimant's right: the words go to counsel as a letter, and what was declined whole is in review again.

    What was declined in part stays accepted for the rest; the letter waits in the queue. Raises TooLate, or
    TooManyLetters.
    """
    now = opened.clock()
    if not any(one.may_ask for one in verdicts.shown(session, opened, engagement, now)):
        raise TooLate("nothing that can be asked for again")
    letters.write(session, opened, engagement, text, enclosures.Taken(), now=now)
    actor = claims.claimant_of(engagement.claim)
    audit.record(session, now=now, actor=actor, action="claim.asked_again", subject=engagement.claim_id,
                 jurisdiction=engagement.jurisdiction)  # fmt: skip
    if engagement.state is ClaimState.DECLINED:
        claims.move(session, engagement, ClaimState.IN_REVIEW, actor=actor, now=now)
        verdicts.void(session, engagement, now)


@pages.post("/corrections/confirm")
@allow.claimant
def confirm_correction() -> Response:
    """What staff corrected is right: it counts at once, or once the documents that say it are signed again."""
    with runtime().database.transaction() as session:
        claim = access.own_claim(session, claimant(), to_change=True)
        done = correcting.confirm(session, runtime(), claim, runtime().clock())
    if not done:
        return redirect(url_for("packets.read"), 303)
    flash(_("Confirmed. The correction counts from now on."), "good")
    return redirect(url_for("claims.overview"), 303)


@pages.post("/corrections/refuse")
@allow.claimant
def refuse_correction() -> Response:
    """What staff corrected is not right: what was signed counts on."""
    with runtime().database.transaction() as session:
        claim = access.own_claim(session, claimant(), to_change=True)
        correcting.refuse(session, claim, runtime().clock())
    flash(_("Refused. What you signed counts on; you can tell the law firm why in a letter."), "good")
    return redirect(url_for("claims.overview"), 303)

"""The claimant's pages of letters: parse, authorise, call one function, render."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from portal.claims import access, overview, sealed
from portal.claims.models import Claim, Engagement
from portal.claims.states import ClaimState
from portal.correspondence import enclosures, service
from portal.correspondence.enclosures import RefusedFile, Taken
from portal.correspondence.forms import AnswerForm, LetterForm
from portal.correspondence.models import Author, Letter
from portal.evidence import wording
from portal.evidence.blobs import Damaged
from portal.evidence.inspect import MediaType
from portal.evidence.saving import saved
from portal.evidence.service import MB, Upload
from portal.web import allow, claimant, language, runtime
from portal.web.bodies import takes_files
from portal.web.calendars import due
from portal.web.held import held_here, release
from portal.web.limits import limiter

pages = Blueprint("letters", __name__, url_prefix=f"{language.PREFIX}/claim")
log = structlog.get_logger()
Answer = str | Response | tuple[str, int]
Send = Callable[..., Letter]


@dataclass(frozen=True)
class LetterLine:
    """The letters with one firm, as the claim's page shows them."""

    jurisdiction: str
    letters: int
    unread: int
    may_write: bool


@pages.route("/letters/<any(kr, us):jurisdiction>", methods=["GET", "POST"])
@allow.claimant
@limiter.limit("60 per hour", methods=["POST"], key_func=lambda: str(claimant().claim_id))
@takes_files
def talk(jurisdiction: str) -> Answer:
    """The letters with counsel of one jurisdiction, and a form for the next one."""
    engagement = _engagement(jurisdiction)
    if engagement is None:
        return redirect(url_for("claims.overview"), 303)
    form = LetterForm(_typed())
    if request.method == "GET":
        return _talk_page(engagement, form)
    if not form.validate():
        return _talk_page(engagement, form), 422
    try:
        _post(engagement, form, service.write)
    except service.Closed:
        return redirect(url_for("letters.talk", jurisdiction=jurisdiction), 303)
    except REFUSED as refused:
        form.files.errors = [why(refused)]
        return _talk_page(engagement, form), 422
    flash(_("Your letter was sent. We tell you when counsel has answered."), "good")
    return release(redirect(url_for("letters.talk", jurisdiction=jurisdiction) + "#newest", 303))


@pages.route("/answer/<any(kr, us):jurisdiction>", methods=["GET", "POST"])
@allow.claimant
@limiter.limit("60 per hour", methods=["POST"], key_func=lambda: str(claimant().claim_id))
@takes_files
def answer(jurisdiction: str) -> Answer:
    """What counsel asks for, with its day, and everything that answers it on one page."""
    engagement = _engagement(jurisdiction)
    if engagement is None or engagement.state is not ClaimState.INFORMATION_REQUESTED:
        return redirect(url_for("claims.overview"), 303)
    form = AnswerForm(_typed())
    if request.method == "GET":
        return _answer_page(engagement, form)
    if not form.validate():
        return _answer_page(engagement, form), 422
    try:
        _post(engagement, form, service.answer)
    except service.NothingAsked:  # another device was faster
        return redirect(url_for("claims.overview"), 303)
    except REFUSED as refused:
        form.files.errors = [why(refused)]
        return _answer_page(engagement, form), 422
    flash(_("Thank you. Counsel has your answer and goes on with the review."), "good")
    return release(redirect(url_for("claims.overview"), 303))


@pages.get("/letters/files/<uuid:enclosure_id>")
@allow.claimant
def enclosed(enclosure_id: UUID) -> Response:
    """The harmless copy of a file of the claimant's own letters, to be saved."""
    with runtime().database.reading() as session:
        claim = access.own_claim(session, claimant())
        found = enclosures.enclosure_of(session, claim.engagements, enclosure_id) or abort(404)
        details = enclosures.read_details(session, runtime(), claim.subject_id, found)
        content = enclosures.open_part(session, runtime(), claim.subject_id, found, "harmless")
    return saved(content, MediaType(found.media_type), details.file_name)


@pages.errorhandler(RequestEntityTooLarge)
def _too_much_at_once(_error: RequestEntityTooLarge) -> Answer:
    limit = wording.megabytes(runtime().settings.max_claim_mb * MB)
    flash(
        _(
            "The files together were larger than %(limit)s. Nothing was sent; please enclose fewer files.",
            limit=limit,
        ),
        "bad",
    )
    return redirect(request.path, 303)


@pages.errorhandler(Damaged)
def _damaged(error: Damaged) -> Answer:
    """A stored file is not what was stored: it is named in the log and shown to nobody."""
    log.error("letters.damaged", file=str(error.file_id), part=error.part)
    return render_template("evidence/damaged.html"), 500


def lines_for_claim(session: Session, claim: Claim) -> Sequence[LetterLine]:
    """The letters of each signed engagement."""
    counted = service.counts(session, claim, Author.CLAIMANT)
    return [
        LetterLine(one.jurisdiction, found.letters, found.unread, service.may_write(one))
        for one in claim.engagements
        if one.state is not ClaimState.DRAFT
        for found in [counted.get(one.id, service.Count())]
    ]


def uploads_of(files: Sequence[Any]) -> list[Upload]:
    """The files of a form; one byte more than a file may have is enough to know that it is too large."""
    most = runtime().settings.max_file_mb * MB + 1
    return [
        Upload(file.filename or "", file.mimetype, file.stream.read(most)) for file in files if file.filename
    ]


REFUSED = (RefusedFile, enclosures.TooManyEnclosures, enclosures.NoRoomForLetters, service.TooManyLetters)


def why(refused: Exception) -> str:
    """Why a letter was not sent; what was written stands in its field still."""
    if isinstance(refused, RefusedFile):
        again = _("Your letter is not sent yet; please choose the files again.")
        return f"{wording.refusal(refused.refusal, refused.name)} {again}"
    if isinstance(refused, service.TooManyLetters):
        return _(
            "You have sent %(count)s letters within a day. Please wait until tomorrow, or call the law firm.",
            count=service.PER_DAY,
        )
    if isinstance(refused, enclosures.TooManyEnclosures):
        return _(
            "Enclose at most %(count)s files with one letter. Your letter is not sent yet.",
            count=enclosures.MOST_FILES,
        )
    return _(
        "Your letters hold as many files as they may. Please send the files to the law firm in another way."
    )


def _post(engagement: Engagement, form: LetterForm | AnswerForm, send: Send) -> None:
    """Take the files first: making them harmless takes seconds, during which nothing is locked."""
    now = runtime().clock()
    sent = request.files.getlist(form.files.name)
    taken: Taken = enclosures.take(runtime(), engagement, uploads_of(sent), now)
    with runtime().database.transaction() as writing:
        claim = access.own_claim(writing, claimant(), to_change=True)
        found = claim.engagement(engagement.jurisdiction) or abort(404)
        send(writing, runtime(), found, form.text.data or "", taken, now=now)


def _engagement(jurisdiction: str) -> Engagement | None:
    """The claimant's engagement, once it is signed; before that there is nobody to write to."""
    with runtime().database.reading() as session:
        claim = access.own_claim(session, claimant())
        found = claim.engagement(jurisdiction)
        if found is None or found.state is ClaimState.DRAFT:
            return None
        return found


def _typed() -> Any:
    """What was typed now, or into this page before the session expired."""
    if request.method == "POST":
        return request.form
    typed = held_here(claimant().claim_id)
    if typed is not None:
        flash(_("This is what you typed before you were signed out. It is not sent yet."), "wait")
    return typed


def _talk_page(engagement: Engagement, form: LetterForm) -> str:
    opened = runtime()
    with opened.database.reading() as session:
        claim = access.own_claim(session, claimant())
        found = claim.engagement(engagement.jurisdiction) or abort(404)
        letters = service.talk(session, opened, found)
        new = {one.id for one in letters if one.author == Author.STAFF and one.read_at is None}
        may_write = service.may_write(found)
    if new:
        with opened.database.transaction() as session:
            service.read_all(session, found, Author.CLAIMANT, opened.clock())
    return render_template(
        "correspondence/talk.html",
        claim=claim,
        engagement=found,
        firm=_firm(claim, found),
        letters=letters,
        new=new,
        form=form,
        may_write=may_write,
        limits=limits(),
    )


def _answer_page(engagement: Engagement, form: AnswerForm) -> str:
    opened = runtime()
    with opened.database.transaction() as session:
        claim = access.own_claim(session, claimant())
        found = claim.engagement(engagement.jurisdiction) or abort(404)
        service.read_all(session, found, Author.CLAIMANT, opened.clock())
        asked = sealed.read_note(session, opened.vault, found)
        standing = next(
            one
            for one in overview.read(session, opened, claim).standings
            if one.jurisdiction == found.jurisdiction
        )
    return render_template(
        "correspondence/answer.html",
        claim=claim,
        engagement=found,
        firm=_firm(claim, found),
        asked=asked,
        due=due(found.due_on, found.jurisdiction, opened.clock()) if found.due_on else None,
        standing=standing,
        form=form,
        limits=limits(),
    )


def _firm(claim: Claim, engagement: Engagement) -> Any:
    return runtime().matters.by_id(claim.matter_version_id).matter.counsel(engagement.jurisdiction)


def limits() -> dict[str, Any]:
    """What the forms say about length and files."""
    settings = runtime().settings
    return {
        "text": service.LONGEST,
        "files": enclosures.MOST_FILES,
        "file": wording.megabytes(settings.max_file_mb * MB),
    }

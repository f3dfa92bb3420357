"""The staff's pages of what was signed in ink: what came by post, which prints wait, one print page by page."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pypdfium2
import structlog
from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from portal import audit
from portal.claims import access, sealed
from portal.claims.errors import (
    AlreadySubmitted,
    ClaimError,
    ConsentMissing,
    NotReady,
    TextsChanged,
    TrackClosed,
)
from portal.claims.models import Engagement
from portal.packets.models import PaperPrint
from portal.packets.paper import checking, prints, returning, wording
from portal.packets.paper.checking import NotAllSigned, NotToCheck
from portal.packets.paper.forms import ReturnForm
from portal.packets.paper.prints import Standing
from portal.packets.paper.returning import KEPT, Result
from portal.packets.paper.views import served_picture, uploads
from portal.packets.paper_scans import ScanDamaged
from portal.review import service
from portal.review.forms import PaperForm
from portal.web import allow, runtime, staff
from portal.web.bodies import takes_files
from portal.web.shown import masked_name

blueprint = Blueprint("paper_desk", __name__, url_prefix="/staff/paper")
log = structlog.get_logger()
_SHOWN_DPI = 100


@blueprint.get("")
@allow.staff("paper.check")
def index() -> str:
    """Prints that are not signed yet, those that wait for a person first, and a form for what came by post."""
    return _index()


@blueprint.post("")
@allow.staff("paper.check")
@takes_files
def send() -> AnyResponse | str | tuple[str, int]:
    """Take pages that came by post: in any order, of any of the office's prints; the codes sort them."""
    form = ReturnForm()
    if not form.validate():
        abort(400)
    published = runtime().matters.current()
    sender = returning.from_staff(service.actor_of(staff()), access.engagements_of_office(staff()))
    results = [
        result
        for upload in uploads(form)
        for result in returning.take(runtime(), published, sender, upload, runtime().clock())
    ]
    if not results:
        flash(_("Choose at least one file."), "wait")
        return redirect(url_for("paper_desk.index"), 303)
    return _index(results)


@blueprint.get("/<uuid:print_id>")
@allow.staff("paper.check")
def look(print_id: UUID) -> str:
    """The pages of one print beside what was printed."""
    return _look(print_id, PaperForm(formdata=None))


@blueprint.post("/<uuid:print_id>")
@allow.staff("paper.check")
def decide(print_id: UUID) -> AnyResponse | str:
    """Sign in what was signed, or ask for pages again."""
    form = PaperForm()
    if not form.validate():
        return _look(print_id, form)
    published, now = runtime().matters.current(), runtime().clock()
    try:
        with runtime().database.transaction() as session:
            print_, engagement = _print(session, print_id)
            if form.again:
                checking.ask_again(
                    session, runtime(), published, engagement, print_, form.pages_again, form.reason.data or "",
                    staff().id, now,
                )  # fmt: skip
                done, onward = _("Done. The claimant is told."), url_for("paper_desk.index")
            else:
                checking.confirm(
                    session, runtime(), published, engagement, print_, form.pages_signed, staff().id, now
                )
                done = _("Signed. The packet is being made.")
                onward = url_for("review.claim", engagement_id=engagement.id)
    except NotAllSigned:
        form.complaint = _("Look at every page that is to be signed, and mark it.")
        return _look(print_id, form)
    except ClaimError as error:
        flash(_why_not(error), "bad")
        return redirect(url_for("paper_desk.look", print_id=print_id), 303)
    flash(done, "good")
    return redirect(onward, 303)


@blueprint.get("/<uuid:print_id>/pages/<int:sheet>.jpg")
@allow.staff("paper.check")
def picture(print_id: UUID, sheet: int) -> Response:
    """The picture of a page that came back."""
    with runtime().database.reading() as session:
        print_, engagement = _print(session, print_id)
        page = prints.pictures(session, print_).get(sheet) or abort(404)
        content = checking.open_picture(session, runtime(), engagement.claim, page)
    return served_picture(content)


@blueprint.get("/<uuid:print_id>/printed/<int:sheet>.jpg")
@allow.staff("paper.check")
def printed(print_id: UUID, sheet: int) -> Response:
    """The page as it was printed; one that was not printed again was printed earlier and is not in this file."""
    with runtime().database.reading() as session:
        print_, engagement = _print(session, print_id)
        content = prints.open_file(session, runtime(), engagement.claim, print_)
    return served_picture(_drawn(content, print_, sheet) or abort(404))


@blueprint.errorhandler(ScanDamaged)
def _damaged(error: ScanDamaged) -> tuple[str, int]:
    log.error("paper.damaged", error=type(error).__name__)
    return render_template("evidence/damaged.html"), 500


def _print(session: Session, print_id: UUID) -> tuple[PaperPrint, Engagement]:
    """A print of the staff member's office; another's does not exist for them."""
    found = checking.print_of_office(session, access.engagements_of_office(staff()), print_id)
    if found is None:
        raise NotFound
    return found


def _drawn(content: bytes, print_: PaperPrint, number: int) -> bytes | None:
    """A page of our own PDF as a JPEG, found by the code that stands on it."""
    document = pypdfium2.PdfDocument(content)
    label = f"{print_.code} · {number}/{len(print_.plan)} ·"
    for page in document:
        if label in page.get_textpage().get_text_bounded():
            target = io.BytesIO()
            page.render(scale=_SHOWN_DPI / 72).to_pil().convert("RGB").save(target, "JPEG", quality=80)
            return target.getvalue()
    return None


def _index(results: Sequence[Result] = ()) -> str:
    opened, published = runtime(), runtime().matters.current()
    with opened.database.transaction() as session:
        rows = [
            _row(session, published, print_, engagement)
            for print_, engagement in checking.open_prints(session, access.engagements_of_office(staff()))
        ]
        audit.record(
            session,
            now=opened.clock(),
            actor=service.actor_of(staff()),
            action="claims.listed",
            count=len(rows),
            searched=False,
        )
    return render_template(
        "review/paper.html",
        rows=rows,
        form=ReturnForm(formdata=None),
        said=[wording.sentence(result) for result in results if result.fate not in KEPT],
        good=[wording.sentence(result) for result in results if result.fate in KEPT],
    )


def _row(session: Session, published: Any, print_: PaperPrint, engagement: Engagement) -> dict[str, Any]:
    claim = engagement.claim
    name = sealed.read_latest(session, runtime().vault, claim).name
    return {
        "print": print_,
        "number": claim.number,
        "name": masked_name(name.shown(claim.language)) if name else "",
        "stands": prints.standing(session, runtime(), published, engagement, print_),
    }


def _look(print_id: UUID, form: PaperForm) -> str:
    opened, published = runtime(), runtime().matters.current()
    with opened.database.transaction() as session:
        print_, engagement = _print(session, print_id)
        service.note_read(session, engagement, by=staff(), now=opened.clock(), part="paper")
        stands = prints.standing(session, opened, published, engagement, print_)
        particulars = sealed.read_latest(session, opened.vault, engagement.claim)
        note = sealed.read_note(session, opened.vault, engagement)
    matter = opened.matters.by_id(print_.matter_version_id).matter
    titles = {one.id: one.title for one in matter.packets[engagement.jurisdiction].documents}
    return render_template(
        "review/paper_print.html",
        print=print_,
        stands=stands,
        engagement=engagement,
        claim=engagement.claim,
        name=particulars.name,
        titles=titles,
        documents=_by_document(stands),
        missing=wording.pages(stands.missing),
        note=note if print_.state == prints.PrintState.REFUSED else "",
        form=form,
    )


def _by_document(stands: Standing) -> dict[str, list[prints.Sheet]]:
    found: dict[str, list[prints.Sheet]] = {}
    for sheet in stands.sheets:
        found.setdefault(sheet.document, []).append(sheet)
    return found


def _why_not(error: ClaimError) -> str:
    if isinstance(error, NotToCheck | AlreadySubmitted):
        return _("The claim has changed meanwhile, so this can no longer be done.")
    if isinstance(error, TextsChanged | NotReady | ConsentMissing):
        return _("Something changed after it was printed. The claimant has to print and sign what changed.")
    if isinstance(error, TrackClosed):
        return _("One of the claim's actions no longer takes new people.")
    raise error

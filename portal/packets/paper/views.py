"""The claimant's pages of signing in ink: print, send the pages back, see where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import structlog
from flask import Blueprint, Response, abort, flash, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound, RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from portal.claims import access, sealed
from portal.claims.errors import AlreadySubmitted, ConsentMissing, NotReady, TextsChanged, TrackClosed
from portal.claims.models import Claim, Engagement
from portal.claims.sections import PaperLine
from portal.evidence import wording as evidence
from portal.evidence.service import MB, Upload
from portal.identity.models import ClaimantSession
from portal.matters.shelf import PublishedMatter
from portal.packets import reading as readings_of
from portal.packets.device import device_class
from portal.packets.forms import PlaceForm
from portal.packets.paper import checking, printing, prints, returning, wording
from portal.packets.paper.forms import ReturnForm
from portal.packets.paper.prints import Standing
from portal.packets.paper.returning import KEPT, Fate, Result
from portal.packets.paper_scans import ScanDamaged
from portal.packets.signing import Circumstances
from portal.packets.views import elsewhere
from portal.storage import StorageError
from portal.web import allow, claimant, runtime
from portal.web.bodies import takes_files
from portal.web.language import PREFIX, current
from portal.web.limits import limiter

blueprint = Blueprint("paper", __name__, url_prefix=f"{PREFIX}/claim/paper/<any(kr, us):jurisdiction>")
log = structlog.get_logger()
Answer = str | AnyResponse | tuple[str, int] | tuple[Response, int]


@blueprint.get("")
@allow.claimant
def start(jurisdiction: str) -> AnyResponse:
    """Where the way to pen and paper leads: to the print that there is, or to making one."""
    with runtime().database.reading() as session:
        claim = access.own_claim(session, claimant())
        if claim.engagement(jurisdiction) is None:
            abort(404)
        stands = _standing(session, runtime().matters.current(), claim, jurisdiction)
    there = stands is not None and stands.open
    return redirect(url_for("paper.pages" if there else "paper.order", jurisdiction=jurisdiction), 303)


@blueprint.route("/print", methods=["GET", "POST"])
@allow.claimant
@limiter.limit("30 per hour", methods=["POST"], key_func=lambda: str(claimant().claim_id))
def order(jurisdiction: str) -> Answer:
    """Ask where the person will sign, which chooses the declaration's form, and print."""
    published = runtime().matters.current()
    with runtime().database.reading() as session:
        claim = access.own_claim(session, claimant())
        if found := elsewhere(session, claim, published):
            return found
        entries = readings_of.reading_list(session, runtime(), published, claim)
        if not all(entry.done for entry in entries):
            return redirect(url_for("packets.read"), 303)
        stands = _standing(session, published, claim, jurisdiction)
    form, refused = PlaceForm(), None
    if form.validate_on_submit():
        refused = _print(published, jurisdiction, form.place.data, whole=request.form.get("whole") == "1")
        if refused is None:
            return redirect(url_for("paper.pages", jurisdiction=jurisdiction), 303)
    page = render_template(
        "packets/paper/order.html",
        form=form,
        refused=refused,
        jurisdiction=jurisdiction,
        published=published,
        entries=[entry for entry in entries if entry.jurisdiction == jurisdiction],
        stands=stands if stands and stands.open else None,
    )
    return page, (422 if form.errors or refused else 200)


@blueprint.get("/print.pdf")
@allow.claimant
def document(jurisdiction: str) -> Response:
    """The print, to be put on paper."""
    with runtime().database.reading() as session:
        claim = access.own_claim(session, claimant())
        engagement = claim.engagement(jurisdiction) or abort(404)
        print_ = prints.newest(session, engagement) or abort(404)
        content = prints.open_file(session, runtime(), claim, print_)
    return Response(
        content,
        mimetype="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{claim.number}-{jurisdiction}-print.pdf"',
            "Cache-Control": "no-store",
        },
    )


@blueprint.get("/pages")
@allow.claimant
def pages(jurisdiction: str) -> Answer:
    """Where the print stands, page by page, and the form to send pages."""
    return _page(jurisdiction)


@blueprint.post("/pages")
@allow.claimant
@limiter.limit("300 per hour", key_func=lambda: str(claimant().claim_id))
@takes_files
def send(jurisdiction: str) -> Answer:
    """Take every picture of the request; each is named with what became of it."""
    form = ReturnForm()
    if not form.validate():
        abort(400)
    published = runtime().matters.current()
    with runtime().database.reading() as session:
        claim = access.own_claim(session, claimant())
        if claim.engagement(jurisdiction) is None:
            abort(404)
        sender = returning.from_claimant(claim)
    results = [
        result
        for upload in uploads(form)
        for result in returning.take(runtime(), published, sender, upload, runtime().clock())
    ]
    for result in results:
        if result.fate not in KEPT:
            log.info(
                "paper.not_kept", fate=str(result.fate), code=result.refusal.code if result.refusal else None
            )
    return _told(jurisdiction, results)


@blueprint.get("/pages/<int:sheet>.jpg")
@allow.claimant
def picture(jurisdiction: str, sheet: int) -> Response:
    """The picture of a page that counts, upright, as the firm sees it."""
    with runtime().database.reading() as session:
        claim = access.own_claim(session, claimant())
        engagement = claim.engagement(jurisdiction) or abort(404)
        print_ = prints.newest(session, engagement) or abort(404)
        page = prints.pictures(session, print_).get(sheet) or abort(404)
        content = checking.open_picture(session, runtime(), claim, page)
    return served_picture(content)


@blueprint.errorhandler(RequestEntityTooLarge)
def _too_much_at_once(_error: RequestEntityTooLarge) -> Answer:
    sentence = _(
        "The pictures of one go were too large together. Please send a few at a time, up to %(limit)s together.",
        limit=evidence.megabytes(runtime().settings.max_claim_mb * MB),
    )
    jurisdiction = (request.view_args or {}).get("jurisdiction", "kr")
    return (
        (jsonify(error=sentence), 413) if wants_json() else _page(jurisdiction, said=[sentence], status=413)
    )


@blueprint.errorhandler(ScanDamaged)
@blueprint.errorhandler(StorageError)
def _damaged(error: Exception) -> Answer:
    log.error("paper.damaged", error=type(error).__name__)
    return render_template("evidence/damaged.html"), 500


def uploads(form: ReturnForm) -> Iterator[Upload]:
    """The files of a request; of one that is too large only as much as shows that it is."""
    most = runtime().settings.max_file_mb * MB
    for file in request.files.getlist(form.files.name):
        if file.filename:
            yield Upload(file.filename, file.mimetype, file.stream.read(most + 1))


def served_picture(content: bytes) -> Response:
    """A picture of a page, shown without an origin and kept nowhere."""
    return Response(
        content,
        mimetype="image/jpeg",
        headers={
            "Content-Disposition": 'inline; filename="page.jpg"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "no-store",
        },
    )


def wants_json() -> bool:
    """Whether the page's script asks, which sends one file at a time."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json"


def lines_for_claim(session: Session, claim: Claim) -> list[PaperLine]:
    """The claim's prints that wait for something, for its page."""
    published = runtime().matters.current()
    lines = []
    for engagement in claim.engagements:
        stands = _standing(session, published, claim, engagement.jurisdiction)
        if stands is not None and stands.open:
            lines.append(
                PaperLine(
                    jurisdiction=engagement.jurisdiction,
                    url=url_for("paper.pages", jurisdiction=engagement.jurisdiction),
                    received=stands.received,
                    total=len(stands.sheets),
                    void=stands.void,
                    checking=stands.to_check,
                    note=_note(session, engagement, stands),
                )
            )
    return lines


def _print(published: PublishedMatter, jurisdiction: str, place: str, *, whole: bool) -> str | None:
    """Print; answers a sentence when a signature could not be given now, None when it is done."""
    with runtime().database.reading() as session:
        began = session.get(ClaimantSession, claimant().session_id)
    circumstances = Circumstances(
        language=current(),
        place=place,
        address=g.address,
        device=device_class(request.user_agent.string),
        session_began_at=began.created_at if began else None,
    )
    now = runtime().clock()
    try:
        printing.make(
            runtime(), published, claimant().claim_id, jurisdiction, circumstances, now, whole=whole
        )
    except AlreadySubmitted:
        return None
    except TextsChanged:
        return _(
            "A text was published anew while you were reading. Please read what changed before you sign."
        )
    except ConsentMissing as error:
        documents = (one for plan in published.matter.packets.values() for one in plan.documents)
        title = next(one.title for one in documents if one.id == error.document)
        return _("Counsel cannot act without this consent: %(title)s", title=title[current()])
    except TrackClosed:
        return _("One of the actions you chose no longer takes new people.")
    except NotReady:
        return _("Something is still missing. Please look through your details.")
    return None


def _standing(
    session: Session, published: PublishedMatter, claim: Claim, jurisdiction: str
) -> Standing | None:
    engagement = claim.engagement(jurisdiction)
    print_ = prints.newest(session, engagement) if engagement else None
    if engagement is None or print_ is None:
        return None
    return prints.standing(session, runtime(), published, engagement, print_)


def _note(session: Session, engagement: Engagement, stands: Standing) -> str:
    """Why pages are asked for again, in the firm's words."""
    if stands.print_.state != prints.PrintState.REFUSED:
        return ""
    return sealed.read_note(session, runtime().vault, engagement)


def _told(jurisdiction: str, results: Sequence[Result]) -> Answer:
    troubles = [wording.sentence(result) for result in results if result.fate not in KEPT]
    if wants_json():
        # The script shows the list of pages anew whenever something arrived, whatever became of the rest.
        arrived = any(result.fate in (Fate.RECEIVED, Fate.REPLACED) for result in results)
        return jsonify(error=" ".join(troubles) or None, renew=arrived), 422 if troubles else 200
    if not results:
        flash(_("Choose at least one file."), "wait")
        return redirect(url_for("paper.pages", jurisdiction=jurisdiction), 303)
    if not troubles:
        flash(wording.counted(results), "good")
        return redirect(url_for("paper.pages", jurisdiction=jurisdiction), 303)
    return _page(jurisdiction, results, status=422)


def _page(
    jurisdiction: str, results: Sequence[Result] = (), said: Sequence[str] = (), status: int = 200
) -> Answer:
    published = runtime().matters.current()
    with runtime().database.reading() as session:
        claim = access.own_claim(session, claimant())
        engagement = claim.engagement(jurisdiction)
        stands = _standing(session, published, claim, jurisdiction)
        if engagement is None or stands is None:
            raise NotFound
        matter = runtime().matters.by_id(stands.print_.matter_version_id).matter
        note = _note(session, engagement, stands)
    titles = {one.id: one.title[current()] for one in matter.packets[engagement.jurisdiction].documents}
    settings = runtime().settings
    page = render_template(
        "packets/paper/pages.html",
        claim=claim,
        jurisdiction=jurisdiction,
        firm=matter.counsel(engagement.jurisdiction),
        stands=stands,
        groups=list(_groups(stands, titles)),
        missing=wording.pages(stands.missing),
        changed=[titles.get(one, one) for one in stands.changed],
        note=note,
        form=ReturnForm(formdata=None),
        said=[*said, *(wording.sentence(result) for result in results if result.fate not in KEPT)],
        good=[wording.sentence(result) for result in results if result.fate in KEPT],
        limits={
            "file": evidence.megabytes(settings.max_file_mb * MB),
            "bytes": settings.max_file_mb * MB,
        },
    )
    return page, status


def _groups(stands: Standing, titles: dict[str, str]) -> Iterator[dict[str, object]]:
    """The print's documents with how many of their pages are here."""
    documents = list(dict.fromkeys(sheet.document for sheet in stands.sheets))
    for document in documents:
        sheets = [sheet for sheet in stands.sheets if sheet.document == document]
        yield {
            "title": titles.get(document, document),
            "sheets": sheets,
            "numbers": wording.pages(sheet.number for sheet in sheets),
            "signed": wording.pages(sheet.number for sheet in sheets if sheet.signature),
            "missing": wording.pages(sheet.number for sheet in sheets if sheet.page is None),
            "changed": document in stands.changed,
        }

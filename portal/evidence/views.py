"""The claimant's pages of evidence: parse, authorise, call one function, render."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from portal.claims import access, sealed
from portal.claims.errors import AlreadySubmitted
from portal.claims.models import Claim
from portal.claims.sections import FileLine
from portal.claims.steps import EVIDENCE_STAGE, STAGES
from portal.evidence import certificates, listing, numbering, parts, service, wording
from portal.evidence.blobs import Damaged
from portal.evidence.details import tidy_file_name
from portal.evidence.forms import AddForm, DescribeForm, RemoveForm
from portal.evidence.inspect import MediaType
from portal.evidence.listing import Piece
from portal.evidence.models import EvidenceFile
from portal.evidence.refusals import Refusal
from portal.evidence.saving import saved
from portal.evidence.service import MB, Upload
from portal.matters.model import EvidenceKind
from portal.web import allow, claimant, language, runtime
from portal.web.bodies import takes_files
from portal.web.held import held_here, release
from portal.web.limits import limiter

pages = Blueprint("evidence", __name__, url_prefix=f"{language.PREFIX}/claim/evidence")
log = structlog.get_logger()
Answer = str | Response | tuple[str, int] | tuple[Response, int]


@dataclass(frozen=True)
class Result:
    """What became of one file of a request; `sentence` says why it was not added."""

    name: str
    sentence: str = ""


@pages.get("")
@allow.claimant
def index() -> Answer:
    """The claim's files, and a form to add more."""
    return _page()


@pages.post("")
@allow.claimant
@limiter.limit("300 per hour", key_func=lambda: str(claimant().claim_id))
@takes_files
def add() -> Answer:
    """Take every good file of the request; each refused one is named with its reason."""
    with runtime().database.reading() as session:
        claim = access.own_claim(session, claimant())
        form = AddForm(kinds_for(claim), language.current())
        incident = incident_of(session, claim, form.incident.data or "")
    if not form.validate():
        abort(400)
    sent = [file for file in request.files.getlist(form.files.name) if file.filename]
    try:
        results = [take(file, form.kind.data, incident) for file in sent]
    except AlreadySubmitted:
        return redirect(url_for("claims.overview"), 303)
    return _told(results)


@pages.route("/<uuid:file_id>", methods=["GET", "POST"])
@allow.claimant
def describe(file_id: UUID) -> Answer:
    """What one file is: title, who made it, its date and kind."""
    with runtime().database.transaction() as session:
        claim, file = own_file(session, file_id)
        piece = listing.piece_of(session, runtime(), file)
        if not service.may_change(claim, file.received_at):
            return redirect(url_for("evidence.index"), 303)
        kinds = kinds_for(claim, piece.kind)
        typed = held_here(claim.id) if request.method == "GET" else None
        form = DescribeForm(
            kinds, language.current(), piece, lambda kind: numbering.signed_on(claim, kind), typed
        )
        if request.method == "POST" and form.validate():
            service.describe(
                session, runtime(), claim, file, title=form.title.data or "", author=form.author.data or "",
                dated=form.dated.form.value, kind=form.kind.data,
            )  # fmt: skip
            flash(_("Saved."), "good")
            return release(redirect(url_for("evidence.index"), 303))
    if typed is not None:
        flash(_("This is what you typed before you were signed out. It is not saved yet."), "wait")
    page = render_template(
        "evidence/describe.html", piece=piece, form=form, kinds=kinds, certificate=_is_certificate(piece)
    )
    return page, (422 if form.errors else 200)


@pages.route("/<uuid:file_id>/remove", methods=["GET", "POST"])
@allow.claimant
def remove(file_id: UUID) -> Answer:
    """Ask once, then take a file back."""
    form = RemoveForm()
    with runtime().database.transaction() as session:
        claim, file = own_file(session, file_id)
        piece = listing.piece_of(session, runtime(), file)
        if not service.may_change(claim, file.received_at):
            return redirect(url_for("evidence.index"), 303)
        if form.validate_on_submit():
            service.remove(session, claim, file, runtime().clock())
            flash(_("Removed."), "good")
            return redirect(url_for("evidence.index"), 303)
    return render_template("evidence/remove.html", piece=piece, form=form)


@pages.get("/<uuid:file_id>/thumbnail")
@allow.claimant
def thumbnail(file_id: UUID) -> Response:
    """A small picture of a file, for the list."""
    with runtime().database.reading() as session:
        _claim, file = own_file(session, file_id)
        return saved(listing.open_thumbnail(session, runtime(), file), MediaType.JPEG, "thumbnail")


@pages.get("/<uuid:file_id>/copy")
@allow.claimant
def copy(file_id: UUID) -> Response:
    """The harmless copy, as counsel will see it, to be saved."""
    with runtime().database.reading() as session:
        _claim, file = own_file(session, file_id)
        name = listing.piece_of(session, runtime(), file).details.shown_name
        return saved(listing.open_harmless(session, runtime(), file), MediaType(file.media_type), name)


@pages.errorhandler(RequestEntityTooLarge)
def _too_much_at_once(_error: RequestEntityTooLarge) -> Answer:
    sentence = _(
        "The files of one go were too large together. Files added before are safe. Please add a few at a time, "
        "up to %(limit)s together.",
        limit=wording.megabytes(runtime().settings.max_claim_mb * MB),
    )
    return (jsonify(error=sentence), 413) if wants_json() else _page([Result("", sentence)], 413)


@pages.errorhandler(Damaged)
def _damaged(error: Damaged) -> Answer:
    """A stored file is not what was stored: it is named in the log and shown to nobody."""
    log.error("evidence.damaged", file=str(error.file_id), part=error.part)
    return render_template("evidence/damaged.html"), 500


def lines_for_claim(session: Session, claim: Claim) -> Sequence[FileLine]:
    """The files as the claim's page lists them."""
    pieces = listing.list_for(session, runtime(), claim.id)
    return [
        FileLine(piece.details.shown_name, piece.size, piece.received_at, piece.details.incident)
        for piece in pieces
    ]


def _is_certificate(piece: Piece) -> bool:
    kinds = runtime().matters.current().matter.evidence
    return any(kind.authority and kind.id == piece.kind for kind in kinds)


def _page(results: Sequence[Result] = (), status: int = 200) -> tuple[str, int]:
    with runtime().database.reading() as session:
        claim = access.own_claim(session, claimant())
        pieces = listing.list_for(session, runtime(), claim.id)
        unfinished = parts.unfinished(session, runtime(), claim)
        incident = incident_of(session, claim, request.args.get("incident", ""))
    matter, settings, kinds = runtime().matters.current().matter, runtime().settings, kinds_for(claim)
    page = render_template(
        "evidence/list.html",
        claim=claim,
        pieces=pieces,
        changeable={piece.id for piece in pieces if service.may_change(claim, piece.received_at)},
        may_add=service.may_add(claim),
        form=AddForm(kinds, language.current(), formdata=None, data={"incident": incident}),
        unfinished=unfinished,
        kinds=kinds,
        undated=[piece for piece in pieces if _is_certificate(piece) and piece.details.dated is None],
        kind_names={kind.id: kind.name[language.current()] for kind in matter.evidence},
        missing=numbering.kinds_missing(matter, claim, pieces),
        refused=[result for result in results if result.sentence],
        used=wording.megabytes(sum(piece.size for piece in pieces)),
        limits={
            "file": wording.megabytes(settings.max_file_mb * MB),
            "claim": wording.megabytes(settings.max_claim_mb * MB),
            "files": settings.max_files,
            "bytes": settings.max_file_mb * MB,
            "part": parts.LARGEST,
        },
        stage=EVIDENCE_STAGE,
        stages=STAGES,
    )
    return page, status


def take(file: FileStorage, kind: str, incident: str) -> Result:
    """Take one file of a request; what is refused is said in words."""
    name = tidy_file_name(file.filename or "")
    # One byte more than a file may have is enough to know that it is too large.
    content = file.stream.read(runtime().settings.max_file_mb * MB + 1)
    upload = Upload(file.filename or "", file.mimetype, content)
    try:
        added = service.add(
            runtime(), claimant().claim_id, upload, kind, runtime().clock(), incident=incident
        )
    except Refusal as refused:
        log.info("evidence.refused", code=refused.code, found=refused.found, limit=refused.limit)
        return Result(name, wording.refusal(refused, name))
    return Result(name, wording.already(name) if added.already and not added.attached else "")


def _told(results: Sequence[Result]) -> Answer:
    refused = [result for result in results if result.sentence]
    if wants_json():
        return jsonify(error=refused[0].sentence if refused else None), 422 if refused else 200
    if not results:
        flash(_("Choose at least one file."), "wait")
    elif added := len(results) - len(refused):
        flash(ngettext("%(num)s file added.", "%(num)s files added.", added), "good")
    return _page(results, 422) if refused else redirect(url_for("evidence.index"), 303)


def wants_json() -> bool:
    """Whether a script asks, and wants words rather than a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json"


def own_file(session: Session, file_id: UUID) -> tuple[Claim, EvidenceFile]:
    """A file of the claimant's own claim; anything else does not exist for them."""
    claim = access.own_claim(session, claimant(), to_change=request.method == "POST")
    file = listing.file_of(session, claim.id, file_id)
    if file is None:
        abort(404)
    return claim, file


def incident_of(session: Session, claim: Claim, incident_id: str) -> str:
    """The id of an incident if the claim's diary has it; a page may be older than the diary."""
    if not incident_id:
        return ""
    diary = sealed.read_latest(session, runtime().vault, claim).diary
    return incident_id if any(incident.id == incident_id for incident in diary) else ""


def kinds_for(claim: Claim, held: str = "") -> tuple[EvidenceKind, ...]:
    """What can be added now; for a file that is there already also what it was said to be."""
    matter = runtime().matters.current().matter
    now = certificates.offered(matter, claim) or tuple(kind for kind in matter.evidence if not kind.authority)
    return now if any(kind.id == held for kind in now) or not held else (*now, matter.evidence_kind(held))

"""The files of an entry of the harm diary, and taking an entry out: the diary's pages that know of evidence."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from portal.claims import access, diary, sealed
from portal.claims import service as claims
from portal.claims.errors import AlreadySubmitted
from portal.claims.models import Claim
from portal.claims.particulars import Incident
from portal.evidence import listing, parts, service, wording
from portal.evidence.forms import AddForm, RemoveForm
from portal.evidence.listing import Piece
from portal.evidence.service import MB
from portal.evidence.views import Result, kinds_for, take, wants_json
from portal.matters.incidents import IncidentKind
from portal.matters.model import EvidenceKind
from portal.web import allow, claimant, language, runtime
from portal.web.bodies import takes_files
from portal.web.limits import limiter

pages = Blueprint("incidents", __name__, url_prefix=f"{language.PREFIX}/claim/diary")
Answer = str | Response | tuple[str, int] | tuple[Response, int]


@pages.get("/<incident_id>/files")
@allow.claimant
def files(incident_id: str) -> Answer:
    """What proves an entry, and the files that do."""
    return _page(incident_id)


@pages.post("/<incident_id>/files")
@allow.claimant
@limiter.limit("300 per hour", key_func=lambda: str(claimant().claim_id))
@takes_files
def add(incident_id: str) -> Answer:
    """Take files for an entry: new ones, or some that the claim has already."""
    with runtime().database.reading() as session:
        claim, held = _entry(session, incident_id)
        form = AddForm(_kinds(claim, held), language.current())
    if not form.validate():
        abort(400)
    sent = [file for file in request.files.getlist(form.files.name) if file.filename]
    try:
        results = [take(file, form.kind.data, incident_id) for file in sent]
    except AlreadySubmitted:
        return redirect(url_for("claims.overview"), 303)
    refused = [result for result in results if result.sentence]
    if wants_json():
        return jsonify(error=refused[0].sentence if refused else None), 422 if refused else 200
    if not results:
        flash(_("Choose at least one file."), "wait")
    elif added := len(results) - len(refused):
        flash(ngettext("%(num)s file added.", "%(num)s files added.", added), "good")
    return _page(incident_id, refused, 422) if refused else redirect(_here(incident_id), 303)


@pages.post("/<incident_id>/files/<uuid:file_id>")
@allow.claimant
def attach(incident_id: str, file_id: UUID) -> Answer:
    """Say of a file that the claim has already that it belongs to this entry, or that it does not."""
    belongs = request.form.get("belongs") == "yes"
    with runtime().database.transaction() as session:
        claim, _held = _entry(session, incident_id, to_change=True)
        file = listing.file_of(session, claim.id, file_id) or abort(404)
        if service.may_change(claim, file.received_at):
            service.attach(session, runtime(), claim, file, incident_id if belongs else "")
    return redirect(_here(incident_id), 303)


@pages.route("/<incident_id>/remove", methods=["GET", "POST"])
@allow.claimant
def remove(incident_id: str) -> Answer:
    """Ask once, then take an entry out. Its files stay with the claim."""
    form = RemoveForm()
    with runtime().database.transaction() as session:
        claim, held = _entry(session, incident_id, to_change=request.method == "POST")
        own = [piece for piece in listing.list_for(session, runtime(), claim.id) if _belongs(piece, held)]
        if form.validate_on_submit():
            _take_out(session, claim, held, own)
            flash(_("The entry was removed."), "good")
            return redirect(url_for("claims.diary"), 303)
    return render_template("claims/diary_remove.html", form=form, entry=held, kind=_kind(held), files=own)


@pages.errorhandler(RequestEntityTooLarge)
def _too_much_at_once(_error: RequestEntityTooLarge) -> Answer:
    incident_id = str((request.view_args or {}).get("incident_id", ""))
    sentence = _(
        "The files of one go were too large together. Files added before are safe. Please add a few at a time, "
        "up to %(limit)s together.",
        limit=wording.megabytes(runtime().settings.max_claim_mb * MB),
    )
    return (jsonify(error=sentence), 413) if wants_json() else _page(incident_id, [Result("", sentence)], 413)


def _take_out(session: Session, claim: Claim, held: Incident, own: Sequence[Piece]) -> None:
    now = runtime().clock()
    claims.amend(
        session,
        runtime().vault,
        claim,
        lambda particulars: diary.removed(particulars, held.id),
        seen_revision=None,
        now=now,
    )
    for piece in own:
        file = listing.file_of(session, claim.id, piece.id)
        if file is not None and service.may_change(claim, piece.received_at):
            service.attach(session, runtime(), claim, file, "")


def _page(incident_id: str, refused: Sequence[Result] = (), status: int = 200) -> tuple[str, int]:
    with runtime().database.reading() as session:
        claim, held = _entry(session, incident_id)
        pieces = listing.list_for(session, runtime(), claim.id)
    kinds, settings = _kinds(claim, held), runtime().settings
    page = render_template(
        "claims/diary_files.html",
        claim=claim,
        entry=held,
        kind=_kind(held),
        kinds=kinds,
        pieces=[piece for piece in pieces if _belongs(piece, held)],
        loose=[
            piece
            for piece in pieces
            if not piece.details.incident and service.may_change(claim, piece.received_at)
        ],
        changeable={piece.id for piece in pieces if service.may_change(claim, piece.received_at)},
        kind_names={
            kind.id: kind.name[language.current()] for kind in runtime().matters.current().matter.evidence
        },
        form=AddForm(
            kinds, language.current(), formdata=None, data={"incident": held.id, "kind": _first(held, kinds)}
        ),
        refused=refused,
        limits={
            "file": wording.megabytes(settings.max_file_mb * MB),
            "claim": wording.megabytes(settings.max_claim_mb * MB),
            "files": settings.max_files,
            "bytes": settings.max_file_mb * MB,
            "part": parts.LARGEST,
        },
    )
    return page, status


def _entry(session: Session, incident_id: str, *, to_change: bool = False) -> tuple[Claim, Incident]:
    """An entry of the claimant's own diary; anything else does not exist for them."""
    claim = access.own_claim(session, claimant(), to_change=to_change)
    held = diary.find(sealed.read_latest(session, runtime().vault, claim), incident_id)
    if held is None:
        abort(404)
    if not claims.may_amend(claim):
        abort(redirect(url_for("claims.overview"), 303))
    return claim, held


def _kind(held: Incident) -> IncidentKind | None:
    return next((kind for kind in runtime().matters.current().matter.incidents if kind.id == held.kind), None)


def _kinds(claim: Claim, held: Incident) -> tuple[EvidenceKind, ...]:
    """The kinds of evidence that prove such an entry first, then the others."""
    offered = kinds_for(claim)
    kind = _kind(held)
    named = [proof.evidence for proof in kind.proofs] if kind else []
    first = sorted((one for one in offered if one.id in named), key=lambda one: named.index(one.id))
    return (*first, *(one for one in offered if one.id not in named))


def _first(held: Incident, kinds: Sequence[EvidenceKind]) -> str:
    return kinds[0].id if kinds and _kind(held) else ""


def _belongs(piece: Piece, held: Incident) -> bool:
    return piece.details.incident == held.id


def _here(incident_id: str) -> str:
    return url_for("incidents.files", incident_id=incident_id)

"""Pages that change how a file stands in the list or looks: its place, quarter turns, parts covered."""

from __future__ import annotations

import json
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.claims import access
from portal.evidence import listing, service, wording
from portal.evidence.forms import CoverForm, MoveForm, TurnForm
from portal.evidence.inspect import MediaType
from portal.evidence.listing import Piece
from portal.evidence.models import EvidenceFile
from portal.evidence.refusals import Refusal
from portal.evidence.rework import Change, covers_from
from portal.evidence.service import ChangedMeanwhile
from portal.evidence.views import Answer, own_file, pages
from portal.web import allow, claimant, runtime
from portal.web.limits import limiter


@pages.post("/<uuid:file_id>/move")
@allow.claimant
def move(file_id: UUID) -> Answer:
    """Put a file one place up or down, or where it was dragged to."""
    form = MoveForm()
    with runtime().database.transaction() as session:
        claim, file = own_file(session, file_id)
        if not form.validate():
            abort(400)
        if service.may_change(claim, file.received_at):
            here = [piece.id for piece in listing.list_for(session, runtime(), claim.id)].index(file.id)
            steps = {"up": here - 1, "down": here + 1}
            to = steps[form.to.data] if form.to.data in steps else int(form.to.data) - 1
            service.move(session, claim, file, max(to, 0))
    return _back_to(f"file-{file_id}")


@pages.post("/<uuid:file_id>/turn")
@allow.claimant
@limiter.limit("300 per hour", key_func=lambda: str(claimant().claim_id))
def turn(file_id: UUID) -> Answer:
    """Turn the copy that counsel see by quarters."""
    piece, form = _changeable(file_id), TurnForm()
    if not form.validate():
        abort(400)
    if piece is not None:
        _rework(piece, Change(turns=int(form.turns.data)))
    if form.next.data == "describe":
        return redirect(url_for("evidence.describe", file_id=file_id), 303)
    return _back_to(f"file-{file_id}")


@pages.route("/<uuid:file_id>/cover", methods=["GET", "POST"])
@allow.claimant
@limiter.limit("300 per hour", key_func=lambda: str(claimant().claim_id), methods=["POST"])
def cover(file_id: UUID) -> Answer:
    """Paint over what is not the claimant's, on a picture that is there already."""
    piece, form = _changeable(file_id), CoverForm()
    if piece is None:
        return redirect(url_for("evidence.index"), 303)
    problem = ""
    if request.method == "POST" and MediaType(piece.media_type).is_picture:
        try:
            covers = covers_from(json.loads(form.covers.data or "[]")) if form.validate() else ()
        except (ValueError, TypeError):
            covers = ()
        if covers:
            _rework(piece, Change(covers=covers), keep_original=form.original.data == "keep")
            return _back_to(f"file-{file_id}")
        problem = _("Draw at least one cover over the picture.")
    page = render_template("evidence/cover.html", piece=piece, form=form, problem=problem)
    return page, (422 if problem else 200)


def _changeable(file_id: UUID) -> Piece | None:
    """A file of the claimant's own claim with its details; None where it was signed for and stays as it was."""
    with runtime().database.reading() as session:
        claim = access.own_claim(session, claimant())
        file: EvidenceFile | None = listing.file_of(session, claim.id, file_id)
        if file is None:
            abort(404)
        return (
            listing.piece_of(session, runtime(), file)
            if service.may_change(claim, file.received_at)
            else None
        )


def _rework(piece: Piece, change: Change, *, keep_original: bool = True) -> None:
    """Change the copy, and say how that went on the page that follows."""
    try:
        service.rework(
            runtime(), claimant().claim_id, piece.id, change, runtime().clock(), keep_original=keep_original
        )
    except ChangedMeanwhile:
        return  # pressed twice: the first press has done it
    except Refusal as refused:
        flash(wording.refusal(refused, piece.details.shown_name), "bad")
    else:
        flash(_("Covered.") if change.covers else _("Turned."), "good")


def _back_to(place: str) -> Response:
    return redirect(url_for("evidence.index", _anchor=place), 303)

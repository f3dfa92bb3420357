"""The addresses at which a script sends a file in parts: announce, send part after part, ask how far it is, finish.

Each answer is JSON with `offset`, where the next part begins, or with `error`, a sentence for the reader; `again` says
that the same may be tried a little later. Bodies of parts are the bare bytes; the token stands in a header.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import structlog
from flask import abort, flash, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from portal.claims import access
from portal.claims.errors import AlreadySubmitted
from portal.evidence import parts, wording
from portal.evidence.details import tidy_file_name
from portal.evidence.forms import AnnounceForm, FinishForm
from portal.evidence.parts import Announced, OutOfStep
from portal.evidence.refusals import ClaimFull, NoRoom, Refusal, TooManyFiles, TooManyOpen
from portal.evidence.service import Added
from portal.evidence.views import Answer, incident_of, kinds_for, pages, wants_json
from portal.web import allow, claimant, runtime
from portal.web.limits import limiter

log = structlog.get_logger()
_AGAIN = (NoRoom, ClaimFull, TooManyFiles, TooManyOpen)


@pages.post("/uploads")
@allow.claimant
@limiter.limit("600 per hour", key_func=lambda: str(claimant().claim_id))
def announce() -> Answer:
    """Begin an upload, or find the same file's to go on with."""
    form = AnnounceForm()
    if not form.validate():
        abort(400)
    name = tidy_file_name(form.name.data or "")
    with runtime().database.reading() as session:
        claim = access.own_claim(session, claimant())
        incident = incident_of(session, claim, form.incident.data or "")
    announced = Announced(
        file_name=form.name.data or "", declared_type=form.type.data or "", sha256=form.sha256.data or "",
        changed=form.changed.data or "", cover=form.role.data == "cover",
    )  # fmt: skip
    try:
        begun = parts.begin(
            runtime(), claimant().claim_id, announced, form.size.data or 0, runtime().clock(),
            covered=form.role.data == "covered", incident=incident,
        )  # fmt: skip
    except Refusal as refused:
        return _refused(refused, name)
    except AlreadySubmitted:
        return _no_more()
    if begun.file is not None:
        return _added(begun.file, name)
    return jsonify(upload=str(begun.id), offset=begun.offset)


@pages.get("/uploads/<uuid:upload_id>")
@allow.claimant
def how_far(upload_id: UUID) -> Answer:
    """Where an upload goes on. A browser that comes here without a script is shown the list."""
    with runtime().database.reading() as session:
        upload = parts.find(session, access.own_claim(session, claimant()).id, upload_id)
    if upload is None:
        return _gone()
    if not wants_json():
        return redirect(url_for("evidence.index"), 303)
    return jsonify(offset=upload.received, size=upload.size)


@pages.post("/uploads/<uuid:upload_id>")
@allow.claimant
@limiter.limit("6000 per hour", key_func=lambda: str(claimant().claim_id))
def part(upload_id: UUID) -> Answer:
    """Take one part, which begins at the byte that the header says."""
    name = _name_of(upload_id)
    if name is None:
        return _gone()
    offset = request.headers.get("Upload-Offset", "")
    if not (offset.isascii() and offset.isdigit() and len(offset) < 12):
        abort(400)
    body = request.stream.read(parts.LARGEST + 1)
    try:
        begins = parts.take(runtime(), claimant().claim_id, upload_id, int(offset), body, runtime().clock())
    except OutOfStep as out:
        return jsonify(offset=out.offset), 409
    except Refusal as refused:
        return _refused(refused, name)
    return jsonify(offset=begins)


@pages.post("/uploads/<uuid:upload_id>/finish")
@allow.claimant
@limiter.limit("600 per hour", key_func=lambda: str(claimant().claim_id))
def finish(upload_id: UUID) -> Answer:
    """Make a file of what arrived."""
    name = _name_of(upload_id)
    if name is None:
        return _gone()
    with runtime().database.reading() as session:
        claim = access.own_claim(session, claimant())
        form = FinishForm(kinds_for(claim))
        incident = incident_of(session, claim, form.incident.data or "")
    if not form.validate():
        abort(400)
    try:
        added = parts.finish(
            runtime(), claimant().claim_id, upload_id, form.kind.data, runtime().clock(),
            cover_id=form.cover_id,
            masked=form.masked.data, incident=incident,
        )  # fmt: skip
    except OutOfStep as out:
        return jsonify(offset=out.offset), 409
    except Refusal as refused:
        return _refused(refused, name)
    except AlreadySubmitted:
        return _no_more()
    return _added(added, name)


@pages.post("/uploads/<uuid:upload_id>/drop")
@allow.claimant
def drop(upload_id: UUID) -> Answer:
    """Give an upload up."""
    if _name_of(upload_id) is None:
        return _gone()
    parts.drop(runtime(), claimant().claim_id, [upload_id], runtime().clock())
    if wants_json():
        return jsonify(offset=0)
    flash(_("Given up. Nothing of it was added."), "good")
    return redirect(url_for("evidence.index"), 303)


def _name_of(upload_id: UUID) -> str | None:
    """The name of an upload of the claimant's own claim; None for every other."""
    with runtime().database.reading() as session:
        claim = access.own_claim(session, claimant())
        return parts.name_of(session, runtime(), claim, upload_id)


def _gone() -> Answer:
    """An upload expired, was given up, or never was the claimant's."""
    if not wants_json():
        raise NotFound
    return jsonify(error=wording.gone(), gone=True), 404


def _added(added: Added, name: str) -> Answer:
    told: dict[str, Any] = {"file": str(added.file_id)}
    if added.already:
        told["already"] = wording.attached(name) if added.attached else wording.already(name)
    return jsonify(told)


def _refused(refused: Refusal, name: str) -> Answer:
    log.info("evidence.refused", code=refused.code, found=refused.found, limit=refused.limit)
    return jsonify(error=wording.refusal(refused, name), again=isinstance(refused, _AGAIN)), 422


def _no_more() -> Answer:
    return jsonify(error=wording.no_more()), 409

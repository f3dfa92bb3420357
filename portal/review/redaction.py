"""Covering parts of a file before it leaves the firm, and withdrawing a cover with a note."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.claims import access
from portal.claims.models import Engagement
from portal.evidence import listing, wording
from portal.evidence import redaction as redactions
from portal.evidence.leaving import Reason
from portal.evidence.listing import Piece
from portal.evidence.redaction import Area
from portal.evidence.refusals import Refusal
from portal.evidence.service import ChangedMeanwhile
from portal.review import masking, service
from portal.review.blueprint import blueprint
from portal.review.forms import NoteForm
from portal.web import allow, runtime, staff
from portal.web.limits import limiter

SIDES = ("left", "top", "width", "height")


@blueprint.route("/claims/<uuid:engagement_id>/redact/<uuid:file_id>/<int:page>", methods=["GET", "POST"])
@allow.staff("evidence.redact")
@limiter.limit("300 per hour", methods=["POST"], key_func=lambda: str(staff().id))
def redact(engagement_id: UUID, file_id: UUID, page: int) -> AnyResponse | str | tuple[str, int]:
    """Draw areas over one page, each with its reason; they are burnt into the copy that leaves."""
    engagement, piece, drawn, mask = _looked_at(engagement_id, file_id)
    if not 1 <= page <= piece.pages:
        abort(404)
    if request.method == "GET":
        return _page(engagement, piece, page, drawn, mask)
    note = request.form.get("note", "").strip()[:1000]
    try:
        areas = redactions.areas_from(_told(page), piece.pages)
    except ValueError:
        problem = _("Draw at least one area on the page, with a reason, or give its place in numbers.")
        return _page(engagement, piece, page, drawn, mask, problem=problem), 422
    if any(area.reason is Reason.OTHER for area in areas) and len(note) < 5:
        problem = _("Say in the note why, where the reason is another one.")
        return _page(engagement, piece, page, drawn, mask, problem=problem), 422
    _do(
        lambda: redactions.redact(
            runtime(),
            engagement,
            file_id,
            areas,
            note,
            actor=service.actor_of(staff()),
            now=runtime().clock(),
        ),
        piece,
        _("Covered. From now on the covered copy leaves the firm; the original stays sealed."),
    )
    return redirect(
        url_for("review.view_file", engagement_id=engagement_id, file_id=file_id, which="leaving", page=page),
        303,
    )


@blueprint.post("/claims/<uuid:engagement_id>/redact/<uuid:file_id>/withdraw/<uuid:redaction_id>")
@allow.staff("evidence.redact")
@limiter.limit("300 per hour", key_func=lambda: str(staff().id))
def withdraw_redaction(engagement_id: UUID, file_id: UUID, redaction_id: UUID) -> AnyResponse:
    """Let what was covered leave after all; why is kept."""
    engagement, piece, _drawn, _mask = _looked_at(engagement_id, file_id)
    form = NoteForm()
    if form.validate():
        note = form.note.data.strip()
        _do(
            lambda: redactions.withdraw(
                runtime(), engagement, file_id, redaction_id, note,
                actor=service.actor_of(staff()), now=runtime().clock(),
            ),
            piece,
            _("Withdrawn. The note is kept."),
        )  # fmt: skip
    else:
        flash(_("Say why in at least 5 characters; nothing was withdrawn."), "bad")
    return redirect(
        url_for("review.view_file", engagement_id=engagement_id, file_id=file_id, _anchor="redactions"), 303
    )


def reason_word(reason: str) -> str:
    """Why an area does not leave the firm."""
    return {
        "third_party": _("Another person's data"),
        "resident_number": _("Resident registration or social security number"),
        "privilege": _("Privileged"),
        "other": _("Another reason (in the note)"),
    }.get(reason, reason)


def _looked_at(
    engagement_id: UUID, file_id: UUID
) -> tuple[Engagement, Piece, list[redactions.Shown], masking.Mask]:
    opened = runtime()
    with opened.database.transaction() as session:
        engagement = access.seen_engagement(session, staff(), engagement_id)
        file = listing.file_of(session, engagement.claim_id, file_id)
        if file is None:
            abort(404)
        service.note_read(
            session, engagement, by=staff(), now=opened.clock(), part="redaction", file=str(file_id)
        )
        return (
            engagement,
            listing.piece_of(session, opened, file),
            redactions.history(session, opened, engagement.claim, file),
            masking.mask_for(session, staff(), engagement, opened.clock()),
        )


def _told(page: int) -> list[dict[str, Any]]:
    """What was drawn, or given in numbers (per cent of the page) where nothing was. Raises ValueError."""
    drawn = json.loads(request.form.get("areas") or "[]")
    if not isinstance(drawn, list) or not all(isinstance(one, dict) for one in drawn):
        raise ValueError("not a list of areas")
    numbers = {side: request.form.get(side, "").strip() for side in SIDES}
    if not drawn and all(numbers.values()):
        drawn = [
            {side: float(text) / 100 for side, text in numbers.items()}
            | {"reason": request.form.get("reason", "")}
        ]
    return [{**one, "page": page} for one in drawn]


def _page(
    engagement: Engagement, piece: Piece, page: int, drawn: list[redactions.Shown], mask: masking.Mask,
    *, problem: str = "",
) -> str:  # fmt: skip
    standing = [
        area
        for one in drawn
        if not one.withdrawn_at and not one.stale
        for area in one.areas
        if area.page == page
    ]
    return render_template(
        "review/redact.html", engagement_id=engagement.id, piece=piece, page=page, problem=problem,
        number=engagement.claim.number, reasons=[(one.value, reason_word(one.value)) for one in Reason],
        standing=[Area.row(area) for area in standing], typed=request.form, mask=mask,
    )  # fmt: skip


def _do(act: Any, piece: Piece, done: str) -> None:
    try:
        act()
    except ChangedMeanwhile:
        flash(_("Somebody else changed the file or its covers meanwhile. Look at it again."), "bad")
    except Refusal as refused:
        flash(wording.refusal(refused, piece.details.shown_name), "bad")
    else:
        flash(done, "good")

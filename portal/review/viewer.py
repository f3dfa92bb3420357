"""Looking at evidence: page by page, turned, enlarged, two files beside each other. Each page looked at is audited.

The page works by links alone; viewer.js spares the reloading. Addresses name files and pages, never people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, abort, render_template, request, url_for
from sqlalchemy.orm import Session

from portal.claims import access
from portal.claims.models import Engagement
from portal.evidence import leaving, listing, redaction
from portal.evidence.burning import page_in_box
from portal.evidence.inspect import identify
from portal.evidence.listing import Piece
from portal.evidence.models import EvidenceFile
from portal.evidence.refusals import NotAccepted
from portal.review import masking, service
from portal.review.blueprint import blueprint
from portal.review.history import names_of
from portal.review.redaction import reason_word
from portal.review.screen import kind_names
from portal.review.views import served
from portal.web import allow, runtime, staff

ZOOMS = (1, 2, 3, 4)
PIXELS = 1_400
"""Width of a page's picture: sharp at twice the usual size, and light enough to turn pages quickly."""


@dataclass(frozen=True)
class Pane:
    """One file as the viewer shows it; ``which``: the copy as kept, or as it leaves the firm."""

    piece: Piece
    page: int
    turn: int
    zoom: int
    which: str
    redacted: bool
    stale: bool

    @property
    def pages(self) -> int:
        """How many pages it has."""
        return self.piece.pages


@blueprint.get("/claims/<uuid:engagement_id>/evidence/<uuid:file_id>")
@allow.staff("evidence.read")
def evidence_file(engagement_id: UUID, file_id: UUID) -> Response:
    """The harmless copy of a piece of evidence; looking at it is audited."""
    opened = runtime()
    with opened.database.transaction() as session:
        engagement, file = _found(session, engagement_id, file_id)
        content = listing.open_harmless(session, opened, file)
        media_type = file.media_type
        _note(session, engagement, file, "evidence")
    return served(content, media_type, f"exhibit-{file.sequence}", inline=media_type.startswith("image/"))


@blueprint.get("/claims/<uuid:engagement_id>/evidence/<uuid:file_id>/thumbnail")
@allow.staff("evidence.read")
def evidence_thumbnail(engagement_id: UUID, file_id: UUID) -> Response:
    """A small picture of a piece of evidence, as shown on the claim's page."""
    opened = runtime()
    with opened.database.reading() as session:
        _engagement, file = _found(session, engagement_id, file_id)
        content = listing.open_thumbnail(session, opened, file)
    return served(content, "image/jpeg", "thumbnail", inline=True)


@blueprint.get("/claims/<uuid:engagement_id>/view/<uuid:file_id>")
@allow.staff("evidence.read")
def view_file(engagement_id: UUID, file_id: UUID) -> str:
    """The viewer: one file, or two beside each other."""
    opened = runtime()
    with opened.database.transaction() as session:
        engagement, file = _found(session, engagement_id, file_id)
        pieces = listing.list_for(session, opened, engagement.claim_id)
        pane = _pane(session, file, pieces, "")
        beside = _beside(session, engagement, pieces)
        mask = masking.mask_for(session, staff(), engagement, opened.clock())
        drawn = redaction.history(session, opened, engagement.claim, file)
        names = _names(session, drawn)
        _note(session, engagement, file, "viewer")
        number, jurisdiction = engagement.claim.number, engagement.jurisdiction
    address = {"engagement_id": engagement_id, "file_id": file_id}
    return render_template(
        "review/viewer.html", pane=pane, beside=beside, pieces=pieces, number=number, mask=mask, drawn=drawn,
        names=names, jurisdiction=jurisdiction, address=address, engagement_id=engagement_id,
        kind_names=kind_names(opened.matters.current().matter), link=_link, zooms=ZOOMS, reason_word=reason_word,
    )  # fmt: skip


@blueprint.get("/claims/<uuid:engagement_id>/view/<uuid:file_id>/page/<int:page>")
@allow.staff("evidence.read")
def view_page(engagement_id: UUID, file_id: UUID, page: int) -> Response:
    """The picture of one page of the kept copy, or with ``which=leaving`` of what leaves the firm."""
    opened = runtime()
    which = "leaving" if request.args.get("which") == "leaving" else "kept"
    with opened.database.transaction() as session:
        engagement, file = _found(session, engagement_id, file_id)
        content = _content(session, file, which)
        _note(session, engagement, file, "page", page=page, copy=which)
    media_type = identify(content)
    turns = request.args.get("turn", 0, int) % 4
    if media_type.is_picture and page != 1:
        abort(404)
    try:
        if not media_type.is_picture or turns:
            content = page_in_box(content, page, PIXELS, turns)
        return served(content, identify(content).value, "page", inline=True)
    except NotAccepted:
        abort(404)


def _content(session: Session, file: EvidenceFile, which: str) -> bytes:
    if which == "kept":
        return listing.open_harmless(session, runtime(), file)
    try:
        return leaving.leaving_bytes(session, runtime(), file)
    except leaving.StaleRedaction:
        abort(404)


def _found(session: Session, engagement_id: UUID, file_id: UUID) -> tuple[Engagement, EvidenceFile]:
    engagement = access.seen_engagement(session, staff(), engagement_id)
    file = listing.file_of(session, engagement.claim_id, file_id)
    if file is None:
        abort(404)
    return engagement, file


def _note(session: Session, engagement: Engagement, file: EvidenceFile, part: str, **detail: object) -> None:
    service.note_read(
        session, engagement, by=staff(), now=runtime().clock(), part=part, file=str(file.id), **detail
    )


def _pane(session: Session, file: EvidenceFile, pieces: list[Piece], prefix: str) -> Pane:
    piece = next(one for one in pieces if one.id == file.id)
    asked = request.args
    copy = leaving.standing_copy(session, file.id)
    stale = copy is not None and copy.made_from != file.harmless_key
    wants_leaving = asked.get(f"{prefix}which") == "leaving" and copy is not None and not stale
    return Pane(
        piece=piece,
        page=_within(asked.get(f"{prefix}page", 1, int), 1, piece.pages),
        turn=asked.get(f"{prefix}turn", 0, int) % 4,
        zoom=_within(asked.get(f"{prefix}zoom", 1, int), ZOOMS[0], ZOOMS[-1]),
        which="leaving" if wants_leaving else "kept",
        redacted=copy is not None,
        stale=stale,
    )


def _beside(session: Session, engagement: Engagement, pieces: list[Piece]) -> Pane | None:
    wanted = request.args.get("beside", type=_id)
    file = listing.file_of(session, engagement.claim_id, wanted) if wanted else None
    if file is None:
        return None
    _note(session, engagement, file, "viewer")
    return _pane(session, file, pieces, "b")


def _names(session: Session, drawn: list[redaction.Shown]) -> dict[UUID, str]:
    return names_of(session, runtime(), [one.made_by for one in drawn] + [one.withdrawn_by for one in drawn])


def _link(**changes: Any) -> str:
    """The viewer's address with something of what is shown changed; what is as usual is left out."""
    values = {**request.args.to_dict(), **{name: str(value) for name, value in changes.items()}}
    usual = {"page": "1", "turn": "0", "zoom": "1", "which": "kept", "beside": ""}
    kept = {
        name: value
        for name, value in values.items()
        if value != usual.get(name, usual.get(name.removeprefix("b")))
    }
    known = {one for name in ("page", "turn", "zoom", "which") for one in (name, f"b{name}")} | {"beside"}
    address: dict[str, Any] = {name: value for name, value in kept.items() if name in known and value}
    return url_for("review.view_file", **(request.view_args or {}), **address)


def _within(number: int, least: int, most: int) -> int:
    return max(least, min(number, most))


def _id(text: str) -> UUID:
    return UUID(text)

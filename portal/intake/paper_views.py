"""Staff print what somebody taken in signs in ink: the texts given, each consent answered, then the print itself."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal import audit
from portal.claims import sealed
from portal.claims.errors import AlreadySubmitted, ClaimError, ConsentMissing, NotReady, TrackClosed
from portal.intake import access, assisting
from portal.intake.forms import given_texts_form
from portal.intake.views import actor
from portal.packets.paper import prints
from portal.web import allow, language, runtime, staff

blueprint = Blueprint(
    "intake_paper", __name__, url_prefix="/staff/intake/<uuid:claim_id>/paper/<any(kr, us):jurisdiction>"
)
Answer = str | AnyResponse | tuple[str, int]


@blueprint.route("", methods=["GET", "POST"])
@allow.staff("intake.assist")
def order(claim_id: UUID, jurisdiction: str) -> Answer:
    """Which texts the person was given and what they consent to; then print."""
    _of_office(jurisdiction)
    published = runtime().matters.current()
    with runtime().database.reading() as session:
        _intake, claim = access.seen_intake(session, staff(), claim_id)
        engagement = claim.engagement(jurisdiction)
        if engagement is None or not access.is_open(claim):
            abort(404)
        particulars = sealed.read(session, runtime().vault, claim)
        lacking = assisting.lacking(published.matter, claim, particulars)
        entries = [] if lacking else assisting.to_read(session, runtime(), published, claim, jurisdiction)
        there = assisting.newest_print(session, engagement)
    if lacking:
        flash(_("Something is still missing. Complete it before you print."), "wait")
        return redirect(url_for("intake.draft", claim_id=claim_id), 303)
    form, refused = given_texts_form(entries, language.current()), ""
    if form.validate_on_submit():
        try:
            with runtime().database.transaction() as session:
                _intake, claim = access.seen_intake(session, staff(), claim_id, to_change=True)
                assisting.note_reading(
                    session, runtime(), published, claim, jurisdiction, form.answered, actor()
                )
            assisting.print_for(runtime(), published, claim, jurisdiction, form.place.data)
            flash(_("Printed. Open the file, put it on paper and have it signed."), "good")
            return redirect(url_for("intake_paper.order", claim_id=claim_id, jurisdiction=jurisdiction), 303)
        except ClaimError as error:
            refused = _why_not(error)
    page = render_template(
        "intake/paper.html",
        form=form,
        claim=claim,
        jurisdiction=jurisdiction,
        entries=entries,
        there=there,
        refused=refused,
    )
    return page, (422 if form.errors or refused else 200)


@blueprint.get("/print.pdf")
@allow.staff("intake.assist")
def document(claim_id: UUID, jurisdiction: str) -> Response:
    """The print, to be put on paper at the office."""
    _of_office(jurisdiction)
    with runtime().database.transaction() as session:
        _intake, claim = access.seen_intake(session, staff(), claim_id)
        engagement = claim.engagement(jurisdiction)
        print_ = assisting.newest_print(session, engagement) if engagement else None
        if print_ is None or not access.is_open(claim):
            abort(404)
        content = prints.open_file(session, runtime(), claim, print_)
        audit.record(
            session,
            now=runtime().clock(),
            actor=actor(),
            action="intake.print_taken",
            subject=claim.id,
            jurisdiction=jurisdiction,
        )
    return Response(
        content,
        mimetype="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{claim.number}-{jurisdiction}-print.pdf"',
            "Cache-Control": "no-store",
        },
    )


def _of_office(jurisdiction: str) -> None:
    if jurisdiction not in staff().jurisdictions:
        abort(404)


def _why_not(error: ClaimError) -> str:
    if isinstance(error, ConsentMissing):
        return _("A consent without which counsel cannot act was refused, so nothing can be printed.")
    if isinstance(error, TrackClosed):
        return _("One of the claim's actions no longer takes new people.")
    if isinstance(error, NotReady | AlreadySubmitted):
        return _("Something is still missing. Complete it before you print.")
    return _("The claim has changed meanwhile, so this can no longer be done.")

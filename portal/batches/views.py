"""Staff pages on batches: parse, authorise, call one function, render."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import (
    Blueprint,
    Response,
    flash,
    get_template_attribute,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from portal.batches import access, errors, service
from portal.batches import selection as selection_of
from portal.batches.contents import signer_of
from portal.batches.forms import (
    AgainForm,
    DownloadForm,
    FiledForm,
    FreezeForm,
    SelectionForm,
    export_form,
)
from portal.batches.ledger_models import Production
from portal.batches.models import Batch, BatchEntry, Download, Volume
from portal.batches.recipients import recipients_of
from portal.batches.register import Column, Sheet, write_csv
from portal.batches.sealing_for import new_passphrase
from portal.batches.selection import candidates
from portal.review.service import actor_of
from portal.staff import service as staff_service
from portal.staff.models import StaffMember
from portal.staff.proof import proved
from portal.web import allow, runtime, staff
from portal.web.language import current

blueprint = Blueprint("batches", __name__)
SHOWN = 50  # batches on a page; claim numbers in a preview


@blueprint.get("/staff/batches")
@allow.staff("batches.read")
def index() -> str:
    """The batches of one's jurisdictions, newest first."""
    before = request.args.get("before", type=UUID)
    query = access.batches_seen_by(staff()).order_by(Batch.id.desc()).limit(SHOWN + 1)
    with runtime().database.reading() as session:
        found = session.scalars(query.where(Batch.id < before) if before else query).all()
    batches, more = found[:SHOWN], len(found) > SHOWN
    return render_template("batches/index.html", batches=batches, before=before, more=more)


@blueprint.get("/staff/batches/new")
@allow.staff("batches.freeze")
def select() -> str:
    """Choose claims, and see before anything happens which would be in and what keeps others out."""
    form = _selection()
    preview = None
    if form.validate():
        with runtime().database.reading() as session:
            preview = candidates(session, runtime().matters.current().matter, form.criteria, shown=SHOWN)
    return render_template("batches/select.html", form=form, preview=preview, chosen=_chosen())


@blueprint.get("/staff/batches/left-out.csv")
@allow.staff("batches.freeze")
def left_out() -> Response | AnyResponse:
    """Every chosen claim that cannot be in the batch, with the reason in words."""
    selection, opened = _selection(), runtime()
    if not selection.validate():
        return redirect(url_for("batches.select", **_chosen()), 303)
    said = get_template_attribute("batches/words.html", "blocker")
    columns = [Column(_("Claim number"), width=16), Column(_("Why it is left out"), width=48)]
    out = io.BytesIO()
    with opened.database.reading() as session:
        rows = session.execute(selection_of.left_out(opened.matters.current().matter, selection.criteria))
        found = [*selection_of.unknown_in(session, selection.criteria), *map(selection_of.as_candidate, rows)]
    lines = ((one.number, str(said(one.blocker)).strip()) for one in found)
    write_csv(out, Sheet(_("Left out"), columns), lines)
    answer = Response(out.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="left-out.csv"'
    return answer


@blueprint.route("/staff/batches/freeze", methods=["GET", "POST"])
@allow.staff("batches.freeze")
def freeze() -> str | AnyResponse:
    """Say once more what will happen, then do it."""
    selection, form = _selection(), FreezeForm()
    if not selection.validate():
        return redirect(url_for("batches.select", **_chosen()), 303)
    if request.method == "POST" and form.validate():
        try:
            return _freeze(selection, form.expected.data)
        except errors.SelectionChanged:
            flash(_("The choice has changed since you looked. Please check the numbers again."), "wait")
        except errors.NothingToFreeze:
            flash(_("None of these claims can be in a batch now."), "bad")
    with runtime().database.reading() as session:
        preview = candidates(session, runtime().matters.current().matter, selection.criteria, shown=0)
    if not preview.ready:
        return redirect(url_for("batches.select", **_chosen()), 303)
    return render_template("batches/freeze.html", form=form, preview=preview, chosen=_chosen())


@blueprint.get("/staff/batches/<number>")
@allow.staff("batches.read")
def batch(number: str) -> str:
    """One batch: what is in it, its volumes and how far they are, and what can be done next."""
    return batch_page(number)


@blueprint.post("/staff/batches/<number>/approve")
@allow.staff("batches.approve")
@proved
def approve(number: str) -> AnyResponse:
    """Agree, as the second person, that the batch is handed over."""
    if not AgainForm().validate():
        raise BadRequest
    opened = runtime()
    try:
        with opened.database.transaction() as session:
            found = access.seen_batch(session, staff(), number)
            service.approve(session, found, actor=actor_of(staff()), now=opened.clock())
        flash(_("The batch is approved. It can be exported now."), "good")
    except errors.SamePerson:
        flash(_("You froze this batch yourself. Somebody else has to approve it."), "bad")
    except errors.NotFrozen:
        flash(_("This batch does not wait for an approval."), "wait")
    return redirect(url_for("batches.batch", number=number), 303)


@blueprint.post("/staff/batches/<number>/filed")
@allow.staff("batches.file")
def filed(number: str) -> str | AnyResponse:
    """Note that counsel handed the batch over."""
    form = FiledForm()
    if not form.validate():
        return batch_page(number, filed=form)
    opened = runtime()
    try:
        with opened.database.transaction() as session:
            found = access.seen_batch(session, staff(), number)
            service.mark_filed(session, found, actor=actor_of(staff()), now=opened.clock())
        flash(_("The batch is marked as filed. The claimants are told."), "good")
    except errors.AlreadyFiled:
        flash(_("The batch was marked as filed before."), "wait")
    except errors.NotExported:
        flash(_("Export the batch first."), "bad")
    return redirect(url_for("batches.batch", number=number), 303)


@blueprint.get("/keys/manifest.pem")
@allow.anybody
def public_key() -> Response:
    """The public key that recipients verify volumes with."""
    return Response(
        signer_of(runtime()).public_pem,
        mimetype="application/x-pem-file",
        headers={"Content-Disposition": 'attachment; filename="manifest.pem"'},
    )


def _selection() -> SelectionForm:
    matter = runtime().matters.current().matter
    return SelectionForm(matter, staff().jurisdictions, current(), request.args)


def _chosen() -> dict[str, Any]:
    """The choice as it stands in the address."""
    names = (
        "jurisdiction",
        "track",
        "accepted_from",
        "accepted_to",
        "limit",
        "order",
        "supplements",
        "numbers",
    )
    return {name: request.args[name] for name in names if request.args.get(name)}


def _freeze(selection: SelectionForm, expected: int) -> AnyResponse:
    opened = runtime()
    with opened.database.transaction() as session:
        frozen = service.freeze(
            session,
            opened.vault,
            opened.matters.current(),
            selection.criteria,
            actor=actor_of(staff()),
            now=opened.clock(),
            expected=expected,
        )
        number = frozen.number
    flash(_("Batch %(number)s is frozen.", number=number), "good")
    return redirect(url_for("batches.batch", number=number), 303)


def batch_page(number: str, **forms: Any) -> str:
    """The page of one batch, with what was typed into one of its forms."""
    opened = runtime()
    with opened.database.reading() as session:
        found = access.seen_batch(session, staff(), number)
        volumes = list(found.volumes)
        entries = session.execute(
            sa.select(BatchEntry.position, BatchEntry.claim_number, BatchEntry.file)
            .where(BatchEntry.batch_id == found.id)
            .order_by(BatchEntry.position)
            .limit(SHOWN)
        ).all()
        taken = sa.select(Download).join(Volume).where(Volume.batch_id == found.id)
        downloads = session.scalars(taken.order_by(Download.at.desc()).limit(SHOWN)).all()
        people = [found.frozen_by, found.approved_by, found.filed_by, *(one.created_by for one in volumes)]
        for_whom = list(session.scalars(recipients_of(found.matter_slug, (found.jurisdiction,))))
        handed = sa.select(Production).where(Production.batch_id == found.id).order_by(Production.number)
        productions = session.scalars(handed).all()
        names = _names(session, [*people, *(one.staff_id for one in downloads)])
    given = {
        "export": export_form(found, for_whom, formdata=None),
        "filed": FiledForm(formdata=None),
        "download": DownloadForm(formdata=None),
        "download_of": None,
        **forms,
    }
    return render_template(
        "batches/batch.html",
        batch=found,
        volumes=volumes,
        entries=entries,
        downloads=downloads,
        names=names,
        forms_given=given,
        key=signer_of(opened).described,
        now=opened.clock(),
        me=staff().id,
        recipients={one.id: one for one in for_whom},
        productions=productions,
        passphrase=new_passphrase(),
    )


def _names(session: Session, people: list[UUID | None]) -> dict[UUID, str]:
    """Names of colleagues, as their accounts have them."""
    known = sa.select(StaffMember).where(StaffMember.id.in_([one for one in people if one]))
    vault = runtime().vault
    return {one.id: staff_service.person(session, vault, one).name for one in session.scalars(known)}

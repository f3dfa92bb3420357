"""Staff pages on volumes: ask for one, let it rest or go on, take it away, enter to whom it was handed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from portal.batches import access, errors, ledger, service
from portal.batches.contents import archive_name, signer_of
from portal.batches.export import folder_of
from portal.batches.forms import AgainForm, DownloadForm, export_form
from portal.batches.handing_models import Recipient
from portal.batches.recipients import recipients_of
from portal.batches.sealing_for import SUFFIXES, How, NoReasonForPlain
from portal.batches.taking import encrypted
from portal.batches.views import batch_page
from portal.errors import PortalError
from portal.review.service import actor_of
from portal.staff.proof import proved
from portal.web import allow, runtime, staff

blueprint = Blueprint("volumes", __name__)


@blueprint.post("/staff/batches/<number>/export")
@allow.staff("batches.export")
@proved
def export(number: str) -> str | AnyResponse:
    """Have a volume written."""
    opened = runtime()
    with opened.database.reading() as session:
        found = access.seen_batch(session, staff(), number)
        offered = recipients_of(found.matter_slug, (found.jurisdiction,))
        form = export_form(found, list(session.scalars(offered)))
    if not form.validate():
        return batch_page(number, export=form)
    try:
        with opened.database.transaction() as session:
            wanted = form.recipient.data
            service.start_export(
                session,
                opened,
                access.seen_batch(session, staff(), number),
                recipient=session.get_one(Recipient, UUID(wanted)) if wanted else None,
                replaces=form.replaces.data,
                language=form.language.data,
                purpose=form.purpose.data,
                profile=form.profile.data,
                actor=actor_of(staff()),
                now=opened.clock(),
            )
        flash(_("The volume is being written. You may leave this page."), "good")
    except errors.NotApproved:
        flash(_("Somebody else has to approve the batch first."), "bad")
    except errors.AlreadyProduced as error:
        said = _("This recipient has %(count)s of these packets already, by production %(number)s.")
        form.replaces.errors = [said % {"count": f"{error.claims:,}", "number": error.production}]
        return batch_page(number, export=form)
    except errors.NoSuchProduction:
        form.replaces.errors = [_("This recipient was handed no production of that number.")]
        return batch_page(number, export=form)
    except PortalError as error:
        form.profile.errors = [_("This volume cannot be made: %(reason)s", reason=str(error))]
        return batch_page(number, export=form)
    return redirect(url_for("batches.batch", number=number), 303)


@blueprint.post("/staff/batches/volumes/<uuid:volume_id>/again")
@allow.staff("batches.export")
def again(volume_id: UUID) -> AnyResponse:
    """Write a failed volume once more."""
    said = (_("The volume is being written again."), _("Only a failed volume can be written again."))
    return _act(volume_id, service.try_again, said)


@blueprint.post("/staff/batches/volumes/<uuid:volume_id>/without")
@allow.staff("batches.export")
@proved
def without(volume_id: UUID) -> AnyResponse:
    """Go on without the claim that stopped the volume."""
    said = (_("The volume is being written without that claim."), _("No claim stops this volume now."))
    return _act(volume_id, service.go_on_without, said)


@blueprint.post("/staff/batches/volumes/<uuid:volume_id>/pause")
@allow.staff("batches.export")
def pause(volume_id: UUID) -> AnyResponse:
    """Let the writing rest."""
    said = (_("The writing rests. What is finished stays."), _("This volume is not being written now."))
    return _act(volume_id, service.pause, said)


@blueprint.post("/staff/batches/volumes/<uuid:volume_id>/resume")
@allow.staff("batches.export")
def resume(volume_id: UUID) -> AnyResponse:
    """Go on with it."""
    said = (_("The writing goes on."), _("This volume does not rest."))
    return _act(volume_id, service.resume, said)


@blueprint.post("/staff/batches/volumes/<uuid:volume_id>/cancel")
@allow.staff("batches.export")
def cancel(volume_id: UUID) -> AnyResponse:
    """Give it up for good."""
    said = (_("The volume is given up. What was written of it is destroyed."), _("Too late to give it up."))
    return _act(volume_id, service.cancel, said)


@blueprint.post("/staff/batches/volumes/<uuid:volume_id>")
@allow.staff("batches.download")
@proved
def download(volume_id: UUID) -> str | AnyResponse:
    """One part of a volume, opened while it is sent, for a stated reason and with a receipt in it."""
    form, opened = DownloadForm(), runtime()
    with opened.database.reading() as session:
        volume = access.seen_volume(session, staff(), volume_id)
        number, parts = volume.batch.number, len(volume.parts)
        recipient = session.get(Recipient, volume.recipient_id) if volume.recipient_id else None
    if not form.validate():
        return batch_page(number, download=form, download_of=volume_id)
    part = form.part.data or 1
    name = archive_name(number, part, parts)
    try:
        how = _how(recipient, form, name)
    except NoReasonForPlain:
        form.reason.errors = [_("State the reason.")]
        return batch_page(number, download=form, download_of=volume_id)
    if how is None:
        form.reason.errors = [_("Load the page again: the passphrase is missing.")]
        return batch_page(number, download=form, download_of=volume_id)
    try:
        with opened.database.transaction() as session:
            taken = service.open_volume(
                session,
                opened.vault,
                folder_of(opened),
                access.seen_volume(session, staff(), volume_id),
                reason=form.reason.data,
                actor=actor_of(staff()),
                now=opened.clock(),
                signer=signer_of(opened),
                name=staff().name,
                part=part,
            )
    except errors.NoReason:
        form.reason.errors = [_("State the reason.")]
        return batch_page(number, download=form, download_of=volume_id)
    except errors.NotReady:
        flash(_("This volume is no longer kept. Export the batch again."), "wait")
        return redirect(url_for("batches.batch", number=number), 303)
    except errors.VolumeUnreadable:
        flash(_("This volume was damaged on the disk and is not given out. Export the batch again."), "bad")
        return redirect(url_for("batches.batch", number=number), 303)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}{SUFFIXES[how.form]}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    if how.form == "plain":
        return Response(
            taken.pieces,
            mimetype="application/zip",
            headers={**headers, "Content-Length": str(taken.size)},
        )
    return Response(encrypted(taken.pieces, how), mimetype="application/octet-stream", headers=headers)


@blueprint.post("/staff/batches/volumes/<uuid:volume_id>/produced")
@allow.staff("batches.file")
@proved
def produced(volume_id: UUID) -> AnyResponse:
    """Enter in the ledger that the volume was handed to its recipient."""
    if not AgainForm().validate():
        raise BadRequest
    opened = runtime()
    try:
        with opened.database.transaction() as session:
            volume = access.seen_volume(session, staff(), volume_id)
            number = volume.batch.number
            recipient = session.get(Recipient, volume.recipient_id) if volume.recipient_id else None
            if recipient is None:
                raise errors.NotReady("the volume is for nobody")
            made = ledger.produce(session, volume, recipient, actor=actor_of(staff()), now=opened.clock())
            entered = made.number
        flash(_("Entered in the ledger as production %(number)s.", number=entered), "good")
    except errors.NotReady:
        flash(_("Only a finished volume that is for a recipient can be entered."), "wait")
    except errors.AlreadyProduced as error:
        flash(_("The recipient has these packets by production %(number)s.", number=error.production), "bad")
    return redirect(url_for("batches.batch", number=number), 303)


def _how(recipient: Recipient | None, form: DownloadForm, name: str) -> How | None:
    """How what leaves is encrypted: for its recipient, or not at all, with the reason given. None: not possible."""
    if recipient is None:
        return How("plain", reason=form.reason.data or "")
    if recipient.key:
        return How("age", key=recipient.key)
    return How("zip", passphrase=form.passphrase.data, name=name) if form.passphrase.data else None


def _act(volume_id: UUID, act: Callable[..., Any], said: tuple[str, str]) -> AnyResponse:
    """Do one thing with a volume, and say that it was done or that it could not be."""
    if not AgainForm().validate():
        raise BadRequest
    opened = runtime()
    try:
        with opened.database.transaction() as session:
            volume = access.seen_volume(session, staff(), volume_id)
            number = volume.batch.number
            act(session, volume, actor=actor_of(staff()), now=opened.clock())
        flash(said[0], "good")
    except errors.NotReady:
        flash(said[1], "wait")
    return redirect(url_for("batches.batch", number=number), 303)

"""Accounts of the firm's people: an administrator's pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.audit import Actor
from portal.staff import invitations, people, service
from portal.staff.errors import AlreadyStaff, LastAdministrator, NoInvitation, OwnAccount
from portal.staff.forms import InviteForm, RightsForm
from portal.staff.models import StaffMember
from portal.staff.proof import proved
from portal.web import allow, runtime, staff
from portal.web.rights import JURISDICTIONS, UnknownRight, matrix

blueprint = Blueprint("people", __name__, url_prefix="/staff/people")
Answer = Response | str | tuple[str, int]


@blueprint.get("")
@allow.staff("staff.manage")
def index() -> str:
    """All accounts with their rights, state and last sign-in."""
    with runtime().database.reading() as session:
        colleagues = people.everybody(session, runtime())
    return render_template("staff/people.html", colleagues=colleagues)


@blueprint.get("/history")
@allow.staff("staff.manage")
def history() -> str:
    """Who gave or took which rights, and when."""
    with runtime().database.reading() as session:
        changes = people.history(session, runtime(), before=_moment(request.args.get("before", "")))
    older = changes[-1].at.isoformat() if len(changes) == people.HISTORY else ""
    return render_template("staff/rights_history.html", changes=changes, older=older)


@blueprint.route("/invite", methods=["GET", "POST"])
@allow.staff("staff.manage")
@proved
def invite() -> Answer:
    """Invite somebody: they get a code by e-mail and set their own password and second factor."""
    form = InviteForm(language=staff().language)
    if form.validate_on_submit():
        person = service.Person(name=form.name.data, email=form.email.data)
        try:
            with runtime().database.transaction() as session:
                invitations.invite(
                    session,
                    runtime(),
                    person,
                    roles=form.rights.data,
                    language=form.language.data,
                    by=_by(),
                )
        except AlreadyStaff:
            form.email.errors = [_("Somebody has an account with this address.")]
        else:
            flash(_("Invited. The code arrives by e-mail and works for 72 hours."), "good")
            return redirect(url_for("people.index"), 303)
    page = render_template("staff/invite.html", form=form, duties=matrix().duties, places=JURISDICTIONS)
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/<uuid:member_id>")
@allow.staff("staff.manage")
def person(member_id: UUID) -> str:
    """One account, what can be done with it, and the history of its rights."""
    return _page(member_id, None)


@blueprint.post("/<uuid:member_id>/rights")
@allow.staff("staff.manage")
@proved
def rights(member_id: UUID) -> Answer:
    """Give and take rights; in force at the person's next request."""
    form = RightsForm()
    if not form.validate_on_submit():
        return _page(member_id, form), 422
    given = form.rights.data

    def change(session: Session, member: StaffMember) -> None:
        service.grant(session, member, given, by=_by(), now=runtime().clock())

    return _do(member_id, change, _("The rights were changed, from the next click on."))


@blueprint.post("/<uuid:member_id>/close")
@allow.staff("staff.manage")
@proved
def close(member_id: UUID) -> Response:
    """Close an account and end its sessions."""

    def change(session: Session, member: StaffMember) -> None:
        service.disable(session, member, by=_by(), now=runtime().clock())

    return _do(member_id, change, _("The account was closed and its sessions ended."))


@blueprint.post("/<uuid:member_id>/open")
@allow.staff("staff.manage")
@proved
def reopen(member_id: UUID) -> Response:
    """Open a closed account again."""

    def change(session: Session, member: StaffMember) -> None:
        service.enable(session, member, by=_by(), now=runtime().clock())

    return _do(member_id, change, _("The account is open again, with the rights it had."))


@blueprint.post("/<uuid:member_id>/reset")
@allow.staff("staff.manage")
@proved
def reset(member_id: UUID) -> Response:
    """Take the password away, and the second factor where its loss was proved; the person gets a code by e-mail."""
    forget = request.form.get("factor") == "forget"

    def change(session: Session, member: StaffMember) -> None:
        invitations.reset(session, runtime(), member, forget_factor=forget, by=_by())

    return _do(member_id, change, _("Reset. A code for a new password was sent by e-mail."))


@blueprint.post("/<uuid:member_id>/invite")
@allow.staff("staff.manage")
@proved
def invite_again(member_id: UUID) -> Response:
    """Send a new code; the one before stops working."""

    def change(session: Session, member: StaffMember) -> None:
        invitations.invite_again(session, runtime(), member, by=_by())

    return _do(member_id, change, _("A new code was sent. The one before no longer works."))


def _do(member_id: UUID, change: Callable[[Session, StaffMember], None], done: str) -> Response:
    """Do it and say so; or say why it cannot be."""
    try:
        with runtime().database.transaction() as session:
            member = session.get(StaffMember, member_id, with_for_update=True) or abort(404)
            change(session, member)
    except OwnAccount:
        flash(
            _("Nobody changes their own rights or closes their own account. Ask another administrator."),
            "bad",
        )
    except LastAdministrator:
        flash(_("This is the last administrator. Make somebody else administrator first."), "bad")
    except NoInvitation:
        flash(_("This person has joined already, or the account is closed."), "bad")
    except UnknownRight:
        abort(400)
    else:
        flash(done, "good")
    return redirect(url_for("people.person", member_id=member_id), 303)


def _page(member_id: UUID, form: RightsForm | None) -> str:
    with runtime().database.reading() as session:
        member = session.get(StaffMember, member_id) or abort(404)
        colleague = people.one(session, runtime(), member)
        changes = people.history(session, runtime(), member)
        invitation = invitations.pending(session, member)
    return render_template(
        "staff/person.html",
        colleague=colleague,
        changes=changes,
        invitation=invitation,
        form=form or RightsForm(formdata=None, rights=member.roles),
        own=member.id == staff().id,
        duties=matrix().duties,
        places=JURISDICTIONS,
    )


def _by() -> Actor:
    return Actor("staff", staff().id)


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None

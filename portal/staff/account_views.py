"""One's own account: sessions, authenticator app, recovery codes, passkeys, password, language."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.staff import account, asked, factors, passkeys, service
from portal.staff.errors import WeakPassword
from portal.staff.forms import CodeForm, LanguageForm, PasskeyForm, PasswordForm
from portal.staff.models import Passkey, StaffMember
from portal.staff.proof import proved, proved_to_look
from portal.staff.views import qr_code
from portal.web import allow, runtime, staff
from portal.web.limits import limiter

blueprint = Blueprint("account", __name__, url_prefix="/staff/account")
Answer = Response | str | tuple[str, int]


@blueprint.get("")
@allow.staff("account.own")
def index() -> str:
    """Everything about one's own account."""
    opened = runtime()
    with opened.database.reading() as database:
        member = _me(database)
        held = [
            (one, passkeys.opened(database, opened, member, one).name)
            for one in passkeys.of_member(database, member)
        ]
        return render_template(
            "staff/account.html",
            member=member,
            person=service.person(database, opened.vault, member),
            sessions=account.live_sessions(database, opened.settings, member.id, opened.clock()),
            this=staff().session_id,
            passkeys=held,
            passkeys_possible=passkeys.site_of(opened.settings) is not None,
            language=LanguageForm(formdata=None, language=member.language),
        )


@blueprint.post("/sessions/<uuid:session_id>/end")
@allow.staff("account.own")
def end_session(session_id: UUID) -> Response:
    """End one of one's sessions, such as that of a computer left behind."""
    with runtime().database.transaction() as database:
        held = account.own_session(database, staff().id, session_id) or abort(404)
        service.end_session(database, held.id, runtime().clock())
    flash(_("That session has ended."), "good")
    return _back()


@blueprint.post("/sessions/end-others")
@allow.staff("account.own")
def end_other_sessions() -> Response:
    """End all of one's sessions but this one."""
    with runtime().database.transaction() as database:
        service.end_sessions(database, _me(database), runtime().clock(), but=staff().session_id)
    flash(_("All other sessions have ended."), "good")
    return _back()


@blueprint.post("/language")
@allow.staff("account.own")
def language() -> Response:
    """The language of the staff pages and of our e-mails to this person."""
    form = LanguageForm()
    if not form.validate_on_submit():
        abort(400)
    with runtime().database.transaction() as database:
        account.set_language(database, runtime(), _me(database), form.language.data)
    return _back()


@blueprint.route("/password", methods=["GET", "POST"])
@allow.staff("account.own")
@limiter.limit("30 per minute", methods=["POST"])
@proved_to_look
def password() -> Answer:
    """Change the password; all other sessions end."""
    form, done = PasswordForm(), False
    if form.validate_on_submit():
        with runtime().database.transaction() as database:
            done = _change_password(database, form)
    if not done:
        return render_template("staff/password.html", form=form), 422 if form.is_submitted() else 200
    flash(_("Your password was changed. All other sessions have ended."), "good")
    return _back()


@blueprint.route("/factor", methods=["GET", "POST"])
@allow.staff("account.own")
@limiter.limit("30 per minute", methods=["POST"])
@proved_to_look
def factor() -> Answer:
    """Connect another authenticator app in place of the one before."""
    form, refused, opened = CodeForm(), False, runtime()
    secret = session.setdefault("another_totp", factors.new_totp_secret())
    with opened.database.transaction() as database:
        member = _me(database, to_change=True)
        if form.validate_on_submit():
            codes = account.enrol(database, opened, member, secret, form.code.data)
            if codes is not None:
                session.pop("another_totp", None)
                service.end_sessions(database, member, opened.clock(), but=staff().session_id)
                return render_template(
                    "staff/recovery_codes.html", codes=codes, onward=url_for("account.index")
                )
            refused = True
        address = service.person(database, opened.vault, member).email
    page = render_template(
        "staff/factor.html", form=form, refused=refused, secret=secret, picture=qr_code(secret, address)
    )
    return page, 422 if refused or form.errors else 200


@blueprint.post("/recovery-codes")
@allow.staff("account.own")
@proved
def recovery_codes() -> str:
    """New recovery codes, shown once; the old ones stop working."""
    with runtime().database.transaction() as database:
        codes = account.renew_recovery(database, runtime(), _me(database, to_change=True))
    return render_template("staff/recovery_codes.html", codes=codes, onward=url_for("account.index"))


@blueprint.route("/passkeys/new", methods=["GET", "POST"])
@allow.staff("account.own")
@limiter.limit("30 per minute", methods=["POST"])
@proved_to_look
def add_passkey() -> Answer:
    """Register a passkey of this device or key."""
    if passkeys.site_of(runtime().settings) is None:
        return _back()
    form, added = PasskeyForm(), None
    with runtime().database.transaction() as database:
        member = _me(database, to_change=True)
        if form.validate_on_submit():
            added = asked.registered(database, member, request.form.get("credential", ""), form.name.data)
        if added is None:
            options = asked.ask_to_register(database, member)
    if added is None:
        refused = form.is_submitted() and not form.errors
        page = render_template("staff/passkey.html", form=form, options=options, refused=refused)
        return page, 422 if form.is_submitted() else 200
    flash(_("The passkey was added."), "good")
    return _back()


@blueprint.post("/passkeys/<uuid:passkey_id>/remove")
@allow.staff("account.own")
@proved
def remove_passkey(passkey_id: UUID) -> Response:
    """Forget a passkey of one's own."""
    with runtime().database.transaction() as database:
        member = _me(database, to_change=True)
        held = database.get(Passkey, passkey_id)
        if held is None or held.staff_id != member.id:
            abort(404)
        passkeys.remove(database, runtime(), member, held)
    flash(_("The passkey was removed."), "good")
    return _back()


def _change_password(database: Session, form: PasswordForm) -> bool:
    try:
        done = account.change_password(
            database,
            runtime(),
            _me(database, to_change=True),
            form.old_password.data,
            form.new_password.data,
            keep=staff().session_id,
        )
    except WeakPassword:
        form.new_password.errors = [_("Too easy to guess. Use 12 characters or more, of unrelated words.")]
        return False
    if not done:
        form.old_password.errors = [_("This is not your password, or there were too many tries.")]
    return done


def _me(database: Session, *, to_change: bool = False) -> StaffMember:
    return database.get_one(StaffMember, staff().id, with_for_update=to_change)


def _back() -> Response:
    return redirect(url_for("account.index"), 303)

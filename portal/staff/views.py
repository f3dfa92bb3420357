"""Signing in and out of the staff side."""

from datetime import timedelta
from uuid import UUID

import segno
from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from portal.staff import account, asked, browsers, factors, invitations, service
from portal.staff.errors import NoInvitation, WeakPassword
from portal.staff.forms import CodeForm, JoinForm, SignInForm
from portal.staff.models import StaffMember, StaffSession
from portal.web import Staff, allow, runtime, staff
from portal.web.limits import limiter

blueprint = Blueprint("staff", __name__, url_prefix="/staff")
HALF_WAY = timedelta(minutes=5)  # between the first and the second factor
KNOWN_FOR = timedelta(days=365)  # how long a browser is told from a new one
SEEN_EVERY = timedelta(minutes=1)  # how exactly idleness is known; not every request has to write


@blueprint.route("/sign-in", methods=["GET", "POST"])
@allow.anybody
@limiter.limit("30 per minute", methods=["POST"])
def sign_in() -> AnyResponse | str:
    """First factor."""
    form, refused = SignInForm(), False
    if form.validate_on_submit():
        opened, now = runtime(), runtime().clock()
        with opened.database.transaction() as database:
            attempt = service.check_password(database, opened.vault, form.email.data, form.password.data, now)
        if attempt.member is not None:
            return _to_second_factor(attempt.member)
        refused = True
    return _sign_in_page(form, refused=refused)


@blueprint.post("/passkey")
@allow.anybody
@limiter.limit("30 per minute")
def passkey() -> AnyResponse | str:
    """Sign in by a passkey alone, where the authenticator itself checked the person."""
    opened = runtime()
    with opened.database.transaction() as database:
        member = asked.answered(database, None, request.form.get("credential", ""))
        if member is not None:
            return _signed_in(database, member)
    return _sign_in_page(SignInForm(formdata=None), refused=True)


@blueprint.route("/join", methods=["GET", "POST"])
@allow.anybody
@limiter.limit("30 per minute", methods=["POST"])
def join() -> AnyResponse | str | tuple[str, int]:
    """Take up an invitation, or a reset: the code from the e-mail, and a password of one's own."""
    form = JoinForm()
    if not form.validate_on_submit():
        return render_template("staff/join.html", form=form), 422 if form.is_submitted() else 200
    opened, member = runtime(), None
    with opened.database.transaction() as database:
        try:
            member = invitations.accept(
                database, opened, form.email.data, form.code.data, form.new_password.data
            )
        except WeakPassword:
            form.new_password.errors = [
                _("Too easy to guess. Use 12 characters or more, of unrelated words.")
            ]
        except NoInvitation:
            form.code.errors = [_("This code does not fit this address, was used, or has expired.")]
    if member is None:
        return render_template("staff/join.html", form=form), 422
    return _to_second_factor(member)


@blueprint.route("/code", methods=["GET", "POST"])
@allow.anybody
@limiter.limit("30 per minute", methods=["POST"])
def second_factor() -> AnyResponse | str:
    """Second factor; opens the session."""
    form, refused = CodeForm(), False
    opened = runtime()
    with opened.database.transaction() as database:
        member = _half_way(database)
        if member is None or member.totp is None:
            return redirect(url_for("staff.sign_in"), 303)
        g.lang = member.language
        if form.validate_on_submit():
            if account.check_code(database, opened, member, form.code.data):
                return _signed_in(database, member)
            refused = True
        elif answer := request.form.get("credential", ""):
            if asked.answered(database, member, answer):
                return _signed_in(database, member)
            refused, form = True, CodeForm(formdata=None)
        options = asked.ask(database, member)
    return render_template("staff/code.html", form=form, refused=refused, options=options)


@blueprint.route("/enrol", methods=["GET", "POST"])
@allow.anybody
@limiter.limit("30 per minute", methods=["POST"])
def enrol() -> AnyResponse | str:
    """Set up the second factor, once, right after the first password."""
    form, refused = CodeForm(), False
    opened = runtime()
    with opened.database.transaction() as database:
        member = _half_way(database)
        if member is None or member.totp is not None:
            return redirect(url_for("staff.sign_in"), 303)
        g.lang = member.language
        secret = session.setdefault("new_totp", factors.new_totp_secret())
        if form.validate_on_submit():
            codes = account.enrol(database, opened, member, secret, form.code.data)
            if codes is not None:
                session.pop("new_totp", None)
                page = render_template("staff/recovery_codes.html", codes=codes)
                return _signed_in(database, member, page)
            refused = True
        address = service.person(database, opened.vault, member).email
    picture = qr_code(secret, address)
    return render_template("staff/enrol.html", form=form, refused=refused, secret=secret, picture=picture)


@blueprint.post("/sign-out")
@allow.staff("account.own")
def sign_out() -> AnyResponse:
    """End this session for good."""
    with runtime().database.transaction() as database:
        service.end_session(database, staff().session_id, runtime().clock())
    session.clear()
    answer = redirect(url_for("staff.sign_in"), 303)
    answer.delete_cookie(cookie_name(), path="/", secure=runtime().settings.production, httponly=True)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def cookie_name() -> str:
    """The cookie of a staff session."""
    return "__Host-staff" if runtime().settings.production else "staff"


def current_staff() -> Staff | None:
    """The staff member whose live session this request carries. Rights are read afresh each time."""
    token = request.cookies.get(cookie_name(), "")
    if not token or len(token) > 100:
        return None
    opened, now = runtime(), runtime().clock()
    with opened.database.reading() as database:
        live = service.live_session(database, opened.settings, token, now)
        if live is None:
            return None
        held, member = live
        name = service.person(database, opened.vault, member).name
    if now - held.seen_at >= SEEN_EVERY:
        _seen(held.id)
        held.seen_at = now
    return Staff(
        id=member.id,
        name=name,
        roles=frozenset(member.roles),
        language=member.language,
        session_id=held.id,
        proved_at=held.proved_at,
        enrolled=member.totp is not None,
        ends_at=service.ends_at(opened.settings, held),
    )


def _seen(session_id: UUID) -> None:
    opened = runtime()
    with opened.database.transaction() as database:
        database.get_one(StaffSession, session_id).seen_at = opened.clock()


def _half_way(database: Session) -> StaffMember | None:
    held = session.get("half_way")
    if not isinstance(held, list) or len(held) != 2:
        return None
    if runtime().clock().timestamp() - float(held[1]) > HALF_WAY.total_seconds():
        return None
    # The row's lock: two requests with the same code come one after the other, and the second finds it used.
    member = database.get(StaffMember, UUID(held[0]), with_for_update=True)
    return None if member is None or member.disabled_at else member


def _to_second_factor(member: StaffMember) -> AnyResponse:
    """On from a right password to the code, or to connecting an app."""
    session["half_way"] = [str(member.id), runtime().clock().timestamp()]
    return redirect(url_for("staff.second_factor" if member.totp else "staff.enrol"), 303)


def _sign_in_page(form: SignInForm, *, refused: bool) -> str:
    with runtime().database.reading() as database:
        options = asked.ask(database, None)
    return render_template("staff/sign_in.html", form=form, refused=refused, options=options)


def _signed_in(database: Session, member: StaffMember, page: str | None = None) -> AnyResponse:
    """Set a fresh cookie: the session before signing in is never the one after it."""
    device_cookie = "__Host-staff-device" if runtime().settings.production else "staff-device"
    browser = browsers.browser_of(request.user_agent.string, request.cookies.get(device_cookie, ""))
    token = account.sign_in(database, runtime(), member, browser)
    session.clear()
    answer: AnyResponse = make_response(page) if page else redirect(url_for("review.home"), 303)
    settings = runtime().settings
    for name, value, seconds in (
        (cookie_name(), token, settings.session_hours * 3600),
        (device_cookie, browser.device, int(KNOWN_FOR.total_seconds())),
    ):
        answer.set_cookie(
            name,
            value,
            max_age=seconds,
            path="/",
            secure=settings.production,
            httponly=True,
            samesite="Strict",
        )
    return answer


def qr_code(secret: str, address: str) -> str:
    """What an authenticator app scans, as a picture for an ``img``."""
    content = factors.totp_address(secret, address, _("Claim intake"))
    return str(segno.make(content, error="m").svg_data_uri(scale=5, border=2))


@blueprint.get("/demo")
@allow.anybody
def demo() -> Response | str:
    """Demo only: who the invented staff are and their codes of this moment, so that anybody can try the staff side."""
    if current_app.extensions["portal"].settings.env != "demo":
        abort(404)
    from portal.staff.demonstration import demo_accounts

    opened = runtime()
    with opened.database.reading() as database:
        accounts = demo_accounts(database, opened.vault, opened.clock())
    return render_template("staff/demo.html", accounts=accounts)

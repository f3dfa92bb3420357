"""People by invitation, rights given and taken, and what nobody may do to themselves."""

import re

import pyotp
import pytest
import sqlalchemy as sa

from portal.audit import Actor, AuditEvent
from portal.messages import OutboxMessage
from portal.messages import service as messages
from portal.messages.models import MessageState
from portal.staff import factors, invitations, service
from portal.staff.errors import LastAdministrator, OwnAccount
from portal.staff.models import RoleChange, StaffInvitation, StaffMember
from portal.web.rights import expanded
from tests.staff.desk import Desk, enrolled, signed_in
from tests.visitor import on_the_tests_clock, stored_bytes

PASSWORD = "eleven otters under a paper lamp"
NEW = {
    "name": "연무진",
    "email": "Han@firm.example",
    "language": "ko",
    "rights": ["reviewer:kr", "intake:kr"],
}


@pytest.fixture
def admin(app, clock):
    """An administrator whose second factor is fresh."""
    return Desk(*signed_in(on_the_tests_clock(app, clock), "admin"))


def last_mail(runtime, kind=None):
    with runtime.database.reading() as session:
        query = sa.select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(1)
        if kind:
            query = query.where(OutboxMessage.kind == kind)
        message = session.scalars(query).one()
        return message, messages.read(session, runtime, message)


def code_in(wording):
    return re.search(r"[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}", wording.body)[0]


def member_of(runtime, email):
    with runtime.database.reading() as session:
        return service.find(session, runtime.vault, email)


def invited(admin):
    assert admin.post("/staff/people/invite", NEW).status_code == 303
    return code_in(last_mail(admin.runtime)[1])


def join(app, code, email="han@firm.example", password=PASSWORD):
    guest = Desk(app.test_client())
    return guest, guest.post("/staff/join", {"email": email, "code": code, "new_password": password})


def test_an_invited_person_sets_a_password_and_a_second_factor_and_is_at_the_desk(app, admin, clock):
    code = invited(admin)
    message, wording = last_mail(admin.runtime)
    assert (message.kind, message.language, wording.to) == ("staff-invited", "ko", "han@firm.example")
    assert "http" not in wording.body
    guest, sent = join(app, code.lower().replace("-", " "))
    assert sent.headers["Location"] == "/staff/enrol"
    page = guest.get("/staff/enrol").text
    secret = re.search(r'class="secret">([A-Z2-7]+)<', page)[1]
    shown = guest.post("/staff/enrol", {"code": pyotp.TOTP(secret).at(clock())})
    assert len(re.findall(r"<li><code>", shown.text)) == factors.RECOVERY_CODES
    assert member_of(admin.runtime, "han@firm.example").roles == ["intake:kr", "reviewer:kr"]
    assert guest.get("/staff/account").status_code == 200


def test_the_code_of_an_invitation_works_once_and_for_72_hours(app, admin, clock):
    code = invited(admin)
    assert join(app, "ABCD-EFGH-JKLM-NPQR")[1].status_code == 422
    assert join(app, code, email="other@firm.example")[1].status_code == 422
    assert join(app, code)[1].status_code == 303
    assert join(app, code)[1].status_code == 422
    again = {**NEW, "email": "later@firm.example"}
    admin.post("/staff/people/invite", again)
    late = code_in(last_mail(admin.runtime)[1])
    clock.advance(hours=72)
    assert join(app, late, email="later@firm.example")[1].status_code == 422


def test_a_newer_code_replaces_the_one_before(app, admin):
    first = invited(admin)
    who = member_of(admin.runtime, "han@firm.example")
    admin.post(f"/staff/people/{who.id}/invite", {})
    second = code_in(last_mail(admin.runtime)[1])
    assert join(app, first)[1].status_code == 422
    assert join(app, second)[1].status_code == 303


def test_a_weak_password_is_refused_beside_its_field_and_the_code_still_works(app, admin):
    code = invited(admin)
    _guest, refused = join(app, code, password="password1234")
    assert refused.status_code == 422
    assert 'id="new_password-error"' in refused.text
    assert f'value="{code}"' in refused.text
    assert join(app, code)[1].status_code == 303


def test_guessing_codes_locks_the_account_that_is_guessed_at(app, admin):
    code = invited(admin)
    for _ in range(service.FREE_TRIES):
        join(app, "ABCD-EFGH-JKLM-NPQR")
    assert join(app, code)[1].status_code == 422


def test_of_an_invitation_only_a_digest_is_kept_and_the_mail_is_forgotten(app, admin):
    code = invited(admin)
    runtime = admin.runtime
    stored = stored_bytes(runtime)
    for kept in (code, code.replace("-", ""), "han@firm.example", "연무진"):
        assert kept.encode() not in stored
    message, _wording = last_mail(runtime)
    strict = runtime.settings.model_copy(update={"env": "production"})
    object.__setattr__(runtime, "settings", strict)
    try:
        sent = messages.send(runtime, Silent(), message.id)
    finally:
        object.__setattr__(runtime, "settings", runtime.settings.model_copy(update={"env": "test"}))
    assert sent == MessageState.SENT
    assert last_mail(runtime)[0].sealed is None


class Silent:
    def deliver(self, message):
        """Nobody reads it here."""


def test_an_address_has_one_account_and_what_was_typed_stays(admin):
    invited(admin)
    again = admin.post("/staff/people/invite", {**NEW, "name": "연무진 둘째"})
    assert again.status_code == 422
    assert 'id="email-error"' in again.text
    assert 'value="연무진 둘째"' in again.text
    assert re.search(r'value="reviewer:kr"[^>]* checked', again.text)


@pytest.mark.parametrize(
    "wrong", [{"rights": []}, {"rights": ["owner"]}, {"name": ""}, {"email": "han"}, {"language": "fr"}]
)
def test_an_invitation_that_says_too_little_sends_nothing(admin, wrong):
    assert admin.post("/staff/people/invite", {**NEW, **wrong}).status_code == 422
    with admin.runtime.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(StaffInvitation)) == 0


def test_rights_are_asked_about_again_and_hold_from_the_next_request_and_are_kept(app, admin, clock):
    colleague, _secret = signed_in(app, "kr")
    who = member_of(admin.runtime, "kr@staff.example")
    assert colleague.get("/staff/queue").status_code == 200
    clock.advance(minutes=6)
    asked = admin.post(f"/staff/people/{who.id}/rights", {"rights": ["analyst:kr"]})
    assert 'name="proof_code"' in asked.text
    assert colleague.get("/staff/queue").status_code == 200
    fields = {"rights": ["analyst:kr"], "proof_code": admin.code(clock())}
    assert admin.post(f"/staff/people/{who.id}/rights", fields).status_code == 303
    assert colleague.get("/staff/queue").status_code == 403
    with admin.runtime.database.reading() as session:
        change = session.scalars(
            sa.select(RoleChange).where(RoleChange.staff_id == who.id).order_by(RoleChange.at.desc())
        ).first()
        me = service.find(session, admin.runtime.vault, "admin@staff.example")
        assert (change.before, change.after, change.by_id) == (expanded(["kr"]), ["analyst:kr"], me.id)
        assert change.at == clock()
    page = admin.get("/staff/people/history").text
    assert "Analyst · Seoul office" in page
    assert "Counsel · Seoul office" in page


def test_nobody_changes_their_own_rights_or_closes_or_resets_their_own_account(admin):
    me = member_of(admin.runtime, "admin@staff.example")
    for act in ("rights", "close", "reset"):
        admin.post(f"/staff/people/{me.id}/{act}", {"rights": ["administrator", "counsel:kr"]})
    after = member_of(admin.runtime, "admin@staff.example")
    assert (after.roles, after.disabled_at, after.password_hash) == (me.roles, None, me.password_hash)
    page = admin.get(f"/staff/people/{me.id}").text
    assert f"/staff/people/{me.id}/rights" not in page


def test_the_last_administrator_stays_whoever_asks(runtime, clock):
    with runtime.database.transaction() as session:
        enrolled(runtime, "us", session=session)
        enrolled(runtime, "admin", session=session)
        only = service.find(session, runtime.vault, "admin@staff.example")
        with pytest.raises(LastAdministrator):
            service.disable(session, only, now=clock())
        with pytest.raises(LastAdministrator):
            service.grant(session, only, ["kr"], now=clock())
        service.grant(session, only, ["admin", "auditor:kr"], now=clock())
        # Somebody who was only invited cannot manage anything yet.
        newcomer = service.Person(name="Lee", email="lee@firm.example")
        invitations.invite(session, runtime, newcomer, roles=["admin"], language="en")
        with pytest.raises(LastAdministrator):
            service.disable(session, only, now=clock())
        other = service.find(session, runtime.vault, "us@staff.example")
        service.grant(session, other, ["admin"], now=clock())
        service.disable(session, only, now=clock())
        assert only.disabled_at


def test_one_cannot_act_on_oneself_by_the_service_either(runtime, clock):
    with runtime.database.transaction() as session:
        enrolled(runtime, "admin", session=session)
        me = service.find(session, runtime.vault, "admin@staff.example")
        with pytest.raises(OwnAccount):
            service.grant(session, me, ["kr"], by=Actor("staff", me.id), now=clock())


def test_a_closed_account_is_thrown_out_and_comes_back_with_its_rights(app, admin):
    colleague, _secret = signed_in(app, "us")
    who = member_of(admin.runtime, "us@staff.example")
    admin.post(f"/staff/people/{who.id}/close", {})
    assert colleague.get("/staff/account").headers["Location"] == "/staff/sign-in"
    admin.post(f"/staff/people/{who.id}/open", {})
    back = member_of(admin.runtime, "us@staff.example")
    assert (back.disabled_at, back.roles) == (None, who.roles)
    assert colleague.get("/staff/account").headers["Location"] == "/staff/sign-in"


@pytest.mark.parametrize(("factor", "next_page"), [("keep", "/staff/code"), ("forget", "/staff/enrol")])
def test_a_reset_ends_sessions_and_leaves_the_factor_unless_its_loss_was_proved(
    app, admin, factor, next_page
):
    colleague, _secret = signed_in(app, "us")
    who = member_of(admin.runtime, "us@staff.example")
    admin.post(f"/staff/people/{who.id}/reset", {"factor": factor})
    assert colleague.get("/staff/account").status_code == 303
    message, wording = last_mail(admin.runtime)
    assert message.language == "en"
    _guest, sent = join(app, code_in(wording), email="us@staff.example")
    assert sent.headers["Location"] == next_page


def test_the_pages_on_people_name_everybody_and_are_for_administrators_alone(app, admin):
    invited(admin)
    page = admin.get("/staff/people").text
    assert "연무진" in page
    assert "Invited" in page
    reviewer, _secret = signed_in(app, "kr")
    assert reviewer.get("/staff/people").status_code == 403
    assert reviewer.get(f"/staff/people/{member_of(admin.runtime, 'han@firm.example').id}").status_code == 403


def test_what_is_done_with_accounts_is_audited_without_names(app, admin):
    invited(admin)
    with admin.runtime.database.reading() as session:
        events = session.scalars(sa.select(AuditEvent).order_by(AuditEvent.sequence)).all()
        me = session.scalars(sa.select(StaffMember.id)).first()
    done = [event for event in events if event.action in ("staff.added", "staff.invited")]
    assert done[-1].actor_id == me
    assert not any("연무진" in str(event.detail) or "han@" in str(event.detail) for event in events)

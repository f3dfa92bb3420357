"""Staff accounts under attack: guessing, replay, stolen cookies, changed rights."""

from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa

from portal.audit import SYSTEM, AuditEvent
from portal.staff import factors, service
from portal.staff.errors import AlreadyStaff, WeakPassword
from portal.staff.models import RoleChange, StaffMember
from portal.web.rights import UnknownRight, expanded

PERSON = service.Person(name="서지안", email="seoul@staff.example")
PASSWORD = "paper lantern over gwanghwamun"


def added(session, runtime, **changes):
    given = {"roles": ("kr",), "language": "ko", "password": PASSWORD, "now": runtime.clock(), **changes}
    return service.add(session, runtime.vault, PERSON, **given)


def enrolled(session, runtime, member):
    secret = factors.new_totp_secret()
    codes = service.enrol(
        session, runtime.vault, member, secret, pyotp.TOTP(secret).at(runtime.clock()), runtime.clock()
    )
    assert codes
    return secret, codes


@pytest.fixture
def session(runtime):
    with runtime.database.transaction() as opened:
        yield opened


@pytest.mark.parametrize("password", ["short", "password1234", "qwertyuiop12", "aaaaaaaaaaaaaa", "x" * 257])
def test_passwords_that_fall_first_are_refused(session, runtime, password):
    with pytest.raises(WeakPassword):
        added(session, runtime, password=password)


@pytest.mark.parametrize(
    "password", ["서울에서 온 편지 열두 통", "k9$" + "long enough to be a sentence " * 7]
)
def test_hangul_and_long_passwords_work_whole(session, runtime, password):
    added(session, runtime, password=password)
    right = service.check_password(session, runtime.vault, PERSON.email, password, runtime.clock())
    shorter = service.check_password(session, runtime.vault, PERSON.email, password[:-1], runtime.clock())
    assert right.member is not None
    assert shorter.member is None


def test_a_password_is_kept_only_as_argon2id_and_a_person_only_sealed(session, runtime):
    member = added(session, runtime)
    assert member.password_hash.startswith("$argon2id$")
    assert PERSON.name.encode() not in member.person
    assert service.person(session, runtime.vault, member) == PERSON


def test_an_address_has_one_account_and_roles_are_known(session, runtime):
    added(session, runtime)
    with pytest.raises(AlreadyStaff):
        added(session, runtime)
    with pytest.raises(UnknownRight):
        service.grant(
            session, service.find(session, runtime.vault, PERSON.email), ["owner"], now=runtime.clock()
        )


def test_after_five_wrong_passwords_even_the_right_one_waits_but_not_for_ever(session, runtime, clock):
    added(session, runtime)
    for _ in range(service.FREE_TRIES):
        assert service.check_password(session, runtime.vault, PERSON.email, "wrong", clock()).member is None
    assert service.check_password(session, runtime.vault, PERSON.email, PASSWORD, clock()).locked
    clock.advance(minutes=16)
    assert service.check_password(session, runtime.vault, PERSON.email, PASSWORD, clock()).member is not None


def test_one_locked_account_locks_nobody_else(session, runtime, clock):
    added(session, runtime)
    other = service.Person(name="Dana Whitfield", email="newyork@staff.example")
    service.add(session, runtime.vault, other, roles=["us"], language="en", password=PASSWORD, now=clock())
    for _ in range(9):
        service.check_password(session, runtime.vault, PERSON.email, "wrong", clock())
    assert service.check_password(session, runtime.vault, other.email, PASSWORD, clock()).member is not None


def test_a_code_works_once_and_not_in_another_minute(session, runtime, clock):
    member = added(session, runtime)
    secret, _codes = enrolled(session, runtime, member)
    clock.advance(seconds=60)
    code = pyotp.TOTP(secret).at(clock())
    assert service.check_code(session, runtime.vault, member, code, clock())
    assert not service.check_code(session, runtime.vault, member, code, clock())
    clock.advance(seconds=300)
    assert not service.check_code(session, runtime.vault, member, code, clock())


def test_a_recovery_code_works_once_however_it_is_typed(session, runtime, clock):
    member = added(session, runtime)
    _secret, codes = enrolled(session, runtime, member)
    assert service.check_code(session, runtime.vault, member, f" {codes[0].upper()} ", clock())
    assert not service.check_code(session, runtime.vault, member, codes[0], clock())
    assert len(member.recovery) == factors.RECOVERY_CODES - 1


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "000000"])
def test_other_codes_are_refused(session, runtime, clock, code):
    member = added(session, runtime)
    secret, _codes = enrolled(session, runtime, member)
    clock.advance(seconds=90)
    if code == pyotp.TOTP(secret).at(clock()):
        clock.advance(seconds=90)
    assert not service.check_code(session, runtime.vault, member, code, clock())


def test_a_session_ends_by_idling_by_age_by_sign_out_by_reset_and_by_disabling(session, runtime, clock):
    member = added(session, runtime)

    def alive(token):
        return service.live_session(session, runtime.settings, token, clock()) is not None

    idle = service.open_session(session, member, clock())
    assert alive(idle)
    clock.advance(minutes=31)
    assert not alive(idle)

    out = service.open_session(session, member, clock())
    service.end_session(session, service.live_session(session, runtime.settings, out, clock())[0].id, clock())
    assert not alive(out)

    old = service.open_session(session, member, clock())
    held, _member = service.live_session(session, runtime.settings, old, clock())
    clock.advance(hours=12)
    held.seen_at = clock() - timedelta(minutes=1)
    assert not alive(old)

    before_reset = service.open_session(session, member, clock())
    service.reset(session, member, PASSWORD + "!", forget_factor=False, by=SYSTEM, now=clock())
    assert not alive(before_reset)

    before_disabling = service.open_session(session, member, clock())
    service.disable(session, member, now=clock())
    assert not alive(before_disabling)
    assert (
        service.check_password(session, runtime.vault, PERSON.email, PASSWORD + "!", clock()).member is None
    )


def test_a_reset_leaves_the_second_factor_unless_its_loss_was_proved(session, runtime, clock):
    member = added(session, runtime)
    enrolled(session, runtime, member)
    service.reset(session, member, PASSWORD + "!", forget_factor=False, by=SYSTEM, now=clock())
    assert member.totp is not None
    service.reset(session, member, PASSWORD + "?", forget_factor=True, by=SYSTEM, now=clock())
    assert member.totp is None


def test_every_change_of_rights_is_kept_with_who_and_when(session, runtime, clock):
    member = added(session, runtime)
    service.grant(session, member, ["us", "admin"], now=clock())
    changes = session.scalars(sa.select(RoleChange).order_by(RoleChange.at, RoleChange.id)).all()
    korean, american = expanded(["kr"]), expanded(["us", "admin"])
    assert [(change.before, change.after) for change in changes] == [([], korean), (korean, american)]
    actions = session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.sequence)).all()
    assert actions[-1] == "staff.granted"


def test_refused_sign_ins_are_audited_without_what_was_typed(session, runtime, clock):
    added(session, runtime)
    service.check_password(session, runtime.vault, PERSON.email, "my secret guess", clock())
    service.check_password(session, runtime.vault, "nobody@staff.example", "x", clock())
    events = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "staff.sign_in_refused")).all()
    assert {event.detail["reason"] for event in events} == {"password", "unknown"}
    assert not any("secret" in str(event.detail) or "staff.example" in str(event.detail) for event in events)


def test_the_database_file_names_no_staff_member(session, runtime, settings):
    member = added(session, runtime)
    enrolled(session, runtime, member)
    session.commit()
    content = b"".join(path.read_bytes() for path in settings.data_dir.glob("portal.sqlite3*"))
    assert sa.inspect(member).persistent
    assert session.get(StaffMember, member.id) is not None
    for planted in (PERSON.name, PERSON.email, PASSWORD):
        assert planted.encode() not in content

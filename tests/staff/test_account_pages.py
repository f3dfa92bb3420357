"""One's own account: sessions, factors, password, language; each change behind a fresh proof and told by e-mail."""

import re

import pyotp
import pytest
import sqlalchemy as sa

from portal.messages import OutboxMessage
from portal.messages import service as messages
from portal.staff import service
from portal.staff.browsers import browser_of
from portal.staff.models import StaffSession
from tests.staff.desk import PASSWORD, Desk, signed_in
from tests.visitor import on_the_tests_clock

ANOTHER = "nine herons wade past the old lock"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def desk(app, clock):
    """Somebody of New York whose second factor is fresh."""
    return Desk(*signed_in(on_the_tests_clock(app, clock), "us"))


def sign_in(desk, clock, agent=FIREFOX, client=None):
    guest = Desk(client or desk.client.application.test_client())
    guest.client.environ_base["HTTP_USER_AGENT"] = agent
    guest.post("/staff/sign-in", {"email": "us@staff.example", "password": PASSWORD})
    clock.advance(seconds=60)
    answer = guest.post("/staff/code", {"code": desk.code(clock())})
    assert answer.status_code == 303, answer.text
    return guest


def told(desk):
    with desk.runtime.database.reading() as session:
        found = session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)).all()
        return [(one.kind, messages.read(session, desk.runtime, one).body) for one in found]


def test_a_new_browser_is_told_by_mail_once_and_described_without_its_version(desk, clock):
    guest = sign_in(desk, clock)
    [(kind, body)] = told(desk)
    assert kind == "staff-new-browser"
    assert "Firefox, Windows" in body
    assert "140" not in body
    guest.post("/staff/sign-out", {})
    sign_in(desk, clock, client=guest.client)
    assert len(told(desk)) == 1
    page = desk.get("/staff/account").text
    assert "Firefox, Windows" in page
    assert "140" not in page


def test_sessions_are_ended_one_by_one_and_all_others_at_once(desk, clock):
    guests = [sign_in(desk, clock) for _ in range(3)]
    with desk.runtime.database.reading() as session:
        newest = session.scalars(sa.select(StaffSession.id).order_by(StaffSession.created_at.desc())).first()
    assert desk.post(f"/staff/account/sessions/{newest}/end", {}).status_code == 303
    assert [guest.get("/staff/account").status_code for guest in guests] == [200, 200, 303]
    desk.post("/staff/account/sessions/end-others", {})
    assert [guest.get("/staff/account").status_code for guest in guests] == [303, 303, 303]
    assert desk.get("/staff/account").status_code == 200


def test_anothers_session_is_not_found(desk, app):
    signed_in(app, "kr")
    with desk.runtime.database.reading() as session:
        other = service.find(session, desk.runtime.vault, "kr@staff.example")
        theirs = session.scalars(sa.select(StaffSession.id).where(StaffSession.staff_id == other.id)).one()
    assert desk.post(f"/staff/account/sessions/{theirs}/end", {}).status_code == 404


def test_a_new_password_ends_the_other_sessions_and_needs_the_old_one(desk, clock):
    guest = sign_in(desk, clock)
    wrong = desk.post("/staff/account/password", {"old_password": "not it at all", "new_password": ANOTHER})
    assert wrong.status_code == 422
    assert 'id="old_password-error"' in wrong.text
    weak = desk.post("/staff/account/password", {"old_password": PASSWORD, "new_password": "password1234"})
    assert 'id="new_password-error"' in weak.text
    assert guest.get("/staff/account").status_code == 200
    done = desk.post("/staff/account/password", {"old_password": PASSWORD, "new_password": ANOTHER})
    assert done.status_code == 303
    assert guest.get("/staff/account").status_code == 303
    assert desk.get("/staff/account").status_code == 200
    assert told(desk)[-1][0] == "staff-password-changed"


def test_another_app_and_new_recovery_codes_replace_those_before(desk, clock):
    page = desk.get("/staff/account/factor").text
    secret = re.search(r'class="secret">([A-Z2-7]+)<', page)[1]
    assert desk.post("/staff/account/factor", {"code": "000000"}).status_code == 422
    first = desk.post("/staff/account/factor", {"code": pyotp.TOTP(secret).at(clock())}).text
    second = desk.post("/staff/account/recovery-codes", {}).text
    old, new = (re.findall(r"<li><code>([^<]+)<", shown) for shown in (first, second))
    assert (len(old), len(new), set(old) & set(new)) == (10, 10, set())
    clock.advance(minutes=6)
    with desk.runtime.database.transaction() as session:
        member = service.find(session, desk.runtime.vault, "us@staff.example")
        codes = (old[0], desk.code(clock()), new[0], pyotp.TOTP(secret).at(clock()))
        right = [service.check_code(session, desk.runtime.vault, member, one, clock()) for one in codes]
    assert right == [False, False, True, True]
    assert [kind for kind, _body in told(desk)] == ["staff-factor-set", "staff-recovery-renewed"]


@pytest.mark.parametrize("page", ["password", "factor", "passkeys/new"])
def test_factors_are_not_even_shown_without_a_fresh_proof(desk, clock, page):
    clock.advance(minutes=6)
    shown = desk.get(f"/staff/account/{page}").text
    assert 'name="proof_code"' in shown
    assert "secret" not in shown
    assert "new_password" not in shown


def test_the_language_of_the_desk_is_ones_own(desk):
    desk.post("/staff/account/language", {"language": "ko"})
    assert "내 계정" in desk.get("/staff/account").text
    assert desk.post("/staff/account/language", {"language": "fr"}).status_code == 400


@pytest.mark.parametrize(
    ("agent", "family"),
    [
        (FIREFOX, "Firefox, Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.5 Safari/605.1.15",
         "Safari, macOS"),
        ("Mozilla/5.0 (Linux; Android 14; SM-S918N) AppleWebKit/537.36 SamsungBrowser/28.0 Chrome/130.0 Mobile Safari",
         "Samsung Internet, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/134.0 Whale/4.31 Safari/537.36",
         "Whale, Windows"),
        ("curl/8", ""),
    ],
)  # fmt: skip
def test_a_browser_is_described_by_family_and_system(agent, family):
    assert browser_of(agent, "").family == family

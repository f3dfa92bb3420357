"""The second factor again: asked for when it was given more than five minutes ago, with what was typed kept."""

import pyotp
import pytest
from flask import request

from portal.staff.proof import proved, proved_to_look
from portal.web import allow
from tests.staff.desk import signed_in
from tests.visitor import on_the_tests_clock

TYPED = {"reason": '첫 "제출"', "pick": ["a", "b"]}


@pytest.fixture
def desk(app, clock):
    """A page behind the proof, and somebody of Seoul whose factor is ten minutes old."""
    on_the_tests_clock(app, clock)

    @allow.staff("claims.read")
    @proved
    def act():
        return "; ".join([request.form.get("reason", "looked"), *request.form.getlist("pick")])

    @allow.staff("claims.read")
    @proved_to_look
    def look():
        return "secret page"

    app.add_url_rule("/staff/act", "act", act, methods=["GET", "POST"])
    app.add_url_rule("/staff/look", "look", look, methods=["GET", "POST"])
    client, secret = signed_in(app, "kr")
    clock.advance(minutes=10)
    return client, pyotp.TOTP(secret)


def token(client):
    page = client.get("/staff/sign-in").text
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]


def test_an_act_is_asked_about_and_then_done_with_what_was_typed(desk, clock):
    client, totp = desk
    asked = client.post("/staff/act", data={"csrf_token": token(client), **TYPED})
    assert asked.status_code == 200
    assert 'name="proof_code"' in asked.text
    assert 'name="reason" value="첫 &#34;제출&#34;"' in asked.text
    wrong = client.post("/staff/act", data={"csrf_token": token(client), **TYPED, "proof_code": "000000"})
    assert wrong.status_code == 422
    assert 'name="pick" value="b"' in wrong.text
    code = totp.at(clock())
    done = client.post("/staff/act", data={"csrf_token": token(client), **TYPED, "proof_code": code})
    assert done.text == '첫 "제출"; a; b'


def test_for_five_minutes_nothing_more_is_asked(desk, clock):
    client, totp = desk
    code = totp.at(clock())
    client.post("/staff/act", data={"csrf_token": token(client), "proof_code": code})
    clock.advance(minutes=4, seconds=59)
    assert client.post("/staff/act", data={"csrf_token": token(client), "reason": "x"}).text == "x"
    clock.advance(seconds=1)
    assert "proof_code" in client.post("/staff/act", data={"csrf_token": token(client)}).text


def test_a_code_proves_once(desk, clock):
    client, totp = desk
    code = totp.at(clock())
    client.post("/staff/act", data={"csrf_token": token(client), "proof_code": code})
    clock.advance(minutes=6)
    again = client.post("/staff/act", data={"csrf_token": token(client), "proof_code": code})
    assert again.status_code == 422


def test_looking_is_free_unless_the_page_itself_is_to_be_proved(desk, clock):
    client, totp = desk
    assert client.get("/staff/act").text == "looked"
    assert "secret page" not in client.get("/staff/look?tab=2").text
    fields = {"csrf_token": token(client), "proof_only": "1", "proof_code": totp.at(clock())}
    shown = client.post("/staff/look?tab=2", data=fields)
    assert (shown.status_code, shown.headers["Location"]) == (303, "/staff/look?tab=2")
    assert client.get("/staff/look").text == "secret page"


def test_a_password_is_never_carried_in_the_page(desk):
    client, _totp = desk
    asked = client.post(
        "/staff/act", data={"csrf_token": token(client), "new_password": "paper lantern over"}
    )
    assert "paper lantern over" not in asked.text

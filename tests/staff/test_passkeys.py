"""Passkeys: registered behind a fresh proof, good as second factor and alone, and not to be replayed or copied."""

import re
from dataclasses import replace
from html import unescape

import pytest
import sqlalchemy as sa

from portal.messages import OutboxMessage
from portal.staff import passkeys
from portal.staff.models import Passkey
from tests.staff.authenticator import Authenticator
from tests.staff.desk import PASSWORD, Desk, signed_in
from tests.visitor import on_the_tests_clock


@pytest.fixture
def desk(app, clock):
    """Somebody of Seoul at a site with a name."""
    on_the_tests_clock(app, clock)
    opened = app.extensions["portal"]
    named = opened.settings.model_copy(update={"site_address": "localhost"})
    app.extensions["portal"] = replace(opened, settings=named)
    return Desk(*signed_in(app, "kr"))


def options_of(page):
    return unescape(re.search(r'data-options="([^"]*)"', page.text)[1])


def added(desk, phone, name="전화기"):
    options = options_of(desk.get("/staff/account/passkeys/new"))
    return desk.post("/staff/account/passkeys/new", {"name": name, "credential": phone.create(options)})


def half_way(desk):
    """A browser in which the password was right."""
    guest = Desk(desk.client.application.test_client())
    fields = {"email": "kr@staff.example", "password": PASSWORD}
    assert guest.post("/staff/sign-in", fields).headers["Location"] == "/staff/code"
    return guest


def kept(desk):
    with desk.runtime.database.reading() as session:
        return session.scalars(sa.select(Passkey)).all()


def told(desk):
    with desk.runtime.database.reading() as session:
        return session.scalars(sa.select(OutboxMessage.kind).order_by(OutboxMessage.id)).all()


def test_a_passkey_is_added_named_used_as_second_factor_and_removed(desk):
    phone = Authenticator()
    assert added(desk, phone).status_code == 303
    assert "전화기" in desk.get("/staff/account").text
    guest = half_way(desk)
    signed = guest.post("/staff/code", {"credential": phone.get(options_of(guest.get("/staff/code")))})
    assert signed.headers["Location"] == "/staff/"
    assert guest.get("/staff/account").status_code == 200
    [passkey] = kept(desk)
    assert (passkey.sign_count, phone.credential_id in passkey.content) == (1, False)
    desk.post(f"/staff/account/passkeys/{passkey.id}/remove", {})
    assert kept(desk) == []
    assert told(desk) == ["staff-passkey-added", "staff-new-browser", "staff-passkey-removed"]
    guest = half_way(desk)
    assert "data-passkey" not in guest.get("/staff/code").text


def test_it_opens_alone_only_where_the_authenticator_checked_the_person(desk):
    phone = Authenticator()
    added(desk, phone)
    stranger = Desk(desk.client.application.test_client())
    phone.verifies = False
    unchecked = phone.get(options_of(stranger.get("/staff/sign-in")))
    assert stranger.post("/staff/passkey", {"credential": unchecked}).status_code == 200
    assert stranger.get("/staff/account").status_code == 303
    phone.verifies = True
    checked = phone.get(options_of(stranger.get("/staff/sign-in")))
    assert stranger.post("/staff/passkey", {"credential": checked}).headers["Location"] == "/staff/"
    assert stranger.get("/staff/account").status_code == 200


def test_an_answer_is_taken_once_even_with_the_cookie_that_went_with_it(desk):
    phone = Authenticator()
    added(desk, phone)
    guest = half_way(desk)
    answer = phone.get(options_of(guest.get("/staff/code")))
    old = guest.client.get_cookie("visit").value
    token = re.search(r'name="csrf_token" value="([^"]*)"', guest.get("/staff/code").text)[1]
    guest.client.set_cookie("visit", old)
    fields = {"csrf_token": token, "credential": answer}
    assert guest.client.post("/staff/code", data=fields).status_code == 303
    thief = desk.client.application.test_client()
    thief.set_cookie("visit", old)
    assert thief.post("/staff/code", data=fields).status_code == 200
    assert thief.get("/staff/account").status_code == 303


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "http://localhost.evil.example"},
        {"rp_id": "evil.example"},
        {"counter": -1},
        {"credential_id": b"x" * 32},
    ],
    ids=["other origin", "other site", "a copy, one step behind", "unknown"],
)
def test_what_does_not_fit_opens_nothing(desk, wrong):
    phone = Authenticator(counter=4)
    added(desk, phone)
    guest = half_way(desk)
    forged = replace(phone, **wrong)
    answer = forged.get(options_of(guest.get("/staff/code")))
    assert guest.post("/staff/code", {"credential": answer}).status_code == 200
    assert guest.get("/staff/account").status_code == 303


@pytest.mark.parametrize(
    "garbage", ["", "{}", "null", "[1]", "\x00", "{" * 20_000, '{"id":"AA","rawId":"AA"}']
)
def test_garbage_is_refused_without_a_fault(desk, garbage):
    desk.get("/staff/account/passkeys/new")
    answer = desk.post("/staff/account/passkeys/new", {"name": "전화기", "credential": garbage})
    assert answer.status_code == 422
    guest = Desk(desk.client.application.test_client())
    guest.get("/staff/sign-in")
    assert guest.post("/staff/passkey", {"credential": garbage}).status_code == 200


def test_anothers_passkey_is_no_second_factor_of_mine(desk):
    other = Desk(*signed_in(desk.client.application, "us"))
    theirs = Authenticator()
    added(other, theirs)
    mine = Authenticator()
    added(desk, mine)
    guest = half_way(desk)
    answer = theirs.get(options_of(guest.get("/staff/code")))
    assert guest.post("/staff/code", {"credential": answer}).status_code == 200
    assert guest.get("/staff/account").status_code == 303
    foreign = kept(desk)[0].id
    assert desk.post(f"/staff/account/passkeys/{foreign}/remove", {}).status_code == 404


def test_a_passkey_proves_again_who_acts(desk, clock):
    phone = Authenticator()
    added(desk, phone)
    clock.advance(minutes=6)
    asked = desk.post("/staff/account/recovery-codes", {})
    answer = phone.get(options_of(asked))
    shown = desk.post("/staff/account/recovery-codes", {"proof_passkey": answer})
    assert len(re.findall(r"<li><code>", shown.text)) == 10


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("claims.example", passkeys.Site("claims.example", "https://claims.example")),
        ("https://claims.example/", passkeys.Site("claims.example", "https://claims.example")),
        ("localhost:8000", passkeys.Site("localhost", "http://localhost:8000")),
        ("127.0.0.1:8000", None),
        ("[::1]:8000", None),
    ],
)
def test_a_passkey_is_bound_to_the_sites_address(settings, address, expected):
    assert passkeys.site_of(settings.model_copy(update={"site_address": address})) == expected

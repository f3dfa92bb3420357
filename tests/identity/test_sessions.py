"""A claimant's session: new at each sign-in, ended by its row, and short."""

from dataclasses import replace

import sqlalchemy as sa
from flask import Flask

from portal.audit import AuditEvent
from portal.identity import end_all
from tests.conftest import Clock
from tests.visitor import Visitor


def cookie(visitor: Visitor) -> str:
    held = visitor.client.get_cookie("claim")
    assert held is not None
    return held.value


def test_each_sign_in_has_a_new_id(visitor: Visitor) -> None:
    visitor.begin()
    first = cookie(visitor)
    visitor.enter(visitor.ask_code("hong@example.com"))
    assert cookie(visitor) != first
    visitor.client.set_cookie("claim", first)
    assert visitor.get("/claim").status_code == 303


def test_a_cookie_planted_before_sign_in_is_not_taken_over(visitor: Visitor) -> None:
    visitor.client.set_cookie("claim", "planted-by-somebody-else")
    visitor.begin()
    assert cookie(visitor) != "planted-by-somebody-else"


def test_a_copied_cookie_is_dead_after_sign_out(site: Flask) -> None:
    visitor, thief = Visitor(site).begin(), Visitor(site)
    thief.client.set_cookie("claim", cookie(visitor))
    assert thief.get("/claim").status_code == 200
    visitor.get("/claim")
    left = visitor.post("/claim/sign-out")
    assert left.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert visitor.client.get_cookie("claim") is None
    assert thief.get("/claim").status_code == 303


def test_the_cookie_cannot_be_read_by_scripts_nor_sent_by_other_sites(visitor: Visitor) -> None:
    visitor.have_answered()
    entered = visitor.enter(visitor.ask_code("hong@example.com"))
    flags = next(value for value in entered.headers.getlist("Set-Cookie") if value.startswith("claim="))
    assert "HttpOnly" in flags
    assert "SameSite=Lax" in flags
    assert "Path=/" in flags


def test_production_binds_the_cookie_to_https_and_host(site: Flask) -> None:
    opened = site.extensions["portal"]
    visitor = Visitor(site)
    visitor.have_answered()
    code = visitor.ask_code("hong@example.com")
    settings = opened.settings.model_copy(update={"env": "production"})
    site.extensions["portal"] = replace(opened, settings=settings)
    entered = visitor.enter(code)
    flags = next(
        value for value in entered.headers.getlist("Set-Cookie") if value.startswith("__Host-claim=")
    )
    assert "Secure" in flags
    assert "Domain" not in flags


def test_an_idle_session_ends(visitor: Visitor, clock: Clock) -> None:
    visitor.begin()
    clock.advance(minutes=29)
    assert visitor.get("/claim").status_code == 200
    clock.advance(minutes=29)
    assert visitor.get("/claim").status_code == 200
    clock.advance(minutes=31)
    sent = visitor.get("/claim")
    assert sent.headers["Location"] == "/ko/claim/start?again=1"


def test_no_session_outlives_twelve_hours(visitor: Visitor, clock: Clock) -> None:
    visitor.begin()
    for _half_hour in range(25):
        clock.advance(minutes=29)
        visitor.get("/claim")
    assert visitor.get("/claim").status_code == 303


def test_a_claim_is_signed_out_everywhere(visitor: Visitor) -> None:
    visitor.begin()
    with visitor.runtime.database.transaction() as session:
        end_all(session, visitor.claim().id, visitor.runtime.clock())
    assert visitor.get("/claim").status_code == 303


def test_every_page_of_the_claim_asks_for_a_session(site: Flask) -> None:
    stranger = Visitor(site)
    for path in (
        "/claim",
        "/claim/review",
        "/claim/card",
        "/claim/alarm",
        "/claim/details/name",
        "/claim/withdraw/kr",
    ):
        sent = stranger.get(path)
        assert sent.status_code == 303, path
        assert sent.headers["Location"] == "/ko/claim/start?again=1"


def test_signing_in_is_recorded(visitor: Visitor) -> None:
    visitor.begin()
    with visitor.runtime.database.reading() as session:
        actions = session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.sequence)).all()
    assert actions[-2:] == ["claim.begun", "claimant.signed_in"]


def test_the_status_page_leads_to_sign_in_and_shows_nothing(visitor: Visitor) -> None:
    page = visitor.get("/status")
    assert page.status_code == 200
    assert "/ko/claim/start" in page.text

"""Proving an address: what a code opens, and everything that opens nothing."""

import re

import sqlalchemy as sa
from flask import Flask

from portal import create_app
from portal.database import Database
from portal.identity.jobs import purge
from portal.identity.models import Code
from portal.settings import Settings
from portal.vault import SubjectKey
from tests.conftest import Clock
from tests.visitor import Visitor, on_the_tests_clock, stored_bytes


def test_a_right_code_begins_a_claim_from_the_answers(visitor: Visitor) -> None:
    visitor.answer(tracks=("kr-consumer", "us-consumer"))
    entered = visitor.enter(visitor.ask_code("Hong.GilDong@Example.COM"))
    assert entered.headers["Location"] == "/ko/claim"
    assert visitor.get("/claim").status_code == 200
    assert sorted(visitor.claim().tracks) == ["kr-consumer", "us-consumer"]
    assert visitor.particulars().email == "hong.gildong@example.com"


def test_a_known_and_an_unknown_address_get_the_same_answer(site: Flask) -> None:
    Visitor(site).begin("known@example.com")
    answers = []
    for email in ("known@example.com", "other@example.com"):
        stranger = Visitor(site)
        sent = stranger.post("/claim/start", {"email": email})
        page = stranger.get("/claim/code")
        answers.append((sent.status_code, sent.headers["Location"], page.text.replace(stranger.token, "")))
    # Both addresses are masked to different first letters; nothing else may differ.
    assert answers[0][2].replace("kn***", "XX***") == answers[1][2].replace("ot***", "XX***")
    assert answers[0][:2] == answers[1][:2]


def test_neither_code_nor_address_lies_in_the_database(visitor: Visitor) -> None:
    visitor.have_answered()
    code = visitor.ask_code("planted.address@example.com")
    visitor.enter(code)
    stored = stored_bytes(visitor.runtime)
    assert b"planted.address" not in stored
    # Six figures occur by chance in so many bytes; as a token between other characters they do not.
    with visitor.runtime.database.reading() as session:
        rows = (
            session.execute(sa.text("SELECT * FROM codes")).all()
            + session.execute(sa.text("SELECT * FROM outbox_messages")).all()
        )
    assert not any(
        code == value or (isinstance(value, str) and code in value) for row in rows for value in row
    )
    assert not any(isinstance(value, bytes) and code.encode() in value for row in rows for value in row)


def test_five_wrong_codes_burn_it(visitor: Visitor) -> None:
    visitor.have_answered()
    code = visitor.ask_code("hong@example.com")
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _try in range(5):
        assert visitor.enter(wrong).status_code == 422
    refused = visitor.enter(code)
    assert refused.status_code == 422
    assert visitor.get("/claim").status_code == 303


def test_four_wrong_codes_leave_one_try(visitor: Visitor) -> None:
    visitor.have_answered()
    code = visitor.ask_code("hong@example.com")
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _try in range(4):
        visitor.enter(wrong)
    assert visitor.enter(code).status_code == 303


def test_an_expired_code_opens_nothing(visitor: Visitor, clock: Clock) -> None:
    visitor.have_answered()
    code = visitor.ask_code("hong@example.com")
    clock.advance(minutes=10)
    assert visitor.enter(code).status_code == 422


def test_a_code_is_good_until_its_last_minute(visitor: Visitor, clock: Clock) -> None:
    visitor.have_answered()
    code = visitor.ask_code("hong@example.com")
    clock.advance(minutes=9, seconds=59)
    assert visitor.enter(code).status_code == 303


def test_a_code_opens_nothing_in_another_browser(site: Flask) -> None:
    victim, thief = Visitor(site), Visitor(site)
    victim.have_answered()
    thief.have_answered()
    code = victim.ask_code("victim@example.com")
    thief.ask_code("thief@example.com")
    assert thief.enter(code).status_code == 422
    assert thief.get("/claim").status_code == 303


def test_a_code_is_refused_the_second_time(visitor: Visitor) -> None:
    visitor.have_answered()
    code = visitor.ask_code("hong@example.com")
    jar = visitor.client.get_cookie("visit")
    assert jar is not None
    visitor.enter(code)
    # The browser as it was before: the cookie that asked for the code, and no session.
    visitor.client.delete_cookie("claim")
    visitor.client.set_cookie("visit", jar.value)
    assert visitor.enter(code).status_code == 422


def test_only_the_newest_code_of_a_browser_counts(visitor: Visitor) -> None:
    visitor.have_answered()
    first = visitor.ask_code("hong@example.com")
    second = visitor.ask_code("hong@example.com")
    if first != second:
        assert visitor.enter(first).status_code == 422
    assert visitor.enter(second).status_code == 303


def test_a_code_may_be_typed_with_spaces_or_in_full_width(visitor: Visitor) -> None:
    visitor.have_answered()
    code = visitor.ask_code("hong@example.com")
    typed = code[:3] + " " + "".join(chr(ord(figure) - ord("0") + ord("０")) for figure in code[3:])
    assert visitor.enter(typed).status_code == 303


def test_the_sixth_code_within_an_hour_is_not_sent(visitor: Visitor, clock: Clock) -> None:
    for _code in range(5):
        visitor.ask_code("hong@example.com")
    refused = visitor.post("/claim/start", {"email": "HONG@example.com"})
    assert refused.status_code == 429
    visitor.ask_code("another@example.com")
    clock.advance(hours=1, seconds=1)
    visitor.ask_code("hong@example.com")


def test_a_proof_without_answers_is_kept_while_the_questions_are_answered(visitor: Visitor) -> None:
    sent = visitor.enter(visitor.ask_code("hong@example.com"))
    assert sent.headers["Location"] == "/ko/check"
    visitor.have_answered()
    assert "ho***@" in visitor.get("/claim/start").text
    assert visitor.post("/claim/enter").headers["Location"] == "/ko/claim"
    assert visitor.particulars().email == "hong@example.com"


def test_a_proof_opens_one_session_only(visitor: Visitor) -> None:
    visitor.enter(visitor.ask_code("hong@example.com"))
    visitor.have_answered()
    token, kept = visitor.token, visitor.client.get_cookie("visit")
    assert kept is not None
    visitor.post("/claim/enter")
    visitor.client.delete_cookie("claim")
    visitor.client.set_cookie("visit", kept.value)
    again = visitor.client.post("/ko/claim/enter", data={"csrf_token": token})
    assert again.headers["Location"].endswith("/claim/start")


def test_an_unused_proof_ends_after_an_hour(visitor: Visitor, clock: Clock) -> None:
    visitor.enter(visitor.ask_code("hong@example.com"))
    visitor.have_answered()
    clock.advance(hours=1)
    assert visitor.post("/claim/enter").headers["Location"] == "/ko/claim/start"


def test_the_same_address_resumes_its_claim_on_another_device(site: Flask) -> None:
    first = Visitor(site).begin("hong@example.com")
    first.fill("phrase")
    number = first.claim().number
    other = Visitor(site, "en")
    assert other.enter(other.ask_code("hong@EXAMPLE.com")).headers["Location"] == "/en/claim"
    assert number in other.get("/claim").text


def test_fresh_answers_replace_those_of_a_draft(site: Flask) -> None:
    Visitor(site).begin("hong@example.com", tracks=("kr-consumer",))
    again = Visitor(site)
    again.have_answered(tracks=("us-consumer",))
    assert again.enter(again.ask_code("hong@example.com")).headers["Location"] == "/ko/claim/choose"
    number = re.search(r"CP-\w{4}-\w{4}", again.get("/claim/choose").text)
    assert number
    again.post("/claim/choose", {"way": number[0], "renew": "y"})
    assert again.claim().tracks == ["us-consumer"]
    with again.runtime.database.reading() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM claims")) == 1


def test_contacts_that_no_claim_came_of_are_erased(visitor: Visitor, clock: Clock) -> None:
    visitor.ask_code("passer-by@example.com")
    visitor.begin("hong@example.com")
    clock.advance(hours=3)
    purge(visitor.runtime)
    with visitor.runtime.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Code)) == 0
        destroyed = session.scalars(sa.select(SubjectKey).where(SubjectKey.destroyed_at.is_not(None))).all()
    assert len(destroyed) == 1
    assert visitor.particulars().email == "hong@example.com"


def test_what_is_no_address_is_refused_beside_the_field(visitor: Visitor) -> None:
    for typed in (
        "",
        "hong",
        "hong@",
        "hong@example.com\r\nBcc: everybody@example.com",
        "hong@example.com, other@example.com",
        "홍@example.com",
        "a" * 100_000 + "@example.com",
        "hong@exa mple.com",
        "hong@example.com\0",
    ):
        refused = visitor.post("/claim/start", {"email": typed})
        assert refused.status_code == 422, typed[:40]
        assert "email-error" in refused.text


def test_an_internationalised_domain_is_taken(visitor: Visitor) -> None:
    visitor.have_answered()
    visitor.enter(visitor.ask_code("hong@한국.kr"))
    assert visitor.particulars().email == "hong@한국.kr"


def test_bytes_that_are_no_text_do_no_harm(visitor: Visitor) -> None:
    for garbage, status in ((b"%ff%fe%00", 422), (b"\xff\x80", 400)):
        answer = visitor.client.post(
            "/ko/claim/start",
            data=b"csrf_token=" + visitor.token.encode() + b"&email=" + garbage,
            content_type="application/x-www-form-urlencoded",
        )
        assert answer.status_code == status


def test_a_form_without_its_token_changes_nothing(visitor: Visitor) -> None:
    answer = visitor.client.post("/ko/claim/start", data={"email": "hong@example.com"})
    assert answer.status_code == 400
    with visitor.runtime.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Code)) == 0


def test_addresses_of_the_network_are_limited(settings: Settings, database: Database, clock: Clock) -> None:
    limited = settings.model_copy(update={"rate_limits": True, "codes_per_address_hour": 2})
    site = on_the_tests_clock(create_app(limited), clock)
    visitor = Visitor(site)
    sent = [
        visitor.post("/claim/start", {"email": f"p{number}@example.com"}).status_code for number in range(3)
    ]
    assert sent == [303, 303, 429]


def test_the_demo_shows_its_codes_where_a_visitor_finds_them(visitor: Visitor) -> None:
    code = visitor.ask_code("hong@example.com")
    assert "/demo/outbox" in visitor.get("/claim/code").text
    page = visitor.get("/demo/outbox")
    assert code in page.text
    assert "hong@example.com" in page.text

"""Coming in: by phone, to one of several claims, as somebody invited, and with a card in the purse."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from pydantic import SecretStr
from werkzeug.datastructures import MultiDict
from wtforms import Form

from portal import create_app
from portal.claims import parties, sealed, ways
from portal.claims.card import hint_of
from portal.claims.models import Claim
from portal.claims.particulars import PersonName, Representative
from portal.claims.party_forms import Contact as InvitedBy
from portal.database import Database
from portal.identity import Contact
from portal.identity.models import ClaimantSession
from portal.messages import OutboxMessage
from portal.settings import Settings
from tests.conftest import Clock
from tests.visitor import DETAILS, Visitor, errors_of, on_the_tests_clock

PHONE = "010-9876-5432"
E164 = "+821098765432"


def begun_by_phone(site: Flask, lang: str = "ko") -> Visitor:
    visitor = Visitor(site, lang)
    visitor.have_answered()
    visitor.enter(visitor.ask_code(PHONE))
    return visitor


def numbers_on(page: str) -> list[str]:
    return re.findall(r'name="way" value="([^"]+)"', page)


def household(site: Flask) -> tuple[Visitor, str, str]:
    """Two claims of one mailbox, the second begun from the first one's page; the second is open."""
    visitor = Visitor(site).begin("home@example.com")
    visitor.fill("name")
    first = visitor.claim().number
    visitor.get("/claim")
    assert visitor.post("/claim/another").headers["Location"] == "/ko/check"
    visitor.answer()
    assert visitor.get("/claim/start").headers["Location"] == "/ko/claim/choose"
    visitor.get("/claim/choose")
    visitor.post("/claim/choose", {"way": "new"})
    second = visitor.claim().number
    return visitor, first, second


def test_a_claim_is_begun_signed_and_told_of_by_phone_alone(site: Flask) -> None:
    visitor = begun_by_phone(site)
    held = visitor.particulars()
    assert (held.email, held.proved_phone, held.phone) == ("", E164, E164)
    for step in DETAILS:
        fields = {"phone": PHONE} if step == "contact" else {}
        assert visitor.fill(step, **fields).status_code == 303
    visitor.read_and_sign("홍길동")
    assert not visitor.claim().draft
    with visitor.runtime.database.reading() as session:
        told = session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)).all()
    assert {one.channel for one in told} == {"sms"}
    assert "received" in {one.kind for one in told}


def test_the_phone_opens_the_claim_again_on_another_device(site: Flask) -> None:
    number = begun_by_phone(site).claim().number
    other = Visitor(site, "en")
    other.enter(other.ask_code("+82 10 9876 5432"))
    assert other.claim().number == number


def test_a_phone_that_was_only_typed_opens_nothing(site: Flask) -> None:
    Visitor(site).begin().fill("contact", phone=PHONE)
    stranger = Visitor(site)
    assert stranger.enter(stranger.ask_code(PHONE)).headers["Location"] == "/ko/check"


def test_what_is_no_number_is_refused_beside_the_field(visitor: Visitor) -> None:
    for typed in ("", "12", "010-1234", "+999 1234", "hong@example.com", "900101-1234567", "0" * 10_000):
        refused = visitor.post("/claim/start", {"by": "phone", "phone": typed})
        assert refused.status_code == 422, typed[:40]
        assert "phone-error" in refused.text
        assert "1234567" not in refused.text


def test_claims_of_one_contact_are_apart_and_chosen_from(site: Flask) -> None:
    visitor, first, second = household(site)
    assert first != second
    assert visitor.particulars().name is None
    other = Visitor(site)
    assert other.enter(other.ask_code("home@example.com")).headers["Location"] == "/ko/claim/choose"
    page = other.get("/claim/choose").text
    assert numbers_on(page) == [first, second]
    assert "홍*동" in page
    assert "홍길동" not in page
    other.post("/claim/choose", {"way": second})
    assert other.claim().number == second


def test_another_claim_is_opened_without_a_code_while_the_proof_is_fresh(site: Flask, clock: Clock) -> None:
    visitor, first, second = household(site)
    before = visitor.client.get_cookie("claim")
    visitor.get("/claim/choose")
    visitor.post("/claim/choose", {"way": first})
    assert visitor.claim().number == first
    assert before is not None
    visitor.client.set_cookie("claim", before.value)
    assert visitor.get("/claim").status_code == 303, "the session of the other claim ended"

    again = Visitor(site)
    again.enter(again.ask_code("home@example.com"))
    again.get("/claim/choose")
    again.post("/claim/choose", {"way": first})
    for _half in range(3):
        clock.advance(minutes=25)
        again.get("/claim")
    assert again.get("/claim/choose").headers["Location"] == "/ko/claim/start"
    assert again.post("/claim/choose", {"way": second}).headers["Location"] == "/ko/claim/start"
    assert again.claim().number == first


def test_a_choice_opens_only_what_the_contact_opens(site: Flask) -> None:
    foreign = Visitor(site).begin("foreign@example.com").claim().number
    visitor, _first, second = household(site)
    for choice in (foreign, f"{foreign} r1", f"{second} r1", "", "new", "new r1", "%s" * 100):
        visitor.get("/claim/choose")
        visitor.post("/claim/choose", {"way": choice})
        assert visitor.claim().number == second, choice


def test_two_presses_begin_one_claim(site: Flask) -> None:
    visitor = Visitor(site).begin("home@example.com")
    visitor.post("/claim/another")
    visitor.answer()
    visitor.get("/claim/start")
    visitor.get("/claim/choose")
    token = visitor.token
    held = {name: visitor.client.get_cookie(name).value for name in ("visit", "claim")}  # type: ignore[union-attr]
    for _press in range(2):
        for name, value in held.items():
            visitor.client.set_cookie(name, value)
        visitor.client.post("/ko/claim/choose", data={"csrf_token": token, "way": "new"})
    with visitor.runtime.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Claim)) == 2


def test_a_session_remembers_a_contact_by_its_index_only(site: Flask) -> None:
    visitor = Visitor(site).begin("home@example.com")
    with visitor.runtime.database.reading() as session:
        row = session.scalars(sa.select(ClaimantSession)).one()
    assert row.contact == visitor.runtime.vault.index("email", "home@example.com")
    assert b"home" not in (row.contact or b"")


def test_somebody_who_begins_anew_is_shown_the_claim_they_have(site: Flask) -> None:
    first = Visitor(site, "en").begin("hong@example.com")
    first.fill("name")
    again = Visitor(site, "en")
    again.have_answered()
    assert again.enter(again.ask_code("hong@example.com")).headers["Location"] == "/en/claim/choose"
    assert "You already have a claim" in again.get("/claim/choose").text
    again.post("/claim/choose", {"way": first.claim().number})
    assert again.claim().number == first.claim().number
    assert again.particulars().name is not None


def test_an_invited_representative_comes_in_by_their_own_contact(site: Flask) -> None:
    visitor = Visitor(site).begin("child@example.com", acting="minor")
    runtime, claim = visitor.runtime, visitor.claim()
    invited = Representative(
        id="r1", kind="parent", name=PersonName(hangul="홍판서"), invited="parent@example.com"
    )
    with runtime.database.transaction() as session:
        mine = session.get_one(Claim, claim.id)
        held = sealed.read(session, runtime.vault, mine)
        sealed.write(
            session,
            runtime.vault,
            mine,
            held.model_copy(update={"representatives": (invited,)}),
            runtime.clock(),
        )
        contact = Contact("email", "parent@example.com")
        assert not ways.ways_in(session, runtime.vault, claim.matter_slug, contact, runtime.clock())
        parties.invite(session, runtime, mine, "r1", runtime.clock())
        found = ways.ways_in(session, runtime.vault, claim.matter_slug, contact, runtime.clock())
    assert [one.party for one in found] == ["r1"]
    parent = Visitor(site)
    entered = parent.enter(parent.ask_code("parent@example.com"))
    assert entered.headers["Location"] == "/ko/claim/joined"
    cookie = parent.client.get_cookie("claim")
    assert cookie is not None
    with runtime.database.reading() as session:
        rows = session.scalars(sa.select(ClaimantSession).where(ClaimantSession.party == "r1")).all()
    assert len(rows) == 1


def test_the_card_opens_nothing_and_tells_no_phrase(site: Flask) -> None:
    visitor = Visitor(site, "en").begin()
    visitor.fill("phrase", phrase="blue kite 1987")
    page = visitor.get("/claim/card").text
    card = page.partition('class="claim-card"')[2].partition("</section>")[0]
    assert visitor.claim().number in card
    assert "b··· ···· ····" in card
    assert "kite" not in page
    assert "href" not in card
    assert "<img" not in card


def test_a_hint_reminds_and_does_not_tell() -> None:
    assert hint_of("파란 연 1987") == "파· · ····"
    assert hint_of("") == ""


def test_a_draft_says_what_is_saved_what_is_missing_and_until_when(site: Flask) -> None:
    visitor = Visitor(site, "en").begin()
    visitor.fill("name")
    page = visitor.get("/claim").text
    saved = page.partition("What is saved")[2].partition("</section>")[0]
    assert "Your date of birth" in saved
    assert "Your name" not in saved
    assert "is kept until" in saved


def test_the_list_of_tasks_says_by_what_the_claim_is_opened(site: Flask) -> None:
    by_phone, by_mail = begun_by_phone(site, "en"), Visitor(site, "en").begin()
    assert "any device with your phone number." in by_phone.get("/claim").text
    assert "any device with your e-mail address." in by_mail.get("/claim").text
    assert "전화번호로 이어서" in by_phone.get("/ko/claim").text


# -- where no text messages are set up


@pytest.fixture
def silent_site(settings: Settings, database: Database, clock: Clock) -> Iterator[Flask]:
    """The application of an operator who sends no text messages."""
    application = create_app(settings.model_copy(update={"sms_url": SecretStr("none:")}))
    application.testing = True
    yield on_the_tests_clock(application, clock)
    application.extensions["portal"].close()


def test_no_page_offers_a_phone_where_no_text_messages_are_set_up(silent_site: Flask) -> None:
    visitor = Visitor(silent_site, "en")
    for page in ("/claim/start", "/claim/start?by=phone", "/status"):
        shown = visitor.get(page).text
        assert "By text message" not in shown
        assert "/claim/recover" not in shown
        assert 'name="phone"' not in shown
    assert "No text messages are sent" in visitor.get("/claim/start?by=phone").text
    asked = visitor.post("/claim/start", {"by": "phone", "phone": PHONE})
    assert asked.status_code == 422
    assert "a code can only come by e-mail" in errors_of(asked)
    recover = visitor.get("/claim/recover").text
    assert "a phone cannot open a claim here" in recover
    assert 'name="phone"' not in recover
    assert visitor.post("/claim/recover", {"by": "phone", "phone": PHONE}).status_code == 422
    visitor.begin()
    contact = visitor.get("/claim/contact?by=phone").text
    assert 'name="phone"' not in contact
    assert "by=phone" not in contact.partition("</main>")[0].partition("<main")[2]
    assert "No text messages are sent" in contact
    assert visitor.post("/claim/contact", {"by": "phone", "phone": PHONE}).status_code == 422
    with visitor.runtime.database.reading() as session:
        assert set(session.scalars(sa.select(OutboxMessage.channel))) == {"email"}


def test_nobody_is_invited_by_phone_where_no_text_messages_are_set_up(silent_site: Flask) -> None:
    with silent_site.test_request_context("/ko/claim"):
        form = _Invitation(MultiDict({"contact": PHONE}))
        assert not form.validate()
        assert "문자 메시지를 보내지 않습니다" in str(form.errors["contact"][0])


class _Invitation(Form):
    contact = InvitedBy("Contact", longest=320)
    phone_country = "KR"

"""From an open draft to a signed claim's page, and out again."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.audit import AuditEvent
from portal.claims import sealed, service
from portal.claims.act import SigningAct, seal_act
from portal.claims.jobs import expire
from portal.claims.models import BlindIndex, Claim, Engagement, Signature
from portal.claims.states import ClaimState
from portal.database import new_id
from portal.messages import OutboxMessage
from portal.vault import Destroyed
from tests.conftest import Clock
from tests.visitor import Visitor


def signed(visitor: Visitor) -> Visitor:
    """As after signing, whatever the signing page does besides."""
    with visitor.runtime.database.transaction() as session:
        claim = session.get_one(Claim, visitor.claim().id)
        now = visitor.runtime.clock()
        claim.submitted_at, claim.expires_at = now, None
        for engagement in claim.engagements:
            service.move(session, engagement, ClaimState.SUBMITTED, actor=service.claimant_of(claim), now=now)
            engagement.submitted_at = now
            sign(visitor, session, engagement)
    return visitor


def sign(visitor: Visitor, session: Session, engagement: Engagement) -> None:
    """Keep a signature under an engagement."""
    vault, now, signature_id = visitor.runtime.vault, visitor.runtime.clock(), new_id()
    act = SigningAct(
        jurisdiction=engagement.jurisdiction,
        means="typed",
        typed_name="홍길동",
        language="ko",
        place="KR",
        signed_at=now,
        readings=(),
        contacts=(),
    )
    session.add(
        Signature(
            id=signature_id,
            engagement_id=engagement.id,
            matter_version_id=engagement.claim.matter_version_id,
            means=act.means,
            act=seal_act(session, vault, engagement, signature_id, act),
            signed_at=now,
        )
    )


def moved(visitor: Visitor, jurisdiction: str, *states: ClaimState, note: str = "") -> None:
    """As after staff moved one engagement on."""
    with visitor.runtime.database.transaction() as session:
        claim = session.get_one(Claim, visitor.claim().id)
        engagement = claim.engagement(jurisdiction)
        assert engagement is not None
        for state in states:
            service.move(
                session, engagement, state, actor=service.claimant_of(claim), now=visitor.runtime.clock()
            )
        sealed.write_note(session, visitor.runtime.vault, engagement, note)


@pytest.fixture
def english(site: Flask) -> Visitor:
    """Somebody who reads English, with a signed claim in both jurisdictions."""
    return signed(Visitor(site, "en").begin(tracks=("kr-consumer", "us-consumer")).fill_all())


def test_a_draft_lists_its_tasks_and_leads_to_the_first(site: Flask) -> None:
    visitor = Visitor(site, "en").begin()
    page = visitor.get("/claim")
    assert "/en/claim/details/phrase" in page.text
    assert ">Begin<" in page.text
    visitor.fill("phrase")
    page = visitor.get("/claim")
    assert 'class="button action block" href="/en/claim/details/name"' in page.text
    assert visitor.claim().number in page.text
    visitor.fill_all()
    assert 'class="button action block" href="/en/claim/review"' in visitor.get("/claim").text


def test_a_signed_claim_says_where_it_stands_with_each_firm(english: Visitor) -> None:
    page = english.get("/claim")
    assert english.claim().number in page.text
    assert page.text.count("Received") >= 2
    assert "Daeryun" in page.text
    assert "SJKP LLP" in page.text
    moved(english, "kr", ClaimState.ACCEPTED)
    page = english.get("/claim")
    assert "Accepted" in page.text
    assert "Received" in page.text


def test_what_staff_ask_is_shown_to_the_claimant_alone_and_sealed(english: Visitor) -> None:
    from tests.visitor import stored_bytes

    moved(english, "us", ClaimState.INFORMATION_REQUESTED, note="Please add the notice.\n<b>Thank you</b>")
    page = english.get("/claim")
    assert "Please add the notice." in page.text
    assert "&lt;b&gt;Thank you&lt;/b&gt;" in page.text
    assert b"Please add the notice" not in stored_bytes(english.runtime)


def test_what_was_filed_cannot_be_changed(english: Visitor) -> None:
    for office in ("kr", "us"):
        moved(english, office, ClaimState.ACCEPTED, ClaimState.FILED)
    assert english.get("/claim/details/name").headers["Location"] == "/en/claim"
    sent = english.post("/claim/details/name", {"hangul": "다른이름", "seen": ""})
    assert sent.headers["Location"] == "/en/claim"
    held = english.particulars().name
    assert held is not None
    assert held.hangul == "홍길동"
    assert english.get("/claim/review").headers["Location"] == "/en/claim"


def test_a_save_that_meets_the_filing_halfway_changes_nothing(site: Flask) -> None:
    from portal.claims.errors import AlreadySubmitted

    visitor = signed(Visitor(site).begin().fill_all())
    moved(visitor, "kr", ClaimState.ACCEPTED, ClaimState.FILED)
    with pytest.raises(AlreadySubmitted), visitor.runtime.database.transaction() as session:
        claim = session.get_one(Claim, visitor.claim().id)
        service.amend(
            session,
            visitor.runtime.vault,
            claim,
            lambda held: held.model_copy(update={"phrase": "late"}),
            seen_revision=None,
            now=visitor.runtime.clock(),
        )
    assert visitor.particulars().phrase == "파란 연 1987"


def test_withdrawing_asks_first_and_ends_one_jurisdiction_only(english: Visitor) -> None:
    page = english.get("/claim/withdraw/us")
    assert page.status_code == 200
    assert "SJKP LLP" in page.text
    assert english.claim().engagement("us").state is ClaimState.SUBMITTED  # type: ignore[union-attr]

    sent = english.post("/claim/withdraw/us")
    assert sent.headers["Location"] == "/en/claim"
    claim = english.claim()
    assert {one.jurisdiction: one.state for one in claim.engagements} == {
        "kr": ClaimState.SUBMITTED,
        "us": ClaimState.WITHDRAWN,
    }
    with english.runtime.database.reading() as session:
        kinds = session.scalars(sa.select(OutboxMessage.kind)).all()
        actions = session.scalars(sa.select(AuditEvent.action)).all()
    assert kinds.count("withdrawn") == 1
    assert actions.count("claim.withdrawn") == 1


def test_withdrawing_twice_is_withdrawing_once(english: Visitor) -> None:
    for _press in range(2):
        assert english.post("/claim/withdraw/kr").status_code == 303
    with english.runtime.database.reading() as session:
        kinds = session.scalars(sa.select(OutboxMessage.kind)).all()
    assert kinds.count("withdrawn") == 1
    assert "Nothing more happens here" in english.get("/claim").text


def test_looking_at_the_page_withdraws_nothing(english: Visitor) -> None:
    english.get("/claim/withdraw/kr?confirm=1")
    assert english.claim().engagement("kr").state is ClaimState.SUBMITTED  # type: ignore[union-attr]


def test_a_draft_has_nothing_to_withdraw(site: Flask) -> None:
    visitor = Visitor(site).begin()
    assert visitor.get("/claim/withdraw/kr").status_code == 404
    assert visitor.post("/claim/withdraw/kr").status_code == 404
    assert visitor.get("/claim/withdraw/jp").status_code == 404


def test_another_claimants_pages_show_ones_own_claim(site: Flask) -> None:
    hong = signed(Visitor(site).begin("hong@example.com").fill_all())
    kim = Visitor(site).begin("kim@example.com")
    kim.fill("phrase", phrase="김의 문구")
    assert hong.claim().number not in kim.get("/claim").text
    kim.post("/claim/withdraw/kr")
    assert hong.claim().engagement("kr").state is ClaimState.SUBMITTED  # type: ignore[union-attr]


def test_the_firm_that_waits_for_the_claimant_stands_first(english: Visitor) -> None:
    moved(english, "us", ClaimState.INFORMATION_REQUESTED, note="Please add the notice.")
    page = english.get("/claim").text
    assert "/en/claim/answer/us" in page
    assert "Your turn" in page
    assert page.index("SJKP LLP") < page.index("Daeryun")


def test_each_state_says_whose_turn_it_is_and_what_comes_next(english: Visitor) -> None:
    def turns() -> str:
        return english.get("/claim").text

    assert "Our turn" in turns()  # the packets are being made
    moved(english, "us", ClaimState.ACCEPTED)
    assert "The turn of counsel in New York" in turns()
    moved(english, "us", ClaimState.FILED)
    assert "The court's turn" in turns()
    moved(english, "kr", ClaimState.DECLINED, note="Another suit on the same claim was joined.")
    page = turns()
    assert "Another suit on the same claim was joined." in page
    assert "write to the law firm" in page


def test_a_signed_claim_tells_what_happened_on_both_clocks(english: Visitor) -> None:
    page = english.get("/claim").text
    assert "You signed, and your claim was handed in." in page
    assert "You began your claim." in page
    # Noon in Seoul on 24 November is ten in the evening of the 23rd in New York.
    assert "Tue 24 November 2026, 12:00 PM" in page
    assert "Mon 23 November 2026, 10:00 PM" in page
    moved(english, "kr", ClaimState.ACCEPTED)
    with english.runtime.database.transaction() as session:
        from portal.audit import Actor

        engagement = session.get_one(Claim, english.claim().id).engagement("kr")
        assert engagement is not None
        service.move(
            session, engagement, ClaimState.DECLINED, actor=Actor("staff"), now=english.runtime.clock()
        )
    assert "Counsel did not accept your claim." in english.get("/claim").text


def test_the_language_of_messages_is_chosen_for_itself(english: Visitor) -> None:
    english.get("/claim/language")
    assert english.post("/claim/language", {"language": "ko"}).headers["Location"] == "/en/claim"
    assert english.claim().language == "ko"
    assert english.post("/claim/language", {"language": "tlh"}).status_code == 200
    assert english.claim().language == "ko"


def test_a_draft_is_deleted_at_its_owners_wish(site: Flask) -> None:
    visitor = Visitor(site, "en").begin().fill_all()
    claim = visitor.claim()
    assert visitor.get("/claim/delete").status_code == 200
    sent = visitor.post("/claim/delete")
    assert sent.headers["Location"] == "/en/claim/signed-out?deleted=1"
    assert "Your draft was deleted" in visitor.get("/claim/signed-out?deleted=1").text
    with visitor.runtime.database.reading() as session:
        kept = session.get_one(Claim, claim.id)
        assert kept.erased_at is not None
        assert (kept.particulars, kept.answers, kept.residence) == (None, None, None)
        assert session.scalar(sa.select(sa.func.count()).select_from(BlindIndex)) == 0
        with pytest.raises(Destroyed):
            visitor.runtime.vault.seal(session, claim.subject_id, "anything", b"")
    fresh = Visitor(site).begin()
    assert fresh.claim().id != claim.id


def test_what_was_signed_is_not_deleted_by_its_owner(english: Visitor) -> None:
    assert english.get("/claim/delete").headers["Location"] == "/en/claim"
    assert english.post("/claim/delete").headers["Location"] == "/en/claim"
    assert english.claim().erased_at is None


def test_a_draft_that_nobody_finishes_is_erased_when_its_time_is_over(site: Flask, clock: Clock) -> None:
    idle, busy, done = (Visitor(site).begin(f"{name}@example.com") for name in ("idle", "busy", "done"))
    claims = {name: visitor.claim().id for name, visitor in (("idle", idle), ("busy", busy), ("done", done))}
    signed(done)
    clock.advance(days=29)
    busy.enter(busy.ask_code("busy@example.com"))
    busy.fill("phrase")
    clock.advance(days=1, seconds=1)
    expire(idle.runtime)
    with idle.runtime.database.reading() as session:
        erased = {
            name: session.get_one(Claim, claim_id).erased_at is not None for name, claim_id in claims.items()
        }
    assert erased == {"idle": True, "busy": False, "done": False}


@pytest.mark.parametrize(
    ("acting", "kind", "words"),
    [
        ("child", "minor", "As a rule both parents sign"),
        ("minor", "minor", "As a rule both parents sign"),
        ("heir", "heir", "for the heir’s own share"),
        ("company", "company", "takes part in its own name"),
        ("ward", "represented", "A guardian appointed by the family court"),
    ],
)
def test_whoever_does_not_act_alone_reads_at_once_who_signs(
    site: Flask, acting: str, kind: str, words: str
) -> None:
    visitor = Visitor(site, "en").begin(acting=acting)
    assert visitor.claim().kind == kind
    assert words in visitor.get("/claim").text
    assert visitor.get("/claim/review").status_code == 200


def test_somebody_under_nineteen_can_correct_the_date(site: Flask, clock: Clock) -> None:
    visitor = Visitor(site, "en").begin()
    # The test's clock stands at 24 November 2026 in Seoul: nineteen tomorrow.
    sent = visitor.fill("birth", **{"birth-year": "2007", "birth-month": "11", "birth-day": "25"})
    assert sent.headers["Location"] == "/en/claim/details/representative"
    assert visitor.claim().kind == "minor"
    sent = visitor.fill("birth", **{"birth-year": "2007", "birth-month": "11", "birth-day": "24"})
    assert sent.headers["Location"] == "/en/claim/details/address"
    assert visitor.claim().kind == "self"


def test_a_claim_that_was_erased_is_gone_for_its_owner_too(site: Flask) -> None:
    visitor = Visitor(site).begin()
    with visitor.runtime.database.transaction() as session:
        claim = session.get_one(Claim, visitor.claim().id)
        claim.erased_at = visitor.runtime.clock()
        visitor.runtime.vault.erase(session, claim.subject_id, visitor.runtime.clock())
    assert visitor.get("/claim").status_code == 404


def test_each_message_after_the_phrase_was_chosen_carries_it(english: Visitor) -> None:
    from portal.messages import service as outbox

    english.post("/claim/withdraw/us")
    with english.runtime.database.reading() as session:
        newest = sa.select(OutboxMessage).where(OutboxMessage.kind == "withdrawn")
        wording = outbox.read(session, english.runtime, session.scalars(newest).one())
    assert wording is not None
    assert "파란 연 1987" in wording.body
    assert english.claim().number in wording.subject
    assert wording.to == "hong@example.com"


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_page_has_its_furniture(site: Flask, lang: str) -> None:
    visitor = Visitor(site, lang).begin(tracks=("kr-consumer", "us-securities"))
    for path in ("/claim", "/claim/review", "/claim/diary", "/claim/diary/add", "/claim/joinder/suit", *(
        f"/claim/details/{step}" for step in (
        "phrase", "name", "birth", "address", "contact", "account", "harm", "securities"
    ))):  # fmt: skip
        page = visitor.get(path)
        assert page.status_code == 200, path
        assert f'<html lang="{lang}"' in page.text
        assert page.text.count("<h1") == 1, path
        assert page.headers["Cache-Control"] == "no-store"
        assert "style=" not in page.text
        assert "onclick" not in page.text

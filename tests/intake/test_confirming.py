"""A draft that somebody else took in, met by its claimant: recognised, checked part by part, or discarded whole."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.claims import flags, sealed
from portal.claims.errors import NotReady
from portal.claims.flags import Flag
from portal.claims.models import BlindIndex, Claim, EngagementFlag
from portal.claims.particulars import Particulars, PersonName, UnprovedContact
from portal.packets import signing
from portal.runtime import Runtime
from tests.intake.drafts import CALLER, a_draft
from tests.visitor import DETAILS, Visitor, errors_of

BORN = {"birth-year": "1987", "birth-month": "3", "birth-day": "14"}
PARTS = ["name", "birth", "contact"]


def flags_of(runtime: Runtime, claim: Claim) -> list[Flag]:
    with runtime.database.reading() as session:
        found = session.get_one(Claim, claim.id)
        return [one for engagement in found.engagements for one in flags.flags_of(session, engagement)]


def come(site: Flask, lang: str = "ko", contact: str = "hong@example.com") -> Visitor:
    """Somebody proves the contact."""
    visitor = Visitor(site, lang)
    entered = visitor.enter(visitor.ask_code(contact))
    assert entered.status_code == 303, entered.text
    visitor.get(entered.headers["Location"])
    return visitor


def recognised(site: Flask, claim: Claim, lang: str = "ko", **said: str) -> Visitor:
    visitor = come(site, lang)
    sent = visitor.post(f"/claim/recognise/{claim.number}", {**BORN, **said})
    assert sent.headers["Location"].endswith("/claim/confirm"), sent.text
    visitor.get("/claim/confirm")
    return visitor


def test_a_caller_confirms_what_was_typed_for_them_and_signs(site: Flask) -> None:
    claim = a_draft(site.extensions["portal"])
    assert flags_of(site.extensions["portal"], claim) == [Flag.UNCONFIRMED]
    visitor = come(site)
    assert "홍길동" not in visitor.page.text  # nothing of it is shown before they are recognised
    visitor = recognised(site, claim)
    assert "전화" in visitor.page.text
    assert "홍길동" in visitor.page.text
    assert [(one.kind, one.value) for one in visitor.particulars().contacts] == [
        ("email", "hong@example.com")
    ]
    assert visitor.particulars().unproved == ()
    assert "/claim/confirm" in visitor.get("/claim").text or "/claim/details/confirm" in visitor.page.text

    assert visitor.get("/claim/read").status_code == 303  # nothing is read or signed before it is confirmed
    partly = visitor.post("/claim/confirm", {"parts": PARTS[:2]})
    assert partly.status_code == 422
    assert visitor.post("/claim/confirm", {"parts": PARTS}).status_code == 303
    assert flags_of(visitor.runtime, claim) == []
    for step in DETAILS:
        assert visitor.fill(step).status_code == 303
    visitor.read_and_sign("홍길동")
    assert visitor.claim().submitted_at is not None


def test_what_is_wrong_is_changed_and_shown_again(site: Flask) -> None:
    claim = a_draft(site.extensions["portal"], origin="counter")
    visitor = recognised(site, claim, "en")
    assert "at its counter" in visitor.page.text
    sent = visitor.fill("name", hangul="홍길순")
    assert sent.headers["Location"].endswith("/en/claim/confirm")
    assert "홍길순" in visitor.get("/claim/confirm").text


def test_a_stranger_who_has_the_number_by_now_learns_nothing(site: Flask) -> None:
    claim = a_draft(site.extensions["portal"])
    visitor = come(site, "en", "010-2345-6789")
    for left in ("4", "3", "2", "1"):
        missed = visitor.post(f"/claim/recognise/{claim.number}", {**BORN, "birth-day": "15"})
        assert missed.status_code == 422
        assert f"You have {left} tr" in errors_of(missed) + missed.text
        assert "홍길동" not in missed.text
    closed = visitor.post(f"/claim/recognise/{claim.number}", {**BORN, "birth-day": "15"})
    assert closed.status_code == 403
    # Now the right answer comes too late, from any browser.
    assert visitor.post(f"/claim/recognise/{claim.number}", BORN).headers["Location"].endswith("/claim/start")
    assert come(site, "en").page.request.path.endswith("/check")


def test_without_a_birth_date_the_name_is_asked_in_any_script(site: Flask) -> None:
    someone = CALLER.model_copy(update={"birth_date": None, "name": PersonName(passport="O'BRIEN MARY")})
    claim = a_draft(site.extensions["portal"], particulars=someone)
    visitor = come(site, "en")
    assert visitor.post(f"/claim/recognise/{claim.number}", {"name": "Hong"}).status_code == 422
    assert visitor.post(f"/claim/recognise/{claim.number}", {"name": "o’brien, mary"}).status_code == 303


def test_the_draft_is_discarded_whole(site: Flask) -> None:
    claim = a_draft(site.extensions["portal"], origin="import")
    visitor = recognised(site, claim)
    assert visitor.post("/claim/delete").status_code == 303
    with visitor.runtime.database.reading() as session:
        gone = session.get_one(Claim, claim.id)
        assert gone.erased_at is not None
        assert gone.particulars is None
        assert session.scalar(sa.select(sa.func.count()).select_from(BlindIndex)) == 0


def test_open_questions_come_before_confirming(site: Flask) -> None:
    claim = a_draft(site.extensions["portal"], origin="import", answers={"acting": "self"})
    visitor = recognised(site, claim, "en")
    assert visitor.post("/claim/confirm", {"parts": PARTS}).status_code == 422
    onward = visitor.post("/claim/confirm/questions")
    assert onward.headers["Location"].endswith("/check")
    visitor.answer()
    visitor.get("/claim/start")
    assert visitor.post("/claim/enter").status_code == 303
    assert visitor.post("/claim/confirm", {"parts": PARTS}).status_code == 303
    assert visitor.claim().confirmed_at is not None


def test_leaving_a_track_of_a_flagged_draft_takes_its_flag_along(site: Flask) -> None:
    claim = a_draft(site.extensions["portal"], tracks=("kr-consumer", "us-consumer"))
    visitor = recognised(site, claim)
    sent = visitor.post("/claim/joinder/leave", {"track": "us-consumer"})
    assert sent.status_code == 303
    assert flags_of(visitor.runtime, claim) == [Flag.UNCONFIRMED]
    with visitor.runtime.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(EngagementFlag)) == 1


def test_nobody_signs_on_the_page_what_nobody_confirmed(site: Flask) -> None:
    runtime: Runtime = site.extensions["portal"]
    claim = a_draft(runtime)
    where = signing.Circumstances(language="ko", place="KR", address="", device="")
    with pytest.raises(NotReady, match="confirm"), runtime.database.transaction() as session:
        signing.submit(
            session,
            runtime,
            runtime.matters.current(),
            session.get_one(Claim, claim.id),
            {"kr": signing.GivenSignature(typed_name="홍길동")},
            where,
            runtime.clock(),
        )


def test_two_people_of_a_household_are_told_apart_without_names(site: Flask) -> None:
    runtime: Runtime = site.extensions["portal"]
    a_draft(runtime)
    other = Particulars(
        unproved=(UnprovedContact(kind="email", value="hong@example.com"),), name=PersonName(hangul="성춘향")
    )
    second = a_draft(runtime, particulars=other)
    visitor = come(site)
    assert second.number in visitor.page.text
    assert "성*향" not in visitor.page.text
    visitor.post("/claim/choose", {"way": second.number})
    sent = visitor.post(f"/claim/recognise/{second.number}", {"name": "성춘향"})
    assert sent.status_code == 303
    with runtime.database.reading() as session:
        held = sealed.read(session, runtime.vault, session.get_one(Claim, second.id))
    assert [one.value for one in held.contacts] == ["hong@example.com"]

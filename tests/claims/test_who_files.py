"""Claims that others sign for: minors with their parents, wards, heirs, companies. Through the real application."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.audit import AuditEvent
from portal.claims import jobs as claims_jobs
from portal.claims.models import Claim, Consent, Signature
from portal.packets import jobs as packets_jobs
from portal.packets.models import Packet
from tests.claims.families import FATHER, MOTHER, acts_of, draft_of, joined, latest, state_of, told
from tests.conftest import Clock
from tests.visitor import Visitor, errors_of


def test_two_parents_sign_one_after_the_other_each_by_a_contact_of_their_own(
    site: Flask, clock: Clock
) -> None:
    mother = draft_of(site, "child")
    mother.read_and_sign("김하늘")
    page = mother.get("/claim").text
    assert "서명하셨습니다" in page
    assert "이바다" in page
    assert state_of(mother) == "draft"
    assert count(mother, Packet) == 0
    assert told(mother, FATHER) == ["party-invited"]

    clock.now += timedelta(minutes=5)
    father = joined(site, FATHER)
    assert "김새싹" in father.get("/claim/joined").text
    father.read_and_sign("이바다")
    assert state_of(mother) == "submitted"
    acts = acts_of(mother)
    assert [(act.signer, act.capacity, act.signer_name) for act in acts] == [
        ("r1", "parent", "김하늘"),
        ("r2", "parent", "이바다"),
    ]
    assert [act.contacts[0].value for act in acts] == [MOTHER, FATHER]
    assert {one.document: one.shown for one in acts[0].readings} == {
        one.document: one.shown for one in acts[1].readings
    }
    with mother.runtime.database.reading() as session:
        assert [one.complete for one in session.scalars(sa.select(Signature).order_by(Signature.id))] == [
            False,
            True,
        ]
        assert set(session.scalars(sa.select(Consent.party))) == {"r1", "r2"}
    assert told(mother, MOTHER) == ["all-signed"]
    assert told(mother, FATHER) == ["party-invited", "party-done"]
    assert "접수되었습니다" in father.get("/claim/joined").text

    change_the_address(mother)
    assert mother.get("/claim/read").status_code == 200
    mother.read_and_sign("김하늘")
    assert latest(mother).address != signed_address(mother), "counts only once the father has signed it too"
    clock.now += timedelta(minutes=1)
    father.read_and_sign("이바다")
    assert latest(mother).address == signed_address(mother)
    assert [act.signer for act in acts_of(mother)] == ["r1", "r2", "r1", "r2"]


def test_a_minor_who_came_alone_invites_both_parents_and_signs_nothing(site: Flask) -> None:
    child = draft_of(site, "minor", "ssak@example.com")
    assert child.get("/claim/read").headers["Location"].endswith("/claim/signers")
    page = child.get("/claim/signers").text
    assert "직접 서명하실 수는 없습니다" in page
    assert child.post("/claim/signers/r1/invite").status_code == 303
    assert told(child, MOTHER) == ["party-invited"]
    assert told(child, FATHER) == []
    joined(site, MOTHER).read_and_sign("김하늘")
    assert told(child, FATHER) == ["party-invited"], "the other is asked as soon as the first has signed"
    assert told(child, "ssak@example.com") == ["party-signed"]
    joined(site, FATHER).read_and_sign("이바다")
    assert state_of(child) == "submitted"
    assert [act.signer for act in acts_of(child)] == ["r1", "r2"]


def test_what_is_changed_before_all_have_signed_is_signed_again_by_those_who_had(
    site: Flask, clock: Clock
) -> None:
    mother = draft_of(site, "minor", "ssak@example.com")
    mother.post("/claim/signers/r1/invite")
    first = joined(site, MOTHER)
    first.read_and_sign("김하늘")
    change_the_address(mother)
    clock.now += timedelta(minutes=11)
    packets_jobs.signatures(mother.runtime)
    packets_jobs.signatures(mother.runtime)
    assert told(mother, MOTHER) == ["party-invited", "party-sign-again"]
    assert acts_of(mother) == ()
    assert "다시 서명해야 함" not in first.get("/claim/joined").text  # nothing that counts is there any more
    joined(site, FATHER).read_and_sign("이바다")
    assert state_of(mother) == "draft"
    joined(site, MOTHER).read_and_sign("김하늘")
    assert state_of(mother) == "submitted"
    assert [act.signer for act in acts_of(mother)] == ["r2", "r1"]


def test_who_will_not_sign_says_so_and_somebody_else_can_be_named(site: Flask, clock: Clock) -> None:
    mother = draft_of(site, "child")
    mother.read_and_sign("김하늘")
    father = joined(site, FATHER)
    father.get("/claim/joined/refuse")
    assert father.post("/claim/joined/refuse").status_code == 303
    assert told(mother, MOTHER) == ["party-refused"]
    assert "서명하지 않음" in mother.get("/claim/signers").text
    assert father.get("/claim/joined").headers["Location"].startswith("/ko/claim/start")
    clock.now += timedelta(minutes=11)
    mother.send("other-parent", {"signs": "both", "hangul": "이바다", "contact": "010-9876-5432"})
    assert latest(mother).representatives[1].invited == "+821098765432"
    mother.post("/claim/signers/r2/invite")
    assert told(mother, "+821098765432") == ["party-invited"]
    again = Visitor(site)
    again.enter(again.ask_code(FATHER))
    assert again.client.get_cookie("claim") is None, "the earlier contact opens nothing any more"


def test_one_parent_signs_alone_where_the_matter_excepts_it_and_hears_what_proves_it(site: Flask) -> None:
    mother = draft_of(site, "child", other_parent={"signs": "sole-authority"})
    for page in ("/claim", "/claim/review", "/claim/signers"):
        text = mother.get(page).text
        assert "가족관계증명서" in text, page
        assert "기본증명서(상세)" in text, page
    mother.read_all()
    assert "기본증명서(상세)" in mother.get("/claim/sign").text
    mother.read_and_sign("김하늘")
    assert state_of(mother) == "submitted"
    assert [(act.signer, act.capacity) for act in acts_of(mother)] == [("r1", "parent")]


@pytest.mark.parametrize(
    ("acting", "signs", "party", "capacity", "proof"),
    [
        ("heir", "최여름", "", "heir", "사망 사실이 적힌 기본증명서"),
        ("ward", "박여울", "r1", "guardian", "후견등기사항증명서"),
        ("company", "한가람", "r1", "officer", "법인등기사항증명서"),
    ],
)
def test_heirs_guardians_and_officers_sign_in_their_capacity(
    site: Flask, acting: str, signs: str, party: str, capacity: str, proof: str
) -> None:
    visitor = draft_of(site, acting)
    assert proof in visitor.get("/claim").text
    assert "이름" in errors_of(sign_as(visitor, "홍길동")), "somebody else's name is refused"
    visitor.read_and_sign(signs)
    assert state_of(visitor) == "submitted"
    (act,) = acts_of(visitor)
    assert (act.signer, act.capacity) == (party, capacity)


def test_a_companys_claim_has_its_own_name_and_nobodys_birth_date(site: Flask) -> None:
    visitor = draft_of(site, "company")
    assert visitor.get("/claim/details/birth").status_code == 404
    held = latest(visitor)
    assert held.company is not None
    assert held.company.registration == "1234567891"
    assert held.name is not None
    assert held.name.hangul == "주식회사 구름상사"
    assert "구름상사" in visitor.get("/claim/review").text


def test_answers_given_anew_leave_nothing_of_another_kind_behind(site: Flask) -> None:
    visitor = draft_of(site, "company")
    visitor.have_answered({**answers_of(visitor), "acting": "self"})
    visitor.post("/claim/enter")
    held = latest(visitor)
    assert (held.company, held.name, held.representatives) == (None, None, ())
    assert visitor.get("/claim/details/company").status_code == 404


def test_an_invited_parent_reads_and_signs_and_changes_nothing(site: Flask) -> None:
    mother = draft_of(site, "child")
    mother.read_and_sign("김하늘")
    father = joined(site, FATHER)
    own = [
        view
        for view in site.view_functions.values()
        if getattr(getattr(view, "portal_admission", None), "kind", "") == "claimant"
    ]
    assert len(own) > 20
    for page in (
        "/claim",
        "/claim/review",
        "/claim/details/name",
        "/claim/evidence",
        "/claim/signers",
        "/claim/delete",
    ):
        assert father.get(page).headers["Location"] == "/ko/claim/joined", page
    for page in ("/claim/details/name", "/claim/delete", "/claim/signers/r2/invite"):
        assert father.post(page, {"hangul": "다른이름"}).headers["Location"] == "/ko/claim/joined", page
    held = latest(mother).name
    assert held is not None
    assert held.hangul == "김새싹"


def test_each_signs_by_a_contact_of_their_own(site: Flask) -> None:
    mother = draft_of(site, "child")
    sent = mother.send("other-parent", {"signs": "both", "hangul": "이바다", "contact": MOTHER.upper()})
    assert sent.status_code == 422
    assert "자기 연락처" in errors_of(sent)
    sent = mother.send("other-parent", {"signs": "both", "hangul": "이바다", "contact": "아빠"})
    assert sent.status_code == 422
    assert "휴대전화" in errors_of(sent)
    sent = mother.send("other-parent", {"hangul": "이바다"})
    assert sent.status_code == 422


@pytest.mark.parametrize(
    ("acting", "born", "said"),
    [("child", "1990", "부모 없이"), ("heir", "2012", "대신 서명"), ("ward", "2012", "대신 서명")],
)
def test_an_age_that_does_not_fit_who_takes_part_is_told_beside_the_date(
    site: Flask, acting: str, born: str, said: str
) -> None:
    visitor = Visitor(site).begin(acting=acting)
    sent = visitor.send("birth", {"birth-year": born, "birth-month": "5", "birth-day": "5"})
    assert sent.status_code == 422
    assert said in errors_of(sent)


def test_somebody_under_age_who_answered_as_an_adult_is_led_to_the_parents(site: Flask) -> None:
    visitor = Visitor(site).begin()
    visitor.fill("name")
    sent = visitor.send("birth", {"birth-year": "2010", "birth-month": "5", "birth-day": "5"})
    assert sent.status_code == 303
    assert visitor.claim().kind == "minor"
    assert "부모가 대신 서명합니다" in visitor.get("/claim/details/representative").text
    visitor.send("birth", {"birth-year": "1990", "birth-month": "5", "birth-day": "5"})
    assert visitor.claim().kind == "self"


def test_turning_19_is_noticed_once_and_nobody_signs_for_them_any_more(site: Flask, clock: Clock) -> None:
    mother = draft_of(site, "child", birth={"birth-year": "2007", "birth-month": "11", "birth-day": "25"})
    claims_jobs.of_age(mother.runtime)
    assert told(mother, MOTHER) == []
    clock.now += timedelta(days=1)
    for _day in range(2):
        claims_jobs.of_age(mother.runtime)
    assert told(mother, MOTHER) == ["of-age"]
    with mother.runtime.database.reading() as session:
        assert (
            session.scalar(
                sa.select(sa.func.count()).select_from(AuditEvent).where(AuditEvent.action == "claim.of_age")
            )
            == 1
        )
    mother = Visitor(site)
    mother.enter(mother.ask_code(MOTHER))
    assert mother.get("/claim/read").headers["Location"].endswith("/claim/review")


def count(visitor: Visitor, table: Any) -> int:
    with visitor.runtime.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def change_the_address(visitor: Visitor) -> None:
    sent = visitor.fill("address", line2="1동 101호")
    assert sent.status_code == 303, sent.text


def signed_address(visitor: Visitor) -> Any:
    return visitor.particulars().address


def answers_of(visitor: Visitor) -> dict[str, str]:
    from portal.claims import sealed

    with visitor.runtime.database.reading() as session:
        claim = session.get_one(Claim, visitor.claim().id)
        return sealed.read_answers(session, visitor.runtime.vault, claim)


def sign_as(visitor: Visitor, name: str) -> Any:
    visitor.read_all().get("/claim/sign")
    typed = {"means": "typed", "typed_name": name, "intent": "y"}
    fields = {f"kr-{field}": value for field, value in typed.items()}
    return visitor.post("/claim/sign", {"place": "KR", **fields})

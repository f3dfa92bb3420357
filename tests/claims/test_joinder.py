"""Joining two suits: the questions one by one, the map of what goes together, and what stops a signature."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4
from zlib import crc32

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal.claims import joinder
from portal.claims.errors import NotReady
from portal.claims.joinder import Fit
from portal.claims.models import Claim, Engagement
from portal.claims.particulars import Joinder, Particulars
from portal.claims.states import ClaimState
from portal.matters.folder import read_folder, read_matter
from portal.matters.matter import Matter
from portal.packets import signing_checks
from tests.conftest import ROOT
from tests.visitor import DETAILS, Visitor, errors_of

MATTER = read_matter(read_folder(ROOT / "matters" / "coupang-2025"))
NOTHING = DETAILS["joinder"]
ALL = ("kr-consumer", "us-consumer", "us-securities")


def a_claim(*tracks: str, signed: tuple[str, ...] = ()) -> Claim:
    """A claim on these tracks; those jurisdictions are signed."""
    claim = Claim(id=uuid4(), number="CP-TEST")
    for jurisdiction in MATTER.jurisdictions_of(tracks):
        own = [one for one in tracks if MATTER.track(one).jurisdiction == jurisdiction]
        made = Engagement(
            id=uuid4(), jurisdiction=jurisdiction, tracks=own, state_changed_at=datetime.now(UTC)
        )
        made.state = ClaimState.SUBMITTED if jurisdiction in signed else ClaimState.DRAFT
        claim.engagements.append(made)
    return claim


def declaring(**answers: str) -> Particulars:
    """Particulars in which this is declared, and of all else nothing."""
    return Particulars(joinder=Joinder(answers={**NOTHING, "voucher": "none", "lead": "none", **answers}))


def blocked(matter: Matter, claim: Claim, particulars: Particulars) -> set[str]:
    return {one.track.id for one in joinder.blocking(matter, claim, particulars)}


def standings(claim: Claim, particulars: Particulars) -> dict[str, str]:
    found = joinder.map_of(MATTER, claim, particulars)
    assert found is not None
    return {track.id: found.standing(track.id).value for track in found.tracks}


# -- the rules of the first matter, with its map


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, ("fits", "fits", "fits")),
        ({"lawyer": "consulted"}, ("fits", "fits", "fits")),
        ({"lawyer": "retained"}, ("warns", "warns", "warns")),
        ({"suit": "kr_plaintiff"}, ("blocks", "warns", "fits")),  # 민사소송법 제259조
        ({"suit": "us_plaintiff"}, ("warns", "blocks", "warns")),
        ({"suit": "us_class"}, ("warns", "warns", "warns")),
        ({"suit": "us_excluded"}, ("fits", "warns", "warns")),
        ({"mediation": "pending"}, ("warns", "warns", "fits")),
        ({"mediation": "settled"}, ("blocks", "warns", "fits")),  # 개인정보 보호법 제47조 제5항
        ({"mediation": "arbitration"}, ("warns", "warns", "fits")),
        ({"release": "signed"}, ("blocks", "blocks", "fits")),
        ({"voucher": "used"}, ("warns", "warns", "fits")),
        ({"payment": "company"}, ("warns", "warns", "fits")),
        ({"lead": "here"}, ("fits", "fits", "warns")),
        ({"voucher": "used", "suit": "kr_plaintiff"}, ("blocks", "warns", "fits")),
    ],
)
def test_what_was_declared_meets_each_track(answers: dict[str, str], expected: tuple[str, ...]) -> None:
    assert standings(a_claim(*ALL), declaring(**answers)) == dict(zip(ALL, expected, strict=True))


def test_the_map_has_a_row_for_each_thing_declared_and_one_for_the_tracks() -> None:
    found = joinder.map_of(MATTER, a_claim(*ALL), declaring(suit="kr_plaintiff", voucher="used"))
    assert found is not None
    rows = {row.declared.question.id if row.declared else "": row for row in found.rows}
    assert list(rows) == ["suit", "voucher", ""], "the worst first"
    (rule, tracks), *_rest = rows["suit"].reasons
    assert (rule.id, [track.id for track in tracks]) == ("kr-second-suit", ["kr-consumer"])
    assert {one.question.id for one in found.nothing} == {"lawyer", "mediation", "release", "payment", "lead"}
    korean = found.within("kr")
    assert [track.id for track in korean.tracks] == ["kr-consumer"]
    assert all(row.declared for row in korean.rows), "that there is a claim in another country is not told"
    assert {cell.track.id for row in korean.rows for cell in row.cells} == {"kr-consumer"}


def test_tracks_meet_each_other_only_where_both_are_chosen() -> None:
    alone = joinder.map_of(MATTER, a_claim("kr-consumer"), declaring())
    both = joinder.map_of(MATTER, a_claim("kr-consumer", "us-consumer"), declaring())
    assert alone is not None
    assert both is not None
    assert alone.rows == ()
    assert [rule.id for rule, _tracks in both.rows[0].reasons] == ["kr-and-us"]


def test_what_is_signed_already_blocks_no_more() -> None:
    said = declaring(release="signed")
    assert blocked(MATTER, a_claim(*ALL), said) == {"kr-consumer", "us-consumer"}
    assert blocked(MATTER, a_claim(*ALL, signed=("kr",)), said) == {"us-consumer"}
    assert blocked(MATTER, a_claim(*ALL, signed=("kr", "us")), said) == set()


def test_only_shareholders_are_asked_of_lead_roles() -> None:
    assert "lead" not in [one.id for one in joinder.questions_for(MATTER, ("kr-consumer",))]
    assert "lead" in [one.id for one in joinder.questions_for(MATTER, ("us-securities",))]


@given(
    answers=st.dictionaries(
        st.sampled_from([*NOTHING, "lead", "x"]),
        st.one_of(
            st.text(max_size=10), st.sampled_from(["none", "used", "signed", "kr_plaintiff", "pending"])
        ),
    ),
    tracks=st.sets(st.sampled_from(ALL), min_size=1),
)
def test_any_answers_make_a_map_that_agrees_with_what_blocks(
    answers: dict[str, str], tracks: set[str]
) -> None:
    claim, said = a_claim(*sorted(tracks)), Particulars(joinder=Joinder(answers=answers))
    found = joinder.map_of(MATTER, claim, said)
    assert found is not None
    stopped = {track.id for track in found.tracks if found.standing(track.id) is Fit.BLOCKS}
    assert blocked(MATTER, claim, said) == stopped
    kept = joinder.answered(MATTER, tracks, said.joinder, "voucher", "used", "3,000원")
    assert kept.answers["voucher"] == "used"
    assert all(MATTER.joinder.question(name).option(value) for name, value in kept.answers.items())  # type: ignore[union-attr]


# -- the pages


@pytest.fixture
def person(patient_site: Flask, request: pytest.FixtureRequest) -> Visitor:
    """Somebody before the questions, in an application that the tests of this module share."""
    return Visitor(patient_site).begin(email_of(request), tracks=("kr-consumer", "us-consumer"))


def email_of(request: pytest.FixtureRequest) -> str:
    return f"{crc32(request.node.name.encode()):x}@example.com"


def test_the_questions_come_one_by_one_and_end_at_the_map(person: Visitor) -> None:
    seen = []
    place = person.get(person.get("/claim/details/joinder").headers["Location"]).headers["Location"]
    while not place.endswith("/claim/joinder"):
        seen.append(place.rsplit("/", 1)[-1])
        person.get(place)
        sent = person.post(place, {"seen": person.hidden("seen"), "answer": NOTHING[seen[-1]]})
        place = sent.headers["Location"]
    assert seen == list(NOTHING)
    assert "알려 주신 내용 가운데 고르신 소송에 걸리는 것은 없습니다." in person.get("/claim/joinder").text
    held = person.particulars().joinder
    assert held is not None
    assert held.answers == NOTHING
    assert held.matter_version.startswith("coupang-2025 ")


def test_answers_of_the_check_are_chosen_beforehand_and_kept_only_when_saved(
    patient_site: Flask, request: pytest.FixtureRequest
) -> None:
    person = Visitor(patient_site).begin(email_of(request), release="voucher", other_case="lawyer")
    page = person.get("/claim/joinder/lawyer").text
    assert 'value="retained" checked' in page
    assert "참여 자격 확인에서 하신 답에 따라" in page
    assert 'value="used" checked' in person.get("/claim/joinder/voucher").text
    assert 'value="none" checked' in person.get("/claim/joinder/release").text, "a voucher is no release"
    assert " checked" not in person.get("/claim/joinder/payment").text.partition("<main")[2]
    assert person.particulars().joinder is None


def test_an_answer_against_the_check_is_pointed_out_but_taken(
    patient_site: Flask, request: pytest.FixtureRequest
) -> None:
    person = Visitor(patient_site, "en").begin(email_of(request), release="signed")
    person.fill("joinder")
    page = person.get("/claim/joinder").text
    assert "Two of your answers do not agree." in page
    assert "Here: “No”. In the check: “I signed a paper saying that I will claim nothing more”." in page
    assert 'href="/en/claim/evidence"' in page


def test_words_beside_an_answer_are_asked_where_counsel_needs_them(person: Visitor) -> None:
    person.fill("joinder")
    person.get("/claim/joinder/lawyer")
    sent = person.post("/claim/joinder/lawyer", {"seen": person.hidden("seen"), "answer": "retained"})
    assert sent.headers["Location"] == "/ko/claim/joinder/lawyer/details"
    assert "어느 변호사나 법무법인입니까?" in person.get("/claim/joinder/lawyer/details").text
    assert person.get("/claim/joinder").headers["Location"] == "/ko/claim/joinder/lawyer", "not complete yet"
    for words, said in (("", "변호사가 확인하는 데"), ("🙈", "U+1F648"), ("900101 1357924", "주민등록번호")):
        person.get("/claim/joinder/lawyer/details")
        refused = person.post(
            "/claim/joinder/lawyer/details", {"seen": person.hidden("seen"), "details": words}
        )
        assert refused.status_code == 422
        assert said in errors_of(refused)
        assert "1357924" not in refused.text
    person.get("/claim/joinder/lawyer/details")
    sent = person.post(
        "/claim/joinder/lawyer/details", {"seen": person.hidden("seen"), "details": "법무법인 <b>가람</b>"}
    )
    assert sent.headers["Location"] == "/ko/claim/joinder"
    page = person.get("/claim/joinder").text
    assert "법무법인 &lt;b&gt;가람&lt;/b&gt;" in page
    assert "확인 필요" in page
    assert "법무법인 &lt;b&gt;가람&lt;/b&gt;" in person.get("/claim/review").text
    # Another answer takes its words with it.
    person.declare({"lawyer": "none"})
    held = person.particulars().joinder
    assert held is not None
    assert held.details == {}


@pytest.mark.parametrize("answer", ["", "judge", "x" * 10_000])
def test_an_answer_that_is_none_is_refused(patient_draft: Visitor, answer: str) -> None:
    patient_draft.get("/claim/joinder/suit")
    page = patient_draft.post("/claim/joinder/suit", {"seen": patient_draft.hidden("seen"), "answer": answer})
    assert page.status_code == 422
    assert errors_of(page)
    assert len(page.text) < 60_000
    assert patient_draft.particulars().joinder is None


@pytest.mark.parametrize("thing", ["lead", "nothing", "leave"])
def test_a_question_that_is_not_asked_is_not_there(patient_draft: Visitor, thing: str) -> None:
    assert patient_draft.get(f"/claim/joinder/{thing}").status_code in (404, 405)


def test_what_another_device_answered_is_shown_before_it_is_replaced(person: Visitor) -> None:
    person.get("/claim/joinder/suit")
    seen = person.hidden("seen")
    other = Visitor(person.app)
    other.client.set_cookie("claim", person.client.get_cookie("claim").value)  # type: ignore[union-attr]
    other.declare({"suit": "unsure", "suit-details": "인터넷 카페"})
    page = person.post("/claim/joinder/suit", {"seen": seen, "answer": "none"})
    assert page.status_code == 409
    assert "신청한 적은 있으나 소송이 진행되는지 모릅니다" in page.text
    assert (
        person.post("/claim/joinder/suit", {"seen": person.hidden("seen"), "answer": "none"}).status_code
        == 303
    )
    held = person.particulars().joinder
    assert held is not None
    assert held.answers["suit"] == "none"


def test_a_blocked_track_is_left_out_and_the_rest_is_signed(person: Visitor) -> None:
    person.fill_all()
    person.declare({"suit": "kr_plaintiff", "suit-details": "서울중앙지방법원 2026가합12345"})
    page = person.get("/claim/joinder").text
    assert "지금은 서명하실 수 없는 소송: 한국 · 손해배상 공동소송" in page
    assert "민사소송법 제259조" in page
    assert "먼저 상의하십시오" in page
    assert "계속하기" not in page
    assert person.get("/claim/read").headers["Location"] == "/ko/claim/review"
    assert "함께 불가" in person.get("/claim/review").text
    assert 'href="/ko/claim/details/joinder"' in person.get("/claim").text, "the first thing to do"

    with (
        person.runtime.database.transaction() as session
    ):  # whoever gets past the pages is stopped at signing
        claim = session.get_one(Claim, person.claim().id)
        published = person.runtime.matters.current()
        with pytest.raises(NotReady) as refused:
            signing_checks.check_ready(
                published, claim, person.particulars(), [], {"kr"}, person.runtime.clock()
            )
        assert refused.value.step == "joinder"
        signing_checks.check_ready(published, claim, person.particulars(), [], {"us"}, person.runtime.clock())

    assert person.post("/claim/joinder/leave", {"track": "us-securities"}).status_code == 303, (
        "is none of theirs"
    )
    assert person.claim().tracks == ["kr-consumer", "us-consumer"]
    person.post("/claim/joinder/leave", {"track": "kr-consumer"})
    assert person.claim().tracks == ["us-consumer"]
    page = person.get("/claim/joinder").text
    assert "지금은 서명하실 수 없는" not in page
    assert "확인 필요" in page, "the suit in Korea is still a warning for the American one"
    person.read_and_sign("홍길동")
    assert not person.claim().draft


def test_the_only_track_cannot_be_left_and_counsel_is_named(
    patient_site: Flask, request: pytest.FixtureRequest
) -> None:
    person = Visitor(patient_site, "en").begin(email_of(request))
    person.fill("joinder")
    person.declare({"release": "signed", "release-details": "in March, with the company"})
    page = person.get("/claim/joinder").text
    assert "Leave this one out" not in page
    assert "Delete this draft" in page
    assert "Daeryun" in page
    person.post("/claim/joinder/leave", {"track": "kr-consumer"})
    assert person.claim().tracks == ["kr-consumer"]


def test_a_matter_without_such_rules_asks_the_three_old_questions(person: Visitor) -> None:
    assert person.get("/claim/details/other").status_code == 404
    small = MATTER.__class__(**{**MATTER.__dict__, "joinder": None, "incidents": (), "diary": None})
    from portal.claims import steps

    names = [one.name for one in steps.steps_of(small, a_claim("kr-consumer"))]
    assert "other" in names
    assert "harm" in names
    assert not {"joinder", "diary"} & set(names)

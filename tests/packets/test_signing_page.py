"""The page of signing: each way to sign, what it refuses, and what is kept of it."""

from __future__ import annotations

import json
import re
import unicodedata

import pytest
from flask import Flask
from werkzeug.wrappers import Response

from portal.claims.act import SigningAct, read_acts
from portal.claims.models import Claim
from portal.web import held
from tests.conftest import Clock
from tests.packets.readers import an_open_claim, read_everything
from tests.visitor import Visitor, on_the_tests_clock


@pytest.fixture
def visitor(app: Flask, clock: Clock) -> Visitor:
    """A claimant who has read everything and stands before the page of signing."""
    return read_everything(an_open_claim(on_the_tests_clock(app, clock)))


def strokes(length: int = 600) -> str:
    drawn = [[[100, 200, 0], [100 + length // 2, 195, 40], [100 + length, 205, 90]]]
    return json.dumps({"version": 1, "width": 1000, "height": 400, "strokes": drawn})


def hand_in(visitor: Visitor, **fields: str) -> str:
    """Send the page of signing; what it says to correct, or "handed in"."""
    visitor.get("/claim/sign")
    answer = visitor.post(
        "/claim/sign", {"place": "KR", **{f"kr-{name}": value for name, value in fields.items()}}
    )
    if answer.status_code == 303:
        return "handed in"
    return answer.text.partition('class="error-summary"')[2].partition("</ul>")[0]


def acts(visitor: Visitor) -> tuple[SigningAct, ...]:
    with visitor.runtime.database.reading() as session:
        claim = session.get_one(Claim, visitor.claim().id)
        return read_acts(session, visitor.runtime.vault, claim.engagements[0])


def test_a_drawn_signature_is_kept_as_it_was_drawn(visitor: Visitor) -> None:
    assert hand_in(visitor, means="drawn", strokes=strokes()) == "handed in"
    (act,) = acts(visitor)
    assert (act.means, act.typed_name, act.face, act.handed_off) == ("drawn", "", "", "")
    assert [point[:2] for point in act.strokes[0]] == [(100, 200), (400, 195), (700, 205)]
    assert act.session_began_at is not None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("홍길동", "홍길동"),
        (unicodedata.normalize("NFD", "홍길동"), "홍길동"),
        ("洪吉童", "洪吉童"),
        ("hong  gildong", "HONG GILDONG"),
    ],
)
def test_a_typed_signature_is_one_of_the_own_names_in_a_face_that_has_it(
    visitor: Visitor, typed: str, kept: str
) -> None:
    assert hand_in(visitor, means="typed", typed_name=typed, intent="y") == "handed in"
    (act,) = acts(visitor)
    assert (act.means, act.typed_name, act.face, act.strokes) == ("typed", kept, "serif", ())


REFUSED: tuple[tuple[dict[str, str], str], ...] = (
    ({}, "서명 방법을 선택하십시오."),
    ({"means": "telepathy"}, "올바르지 않은 선택값"),
    ({"means": "drawn"}, "서명을 쓰거나"),
    ({"means": "drawn", "strokes": strokes(40)}, "너무 작습니다"),
    ({"means": "drawn", "strokes": "{broken"}, "읽지 못했습니다"),
    ({"means": "drawn", "typed_name": "홍길동", "intent": "y"}, "서명을 쓰거나"),
    ({"means": "typed", "intent": "y"}, "이름을 입력하거나"),
    ({"means": "typed", "typed_name": "홍길순", "intent": "y"}, "적으신 이름과 똑같이"),
    ({"means": "typed", "typed_name": "홍길동"}, "이 이름으로 서명한다는 것을"),
    ({"means": "typed", "strokes": strokes()}, "이름을 입력하거나"),
    ({"means": "phone"}, "휴대전화에서 아직"),
    ({"means": "paper"}, "종이에 서명한 것은"),
)


def test_what_is_no_signature_is_refused_beside_its_field(visitor: Visitor) -> None:
    for fields, sentence in REFUSED:
        assert sentence in hand_in(visitor, **fields), fields
    assert acts(visitor) == ()


def test_the_name_is_shown_as_it_will_be_printed(visitor: Visitor) -> None:
    page = visitor.get("/claim/sign").text
    shown = re.findall(r'data-printed="([^"]+)".*?<path d="(M[^"]+)"', page, re.S)
    assert [name for name, _path in shown] == ["홍길동", "洪吉童", "HONG GILDONG"]
    assert "Noto Serif KR" in page
    assert page.count("화면 글꼴에만") == 1  # of the three, only Hanja are not in the pages' own font


def test_without_scripts_the_name_is_typed_and_drawing_is_not_offered(visitor: Visitor) -> None:
    page = visitor.get("/claim/sign").text
    assert re.search(r'value="typed" checked', page)
    assert re.search(r'<label class="choice way-drawn"[^>]* hidden', page)


def test_a_signature_is_given_and_never_restored_after_a_session_expired(visitor: Visitor) -> None:
    visitor.app.config["WTF_CSRF_ENABLED"] = False
    sent = {
        "place": "KR",
        "kr-means": "drawn",
        "kr-strokes": strokes(),
        "kr-typed_name": "홍길동",
        "kr-intent": "y",
    }
    owner = visitor.claim().id
    with visitor.app.test_request_context("/ko/claim/sign", method="POST", data=sent):
        cookie = held.hold(Response(), owner).headers["Set-Cookie"].partition(";")[0]
    with visitor.app.test_request_context("/ko/claim/sign", headers={"Cookie": cookie}):
        kept = held.held(owner)
    assert kept is not None
    assert dict(kept.typed) == {"place": "KR", "kr-means": "drawn"}

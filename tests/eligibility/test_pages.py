"""A visitor's way from the matter's page to the choice of actions."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import event

from portal.matters.matter import Matter
from portal.runtime import Runtime
from tests.conftest import Clock
from tests.eligibility.visitor import ORDINARY, Visitor, text_of


def test_the_matter_page_says_everything_that_the_matter_holds(
    visitor: Visitor, korean_visitor: Visitor, published: Matter
) -> None:
    told = published.toml
    for reader in (visitor, korean_visitor):
        reader.get("/")
        lang = reader.lang
        said = [
            told.headline[lang],
            told.lead[lang],
            *(fact.source[lang] for fact in told.facts),
            *(moment.text[lang] for moment in told.timeline),
            *(track.summary[lang] for track in told.tracks),
            *(fee.value[lang] for fee in told.fees),
            *(pair.a[lang] for pair in told.questions_answers),
            *(item[lang] for item in (*told.exposed, *told.never_asked, *told.steps)),
            *(firm.advertising[lang] for firm in told.counsel),
            *(sender.address for sender in told.senders),
            *(one.text[lang] for one in (*told.participants, *told.afterwards, *told.at_hand)),
            *(paper.title[lang] for paper in told.papers),
            *(row.label[lang] for row in told.fee_rows),
            *(track.meaning[lang] for track in told.tracks if track.meaning),
            *(clock.caution[lang] for clock in told.clocks),
            *((told.disclosure.rule[lang], told.disclosure.caution[lang]) if told.disclosure else ()),
        ]
        text = text_of(reader.page)
        assert [sentence for sentence in said if sentence not in text] == []


def test_costs_answer_the_same_questions_in_the_same_order_for_each_country(
    visitor: Visitor, published: Matter
) -> None:
    visitor.get("/")
    cards = re.findall(r'aria-labelledby="fees-(\w+)">(.*?)</section>', visitor.page, re.DOTALL)
    rows = {place: [text_of(one) for one in re.findall(r"<dt>(.*?)</dt>", card)] for place, card in cards}
    assert rows["kr"] == rows["us"] == [row.label["en"] for row in published.toml.fee_rows]


def test_your_date_is_told_without_being_kept(visitor: Visitor, korean_visitor: Visitor) -> None:
    told = visitor.get("/?kr-limitation=2025-11-20")
    assert told.headers["Cache-Control"] == "no-store"
    text = text_of(visitor.page)
    assert (
        "If you learned on Thursday, November 20, 2025, the period ends with Monday, November 20, 2028"
        in text
    )
    assert "in New York on Monday, November 20, 2028, 10:00 AM." in text
    assert "727 days left" in text
    assert "Set-Cookie" not in told.headers
    korean_visitor.get("/?kr-limitation=2025-11-20")
    assert "2028년 11월 20일 (월)" in text_of(korean_visitor.page)
    assert "If you learned on" not in text_of(visitor.get("/").get_data(as_text=True))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("1900-01-01", "nobody could know before"), ("2099-01-01", "has not come yet"),
        ("%3Cb%3E", "Write a date like"),
        ("' OR 1=1", "Write a date like"),
    ],
)  # fmt: skip
def test_a_day_that_cannot_be_is_refused_beside_the_field(visitor: Visitor, typed: str, said: str) -> None:
    visitor.get(f"/?kr-limitation={typed}")
    assert said in text_of(visitor.page)
    assert "<b>" not in visitor.page.partition('name="kr-limitation" value="')[2][:20]


def test_the_disclosure_is_counted_day_by_day_and_claims_nothing(
    visitor: Visitor, korean_visitor: Visitor
) -> None:
    visitor.get("/")
    text = text_of(visitor.page)
    assert "This calculation claims nothing." in text
    assert "Monday, November 24, 2025 business day 4 · last day" in text
    assert "Sunday, November 23, 2025 weekend" in text
    assert "The disclosure was made on Tuesday, December 16, 2025, business day 19 of this count." in text
    korean_visitor.get("/")
    assert "2025년 12월 4일 (목) 4영업일째 · 마지막 날" in text_of(korean_visitor.page)


def test_a_track_without_a_public_paper_says_so(visitor: Visitor) -> None:
    visitor.get("/")
    assert text_of(visitor.page).count("We know of no public paper in this case.") == 1


def test_terms_lead_to_their_meaning(visitor: Visitor, korean_visitor: Visitor, published: Matter) -> None:
    for reader in (visitor, korean_visitor):
        reader.get("/")
        used = set(re.findall(rf'<a class="term" href="/{reader.lang}/glossary#([\w-]+)"', reader.page))
        assert {"power-of-attorney", "class-action", "lead-plaintiff", "conflict-of-interest"} <= used
        reader.get("/glossary")
        assert all(f'<div id="{term}">' in reader.page for term in used)
        for term in published.toml.glossary:
            assert term.meaning[reader.lang] in text_of(reader.page)


def test_readers_who_never_heard_of_the_company_are_told_who_it_is(
    visitor: Visitor, published: Matter
) -> None:
    visitor.get("/")
    assert 'href="/en/company"' in visitor.page
    visitor.get("/company")
    company = published.toml.company
    assert company
    assert visitor.heading == "Who is Coupang?"
    for fact in company.facts:
        assert fact.source["en"] in text_of(visitor.page)


def test_the_matter_page_leads_to_the_questions_and_to_a_started_claim(visitor: Visitor) -> None:
    visitor.get("/")
    assert 'href="/en/check"' in visitor.page
    assert 'href="/en/claim/start"' in visitor.page


@pytest.mark.parametrize(
    ("asked", "lang"), [("ko-KR,ko;q=0.9", "ko"), ("en-US", "en"), ("fr", "ko"), ("", "ko")]
)
def test_the_bare_address_leads_to_the_language_that_the_browser_asks_for(
    visitor: Visitor, asked: str, lang: str
) -> None:
    answer = visitor.client.get("/", headers={"Accept-Language": asked})
    assert (answer.status_code, answer.location) == (302, f"/{lang}/")


def test_the_matter_page_is_the_same_for_everybody_and_may_be_kept_for_a_minute(visitor: Visitor) -> None:
    first = visitor.get("/")
    assert first.headers["Cache-Control"] == "public, max-age=60"
    assert "Set-Cookie" not in first.headers
    assert first.headers["Vary"] == "Accept-Encoding"
    again = visitor.client.get("/en/", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert visitor.client.get("/ko/").headers["ETag"] != first.headers["ETag"]


def test_what_is_said_to_one_visitor_stands_on_no_common_page_and_waits_for_the_next(
    visitor: Visitor,
) -> None:
    visitor.get("/check")
    with visitor.client.session_transaction() as cookie:
        cookie["_flashes"] = [("good", "Only for you.")]
    visitor.get("/")
    assert "Only for you." not in visitor.page
    visitor.get("/check/acting")
    assert "Only for you." in visitor.page


def test_a_page_asked_with_a_query_keeps_it_in_the_other_language(visitor: Visitor) -> None:
    visitor.get("/")
    visitor.get("/?source=radio")
    assert 'href="/ko/?source=radio"' in visitor.page


def test_answering_leads_from_question_to_question_and_to_one_decision_per_track(
    visitor: Visitor, published: Matter
) -> None:
    visitor.get("/check")
    assert visitor.heading == published.questions[0].text["en"]
    visitor.answer(**ORDINARY)
    visitor.get("/check")
    assert visitor.heading == "You can take part in 2 actions"
    for track in published.tracks:
        assert track.name["en"] in text_of(visitor.page)
    assert visitor.page.count('type="checkbox"') == len(published.tracks)
    assert visitor.page.count(" checked>") == 2


def test_the_result_says_each_reason_and_what_would_change_it(visitor: Visitor, published: Matter) -> None:
    visitor.answer(**{**ORDINARY, "release": "voucher", "shares": "none"})
    visitor.get("/check/result")
    text = text_of(visitor.page)
    for rule in published.rules:
        if rule.id in {"kr-account-yes", "kr-voucher", "us-voucher", "securities-no-shares"}:
            assert rule.reason["en"] in text
            assert rule.remedy is None or rule.remedy["en"] in text
    assert "A person will look" in text
    assert "Not eligible" in text


def test_a_question_without_an_answer_is_asked_again_with_the_reason_beside_it(visitor: Visitor) -> None:
    visitor.get("/check/acting")
    response = visitor.post("/check/acting")
    assert response.status_code == 422
    assert 'href="#answer-0"' in visitor.page
    assert 'id="answer-0"' in visitor.page
    assert 'id="answer-error"' in visitor.page
    assert "Choose one answer." in visitor.page
    assert "<title>Error:" in visitor.page.replace("\n", "").replace("  ", "")


@pytest.mark.parametrize("value", ["nobody", "", "<script>", "self' OR 1=1", "\x00", "가" * 30_000])
def test_what_the_question_does_not_offer_counts_as_no_answer(visitor: Visitor, value: str) -> None:
    visitor.get("/check/acting")
    assert visitor.post("/check/acting", answer=value).status_code == 422
    assert "answers" not in visitor.visit()


def test_a_later_question_sends_back_to_the_first_open_one(visitor: Visitor) -> None:
    visitor.answer(acting="self")
    for path in ("/check/shares", "/check/result"):
        assert visitor.client.get(f"/en{path}").location == "/en/check/residence"
    visitor.get("/check/acting")
    assert visitor.post("/check/shares", answer="none").location == "/en/check/residence"
    assert visitor.visit()["answers"] == {"acting": "self"}


def test_a_changed_answer_drops_those_that_no_longer_apply(visitor: Visitor) -> None:
    visitor.answer(**{**ORDINARY, "shares": "direct"}, purchase="class", sale="held")
    visitor.answer(account="no", shares="none")
    assert visitor.visit()["answers"] == {
        "acting": "self", "residence": "kr", "account": "no", "insider": "none", "shares": "none",
    }  # fmt: skip
    visitor.get("/check")
    assert visitor.heading == "As things stand, none of the actions is open to you"


def test_going_back_and_loading_again_changes_nothing(visitor: Visitor) -> None:
    visitor.answer(**ORDINARY)
    before = visitor.visit()["answers"]
    for path in ("/check/notice", "/check/notice", "/check/result", "/check/result", "/"):
        assert visitor.get(path).status_code == 200
    visitor.get("/check/notice")
    assert 'value="sms" checked' in visitor.page
    visitor.post("/check/notice", answer="sms")
    visitor.post("/check/notice", answer="sms")
    assert visitor.visit()["answers"] == before


def test_the_other_language_shows_the_same_question_with_the_same_answers(visitor: Visitor) -> None:
    visitor.answer(acting="self", residence="us")
    visitor.get("/check/account?from=result")
    assert 'href="/ko/check/account?from=result"' in visitor.page
    korean = Visitor(visitor.client, "ko")
    korean.get("/check/residence")
    assert 'lang="ko"' in korean.page
    assert 'value="us" checked' in korean.page


def test_the_number_of_questions_only_falls(visitor: Visitor, published: Matter) -> None:
    totals = []
    for question, value in {**ORDINARY, "account": "no"}.items():
        if question in ("notice", "harm", "release", "other_case"):
            continue
        visitor.get(f"/check/{question}")
        totals.append(int(visitor.page.split(" of ")[1].split(" ")[0]))
        visitor.post(f"/check/{question}", answer=value)
    assert totals[0] == len(published.questions)
    assert totals == sorted(totals, reverse=True)


def test_the_chosen_tracks_go_along_to_the_next_page(visitor: Visitor, published: Matter) -> None:
    visitor.answer(**ORDINARY)
    visitor.get("/check/result")
    response = visitor.post("/check/result", tracks=["us-consumer", "kr-consumer"])
    assert response.location == "/en/claim/start"
    visit = visitor.visit()
    assert visit["tracks"] == ["kr-consumer", "us-consumer"]
    assert visit["answers"] == ORDINARY
    assert visit["matter_version"] == published.hash


def test_a_track_that_is_not_open_to_somebody_can_still_be_looked_at_by_staff(visitor: Visitor) -> None:
    visitor.answer(**ORDINARY)
    visitor.get("/check/result")
    assert "Ask for a look by staff" in visitor.page
    assert visitor.post("/check/result", tracks=["us-securities"]).location == "/en/claim/start"
    assert visitor.visit()["tracks"] == ["us-securities"]


@pytest.mark.parametrize("chosen", [[], ["kr-criminal"], ["kr-consumer", "kr-criminal"], [""]])
def test_without_a_real_choice_nobody_goes_on(visitor: Visitor, chosen: list[str]) -> None:
    visitor.answer(**ORDINARY)
    visitor.get("/check/result")
    assert visitor.post("/check/result", tracks=chosen).status_code == 422
    assert "tracks" not in visitor.visit()


def test_another_answer_undoes_the_choice_of_tracks(visitor: Visitor) -> None:
    visitor.answer(**ORDINARY)
    visitor.get("/check/result")
    visitor.post("/check/result", tracks=["us-consumer"])
    visitor.answer(residence="us")
    assert "tracks" not in visitor.visit()


def test_a_closed_track_is_shown_with_its_decision_but_cannot_be_chosen(
    visitor: Visitor, clock: Clock, published: Matter
) -> None:
    closes = published.track("us-consumer").closes
    assert closes
    clock.now += timedelta(days=(closes - clock.now.date()).days + 1)
    visitor.answer(**ORDINARY)
    visitor.get("/check/result")
    assert "This action takes no claims at present." in visitor.page
    assert 'value="us-consumer"' not in visitor.page
    assert visitor.post("/check/result", tracks=["us-consumer"]).status_code == 422


def test_starting_again_forgets_everything(visitor: Visitor) -> None:
    visitor.answer(**ORDINARY)
    visitor.get("/check/result")
    assert visitor.post("/check/again").location == "/en/check"
    assert not {"answers", "tracks", "matter_version"} & visitor.visit().keys()


def test_public_pages_ask_no_database(visitor: Visitor, runtime: Runtime) -> None:
    statements: list[str] = []
    runtime.matters.current()
    event.listen(
        runtime.database.engine, "before_cursor_execute", lambda _c, _k, sql, *_rest: statements.append(sql)
    )
    visitor.get("/")
    visitor.answer(**ORDINARY)
    visitor.get("/check/result")
    visitor.post("/check/result", tracks=["kr-consumer"])
    assert statements == []


def test_an_answer_without_its_token_is_refused_calmly(visitor: Visitor) -> None:
    visitor.get("/check/acting")
    response = visitor.client.post("/en/check/acting", data={"answer": "self"})
    assert response.status_code == 400
    assert "nothing was changed" in response.get_data(as_text=True)
    assert "answers" not in visitor.visit()


@pytest.mark.parametrize("cookie", ["garbage", "", "e30.aaaa.bbbb", "\x7f" * 900])
def test_a_forged_cookie_is_an_empty_one(visitor: Visitor, published: Matter, cookie: str) -> None:
    visitor.client.set_cookie("visit", cookie)
    visitor.get("/check")
    assert visitor.heading == published.questions[0].text["en"]


@pytest.mark.parametrize(
    "held", [["self"], "self", {"acting": ["self"]}, {"acting": None}, {"gone": "yes"}, 7]
)
def test_answers_of_another_shape_or_version_are_left_out(
    visitor: Visitor, published: Matter, held: object
) -> None:
    with visitor.client.session_transaction() as cookie:
        cookie["answers"] = held
    visitor.get("/check")
    assert visitor.heading == published.questions[0].text["en"]


def test_an_unknown_question_does_not_exist(visitor: Visitor) -> None:
    assert visitor.get("/check/nothing").status_code == 404
    assert visitor.get("/check/" + "x" * 5000).status_code == 404


def test_no_page_has_anything_inline(visitor: Visitor) -> None:
    pages = [visitor.get("/").get_data(as_text=True), visitor.get("/check").get_data(as_text=True)]
    visitor.answer(**ORDINARY)
    pages += [
        visitor.get("/check/result").get_data(as_text=True),
        visitor.get("/nothing").get_data(as_text=True),
    ]
    for page in pages:
        assert " style=" not in page
        assert "<style" not in page
        assert "javascript:" not in page
        assert not [tag for tag in page.split("<script")[1:] if " src=" not in tag.split(">")[0]]
        assert not [
            word
            for word in page.replace("\n", " ").split(" ")
            if word.startswith(("onclick=", "onload=", "onsubmit="))
        ]

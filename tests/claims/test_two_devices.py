"""Two devices, one claim: nothing that nobody saw is overwritten. And what an expired session had in its form."""

from __future__ import annotations

import re
from io import BytesIO

from flask import Flask

from portal.claims.exposed import exposed_choices
from portal.packets import samples
from tests.conftest import Clock
from tests.visitor import DETAILS, Visitor


def second_device(site: Flask, lang: str = "ko") -> Visitor:
    other = Visitor(site, lang)
    other.enter(other.ask_code("hong@example.com"))
    return other


def test_a_step_saved_elsewhere_meanwhile_is_shown_and_not_overwritten(site: Flask) -> None:
    first = Visitor(site, "en").begin()
    other = second_device(site)
    first.get("/claim/details/phrase")
    seen = first.hidden("seen")
    other.fill("phrase", phrase="휴대전화에서 정한 문구")

    page = first.post("/claim/details/phrase", {"seen": seen, "phrase": "typed on the laptop"})
    assert page.status_code == 409
    assert "saved on another device" in page.text
    assert "휴대전화에서 정한 문구" in page.text
    assert 'value="typed on the laptop"' in page.text
    assert first.particulars().phrase == "휴대전화에서 정한 문구"

    # Having seen both, the person decides: the same form once more replaces it.
    again = first.post(
        "/claim/details/phrase", {"seen": first.hidden("seen"), "phrase": "typed on the laptop"}
    )
    assert again.status_code == 303
    assert first.particulars().phrase == "typed on the laptop"


def test_another_step_saved_elsewhere_is_no_clash(site: Flask) -> None:
    first = Visitor(site).begin()
    other = second_device(site)
    first.get("/claim/details/phrase")
    seen = first.hidden("seen")
    other.fill("name")
    assert first.post("/claim/details/phrase", {"seen": seen, "phrase": "파란 연"}).status_code == 303
    held = first.particulars()
    assert held.phrase == "파란 연"
    assert held.name is not None


def test_going_back_and_saving_again_is_no_clash(visitor: Visitor) -> None:
    visitor.begin()
    visitor.get("/claim/details/phrase")
    seen = visitor.hidden("seen")
    visitor.post("/claim/details/phrase", {"seen": seen, "phrase": "첫째"})
    sent = visitor.post("/claim/details/phrase", {"seen": seen, "phrase": "둘째"})
    assert sent.status_code == 303
    assert visitor.particulars().phrase == "둘째"


def test_a_form_pressed_twice_saves_once_and_leads_on(visitor: Visitor) -> None:
    visitor.begin()
    visitor.get("/claim/details/name")
    fields = {"seen": visitor.hidden("seen"), **DETAILS["name"]}
    first, second = (visitor.post("/claim/details/name", fields) for _press in range(2))
    assert first.headers["Location"] == second.headers["Location"]


def test_a_form_that_says_nothing_of_what_was_seen_overwrites_nothing(site: Flask) -> None:
    first = Visitor(site).begin()
    first.fill("phrase", phrase="처음 문구")
    other = second_device(site)
    other.get("/claim/details/phrase")
    sent = other.post("/claim/details/phrase", {"seen": "0" * 16, "phrase": "덮어쓰기"})
    assert sent.status_code == 409
    assert other.particulars().phrase == "처음 문구"


def test_what_was_typed_survives_the_end_of_the_session(visitor: Visitor, clock: Clock) -> None:
    visitor.begin()
    visitor.get("/claim/details/harm")
    seen, token = visitor.hidden("seen"), visitor.token
    clock.advance(minutes=40)
    typed = "한 시간 동안 쓴 글입니다. " * 60
    sent = visitor.client.post(
        "/ko/claim/details/harm", data={"csrf_token": token, "seen": seen, "harm": typed}
    )
    assert sent.headers["Location"] == "/ko/claim/start?again=1"
    held = visitor.client.get_cookie("held")
    assert held is not None
    assert len(held.value) <= 3_500
    assert "한 시간".encode() not in held.value.encode()

    entered = visitor.enter(visitor.ask_code("hong@example.com"))
    assert entered.headers["Location"] == "/ko/claim/details/harm"
    page = visitor.get("/claim/details/harm")
    assert typed.strip() in page.text
    assert visitor.particulars().account is None, "shown, but not saved yet"
    visitor.post("/claim/details/harm", {"seen": visitor.hidden("seen"), "harm": typed})
    held_account = visitor.particulars().account
    assert held_account is not None
    assert held_account.harm == typed.strip()
    assert visitor.client.get_cookie("held") is None


def test_only_the_same_claim_gets_back_what_was_typed(visitor: Visitor, clock: Clock) -> None:
    visitor.begin("hong@example.com")
    visitor.get("/claim/details/phrase")
    fields = {"csrf_token": visitor.token, "seen": visitor.hidden("seen"), "phrase": "홍의 비밀 문구"}
    clock.advance(minutes=40)
    visitor.client.post("/ko/claim/details/phrase", data=fields)
    visitor.begin("another@example.com")
    assert "홍의 비밀 문구" not in visitor.get("/claim/details/phrase").text


def test_what_was_typed_is_forgotten_after_an_hour(visitor: Visitor, clock: Clock) -> None:
    visitor.begin()
    visitor.get("/claim/details/phrase")
    fields = {"csrf_token": visitor.token, "seen": visitor.hidden("seen"), "phrase": "오래된 문구"}
    clock.advance(minutes=40)
    visitor.client.post("/ko/claim/details/phrase", data=fields)
    clock.advance(minutes=61)
    assert visitor.enter(visitor.ask_code("hong@example.com")).headers["Location"] == "/ko/claim"
    assert "오래된 문구" not in visitor.get("/claim/details/phrase").text


def test_nothing_is_held_of_a_form_from_elsewhere(visitor: Visitor, clock: Clock) -> None:
    visitor.begin()
    clock.advance(minutes=40)
    visitor.client.post("/ko/claim/details/phrase", data={"phrase": "planted"})
    assert visitor.client.get_cookie("held") is None


def test_nothing_is_held_after_signing_out(visitor: Visitor) -> None:
    visitor.begin()
    visitor.get("/claim/details/phrase")
    claim_cookie = visitor.client.get_cookie("claim")
    assert claim_cookie is not None
    visitor.post("/claim/sign-out")
    visitor.client.set_cookie("claim", claim_cookie.value)
    visitor.post("/claim/details/phrase", {"phrase": "left behind"})
    assert visitor.client.get_cookie("held") is None


def test_a_registration_number_is_not_held_either(visitor: Visitor, clock: Clock) -> None:
    visitor.begin()
    visitor.get("/claim/details/name")
    fields = {"csrf_token": visitor.token, "hangul": "홍길동", "hanja": "900101-1357924", "passport": "HONG"}
    clock.advance(minutes=40)
    visitor.client.post("/ko/claim/details/name", data=fields)
    visitor.enter(visitor.ask_code("hong@example.com"))
    page = visitor.get("/claim/details/name")
    assert 'value="홍길동"' in page.text
    assert "1357924" not in page.text


def test_a_forged_held_cookie_is_ignored(visitor: Visitor) -> None:
    visitor.begin()
    for forged in ("x", "AAAA" * 100, "%%%", "é", ""):
        visitor.client.set_cookie("held", forged)
        assert visitor.get("/claim/details/phrase").status_code == 200


def test_a_held_address_reopens_the_form_of_its_country(visitor: Visitor, clock: Clock) -> None:
    visitor.begin()
    visitor.get("/claim/details/address?in=US")
    fields = {
        "csrf_token": visitor.token,
        "where": "US",
        "line1": "350 5th Ave",
        "city": "New York",
        "region": "NY",
    }
    clock.advance(minutes=40)
    visitor.client.post("/ko/claim/details/address?in=US", data=fields)
    visitor.enter(visitor.ask_code("hong@example.com"))
    page = visitor.get("/claim/details/address")
    assert 'value="350 5th Ave"' in page.text
    assert '<option value="NY" selected>' in page.text


def test_what_was_typed_of_a_file_survives_too(visitor: Visitor, clock: Clock) -> None:
    visitor.begin()
    visitor.get("/claim/evidence")
    visitor.post(
        "/claim/evidence", {"files": (BytesIO(samples.screenshot("유출 안내", ("안내",))), "notice.jpg")}
    )
    place = re.search(r'href="(/ko/claim/evidence/[0-9a-f-]{36})"', visitor.get("/claim/evidence").text)
    assert place
    page = visitor.get(place[1])
    kind = re.search(r'<option value="([^"]+)" selected', page.text)
    assert kind
    fields = {"csrf_token": visitor.token, "kind": kind[1], "title": "쿠팡이 보낸 안내", "author": "쿠팡"}
    clock.advance(minutes=40)
    visitor.client.post(place[1], data=fields)
    assert visitor.enter(visitor.ask_code("hong@example.com")).headers["Location"] == place[1]
    assert 'value="쿠팡이 보낸 안내"' in visitor.get(place[1]).text
    visitor.post(place[1], {**fields, "csrf_token": visitor.token})
    assert visitor.client.get_cookie("held") is None


def test_each_field_is_chosen_and_nothing_else_is_touched(site: Flask) -> None:
    first = Visitor(site, "en").begin()
    first.fill("name")
    other = second_device(site)
    first.get("/claim/details/name")
    fields = {"hangul": "홍길순", "hanja": "", "passport": "HONG GILSOON"}
    seen = first.hidden("seen")
    other.fill("name", hangul="홍길자", hanja="洪吉子", passport="HONG GILJA")
    page = first.post("/claim/details/name", {"seen": seen, **fields})
    assert page.status_code == 409
    for value in ("홍길순", "홍길자", "洪吉子", "HONG GILSOON", "HONG GILJA"):
        assert f"<b>{value}</b>" in page.text
    merged = {"keep-hangul": "here", "keep-hanja": "there", "keep-passport": "there"}
    saved = first.post(
        "/claim/details/name", {"seen": first.hidden("seen"), "merge": "1", **fields, **merged}
    )
    assert saved.status_code == 303
    name = first.particulars().name
    assert name is not None
    assert (name.hangul, name.hanja, name.passport) == ("홍길순", "洪吉子", "HONG GILJA")


def test_a_third_save_in_between_is_shown_again(site: Flask) -> None:
    first = Visitor(site).begin()
    other = second_device(site)
    first.get("/claim/details/phrase")
    seen = first.hidden("seen")
    other.fill("phrase", phrase="둘째 문구")
    first.post("/claim/details/phrase", {"seen": seen, "phrase": "첫째 문구"})
    seen = first.hidden("seen")
    other.fill("phrase", phrase="셋째 문구")
    sent = first.post(
        "/claim/details/phrase", {"seen": seen, "merge": "1", "phrase": "첫째 문구", "keep-phrase": "here"}
    )
    assert sent.status_code == 409
    assert "셋째 문구" in sent.text
    assert first.particulars().phrase == "셋째 문구"


def test_the_same_words_on_two_devices_are_no_clash(site: Flask) -> None:
    first = Visitor(site).begin()
    other = second_device(site)
    first.get("/claim/details/phrase")
    seen = first.hidden("seen")
    other.fill("phrase", phrase="같은 문구")
    assert first.post("/claim/details/phrase", {"seen": seen, "phrase": "같은 문구"}).status_code == 303


def test_an_address_is_chosen_as_one(site: Flask) -> None:
    first = Visitor(site, "en").begin()
    other = second_device(site)
    first.get("/claim/details/address")
    seen = first.hidden("seen")
    other.fill("address", line2="202동 1호")
    fields = {**DETAILS["address"], "line1": "서울특별시 중구 을지로 1"}
    page = first.post("/claim/details/address", {"seen": seen, **fields})
    assert page.status_code == 409
    assert page.text.count("<fieldset") == 1
    chosen = {"merge": "1", "keep-whole": "there"}
    first.post("/claim/details/address", {"seen": first.hidden("seen"), **fields, **chosen})
    address = first.particulars().address
    assert address is not None
    assert (address.line1, address.line2) == ("서울특별시 중구 세종대로 110", "202동 1호")


def test_dates_choices_and_marks_are_told_in_words(site: Flask) -> None:
    first = Visitor(site, "en").begin()
    other = second_device(site)
    first.get("/claim/details/account")
    seen = first.hidden("seen")
    codes = list(exposed_choices(site.extensions["portal"].matters.current().matter))[:2]
    assert other.fill("account", exposed=codes).status_code == 303
    day = {"noticed-year": "2025", "noticed-month": "12", "noticed-day": "1"}
    page = first.post("/claim/details/account", {"seen": seen, **day})
    assert page.status_code == 409
    assert "1 December 2025" in page.text
    assert "30 November 2025" in page.text
    keep = {"merge": "1", "keep-noticed": "here", "keep-exposed": "there"}
    first.post("/claim/details/account", {"seen": first.hidden("seen"), **day, **keep})
    account = first.particulars().account
    assert account is not None
    assert (str(account.noticed_on), account.exposed) == ("2025-12-01", tuple(codes))


def test_two_accounts_of_one_incident_can_both_be_kept(site: Flask) -> None:
    first = Visitor(site, "en").begin()
    kind = site.extensions["portal"].matters.current().matter.incidents_for(["kr-consumer"])[0].id
    place = f"/claim/diary/i1/when?kind={kind}"
    first.get(place)
    day = {"on-year": "2025", "on-month": "12", "on-day": "1"}
    first.post(place, {"seen": first.hidden("seen"), **day})
    other = second_device(site)
    first.get("/claim/diary/i1/what")
    typed = {"seen": first.hidden("seen"), "text": "a long account of it"}
    other.get("/claim/diary/i1/what")
    other.post("/claim/diary/i1/what", {"seen": other.hidden("seen"), "text": "another account"})
    page = first.post("/claim/diary/i1/what", typed)
    assert page.status_code == 409
    assert "a long account of it" in page.text
    both = {"seen": first.hidden("seen"), "merge": "1", "text": typed["text"], "keep-text": "both"}
    assert first.post("/claim/diary/i1/what", both).status_code == 303
    assert first.particulars().diary[0].text == "another account\n\na long account of it"


def test_words_of_an_entry_that_another_device_removed_can_become_a_new_entry(site: Flask) -> None:
    first = Visitor(site, "en").begin()
    day = {"on-year": "2025", "on-month": "12", "on-day": "5"}
    first.get("/claim/diary/i1/when?kind=money&new=1")
    first.post("/claim/diary/i1/when?kind=money&new=1", {"seen": first.hidden("seen"), **day})
    first.get("/claim/diary/i1/what")
    seen, token = first.hidden("seen"), first.token
    other = second_device(site)
    other.get("/claim/diary/i1/remove")
    assert other.post("/claim/diary/i1/remove").status_code == 303

    typed = {
        "seen": seen,
        "csrf_token": token,
        "text": "Two lines\nof mine",
        "money": "5,000",
        "currency": "KRW",
    }
    page = first.post("/claim/diary/i1/what", typed)
    assert page.status_code == 409
    assert "This entry was removed" in page.text
    for words in ("Two lines<br>of mine", "5,000", 'href="/en/claim/diary/add"'):
        assert words in page.text
    assert first.particulars().diary == ()

    place = first.get("/claim/diary/add").text.partition("/when?kind=money")[0].rpartition('"')[2]
    place = f"{place}/when?kind=money&new=1"
    first.get(place)
    assert "earlier" not in first.page.text, "the day is another page"  # type: ignore[union-attr]
    first.get(first.post(place, {"seen": first.hidden("seen"), **day}).headers["Location"])
    filled = first.page.text  # type: ignore[union-attr]
    assert "This is what you typed earlier" in filled
    assert "Two lines\nof mine</textarea>" in filled
    first.post(
        "/claim/diary/i1/what?new=1",
        {"seen": first.hidden("seen"), "text": "Two lines\nof mine", "money": "5,000", "currency": "KRW"},
    )
    (held,) = first.particulars().diary
    assert held.text == "Two lines\nof mine"
    assert "earlier" not in first.get("/claim/diary/i1/what").text, "it is saved now"


def test_an_entry_that_is_gone_keeps_nothing_of_an_empty_page(site: Flask) -> None:
    visitor = Visitor(site).begin()
    assert visitor.post("/claim/diary/i1/what", {"text": " ", "currency": "KRW"}).status_code == 404
    assert visitor.get("/claim/diary/i1/what").status_code == 404

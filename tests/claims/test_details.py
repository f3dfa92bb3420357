"""The steps of the details: what is taken, what is refused beside which field, what is kept."""

from __future__ import annotations

import time
import unicodedata
from typing import Any

import pytest
from flask import Flask

from tests.visitor import DETAILS, Visitor, errors_of, stored_bytes


@pytest.fixture
def draft(visitor: Visitor) -> Visitor:
    """Somebody before an empty draft for counsel in Seoul."""
    return visitor.begin()


@pytest.fixture
def both(visitor: Visitor) -> Visitor:
    """Somebody before an empty draft for counsel in Seoul and New York."""
    return visitor.begin(tracks=("kr-consumer", "us-consumer"))


def test_each_step_leads_to_the_next_and_the_last_to_evidence(draft: Visitor) -> None:
    places = [draft.fill(step).headers["Location"] for step in DETAILS]
    assert places == [
        "/ko/claim/details/name",
        "/ko/claim/details/birth",
        "/ko/claim/details/address",
        "/ko/claim/details/contact",
        "/ko/claim/details/account",
        "/ko/claim/details/diary",
        "/ko/claim/diary",
        "/ko/claim/joinder",
    ]
    assert 'href="/ko/claim/details/joinder"' in draft.get("/claim/diary").text
    assert 'href="/ko/claim/evidence"' in draft.get("/claim/joinder").text
    assert draft.get("/claim/review").status_code == 200


def test_everything_given_is_kept(draft: Visitor) -> None:
    held = draft.fill_all().particulars()
    assert held.phrase == "파란 연 1987"
    assert held.name
    assert (held.name.hangul, held.name.hanja, held.name.passport) == (
        "홍길동",
        "洪吉童",
        "HONG GILDONG",
    )
    assert str(held.birth_date) == "1987-03-14"
    assert held.address
    assert held.address.shown() == "(04524) 서울특별시 중구 세종대로 110 101동 1203호"
    assert held.phone == "+821023456789"
    assert held.account
    assert str(held.account.noticed_on) == "2025-11-30"
    assert held.account.harm == "택배가 늦어진다는 문자를 받았습니다."
    assert held.joinder
    assert held.joinder.answers["voucher"] == "unused"


def test_nothing_given_can_be_read_on_the_disk(draft: Visitor) -> None:
    draft.fill_all()
    stored = stored_bytes(draft.runtime)
    for planted in (
        "홍길동",
        "洪吉童",
        "HONG GILDONG",
        "세종대로",
        "1023456789",
        "파란 연",
        "hong@example.com",
        "택배가",
    ):
        assert planted.encode() not in stored, planted


def test_a_saved_step_is_shown_again_on_another_device(draft: Visitor, site: Flask) -> None:
    draft.fill_all()
    other = Visitor(site)
    other.enter(other.ask_code("hong@example.com"))
    assert 'value="홍길동"' in other.get("/claim/details/name").text
    assert 'value="010-2345-6789"' in other.get("/claim/details/contact").text
    assert "Step 2 of 7" in Visitor_in_english(other).get("/claim/details/address").text


def Visitor_in_english(visitor: Visitor) -> Visitor:
    """The same browser, reading English."""
    visitor.lang = "en"
    return visitor


def test_change_from_the_review_returns_to_it(draft: Visitor) -> None:
    draft.fill_all()
    page = draft.get("/claim/review")
    assert "/ko/claim/details/phrase?next=review" in page.text
    sent = draft.send("phrase", {"phrase": "다른 문구"}, "?next=review")
    assert sent.headers["Location"] == "/ko/claim/review"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/staff", "review2", "javascript:alert(1)"]
)
def test_next_leads_nowhere_else(draft: Visitor, elsewhere: str) -> None:
    sent = draft.send("phrase", {"phrase": "파란 연"}, f"?next={elsewhere}")
    assert sent.headers["Location"] == "/ko/claim/details/name"


def test_the_review_names_what_is_missing(draft: Visitor) -> None:
    draft.lang = "en"
    draft.fill("phrase")
    page = draft.get("/claim/review")
    assert "Something is still missing" in page.text
    assert "/claim/read" not in page.text
    draft.fill_all()
    page = draft.get("/claim/review")
    assert "Something is still missing" not in page.text
    assert "/en/claim/read" in page.text


def test_a_decomposed_name_is_stored_whole(draft: Visitor) -> None:
    draft.fill("name", hangul=unicodedata.normalize("NFD", "홍길동"))
    held = draft.particulars().name
    assert held is not None
    assert held.hangul == "홍길동"
    assert len(held.hangul) == 3


REFUSED = [
    ("phrase", {"phrase": ""}, "phrase"),
    ("phrase", {"phrase": "a"}, "phrase"),
    ("phrase", {"phrase": "x" * 41}, "phrase"),
    ("phrase", {"phrase": "lucky 😀"}, "phrase"),
    ("name", {"hangul": "", "passport": ""}, "passport"),
    ("name", {"hangul": "Hong"}, "hangul"),
    ("name", {"hangul": "홍길동\u202e"}, "hangul"),
    ("name", {"hangul": "홍" * 101}, "hangul"),
    ("name", {"hangul": "홍길동 🙂"}, "hangul"),
    ("name", {"passport": "HONG\u2066 GILDONG"}, "passport"),
    ("name", {"passport": "- -"}, "passport"),
    ("name", {"hanja": "홍"}, "hanja"),
    ("name", {"passport": "홍길동"}, "passport"),
    ("name", {"passport": "HONG <script>"}, "passport"),
    ("birth", {"birth-year": "", "birth-month": "", "birth-day": ""}, "birth"),
    ("birth", {"birth-year": "1987", "birth-month": "2", "birth-day": "30"}, "birth"),
    ("birth", {"birth-year": "1987", "birth-month": "13", "birth-day": "1"}, "birth"),
    ("birth", {"birth-year": "1899", "birth-month": "12", "birth-day": "31"}, "birth"),
    ("birth", {"birth-year": "2026", "birth-month": "11", "birth-day": "25"}, "birth"),
    ("birth", {"birth-year": "2099"}, "birth"),
    ("birth", {"birth-year": "87"}, "birth"),
    ("birth", {"birth-year": "천구백"}, "birth"),
    ("birth", {"birth-year": "9" * 5000}, "birth"),
    ("birth", {"birth-year": "-198"}, "birth"),
    ("address", {"postcode": "123-456"}, "postcode"),
    ("address", {"postcode": "4524"}, "postcode"),
    ("address", {"line1": "서울특별시 중구 태평로동"}, "line1"),
    ("address", {"line1": ""}, "line1"),
    ("address", {"line1": "세종대로 1" + "0" * 300}, "line1"),
    ("address", {"line2": "x" * 121}, "line2"),
    ("contact", {"phone": ""}, "phone"),
    ("contact", {"phone": "010-123"}, "phone"),
    ("contact", {"phone": "call me"}, "phone"),
    ("contact", {"phone": "0" * 5000}, "phone"),
    ("contact", {"correspondence": "fr"}, "correspondence"),
    ("account", {"email": "not an address"}, "email"),
    ("account", {"phone": "1"}, "phone"),
    ("account", {"noticed-month": "14"}, "noticed"),
    ("account", {"exposed": "no-such-code"}, "exposed"),
    ("harm", {"harm": "x" * 2001}, "harm"),
    ("harm", {"harm": "문자 🙈"}, "harm"),
]


@pytest.mark.parametrize(
    ("step", "fields", "field"), REFUSED, ids=[f"{r[0]}-{n}" for n, r in enumerate(REFUSED)]
)
def test_wrong_input_is_refused_beside_its_field_and_kept_on_the_page(
    patient_draft: Visitor, step: str, fields: dict[str, str], field: str
) -> None:
    before = patient_draft.particulars()
    page = patient_draft.fill(step, **fields)
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert "error-summary" in page.text
    assert patient_draft.particulars() == before
    for name, value in {**DETAILS[step], **fields}.items():
        if 0 < len(value) < 41 and value.isalnum() and step not in ("contact", "account"):
            assert value in page.text, name


def test_a_character_that_cannot_be_printed_is_named(draft: Visitor) -> None:
    draft.lang = "en"
    page = draft.fill("harm", harm="I got a message 😀 from them")
    assert "“😀” (U+1F600)" in errors_of(page)
    page = draft.fill("name", hangul="홍길동\u200b")
    assert "U+200B" in errors_of(page)


@pytest.mark.parametrize(
    ("step", "fields"),
    [
        ("phrase", {"phrase": "900101-1357924"}),
        ("name", {"hangul": "홍길동 900101-1357924"}),
        ("name", {"passport": "9001011357924"}),
        ("address", {"line2": "900101-1357924"}),
        ("address", {"postcode": "900101-1357924"}),
        ("contact", {"phone": "900101-1357924"}),
        ("account", {"email": "900101-1357924"}),
        ("harm", {"harm": "제 번호는 ９００１０１－１３５７９２４ 입니다"}),
        ("birth", {"birth-year": "900101-1357924"}),
    ],
)
def test_a_registration_number_is_refused_and_appears_nowhere(
    patient_draft: Visitor, step: str, fields: dict[str, str]
) -> None:
    before = patient_draft.particulars()
    page = patient_draft.fill(step, **fields)
    assert page.status_code == 422
    assert patient_draft.particulars() == before
    shown = unicodedata.normalize("NFKC", page.text)
    assert "1357924" not in shown.replace("-", "").replace(" ", "")
    assert b"1357924" not in stored_bytes(patient_draft.runtime).replace(
        "１３５７９２４".encode(), b"1357924"
    )


def test_what_stood_around_a_registration_number_is_not_lost(draft: Visitor) -> None:
    page = draft.fill("harm", harm="문자를 받고 900101-1234567 을 알려 주었습니다")
    assert "문자를 받고 ●●●●●●-●●●●●●● 을 알려 주었습니다" in page.text


def test_a_field_of_a_hundred_kilobytes_is_refused_at_once(draft: Visitor) -> None:
    for step, field in (
        ("name", "hangul"),
        ("harm", "harm"),
        ("contact", "phone"),
        ("account", "email"),
        ("phrase", "phrase"),
    ):
        draft.get(f"/claim/details/{step}")
        began = time.perf_counter()
        page = draft.fill(step, **{field: "9" * 100_000})
        assert page.status_code == 422
        assert time.perf_counter() - began < 2
        assert len(page.text) < 40_000


def test_html_is_shown_as_text(draft: Visitor) -> None:
    draft.fill("phrase", phrase="<b>\"'&{{7*7}}")
    page = draft.get("/claim/details/phrase")
    assert "&lt;b&gt;&#34;&#39;&amp;{{7*7}}" in page.text
    assert "<b>\"'" not in page.text


def test_fields_that_do_not_exist_are_not_taken(draft: Visitor) -> None:
    draft.fill("phrase", state="accepted", submitted_at="2026-01-01", kind="company", contacts="[]")
    claim = draft.claim()
    assert claim.submitted_at is None
    assert claim.kind == "self"
    assert draft.particulars().email == "hong@example.com"


def test_the_first_of_repeated_fields_counts(draft: Visitor) -> None:
    draft.send("phrase", {"phrase": ["하나 하나", "둘 둘"]})
    assert draft.particulars().phrase == "하나 하나"


def test_papers_for_the_united_states_need_the_name_of_the_passport(both: Visitor) -> None:
    assert both.fill("name", passport="").status_code == 422
    assert both.fill("name", hangul="", hanja="").status_code == 303


def test_a_foreigner_in_korea_needs_no_korean_name(draft: Visitor) -> None:
    assert draft.fill("name", hangul="", hanja="", passport="Nguyễn Văn Ánh").status_code == 303


ADDRESSES: list[tuple[dict[str, str], str]] = [
    (
        {
            "where": "US",
            "line1": "350 5th Ave",
            "line2": "Apt 12",
            "city": "New York",
            "region": "NY",
            "postcode": "10118",
        },
        "350 5th Ave, Apt 12, New York, NY 10118, US",
    ),
    (
        {"where": "US", "line1": "1 Main St", "city": "Seattle", "region": "WA", "postcode": "98101-1234"},
        "1 Main St, Seattle, WA 98101-1234, US",
    ),
    (
        {
            "where": "other",
            "country": "JP",
            "line1": "1-1 Chiyoda",
            "city": "Tokyo",
            "region": "",
            "postcode": "100-8111",
        },
        "1-1 Chiyoda, Tokyo, 100-8111, JP",
    ),
    (
        {"where": "KR", "postcode": "０４５２４", "line1": "123 Sejong-daero, Jung-gu, Seoul", "line2": ""},
        "(04524) 123 Sejong-daero, Jung-gu, Seoul",
    ),
]


@pytest.mark.parametrize(("fields", "shown"), ADDRESSES)
def test_addresses_of_any_country_are_taken(draft: Visitor, fields: dict[str, str], shown: str) -> None:
    assert draft.send("address", fields, f"?in={fields['where']}").status_code == 303
    held = draft.particulars().address
    assert held is not None
    assert held.shown() == shown
    assert draft.claim().residence == held.country


@pytest.mark.parametrize(
    "fields",
    [
        {"where": "US", "line1": "1 Main St", "city": "Seattle", "region": "XX", "postcode": "98101"},
        {"where": "US", "line1": "1 Main St", "city": "Seattle", "region": "WA", "postcode": "9810"},
        {"where": "other", "country": "KR", "line1": "1", "city": "Seoul"},
        {"where": "other", "country": "", "line1": "1", "city": "Tokyo"},
        {"where": "nowhere", "line1": "1 Main St"},
    ],
)
def test_addresses_that_cannot_be_are_refused(patient_draft: Visitor, fields: dict[str, str]) -> None:
    assert patient_draft.send("address", fields, f"?in={fields['where']}").status_code == 422


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("010-2345-6789", "+821023456789"),
        ("０１０２３４５６７８９", "+821023456789"),
        ("+82 10 2345 6789", "+821023456789"),
        ("02-735-7000", "+8227357000"),
        ("+1 212 736 5000", "+12127365000"),
        ("+44 20 7946 0018", "+442079460018"),
    ],
)
def test_phones_of_any_country_are_stored_in_one_form(draft: Visitor, typed: str, stored: str) -> None:
    assert draft.fill("contact", phone=typed).status_code == 303
    assert draft.particulars().phone == stored


def test_somebody_in_the_united_states_may_leave_the_code_of_the_country_out(draft: Visitor) -> None:
    fields, _shown = ADDRESSES[0]
    draft.send("address", fields, "?in=US")
    draft.fill("contact", phone="(212) 736-5000")
    assert draft.particulars().phone == "+12127365000"


def test_the_language_of_messages_is_chosen(draft: Visitor) -> None:
    draft.fill("contact", correspondence="en")
    assert draft.claim().language == "en"


def test_what_a_notice_named_is_chosen_from_the_matters_list(draft: Visitor) -> None:
    from portal.claims.exposed import exposed_choices, exposed_texts

    matter = draft.runtime.matters.current().matter
    codes = list(exposed_choices(matter))
    assert draft.fill("account", exposed=codes[1:3]).status_code == 303
    held = draft.particulars().account
    assert held is not None
    assert exposed_texts(matter, held.exposed) == matter.toml.exposed[1:3]
    draft.lang = "en"
    assert matter.toml.exposed[1].en in draft.get("/claim/review").text


def test_account_and_harm_do_not_overwrite_each_other(draft: Visitor) -> None:
    draft.fill("harm")
    draft.fill("account", email="shop@example.com")
    draft.fill("harm", harm="다른 일")
    held = draft.particulars().account
    assert held is not None
    assert (held.email, held.harm) == ("shop@example.com", "다른 일")


def test_steps_that_a_claim_does_not_have_are_not_there(draft: Visitor) -> None:
    assert draft.get("/claim/details/securities").status_code == 404
    assert draft.get("/claim/details/../../etc/passwd").status_code == 404
    assert draft.get("/claim/details/seen").status_code == 404


def test_only_known_methods_are_answered(draft: Visitor) -> None:
    assert draft.client.put("/ko/claim/details/name").status_code == 405
    assert draft.client.delete("/ko/claim").status_code == 405


def rows(*trades: tuple[str, str, str, str]) -> dict[str, Any]:
    """The fields of so many rows of trades."""
    names = ("on", "side", "quantity", "price")
    return {
        f"trades-{n}-{name}": value
        for n, trade in enumerate(trades)
        for name, value in zip(names, trade, strict=True)
    }


@pytest.fixture
def shareholder(visitor: Visitor) -> Visitor:
    """Somebody before a draft in the shareholders' action."""
    return visitor.begin(tracks=("us-securities",))


def test_trades_are_kept_by_date_without_rounding(shareholder: Visitor) -> None:
    sent = shareholder.send(
        "securities",
        {
            **rows(
                ("2025-12-01", "sell", "1,000.5", "$24.1"),
                ("2025. 9. 1.", "buy", "2000", "28.1625"),
                ("", "buy", "", ""),
            ),
            "trades-0-account": "brokerage",
            "lead_roles": "",
        },
    )
    assert sent.status_code == 303
    held = shareholder.particulars().securities
    assert held is not None
    assert [(str(t.on), t.side, str(t.quantity), str(t.price)) for t in held.trades] == [
        ("2025-09-01", "buy", "2000", "28.1625"),
        ("2025-12-01", "sell", "1000.5", "24.1"),
    ]


@pytest.mark.parametrize(
    "trade",
    [
        ("2025-02-30", "buy", "1", "1"),
        ("2027-01-01", "buy", "1", "1"),
        ("2025-09-01", "buy", "0", "1"),
        ("2025-09-01", "buy", "-5", "1"),
        ("2025-09-01", "buy", "1", ""),
        ("2025-09-01", "buy", "1e9", "1"),
        ("2025-09-01", "buy", "1.00001", "1"),
        ("2025-09-01", "buy", "NaN", "1"),
        ("2025-09-01", "gift", "1", "1"),
        ("2025-09-01", "sell", "1", "1"),  # no purchase at all
        ("", "buy", "", ""),
        ("9001011234567", "buy", "9001011234567", "1"),
    ],
)
def test_trades_that_cannot_be_are_refused(
    patient_shareholder: Visitor, trade: tuple[str, str, str, str]
) -> None:
    page = patient_shareholder.send("securities", rows(trade))
    assert page.status_code == 422
    assert "error-summary" in page.text
    assert "1234567" not in page.text
    assert patient_shareholder.particulars().securities is None


def test_rows_are_added_and_removed_without_scripts_and_without_saving(shareholder: Visitor) -> None:
    two = rows(("2025-09-01", "buy", "10", "28"), ("2025-10-01", "buy", "20", "29"))
    page = shareholder.send("securities", {**two, "add": "1"})
    assert page.status_code == 200
    assert 'name="trades-2-on"' in page.text
    assert 'value="2025-10-01"' in page.text
    page = shareholder.send("securities", {**two, "remove": "0"})
    assert 'value="2025-09-01"' not in page.text
    assert 'name="trades-0-on"' in page.text
    assert 'value="2025-10-01"' in page.text
    assert shareholder.particulars().securities is None
    for odd in ("99", "-1", "x", "１"):
        assert shareholder.send("securities", {**two, "remove": odd}).status_code == 200


def test_a_hundred_trades_are_enough(shareholder: Visitor) -> None:
    many = rows(*[("2025-09-01", "buy", "1", "28")] * 101)
    shareholder.client.application.config["MAX_FORM_PARTS"] = 1000
    sent = shareholder.send("securities", many)
    assert sent.status_code == 303
    held = shareholder.particulars().securities
    assert held is not None
    assert len(held.trades) == 100

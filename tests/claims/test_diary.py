"""The harm diary: how amounts are read, an entry from kind to files, and what becomes of it."""

from __future__ import annotations

import io
import unicodedata
from datetime import date
from decimal import Decimal
from zlib import crc32

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from portal.claims import diary
from portal.claims.diary import MOST_MONEY, Currency, NotAnAmount, read_money, totals, written
from portal.claims.particulars import Incident, Money
from portal.evidence import listing
from portal.packets import samples
from tests.visitor import Visitor, errors_of, stored_bytes

PATIENT = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PICTURE = samples.screenshot("문자", ("배송이 지연되었습니다.",))


# -- amounts


@pytest.mark.parametrize(
    ("typed", "currency", "amount"),
    [
        ("1,234,000원", "KRW", "1234000"),
        ("₩ 30000", "KRW", "30000"),
        ("￦5,000", "KRW", "5000"),
        ("\\5000", "KRW", "5000"),
        ("１２，０００", "KRW", "12000"),
        ("30만 원", "KRW", "300000"),
        ("3만5천원", "KRW", "35000"),
        ("1억2천만", "KRW", "120000000"),
        ("1,000만원", "KRW", "10000000"),
        ("KRW 12 500", "KRW", "12500"),
        ("$1,234.56", "USD", "1234.56"),
        ("US$ 20", "USD", "20"),
        ("12.5 USD", "USD", "12.5"),
        ("20달러", "USD", "20"),
    ],
)
def test_an_amount_is_read_as_people_write_it(typed: str, currency: Currency, amount: str) -> None:
    assert read_money(typed, currency) == Money(amount=Decimal(amount), currency=currency)


@pytest.mark.parametrize(
    ("typed", "currency", "why"),
    [
        ("", "KRW", "shape"),
        ("about ten", "KRW", "shape"),
        ("만원", "KRW", "shape"),
        ("-5", "KRW", "shape"),
        ("1e6", "KRW", "shape"),
        ("1.234,56", "USD", "shape"),
        ("12.345", "USD", "shape"),
        ("12,34", "KRW", "commas"),
        ("0", "KRW", "nothing"),
        ("0.00", "USD", "nothing"),
        ("1.5", "KRW", "decimals"),
        ("$5", "KRW", "currency"),
        ("5원", "USD", "currency"),
        ("9" * 15, "KRW", "large"),
        ("٣٠٠٠", "KRW", "shape"),
    ],
)
def test_what_is_no_amount_is_refused_for_its_reason(typed: str, currency: Currency, why: str) -> None:
    with pytest.raises(NotAnAmount) as refused:
        read_money(typed, currency)
    assert refused.value.why == why


@given(
    amount=st.decimals(Decimal("0.01"), MOST_MONEY - 2, places=2),
    currency=st.sampled_from(diary.CURRENCIES),
    around=st.sampled_from([("", ""), (" ", "  "), ("sign", ""), ("", "word")]),
)
def test_an_amount_that_a_field_shows_is_read_back(
    amount: Decimal, currency: Currency, around: tuple[str, str]
) -> None:
    signs = {"KRW": {"sign": "₩", "word": "원"}, "USD": {"sign": "$", "word": " USD"}}[currency]
    money = Money(amount=amount if currency == "USD" else amount.to_integral_value() + 1, currency=currency)
    before, after = (signs.get(one, one) for one in around)
    assert read_money(f"{before}{written(money)}{after}", currency) == money


@given(typed=st.text(max_size=80), currency=st.sampled_from(diary.CURRENCIES))
def test_any_text_is_an_amount_within_bounds_or_refused(typed: str, currency: Currency) -> None:
    try:
        money = read_money(typed, currency)
    except NotAnAmount:
        return
    assert money.currency == currency
    assert 0 < money.amount < MOST_MONEY
    assert currency == "USD" or money.amount == money.amount.to_integral_value()


def test_totals_are_kept_apart_by_currency() -> None:
    def entry(number: int, amount: str = "", currency: Currency = "KRW", minutes: int = 0) -> Incident:
        lost = Money(amount=Decimal(amount), currency=currency) if amount else None
        return Incident(id=f"i{number}", kind="money", on=date(2025, 12, 1), lost=lost, minutes=minutes)

    found = totals([entry(1, "30000"), entry(2, "12.50", "USD", 90), entry(3, "5000", minutes=15), entry(4)])
    assert found.incidents == 4
    assert [(one.currency, one.amount) for one in found.money] == [
        ("KRW", Decimal(35000)),
        ("USD", Decimal("12.50")),
    ]
    assert found.minutes == 105
    assert not totals([])


def test_an_id_is_never_given_twice() -> None:
    assert diary.next_id(["i1", "i3"], ["i7", "x", "i12345"]) == "i8"
    assert diary.next_id() == "i1"
    assert diary.next_id(["i999"]) is None


# -- pages


@pytest.fixture
def person(patient_site: Flask, request: pytest.FixtureRequest) -> Visitor:
    """Somebody with an empty diary, in an application that the tests of this module share."""
    mark = f"{crc32(request.node.name.encode()):x}"
    return Visitor(patient_site).begin(f"{mark}@example.com", tracks=("kr-consumer", "us-consumer"))


def add(person: Visitor, incident: str, kind: str, on: tuple[int, int, int], **what: str) -> None:
    """Write an entry down as the pages ask for it."""
    sent = when(person, incident, kind, on)
    assert sent.status_code == 303, sent.text
    place = sent.headers["Location"]
    person.get(place)
    sent = person.post(place, {"seen": person.hidden("seen"), **what})
    assert sent.status_code == 303, errors_of(sent)


def when(
    person: Visitor, incident: str, kind: str, on: tuple[int | str, int | str, int | str], **more: str
) -> TestResponse:
    """Send the day of a new entry."""
    place = f"/claim/diary/{incident}/when?kind={kind}&new=1"
    person.get(place)
    parts = dict(zip(("on-year", "on-month", "on-day"), map(str, on), strict=True))
    return person.post(place, {"seen": person.hidden("seen"), **parts, **more})


def test_an_entry_goes_from_kind_to_day_to_words_to_files(person: Visitor) -> None:
    assert "적지 않고 계속하기" in person.get("/claim/diary").text
    kinds = person.get("/claim/diary/add").text
    assert 'href="/ko/claim/diary/i1/when?kind=money&amp;new=1"' in kinds
    sent = when(person, "i1", "money", (2025, 12, 5))
    assert sent.headers["Location"] == "/ko/claim/diary/i1/what?new=1"
    page = person.get("/claim/diary/i1/what?new=1")
    assert 'name="minutes"' not in page.text, "this kind does not ask for time"
    sent = person.post(
        "/claim/diary/i1/what?new=1",
        {"seen": person.hidden("seen"), "text": "카드가 해외에서 결제되었습니다.", "money": "35만원",
         "currency": "KRW", "reported": "경찰 112"},
    )  # fmt: skip
    assert sent.headers["Location"] == "/ko/claim/diary/i1/files?new=1"
    page = person.get("/claim/diary/i1/files?new=1")
    assert "이체 내역, 카드 명세서, 영수증" in page.text, "what proves it"
    assert page.text.index('value="money-lost"') < page.text.index('value="company-notice"')
    sent = person.post(
        "/claim/diary/i1/files", {"kind": "money-lost", "files": (io.BytesIO(PICTURE), "내역.jpg")}
    )
    assert sent.headers["Location"] == "/ko/claim/diary/i1/files"
    assert "내역.jpg" in person.get("/claim/diary/i1/files").text
    held = person.particulars().diary
    assert held == (
        Incident(
            id="i1", kind="money", on=date(2025, 12, 5), text="카드가 해외에서 결제되었습니다.",
            lost=Money(amount=Decimal(350_000), currency="KRW"), reported="경찰 112",
        ),
    )  # fmt: skip
    with person.runtime.database.reading() as session:
        (piece,) = listing.list_for(session, person.runtime, person.claim().id)
    assert piece.details.incident == "i1"
    listed = person.get("/claim/diary").text
    assert "350,000원" in listed
    assert "파일 1개" in listed
    assert b"\xed\x95\xb4\xec\x99\xb8\xec\x97\x90\xec\x84\x9c" not in stored_bytes(person.runtime), "sealed"


def test_entries_stand_by_their_days_with_totals_by_currency(person: Visitor) -> None:
    add(person, "i1", "time", (2025, 12, 6), hours="3", minutes="３０", money="$12.50", currency="USD")
    add(person, "i2", "smishing", (2025, 12, 2), text="문자를 받았습니다.")
    add(person, "i3", "money", (2025, 12, 2), money="5,000", currency="KRW")
    assert [one.id for one in person.particulars().diary] == ["i2", "i3", "i1"]
    page = person.get("/en/claim/diary").text
    assert page.index("2 December 2025") < page.index("6 December 2025")
    for total in ("KRW 5,000", "USD 12.50", "3 hours 30 minutes"):
        assert total in page
    review = person.get("/claim/review").text
    assert "사칭 문자나 이메일" in review
    assert "3건 · 5,000원" in review
    assert "3건 · 5,000원" in person.get("/claim").text


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ((1900, 1, 1), "2000년부터 오늘까지"),
        ((2099, 1, 1), "오늘까지"),
        ((2026, 11, 25), "오늘까지"),  # tomorrow by the server's clock, whatever the phone's says
        ((2025, 2, 30), "없는 날짜"),
        (("", "", ""), "날짜를 적어 주십시오"),
        (("이천", 12, 1), "숫자"),
    ],
)
def test_a_day_that_cannot_be_is_refused_with_the_reason(
    patient_draft: Visitor, on: tuple[int | str, int | str, int | str], said: str
) -> None:
    page = when(patient_draft, "i1", "call", on)
    assert page.status_code == 422
    assert said in errors_of(page) or said in page.text
    assert patient_draft.particulars().diary == ()


def test_the_last_day_cannot_come_before_the_first(patient_draft: Visitor) -> None:
    last = {"until-year": "2025", "until-month": "12", "until-day": "1"}
    page = when(patient_draft, "i1", "smishing", (2025, 12, 2), **last)
    assert page.status_code == 422
    assert "앞설 수 없습니다" in page.text


def test_a_day_before_the_breach_is_taken_with_a_warning(person: Visitor) -> None:
    sent = when(person, "i1", "distress", (2025, 6, 23))
    assert sent.status_code == 303
    warning = "변호사가 확인합니다"
    assert warning in person.get("/claim/diary/i1/what?new=1").text
    assert warning in person.get("/claim/diary/i1").text
    assert warning in person.get("/claim/diary").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"money": "$5", "currency": "KRW"}, "통화"),
        ({"money": "12,34", "currency": "KRW"}, "세 자리"),
        ({"money": "5", "currency": "EUR"}, ""),
        ({"hours": "많이"}, "숫자"),
        ({"hours": "99999"}, "너무 긴 시간"),
        ({"minutes": "-1"}, "숫자"),
        ({"text": "문자 🙈"}, "U+1F648"),
        ({"text": "제 번호는 ９００１０１－１３５７９２４ 입니다"}, "주민등록번호"),
        ({"reported": "경찰 900101-1357924"}, "주민등록번호"),
        ({"text": "글" * 5_000}, "1000"),
        ({"money": "1" * 1_000_000, "currency": "KRW"}, "40"),
    ],
)
def test_what_cannot_be_taken_is_refused_beside_its_field(
    patient_frozen: Visitor, fields: dict[str, str], said: str
) -> None:
    before = patient_frozen.particulars()
    place = "/claim/diary/i1/what"
    patient_frozen.get(place)
    page = patient_frozen.post(place, {"seen": patient_frozen.hidden("seen"), "currency": "KRW", **fields})
    assert page.status_code == 422
    assert said in errors_of(page)
    assert "1357924" not in unicodedata.normalize("NFKC", page.text)
    assert len(page.text) < 60_000
    assert patient_frozen.particulars() == before


@pytest.fixture(scope="module")
def patient_frozen(patient_site: Flask) -> Visitor:
    """Somebody with an entry about an entrance code, of which everything is asked."""
    frozen = Visitor(patient_site).begin("frozen@example.com")
    when(frozen, "i1", "entrance", (2025, 12, 5))
    return frozen


@PATIENT
@given(text=st.text(max_size=300), money=st.text(max_size=50), reported=st.text(max_size=60))
def test_any_words_are_kept_as_one_form_of_unicode_or_refused(
    patient_writer: Visitor, text: str, money: str, reported: str
) -> None:
    place = "/claim/diary/i1/what"
    patient_writer.get(place)
    typed = {"text": text, "money": money, "reported": reported, "currency": "KRW"}
    sent = patient_writer.post(place, {"seen": patient_writer.hidden("seen"), **typed})
    assert sent.status_code in (303, 422)
    (held,) = patient_writer.particulars().diary
    for kept in (held.text, held.reported):
        assert unicodedata.is_normalized("NFC", kept)
        assert not [c for c in kept if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs")]
    assert patient_writer.get("/claim/diary").status_code == 200


@pytest.fixture(scope="module")
def patient_writer(patient_site: Flask) -> Visitor:
    """Somebody with an entry about money."""
    writer = Visitor(patient_site).begin("writer@example.com")
    when(writer, "i1", "money", (2025, 12, 5))
    return writer


def test_what_is_code_elsewhere_is_shown_as_it_was_typed(person: Visitor) -> None:
    add(person, "i1", "call", (2025, 12, 5), text="<script>alert(1)</script> {{7*7}} %(x)s =1+1 ' OR 1=1--")
    for page in ("/claim/diary", "/claim/diary/i1", "/claim/review", "/claim/diary/i1/remove"):
        assert "&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}} %(x)s =1+1" in person.get(page).text, page


def test_what_another_device_saved_is_shown_before_it_is_replaced(person: Visitor) -> None:
    add(person, "i1", "call", (2025, 12, 5), text="처음")
    person.get("/claim/diary/i1/what")
    seen = person.hidden("seen")
    other = Visitor(person.app, "ko")
    other.client.set_cookie("claim", person.client.get_cookie("claim").value)  # type: ignore[union-attr]
    other.get("/claim/diary/i1/what")
    other.post("/claim/diary/i1/what", {"seen": other.hidden("seen"), "text": "휴대전화에서 고침"})
    with person.client.session_transaction() as cookie:
        cookie.pop("saved", None)
    page = person.post("/claim/diary/i1/what", {"seen": seen, "text": "여기에서 고침"})
    assert page.status_code == 409
    assert "휴대전화에서 고침" in page.text
    assert "여기에서 고침" in page.text
    assert person.particulars().diary[0].text == "휴대전화에서 고침"
    person.post("/claim/diary/i1/what", {"seen": person.hidden("seen"), "text": "여기에서 고침"})
    assert person.particulars().diary[0].text == "여기에서 고침"


def test_two_devices_that_add_at_once_add_two_entries(person: Visitor) -> None:
    place = "/claim/diary/i1/when?kind=call&new=1"
    person.get(place)
    seen = person.hidden("seen")
    other = Visitor(person.app, "ko")
    other.client.set_cookie("claim", person.client.get_cookie("claim").value)  # type: ignore[union-attr]
    when(other, "i1", "smishing", (2025, 12, 1))
    day = {"on-year": "2025", "on-month": "12", "on-day": "2"}
    sent = person.post(place, {"seen": seen, **day})
    assert sent.headers["Location"] == "/ko/claim/diary/i2/what?new=1"
    assert [(one.id, one.kind) for one in person.particulars().diary] == [("i1", "smishing"), ("i2", "call")]
    again = person.post(place.replace("i1", "i2"), {"seen": seen, **day})
    assert again.headers["Location"] == "/ko/claim/diary/i2/what?new=1", "back, and pressed once more"
    assert len(person.particulars().diary) == 2


def test_a_removed_entry_leaves_its_files_to_the_claim_and_its_id_to_nobody(person: Visitor) -> None:
    add(person, "i1", "money", (2025, 12, 5), money="5,000", currency="KRW")
    person.post("/claim/diary/i1/files", {"kind": "money-lost", "files": (io.BytesIO(PICTURE), "a.jpg")})
    assert "파일 1개는 신청서에 그대로" in person.get("/claim/diary/i1/remove").text
    assert person.post("/claim/diary/i1/remove").headers["Location"] == "/ko/claim/diary"
    assert person.particulars().diary == ()
    with person.runtime.database.reading() as session:
        (piece,) = listing.list_for(session, person.runtime, person.claim().id)
    assert piece.details.incident == ""
    add(person, "i1", "call", (2025, 12, 6))
    belongs = f"/claim/diary/i1/files/{piece.id}"
    assert "이미 올린 파일 쓰기" in person.get("/claim/diary/i1/files").text
    person.post(belongs, {"belongs": "yes"})
    assert "a.jpg" in person.get("/claim/diary/i1").text
    person.post(belongs, {"belongs": "no"})
    assert "a.jpg" not in person.get("/claim/diary/i1").text


def test_a_kind_can_be_another_one_without_losing_what_was_written(person: Visitor) -> None:
    add(person, "i1", "money", (2025, 12, 5), money="5,000", currency="KRW", text="처음에는 돈")
    assert "when?kind=smishing" in person.get("/claim/diary/add?of=i1").text
    place = "/claim/diary/i1/when?kind=smishing"
    person.get(place)
    sent = person.post(
        place, {"seen": person.hidden("seen"), "on-year": "2025", "on-month": "12", "on-day": "5"}
    )
    assert sent.headers["Location"] == "/ko/claim/diary/i1"
    (held,) = person.particulars().diary
    assert (held.kind, held.text) == ("smishing", "처음에는 돈")
    assert held.lost == Money(amount=Decimal(5000), currency="KRW")
    assert 'value="5,000"' in person.get("/claim/diary/i1/what").text


def test_a_file_sent_again_for_an_entry_belongs_to_it_unless_it_belongs_to_another(person: Visitor) -> None:
    def send(path: str, **fields: str) -> str:
        person.get(path)
        sent = person.post(
            path, {"files": (io.BytesIO(PICTURE), "문자.png"), "kind": "company-notice", **fields}
        )
        return "" if sent.status_code == 303 else sent.text

    def incident() -> str:
        with person.runtime.database.reading() as session:
            (piece,) = listing.list_for(session, person.runtime, person.claim().id)
            return piece.details.incident

    assert not send("/claim/evidence")
    assert incident() == ""
    for number in ("i1", "i2"):
        add(person, number, "call", (2025, 12, 5))
    assert not send("/claim/diary/i1/files")
    assert incident() == "i1"
    assert "이미 목록에 있습니다" in send("/claim/diary/i2/files")
    assert incident() == "i1", "it stays where it was put"


@pytest.mark.parametrize(
    "place",
    ["/claim/diary/i9", "/claim/diary/i9/what", "/claim/diary/i9/when", "/claim/diary/i9/files",
     "/claim/diary/x/when?kind=nothing", "/claim/diary/i9/remove"],
)  # fmt: skip
def test_an_entry_that_is_not_there_is_not_found(patient_draft: Visitor, place: str) -> None:
    assert patient_draft.get(place).status_code == 404


def test_an_id_of_ones_own_choice_is_not_taken(person: Visitor) -> None:
    sent = when(person, "i998", "call", (2025, 12, 5))
    assert sent.headers["Location"] == "/ko/claim/diary/i1/what?new=1"


def test_a_shareholder_alone_is_asked_for_words_instead(patient_shareholder: Visitor) -> None:
    assert patient_shareholder.get("/claim/diary").status_code == 404
    assert "/claim/details/harm" in patient_shareholder.get("/claim").text


def test_after_signing_an_entry_is_signed_for_again(person: Visitor) -> None:
    person.fill_all().read_and_sign("홍길동")
    assert not person.claim().draft
    add(person, "i1", "money", (2025, 12, 5), money="5,000", currency="KRW")
    assert person.particulars().diary == (), "what was signed stays as it was signed"
    page = person.get("/claim/diary").text
    assert "5,000원" in page
    assert 'href="/ko/claim/review"' in page
    review = person.get("/claim/review").text
    assert "다시 서명" in review
    person.read_and_sign("홍길동")
    assert [one.id for one in person.particulars().diary] == ["i1"]

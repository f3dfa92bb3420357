"""The phone hand-off: a desktop and a phone, and everybody else who might hold the address."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from portal import jobs
from portal.claims.act import SigningAct, read_acts
from portal.claims.models import Claim
from portal.jobs import registry
from portal.matters.folder import read_folder
from portal.matters.service import publish
from portal.packets import handoff
from portal.packets.models import Handoff
from tests.conftest import ROOT, Clock
from tests.packets.readers import an_open_claim, read_everything
from tests.visitor import Visitor, on_the_tests_clock, stored_bytes
from tests.web.conftest import log_of_now

PHONE = "Mozilla/5.0 (Linux; Android 14; SM-S921N) AppleWebKit/537.36 SamsungBrowser/25.0 Chrome/121 Mobile Safari"
STROKES = json.dumps(
    {"version": 1, "width": 1000, "height": 400, "strokes": [[[100, 200, 0], [400, 100, 40], [700, 240, 90]]]}
)


@pytest.fixture
def desktop(app: Flask, clock: Clock) -> Visitor:
    """A claimant at a desktop who has read everything."""
    return read_everything(an_open_claim(on_the_tests_clock(app, clock)))


def ask(desktop: Visitor) -> str:
    """Have a code shown on the desktop, and read the address from it as a camera would."""
    sent = desktop.post("/claim/sign/phone/kr")
    assert sent.status_code == 303, sent.text
    desktop.get(sent.headers["Location"])
    with desktop.client.session_transaction() as cookie:
        token = cookie["phone"]["kr"][1]
    return f"/ko/hand/{token}"


def a_phone(desktop: Visitor) -> Visitor:
    """Another browser, on a phone, that is signed in nowhere."""
    phone = Visitor(desktop.app)
    phone.client.environ_base["HTTP_USER_AGENT"] = PHONE
    return phone


def opened(desktop: Visitor, address: str) -> Visitor:
    """A phone that looked at the address and went on."""
    phone = a_phone(desktop)
    assert phone.get(address).status_code == 200
    assert phone.post(f"{address}/open").status_code == 303
    return phone


def send(phone: Visitor, address: str, strokes: str = STROKES) -> TestResponse:
    return phone.post(address, {"strokes": strokes})


def hand_in(desktop: Visitor) -> TestResponse:
    desktop.get("/claim/sign")
    return desktop.post("/claim/sign", {"place": "KR", "kr-means": "phone"})


def rows(visitor: Visitor) -> list[Handoff]:
    with visitor.runtime.database.reading() as session:
        return list(session.scalars(sa.select(Handoff).order_by(Handoff.created_at, Handoff.id)))


def acts(visitor: Visitor) -> tuple[SigningAct, ...]:
    with visitor.runtime.database.reading() as session:
        claim = session.get_one(Claim, visitor.claim().id)
        return read_acts(session, visitor.runtime.vault, claim.engagements[0])


def refused(answer: TestResponse, status: int, title: str) -> None:
    """A plain page with the status and the reason."""
    assert (answer.status_code, title in answer.text) == (status, True), answer.text
    assert "<canvas" not in answer.text


def test_a_phone_draws_what_the_desktop_hands_in(desktop: Visitor, clock: Clock) -> None:
    address = ask(desktop)
    assert "휴대전화를 기다리고 있습니다" in desktop.get("/claim/sign").text
    phone = opened(desktop, address)
    assert "<canvas" in phone.get(address).text
    assert "주소를 열었습니다" in desktop.get("/claim/sign/phone/kr").text
    sent = send(phone, address)
    assert sent.status_code == 303
    assert "컴퓨터로 보냈습니다" in phone.get(sent.headers["Location"]).text
    assert acts(desktop) == ()
    page = desktop.get("/claim/sign").text
    assert 'd="M100.0 200.0L400.0 100.0L700.0 240.0"' in page
    assert re.search(r'value="phone" checked', page)
    clock.advance(minutes=15)
    assert hand_in(desktop).status_code == 303
    (act,) = acts(desktop)
    assert (act.means, act.handed_off) == ("drawn", "Android, Samsung Internet")
    assert [point[:2] for point in act.strokes[0]] == [(100, 200), (400, 100), (700, 240)]
    (row,) = rows(desktop)
    assert row.used_at == clock.now
    assert row.strokes is None


def test_the_phone_sees_the_number_and_the_titles_and_nothing_personal(desktop: Visitor) -> None:
    address, claim = ask(desktop), desktop.claim()
    phone = a_phone(desktop)
    shown = phone.get(address).text + opened(desktop, address).get(address).text
    assert claim.number in shown
    assert "소송위임장" in shown
    assert desktop.runtime.settings.site_address in shown
    for secret in (
        "홍길동",
        "洪吉童",
        "GILDONG",
        "hong@example.com",
        "1987",
        "세종대로",
        "2345-6789",
        "파란 연",
    ):
        assert secret not in shown


def test_looking_at_the_address_binds_it_to_nobody(desktop: Visitor) -> None:
    address = ask(desktop)
    a_phone(desktop).get(address)  # an app that looks before it shows
    phone = opened(desktop, address)
    assert send(phone, address).status_code == 303


def test_a_wrong_address_is_refused(desktop: Visitor) -> None:
    ask(desktop)
    for token in ("x", "A" * 22, "A" * 2000, "%F0%9F%98%80"):
        phone = a_phone(desktop)
        refused(phone.get(f"/ko/hand/{token}"), 404, "없는 주소입니다")
        refused(phone.post(f"/ko/hand/{token}/open"), 404, "없는 주소입니다")
        refused(send(phone, f"/ko/hand/{token}"), 404, "없는 주소입니다")


def test_an_address_ends_after_ten_minutes(desktop: Visitor, clock: Clock) -> None:
    address = ask(desktop)
    phone = opened(desktop, address)
    clock.advance(minutes=9, seconds=59)
    assert phone.get(address).status_code == 200
    clock.advance(seconds=1)
    refused(phone.get(address), 410, "더 이상 쓸 수 없는 주소입니다")
    refused(send(phone, address), 410, "더 이상 쓸 수 없는 주소입니다")
    assert "코드 보기" in desktop.get("/claim/sign/phone/kr").text
    assert "서명을 보내지 않았습니다" in hand_in(desktop).text


def test_an_address_works_once(desktop: Visitor) -> None:
    address = ask(desktop)
    phone = opened(desktop, address)
    assert send(phone, address).status_code == 303
    refused(send(phone, address), 410, "이미 사용한 주소입니다")
    refused(a_phone(desktop).get(address), 410, "이미 사용한 주소입니다")
    assert hand_in(desktop).status_code == 303
    refused(a_phone(desktop).get(address), 410, "이미 사용한 주소입니다")


def test_an_address_works_on_the_first_phone_only(desktop: Visitor) -> None:
    address = ask(desktop)
    opened(desktop, address)
    other = a_phone(desktop)
    refused(other.get(address), 409, "다른 기기에서 연 주소입니다")
    refused(other.post(f"{address}/open"), 409, "다른 기기에서 연 주소입니다")
    refused(send(other, address), 409, "다른 기기에서 연 주소입니다")


def test_nothing_is_drawn_before_the_address_was_opened(desktop: Visitor) -> None:
    address = ask(desktop)
    assert send(a_phone(desktop), address).status_code == 303
    assert [row.drawn_at for row in rows(desktop)] == [None]


def test_a_newer_code_ends_the_one_before(desktop: Visitor) -> None:
    first = ask(desktop)
    phone = opened(desktop, first)
    second = ask(desktop)
    refused(send(phone, first), 410, "더 이상 쓸 수 없는 주소입니다")
    assert send(opened(desktop, second), second).status_code == 303


def test_what_was_drawn_is_void_once_the_claim_changed(desktop: Visitor) -> None:
    address = ask(desktop)
    phone = opened(desktop, address)
    desktop.fill("address", line2="202동 404호")
    refused(phone.get(address), 410, "서명할 내용이 바뀌었습니다")
    refused(send(phone, address), 410, "서명할 내용이 바뀌었습니다")
    read_everything(desktop)
    address = ask(desktop)
    assert send(opened(desktop, address), address).status_code == 303
    desktop.fill("address", line2="303동 505호")
    read_everything(desktop)
    assert "서명을 보내지 않았습니다" in hand_in(desktop).text
    assert acts(desktop) == ()


def test_what_was_drawn_is_void_once_a_text_was_published_anew(desktop: Visitor, clock: Clock) -> None:
    address = ask(desktop)
    phone = opened(desktop, address)
    publish_anew(desktop, clock)
    refused(phone.get(address), 410, "서명할 내용이 바뀌었습니다")
    refused(send(phone, address), 410, "서명할 내용이 바뀌었습니다")


def publish_anew(visitor: Visitor, clock: Clock) -> None:
    """A letter more in both languages of the Korean power of attorney."""
    files = dict(read_folder(ROOT / "matters" / "coupang-2025"))
    for lang, (old, new) in {
        "ko": ("확인합니다", "확인하였습니다"),
        "en": ("The principal reads", "The principal has read"),
    }.items():
        name = f"documents/kr-power.{lang}.md"
        files[name] = files[name].replace(old.encode(), new.encode())
    with visitor.runtime.database.transaction() as session:
        publish(session, files, now=clock.now, published_by="test")
    visitor.runtime.matters.refresh()


def test_a_scrawl_and_nothing_are_refused_on_the_phone(desktop: Visitor) -> None:
    address = ask(desktop)
    phone = opened(desktop, address)
    dot = json.dumps({"version": 1, "width": 1000, "height": 400, "strokes": [[[9, 9, 0], [12, 9, 4]]]})
    for strokes, sentence in (("", "먼저 서명"), (dot, "너무 작습니다"), ("{", "읽지 못했습니다")):
        answer = send(phone, address, strokes)
        assert (answer.status_code, sentence in answer.text) == (422, True), sentence
    assert [row.drawn_at for row in rows(desktop)] == [None]


def test_another_claimants_desktop_sees_nothing_of_it(desktop: Visitor, app: Flask) -> None:
    address = ask(desktop)
    send(opened(desktop, address), address)
    other = Visitor(desktop.app).begin(email="other@example.com").fill_all()
    read_everything(other)
    assert '<path d="M100.0' not in other.get("/claim/sign").text
    assert "서명을 보내지 않았습니다" in hand_in(other).text


def test_a_phone_without_the_desktops_session_sees_no_claim(desktop: Visitor) -> None:
    phone = opened(desktop, ask(desktop))
    for path in ("/claim", "/claim/sign", "/claim/sign/phone/kr", "/claim/read"):
        assert phone.get(path).status_code == 303


def test_another_browser_of_the_claimant_follows_but_shows_no_code(desktop: Visitor) -> None:
    address = ask(desktop)
    second = Visitor(desktop.app)  # with no answers of its own, the code leads straight to the one claim
    assert second.enter(second.ask_code("hong@example.com")).headers["Location"] == "/ko/claim"
    page = second.get("/claim/sign")
    assert (page.status_code, 'class="qr"' in page.text) == (200, False)
    opened(desktop, address)
    assert "주소를 열었습니다" in second.get("/claim/sign/phone/kr").text


def test_the_token_is_kept_nowhere_and_never_logged(
    desktop: Visitor, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    log = log_of_now()
    address = ask(desktop)
    token = address.rsplit("/", 1)[1]
    assert len(token) == 22  # 16 bytes in base64: 128 bits
    phone = opened(desktop, address)
    send(phone, address)
    site = desktop.app
    view = site.view_functions["handoff.phone"]

    def failing(token: str) -> str:
        raise ValueError(f"{token} in the message and in the variables")

    failing.portal_admission = view.portal_admission  # type: ignore[attr-defined]
    site.view_functions["handoff.phone"] = failing
    assert phone.get(address).status_code == 500
    phone.post(address, {"csrf_token": "wrong"})
    site.testing = False
    said = capfd.readouterr()
    assert "unforeseen" in log.getvalue()
    assert token not in log.getvalue() + caplog.text + said.out + said.err
    assert token.encode() not in stored_bytes(desktop.runtime)


def test_no_page_of_it_tells_another_site_its_address(desktop: Visitor) -> None:
    address = ask(desktop)
    phone = a_phone(desktop)
    for answer in (
        phone.get(address),
        phone.post(f"{address}/open"),
        send(phone, address),
        phone.get("/ko/hand/x"),
    ):
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        links = [unescape(one) for one in re.findall(r'(?:href|src|action)="([^"]+)"', answer.text)]
        assert not [one for one in links if re.match(r"(?:https?:)?//", one)]


def test_rows_are_deleted_a_day_after_they_ended(desktop: Visitor, clock: Clock) -> None:
    ask(desktop)
    ask(desktop)
    jobs.load_all()
    for advance, left in (
        (timedelta(hours=23), 2),
        (timedelta(hours=1, minutes=9), 1),
        (timedelta(minutes=2), 0),
    ):
        clock.now += advance
        registry.find("packets.handoffs")(desktop.runtime, {})
        assert len(rows(desktop)) == left


def test_an_address_is_bound_to_what_is_to_be_signed() -> None:
    assert handoff.shown_in([], "kr") == ""

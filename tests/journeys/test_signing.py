"""Signing in browsers: by hand on a turned phone, by name in Hanja, on a phone for a desktop, and without scripts."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from portal.claims.act import Strokes
from portal.packets.forms import read_strokes
from tests.browser.fixtures import OpenPage
from tests.browser.look import SCREENS, axe, screenshot, see
from tests.browser.server import LiveServer
from tests.journeys import signing
from tests.journeys.people import HALVORSEN, NOH, Person
from tests.journeys.walk import Walk

Reader = Callable[..., Walk]
NUMBERS = count(1)


@pytest.fixture
def reader(live_server: LiveServer, open_page: OpenPage) -> Reader:
    """``reader(NOH, phone=True)``: somebody who has read everything and stands before the page of signing."""

    def come(person: Person, *, phone: bool = False, scripts: bool = True) -> Walk:
        page = open_page(person.lang, phone=phone, scripts=scripts)
        own = replace(person, email=f"{next(NUMBERS)}.{person.email}")  # a claim of each test's own
        walk = Walk(page, live_server, own, scripts=scripts)
        walk.begin()
        walk.press()
        walk.arrive("/claim/review")
        walk.press()
        walk.read_all()
        walk.fill({"place": person.place})
        return walk

    return come


def strokes_of(page: Page, field: str) -> Strokes:
    return read_strokes(page.locator(f'[id="{field}"]').input_value())


def on_screen(page: Page, name: str) -> None:
    """A picture of what the screen shows: a dialog has no whole page."""
    page.screenshot(path=SCREENS / f"{name}.png", animations="disabled")


def test_by_hand_on_a_phone_that_is_turned_while_signing(reader: Reader) -> None:
    walk = reader(NOH, phone=True)
    page = walk.page
    see(page, "sign-01-page-ko-phone")
    expect(signing.card(page, "kr").locator(".way-phone")).to_be_hidden()
    drawing = page.locator('[data-drawing="kr-strokes"]')
    drawing.locator("[data-open]").click()
    pad = drawing.locator("dialog canvas")
    signing.touch(page, pad)
    axe(page)
    on_screen(page, "sign-02-pad-upright")
    one = strokes_of(page, "kr-strokes")
    page.set_viewport_size({"width": 780, "height": 360})
    expect(drawing.locator("dialog .pad-turn")).to_be_hidden()
    page.wait_for_timeout(200)
    assert strokes_of(page, "kr-strokes") == one
    signing.touch(page, pad, signing.UNDER)
    signing.touch(page, pad, signing.SLIP)
    on_screen(page, "sign-03-pad-on-its-side")
    axe(page)
    drawing.locator("dialog [data-undo]").click()
    two = strokes_of(page, "kr-strokes")
    assert two[:1] == one
    assert len(two) == 2
    assert one[0][-1][2] < two[1][0][2] < 60_000  # times go on from the first touch
    page.set_viewport_size({"width": 360, "height": 780})
    drawing.locator("[data-done]").click()
    expect(drawing.locator("[data-open]")).to_be_focused()
    assert strokes_of(page, "kr-strokes") == two
    signing.type_name(page, "us", NOH.signature)
    see(page, "sign-04-drawn-and-typed-ko-phone")
    walk.press()
    walk.arrive("/claim")


@pytest.mark.skipif(not os.environ.get("PORTAL_TEST_SCREENS"), reason="pictures are made by make samples")
def test_a_picture_of_each_means_is_made_for_the_samples(reader: Reader, open_page: OpenPage) -> None:
    own, desk, phone = reader(NOH, phone=True).page, reader(NOH).page, open_page("ko", phone=True)
    SCREENS.mkdir(parents=True, exist_ok=True)
    made = signing.screens(own, desk, phone, "kr", NOH.signature, SCREENS)
    assert [path.name for path in made] == [
        "sign-1-drawn-pad.png",
        "sign-2-drawn.png",
        "sign-3-typed.png",
        "sign-4-paper.png",
        "sign-5-phone-code.png",
        "sign-6-phone-address.png",
        "sign-7-phone-drawn.png",
        "sign-8-phone-sent.png",
        "sign-9-phone-received.png",
    ]
    assert all(path.stat().st_size > 5_000 for path in made)


def test_by_name_in_hanja_as_it_will_be_printed(reader: Reader) -> None:
    walk = reader(NOH, phone=True)
    page = walk.page
    walk.go("/claim/details/name")
    walk.fill({"hanja": "盧曇燁"})
    walk.press()
    walk.go("/claim/read")
    walk.read_all()
    walk.fill({"place": NOH.place})
    for jurisdiction in ("kr", "us"):
        signing.type_name(page, jurisdiction, "盧曇燁")
    own = signing.card(page, "kr")
    shown = own.locator(".printed:visible")
    expect(shown).to_have_count(1)
    expect(shown.get_by_role("img")).to_have_attribute("aria-label", "盧曇燁")
    expect(shown).to_contain_text("Noto Serif KR")
    see(page, "sign-05-typed-hanja-ko-phone")
    own.locator('[name="kr-typed_name"]').fill("노담비")
    expect(shown.get_by_role("img")).to_have_attribute("aria-label", "노담비")
    own.locator('[name="kr-typed_name"]').fill("아무개")
    expect(shown).to_have_count(0)
    walk.press()
    expect(page.locator(".error-summary")).to_be_visible()
    see(page, "sign-06-another-name-ko-phone")
    signing.type_name(page, "kr", "盧曇燁")
    walk.press()
    walk.arrive("/claim")


def test_on_a_phone_for_a_desktop(reader: Reader, open_page: OpenPage, live_server: LiveServer) -> None:
    walk = reader(HALVORSEN)
    page, phone = walk.page, open_page("en", phone=True)
    see(page, "sign-07-page-en-desk")
    signing.draw(page, "kr")
    address = signing.ask_for_phone(page, "us")
    assert re.fullmatch(rf"{re.escape(live_server.url)}/en/hand/[\w-]{{22}}", address)
    see(page, "sign-08-code-en-desk")
    phone.goto(address)
    see(phone, "sign-09-address-en-phone")
    assert not any(word in phone.locator("main").inner_text() for word in HALVORSEN.planted)
    signing.open_on_phone(phone, address)
    see(phone, "sign-10-opened-en-phone")
    own = signing.card(page, "us")
    expect(own).to_contain_text("Your phone has opened the address.", timeout=15_000)
    expect(page.locator('[data-said-of="phone-us"]')).to_contain_text("Your phone has opened")
    signing.draw_on(phone, "strokes")
    see(phone, "sign-11-drawn-en-phone")
    with phone.expect_navigation():
        phone.locator("main .button.seal.block").click()
    expect(phone.locator("h1")).to_have_text("Sent to your computer")
    see(phone, "sign-12-sent-en-phone")
    expect(own.locator(".hand-off .drawn")).to_be_visible(timeout=15_000)
    see(page, "sign-13-received-en-desk")
    other = open_page("en", phone=True)
    answer = other.goto(address)
    assert answer
    assert answer.status == 410
    see(other, "sign-14-used-en-phone")
    assert page.locator('[name="place"]:checked').count() == 1  # nothing that was filled in is lost
    walk.press()
    walk.arrive("/claim")
    token = address.rsplit("/", 1)[1].encode()
    assert token not in live_server.log.read_bytes()
    kept = (path for path in live_server.settings.data_dir.rglob("*") if path.is_file())
    assert not [path for path in kept if token in path.read_bytes()]


def test_on_a_phone_for_a_desktop_without_scripts(
    reader: Reader, open_page: OpenPage, live_server: LiveServer
) -> None:
    walk = reader(NOH, scripts=False)
    page, phone = walk.page, open_page("ko", phone=True)
    screenshot(page, "sign-15-page-ko-without-scripts")
    signing.type_name(page, "us", NOH.signature)
    signing.choose(page, "kr", "phone")
    with page.expect_navigation():
        signing.card(page, "kr").locator(".hand-off button").click()
    address = signing.read_code(page.locator(".qr"))
    screenshot(page, "sign-16-code-ko-without-scripts")
    signing.draw_on_phone(phone, address)
    with page.expect_navigation():
        page.get_by_role("link", name="다시 확인").click()
    expect(page.locator(".drawn")).to_be_visible()
    walk.press()
    walk.arrive("/claim/sign")
    walk.fill({"place": NOH.place})
    expect(page.locator('[name="kr-means"][value="phone"]')).to_be_checked()
    signing.type_name(page, "us", NOH.signature)
    walk.press()
    walk.arrive("/claim")


def test_what_changed_in_a_text_is_shown_to_who_read_it(
    reader: Reader, live_server: LiveServer, tmp_path: Path
) -> None:
    walk = reader(NOH, phone=True)
    publish_anew(live_server, tmp_path)
    page = walk.page
    agreed = 0  # each web process looks for newer versions every 30 seconds
    for _look in range(200):
        walk.go("/claim/read")
        agreed = agreed + 1 if page.get_by_text("읽은 뒤 바뀜").count() else 0
        if agreed == 10:
            break
        page.wait_for_timeout(250)
    see(page, "sign-17-changed-list-ko-phone")
    page.locator("main a.button.block").click()
    walk.arrive("/claim/read/kr-power")
    told = page.locator("section", has=page.get_by_role("heading", name="바뀐 내용"))
    expect(told.locator("ins").nth(1)).to_be_visible()
    see(page, "sign-18-changed-text-ko-phone")
    page.reload()
    expect(told).to_be_visible()  # until it is read
    walk.press()
    walk.arrive("/claim/sign")


def publish_anew(server: LiveServer, folder: Path) -> None:
    """The matter with other words in one clause of the Korean power of attorney, as an operator publishes it."""
    copy = folder / "coupang-2025"
    shutil.copytree(server.settings.matters_dir / "coupang-2025", copy)
    for lang, added in (
        ("ko", "위임인은 이를 언제든지 철회할 수 있습니다."),
        ("en", "The principal may withdraw it at any time."),
    ):
        file = copy / "documents" / f"kr-power.{lang}.md"
        text = file.read_text()
        heading = re.search(r"^## .*$", text, re.M)
        assert heading
        file.write_text(f"{text[: heading.end()]}\n\n{added}{text[heading.end() :]}")
    done = subprocess.run(
        [sys.executable, "-m", "portal", "matter", "publish", "--by", "test", str(copy)],
        env={**os.environ, "PORTAL_DATA_DIR": str(server.settings.data_dir), "PORTAL_ENV": "demo"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr

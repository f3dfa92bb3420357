"""The public pages in Chromium: on a small phone and a desk, in both languages, with and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fixtures import OpenPage
from tests.browser.look import axe, back, fits, screenshot, see
from tests.browser.server import LiveServer
from tests.eligibility.visitor import ORDINARY

FIRST_VIEW_BYTES = 350_000
SMALLEST_TARGET = 48  # CSS pixels


def answer(page: Page, server: LiveServer, lang: str, **answers: str) -> None:
    """Answer on the pages themselves, one after the other, as they come."""
    page.goto(f"{server.url}/{lang}/check")
    for value in answers.values():
        page.locator(f'input[name=answer][value="{value}"]').check()
        page.locator("main form button.action").click()


@pytest.mark.parametrize(("lang", "phone"), [("ko", True), ("en", False), ("en", True), ("ko", False)])
def test_a_visitor_sees_every_public_page(
    open_page: OpenPage, live_server: LiveServer, lang: str, phone: bool
) -> None:
    page = open_page(lang, phone=phone)
    size = "phone" if phone else "desk"
    page.goto(f"{live_server.url}/{lang}/")
    see(page, f"matter-{lang}-{size}")
    page.locator("main a.button.action").click()
    see(page, f"question-{lang}-{size}")
    page.locator("main form button.action").click()
    expect(page.locator(".error-summary")).to_be_focused()
    see(page, f"question-error-{lang}-{size}")
    answer(page, live_server, lang, **{**ORDINARY, "release": "voucher"})
    assert page.url.endswith(f"/{lang}/check/result")
    see(page, f"result-{lang}-{size}")
    page.goto(f"{live_server.url}/{lang}/nothing-here")
    see(page, f"not-found-{lang}-{size}")


def test_opened_details_are_accessible_too(open_page: OpenPage, live_server: LiveServer) -> None:
    page = open_page("ko", phone=True)
    page.goto(f"{live_server.url}/ko/")
    for summary in page.locator("summary").all():
        summary.click()
    axe(page)
    fits(page)


def test_the_first_view_is_light(open_page: OpenPage, live_server: LiveServer) -> None:
    for lang in ("ko", "en"):
        page = open_page(lang, phone=True)
        sizes: dict[str, int] = {}
        page.on("response", lambda answer, sizes=sizes: sizes.update({answer.url: len(answer.body())}))
        page.goto(f"{live_server.url}/{lang}/", wait_until="networkidle")
        assert page.evaluate("document.fonts.check('16px Pretendard')")
        assert sum(sizes.values()) < FIRST_VIEW_BYTES, sizes


def test_everything_to_press_is_large_enough_for_a_thumb(
    open_page: OpenPage, live_server: LiveServer
) -> None:
    page = open_page("ko", phone=True)
    for path in ("/ko/", "/ko/check"):
        page.goto(live_server.url + path)
        boxes = page.locator("button, a.button, .choice, summary, .brand, .languages a, .back a").all()
        heights = {box.inner_text(): box.bounding_box() for box in boxes}
        small = {text: box for text, box in heights.items() if box and round(box["height"]) < SMALLEST_TARGET}
        assert len(heights) > 3
        assert small == {}


def test_the_whole_check_works_without_scripts(open_page: OpenPage, live_server: LiveServer) -> None:
    page = open_page("en", phone=True, scripts=False)
    answer(page, live_server, "en", **ORDINARY)
    expect(page.locator("h1")).to_have_text("You can take part in 2 actions")
    expect(page.get_by_role("button", name="Continue with the chosen actions")).to_be_visible()
    page.locator("main form button.action").click()
    assert "/en/claim/start" in page.url


def test_the_button_counts_the_chosen_actions(open_page: OpenPage, live_server: LiveServer) -> None:
    page = open_page("en")
    answer(page, live_server, "en", **ORDINARY)
    button = page.locator("main form[data-choose] button.action")
    expect(button).to_have_text("Continue with 2 actions")
    page.locator('input[value="us-consumer"]').uncheck()
    expect(button).to_have_text("Continue with 1 action")
    page.locator('input[value="kr-consumer"]').uncheck()
    expect(button).to_have_text("Choose an action to go on")
    button.click()
    expect(page.locator(".error-summary a")).to_have_attribute("href", "#tracks-0")


def test_the_back_button_and_a_reload_do_no_harm(open_page: OpenPage, live_server: LiveServer) -> None:
    page = open_page("en")
    answer(page, live_server, "en", **ORDINARY)
    for _ in range(3):
        back(page)
    expect(page.locator("h1")).to_have_count(1)
    page.reload()
    page.goto(f"{live_server.url}/en/check")
    expect(page.locator("h1")).to_have_text("You can take part in 2 actions")


def test_the_keyboard_alone_gets_through_a_question(open_page: OpenPage, live_server: LiveServer) -> None:
    page = open_page("en")
    page.goto(f"{live_server.url}/en/check")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/en/check/residence(#main)?$"))


@pytest.mark.parametrize("scheme", ["dark", "forced", "print"])
def test_the_readers_own_colours_are_respected(
    open_page: OpenPage, live_server: LiveServer, scheme: str
) -> None:
    page = open_page("ko", phone=True)
    if scheme == "dark":
        page.emulate_media(color_scheme="dark")
    elif scheme == "forced":
        page.emulate_media(forced_colors="active")
    else:
        page.emulate_media(media="print")
    for name, path in (("matter", "/ko/"), ("question", "/ko/check")):
        page.goto(live_server.url + path)
        if scheme == "dark":
            axe(page)
            assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 31)"
        screenshot(page, f"{name}-ko-{scheme}")

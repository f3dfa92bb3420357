"""A message is checked and reported in Chromium, on a phone, in both languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.fixtures import OpenPage
from tests.browser.look import axe, fits, see
from tests.browser.server import LiveServer

SMISHING = "[Web발신] 택배 주소 오류로 보류\u202e http://\u0441oupang.com/" + "a" * 200
HEADLINES = {"ko": "알려진 사기 수법과 비슷합니다.", "en": "This looks like a known scam."}


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_message_is_checked_and_reported(open_page: OpenPage, live_server: LiveServer, lang: str) -> None:
    page = open_page(lang, phone=True)
    page.goto(f"{live_server.url}/{lang}/is-this-ours")
    see(page, f"trust-ask-{lang}-phone")
    page.locator("main textarea").fill(SMISHING)
    page.locator("main form button.action").click()
    expect(page.locator("h1")).to_have_text(HEADLINES[lang])
    expect(page.locator(".pasted mark")).to_have_text("U+202E")
    see(page, f"trust-answer-{lang}-phone")
    page.locator('main form[action$="/report"] button').click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.locator("main input[name=consent]").check()
    page.locator('main form[action$="/report"] button').click()
    see(page, f"trust-reported-{lang}-phone")
    for path in ("official", "glossary", "company", "?kr-limitation=2025-11-29"):
        page.goto(f"{live_server.url}/{lang}/{path}")
        axe(page)
        fits(page)

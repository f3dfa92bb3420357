"""In a flood Chromium works for its code by itself, and a browser without scripts waits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.fixtures import OpenPage
from tests.browser.look import see
from tests.browser.server import LiveServer, serving


@pytest.fixture(scope="module")
def crowded_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A demo that finds two codes a minute a crowd."""
    with serving(
        tmp_path_factory.mktemp("crowd") / "var", PORTAL_WORKERS="1", PORTAL_CODES_PER_MINUTE="1"
    ) as server:
        yield server


def test_a_flood_costs_a_browser_a_moment_and_nobody_is_stopped(
    crowded_server: LiveServer, open_page: OpenPage
) -> None:
    start = f"{crowded_server.url}/ko/claim/start"
    first = open_page("ko", phone=True)
    first.goto(start)
    first.fill("[name=email]", "first@example.com")
    first.click("main form[data-form] button")
    first.wait_for_url("**/claim/code")

    # Where the page came before the crowd, the work is asked for afterwards; it sends the form by itself.
    first.goto(start)
    first.fill("[name=email]", "second@example.com")
    first.evaluate("document.querySelector('form[data-work]').removeAttribute('data-work')")
    first.evaluate("document.querySelector('main form[data-form]').submit()")
    first.wait_for_url("**/claim/code")

    # And where the crowd was there before, it is done while the address is typed.
    first.goto(start)
    see(first, "start-crowded-ko-phone")
    first.fill("[name=email]", "third@example.com")
    first.press("[name=email]", "Enter")
    first.wait_for_url("**/claim/code")

    without = open_page("ko", phone=True, scripts=False)
    without.goto(start)
    without.fill("[name=email]", "fourth@example.com")
    without.click("main form[data-form] button")
    expect(without.locator("[name=ticket]")).to_have_count(1)
    without.click("main .card button")
    expect(without.locator("main [role=alert]")).to_be_visible()

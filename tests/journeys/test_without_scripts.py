"""A browser without JavaScript comes just as far: every page is a form that posts."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.fixtures import OpenPage
from tests.browser.look import fits
from tests.browser.server import LiveServer
from tests.journeys.papers import papers
from tests.journeys.people import HALVORSEN, NOH
from tests.journeys.walk import Walk


def test_from_the_check_to_the_hand_in(live_server: LiveServer, open_page: OpenPage, tmp_path: Path) -> None:
    walk = Walk(open_page("ko", phone=True, scripts=False), live_server, NOH, scripts=False)
    walk.begin()
    expect(walk.page.locator("[data-upload-send]")).to_be_visible()
    walk.add_files(papers(tmp_path))
    walk.press()
    walk.read_and_sign("")
    assert walk.number().startswith("CP-")


def test_rows_of_trades_come_and_go_and_are_read_on_a_phone(
    live_server: LiveServer, open_page: OpenPage
) -> None:
    walk = Walk(open_page("en", phone=True, scripts=False), live_server, HALVORSEN, scripts=False)
    walk.begin(until="securities")
    page, rows = walk.page, walk.page.locator("fieldset.card")
    walk.fill({"trades-0-on": "2025-08-11", "trades-0-quantity": "120"})
    for count in (2, 3):
        walk.press(page.locator('button[name="add"]'))
        expect(rows).to_have_count(count)
    expect(page.locator('[name="trades-0-quantity"]')).to_have_value("120")
    walk.press(page.locator('button[name="remove"]').nth(1))
    expect(rows).to_have_count(2)
    walk.fill({"trades-0-price": "28.16"})
    walk.press()
    walk.arrive("/claim/evidence")
    walk.go("/claim/read/us-pslra")
    expect(page.locator(".slot tbody").first.get_by_role("row")).to_have_count(1)
    fits(page)

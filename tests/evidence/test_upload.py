"""Uploading as people do it: in a browser, with and without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from portal.identity import open_session
from portal.runtime import Runtime, open_runtime
from tests.browser.look import axe, fits, see
from tests.browser.server import LiveServer
from tests.evidence import hostile
from tests.evidence.builders import a_claim

OpenPage = Callable[..., Page]


@pytest.fixture
def served(live_server: LiveServer) -> Iterator[Runtime]:
    """The data behind the running portal."""
    opened = open_runtime(live_server.settings)
    yield opened
    opened.close()


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Four good files and two that are refused."""
    contents = {
        "쿠팡 안내.jpg": hostile.a_photo_with_gps(6),
        "IMG_2041.jpg": hostile.a_heic(),
        "card.pdf": hostile.a_pdf(3),
        "locked.pdf": hostile.a_locked_pdf(),
        "huge.png": hostile.a_png_of(50_000, 50_000),
        "screen.png": hostile.a_screenshot(),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return [tmp_path / name for name in contents]


def proved(page: Page, server: LiveServer, served: Runtime, claim_id: UUID, lang: str) -> None:
    """Open the evidence page in a browser that has proved the claim's contact."""
    with served.database.transaction() as session:
        token = open_session(session, served.settings, claim_id, served.clock())
    page.context.add_cookies([{"name": "claim", "value": token, "url": server.url}])
    page.goto(f"{server.url}/{lang}/claim/evidence")


def choose(page: Page, files: list[Path]) -> None:
    page.locator("input[type=file]").set_input_files([str(path) for path in files])


def test_each_file_arrives_on_its_own_on_a_phone(
    open_page: OpenPage, live_server: LiveServer, served: Runtime, files: list[Path]
) -> None:
    page = open_page("ko", phone=True)
    proved(page, live_server, served, a_claim(served), "ko")
    choose(page, files)
    kept = page.locator("#kept .file")
    expect(kept).to_have_count(4, timeout=60_000)
    assert "쿠팡 안내.jpg" in page.locator("#kept").inner_text()
    expect(page.locator(".file.bad")).to_have_count(2)
    expect(page.locator(".file.sending")).to_have_count(0)
    expect(page.locator("input[type=file]")).to_have_count(1)
    see(page, "evidence-ko-phone")
    page.reload()
    expect(kept).to_have_count(4)


def test_all_files_arrive_at_once_without_scripts(
    open_page: OpenPage, live_server: LiveServer, served: Runtime, files: list[Path]
) -> None:
    page = open_page("en", scripts=False)
    proved(page, live_server, served, a_claim(served), "en")
    choose(page, files)
    page.get_by_role("button", name="Add these files").click()
    expect(page.locator("#kept .file")).to_have_count(4, timeout=60_000)
    refused = page.get_by_role("alert").inner_text()
    assert "locked.pdf" in refused
    assert "huge.png" in refused
    page.screenshot(path="var/screens/evidence-en-without-scripts.png", full_page=True)


def test_a_file_is_described_and_removed_with_the_keyboard_labels_in_place(
    open_page: OpenPage, live_server: LiveServer, served: Runtime, files: list[Path]
) -> None:
    page = open_page("en")
    proved(page, live_server, served, a_claim(served), "en")
    choose(page, files[:1])
    expect(page.locator("#kept .file")).to_have_count(1, timeout=60_000)
    page.get_by_role("link", name=re.compile("Describe.*쿠팡 안내.jpg")).click()
    see(page, "evidence-describe-en")
    page.get_by_label("Title").fill("Notice of 29 November 2025")
    page.get_by_label("Year").fill("2025")
    page.get_by_label("Month").fill("11")
    page.get_by_label("Day").fill("29")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#kept")).to_contain_text("Notice of 29 November 2025")
    page.get_by_role("link", name=re.compile("Remove.*Notice")).click()
    axe(page)
    fits(page)
    page.get_by_role("button", name="Remove").click()
    expect(page.locator("#kept .file")).to_have_count(0)

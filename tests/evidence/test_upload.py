"""Uploading as people do it: in a browser, with and without scripts."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from portal.evidence import listing
from portal.evidence.models import EvidenceFile
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
    page.locator("#files").set_input_files([str(path) for path in files])


def add(page: Page) -> None:
    page.locator("[data-upload-send]").click()


def cover_upper_left(page: Page) -> None:
    """Over the middle by keys, which Undo takes back; over the upper left by a stroke."""
    page.get_by_role("button", name="가림 추가").click()
    for key in ("ArrowDown", "Shift+ArrowRight"):
        page.keyboard.press(key)
    expect(page.locator(".stage-box")).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="너비 41%")).to_have_count(1)
    for _press in range(3):
        page.get_by_role("button", name="되돌리기").click()
    expect(page.locator(".stage-box")).to_have_count(0)
    box = page.locator(".stage-picture canvas").bounding_box()
    assert box
    page.mouse.move(box["x"], box["y"])
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=3)
    page.mouse.up()
    expect(page.locator(".stage-box")).to_have_count(1)


def upper_left_is_black(served: Runtime, claim_id: UUID) -> bool:
    with served.database.reading() as session:
        [piece] = [one for one in listing.list_for(session, served, claim_id) if one.details.masked]
        file = session.get_one(EvidenceFile, piece.id)
        picture = Image.open(io.BytesIO(listing.open_harmless(session, served, file)))
        assert listing.open_original(session, served, file) == hostile.a_photo_with_gps(6)
    pixel = picture.convert("L").getpixel((picture.width // 4, picture.height // 4))
    return pixel == 0


def test_each_file_arrives_on_its_own_on_a_phone(
    open_page: OpenPage, live_server: LiveServer, served: Runtime, files: list[Path]
) -> None:
    page, claim_id = open_page("ko", phone=True), a_claim(served)
    proved(page, live_server, served, claim_id, "ko")
    expect(page.locator("#camera")).to_be_visible()
    expect(page.locator("[data-upload-send]")).to_be_hidden()
    choose(page, files)
    page.get_by_role("button", name=re.compile("일부 가리기.*쿠팡 안내.jpg")).click()
    cover_upper_left(page)
    see(page, "evidence-cover-ko-phone")
    page.get_by_role("button", name="완료").click()
    expect(page.locator(".file.ready").first).to_contain_text("봉인하여 보관")
    see(page, "evidence-chosen-ko-phone")
    add(page)
    kept = page.locator("#kept .file")
    expect(kept).to_have_count(4, timeout=60_000)
    assert "쿠팡 안내.jpg" in page.locator("#kept").inner_text()
    expect(page.locator(".file.bad")).to_have_count(2)
    expect(page.locator(".file.sending")).to_have_count(0)
    assert upper_left_is_black(served, claim_id)
    see(page, "evidence-ko-phone")
    page.reload()
    expect(kept).to_have_count(4)


def test_a_cut_connection_costs_nothing_that_had_arrived(
    open_page: OpenPage, live_server: LiveServer, served: Runtime, tmp_path: Path
) -> None:
    photo = tmp_path / "밤.png"
    Image.frombytes("RGB", (800, 700), os.urandom(800 * 700 * 3)).save(photo)  # 1.7 MB that do not pack
    page = open_page("en")
    line = page.context.new_cdp_session(page)

    def network(*, offline: bool = False) -> None:
        rate = 0 if offline else 300_000  # bytes a second: six seconds for the whole
        line.send("Network.emulateNetworkConditions",
                  {"offline": offline, "latency": 20, "downloadThroughput": -1, "uploadThroughput": rate})  # fmt: skip

    begun: list[str] = []
    page.on("request", lambda asked: begun.append(asked.headers.get("upload-offset", "")))
    page.on("dialog", lambda dialog: dialog.accept())
    proved(page, live_server, served, a_claim(served), "en")
    line.send("Network.enable")
    network()
    choose(page, [photo])
    add(page)
    page.wait_for_function("() => document.querySelector('.sending progress').value > .25")
    network(offline=True)
    expect(page.locator(".sending")).to_contain_text("goes on by itself", timeout=30_000)
    network()
    page.wait_for_function("() => document.querySelector('.sending progress').value > .5")
    page.reload()
    expect(page.locator("#unfinished")).to_contain_text("밤.png")
    axe(page)
    choose(page, [photo])
    add(page)
    expect(page.locator("#kept .file")).to_have_count(1, timeout=60_000)
    expect(page.locator("#unfinished")).not_to_contain_text("밤.png")
    assert begun.count("0") == 1, "its first part was sent once"


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
    add(page)
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

"""Makes docs/images/claimant.png, the picture of the README: `python -m tests.docs.picture`.

A Korean claimant's phone: the matter's page beside the page of signing, of a demo that is started for it.
"""

from __future__ import annotations

import io
import math
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser.fixtures import FLAGS, PHONE
from tests.browser.server import serving
from tests.conftest import ROOT
from tests.journeys.papers import papers
from tests.journeys.people import NOH
from tests.journeys.walk import Walk

TARGET = ROOT / "docs" / "images" / "claimant.png"
HEIGHT = 780  # CSS pixels of each half
GAP, EDGE = 32, 24
COLOURS = 96  # a palette of so many is not told apart from the original, at a third of its size


def main() -> None:
    """Walk to both pages and put their pictures side by side."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder) / "var") as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(args=FLAGS, executable_path="/usr/bin/chromium")
        page = browser.new_context(locale="ko-KR", timezone_id="Asia/Seoul", **PHONE).new_page()
        walk = Walk(page, server, NOH)
        walk.go("/")
        first = page.screenshot()
        walk.begin()
        walk.add_files(papers(Path(folder)))
        walk.press()
        walk.arrive("/claim/review")
        walk.press()
        walk.read_all()
        walk.fill({"place": "KR"})
        _write(page)
        page.locator('[data-strokes="kr-strokes"]').evaluate(
            "pad => window.scrollTo(0, pad.getBoundingClientRect().bottom + window.scrollY - 720)"
        )
        second = page.screenshot()
        browser.close()
    TARGET.parent.mkdir(exist_ok=True)
    _side_by_side(first, second).save(TARGET, optimize=True)


def _write(page: Page) -> None:
    """A signature with loops, as a finger writes one."""
    pad = page.locator('[data-strokes="kr-strokes"] canvas')
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    for start, end, turns, high in ((0.14, 0.42, 2.5, 0.2), (0.38, 0.68, 3.0, 0.13), (0.62, 0.86, 1.5, 0.17)):
        for step in range(61):
            part = step / 60
            angle = 2 * math.pi * turns * part
            across = start + (end - start) * part + 0.03 * math.sin(angle)
            down = 0.5 - high * math.cos(angle) * (1 - 0.4 * part) - 0.08 * part
            x, y = box["x"] + box["width"] * across, box["y"] + box["height"] * down
            page.mouse.move(x, y)
            if not step:
                page.mouse.down()
        page.mouse.up()


def _side_by_side(*screens: bytes) -> Image.Image:
    halves = [Image.open(io.BytesIO(screen)).convert("RGB") for screen in screens]
    width = sum(half.width for half in halves) + GAP * (len(halves) - 1) + 2 * EDGE
    sheet = Image.new("RGB", (width, halves[0].height + 2 * EDGE), "#dfe5ec")
    x = EDGE
    for half in halves:
        sheet.paste(half, (x, EDGE))
        x += half.width + GAP
    small = sheet.resize((sheet.width * 2 // 3, sheet.height * 2 // 3), Image.Resampling.LANCZOS)
    return small.quantize(COLOURS, dither=Image.Dither.NONE)


if __name__ == "__main__":
    main()

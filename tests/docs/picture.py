"""Makes docs/images/claimant.png, the picture of the README: `python -m tests.docs.picture`.

A Korean claimant's phone: the matter's page beside the page of signing, of a demo that is started for it.
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

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
        walk.draw("kr")
        page.locator('[data-strokes="kr-strokes"]').evaluate(
            "pad => window.scrollTo(0, pad.getBoundingClientRect().bottom + window.scrollY - 720)"
        )
        second = page.screenshot()
        browser.close()
    TARGET.parent.mkdir(exist_ok=True)
    _side_by_side(first, second).save(TARGET, optimize=True)


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

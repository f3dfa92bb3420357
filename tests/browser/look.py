"""Looking at a page as people with and without good eyes do."""

import os
import re
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
SCREENS = ROOT / "var" / "screens"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def axe(page: Page) -> None:
    """Fail, naming rule and element, if axe finds anything serious or critical on the page."""
    page.evaluate(_source())
    results = page.evaluate("tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", TAGS)
    grave = [one for one in results["violations"] if one["impact"] in ("serious", "critical")]
    assert not grave, f"{page.url} is not accessible:\n" + "\n".join(map(_described, grave))


def fits(page: Page) -> None:
    """Fail, naming the elements, if the page is wider than the screen."""
    assert page.viewport_size
    width, laid_out = page.viewport_size["width"], page.evaluate("document.documentElement.clientWidth")
    assert laid_out <= width, f"{page.url} is laid out for {laid_out} pixels, the screen has {width}"
    wide = page.evaluate(
        """() => {
            const width = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= width) return [];
            return [...document.body.querySelectorAll('*')]
                .filter(one => one.getBoundingClientRect().right > width + 1)
                .map(one => one.tagName.toLowerCase() + (one.className ? '.' + one.className : ''));
        }"""
    )
    assert not wide, f"{page.url} is wider than {page.viewport_size}: {wide[:8]}"


def screenshot(page: Page, name: str) -> Path:
    """Leave a picture of the whole page in var/screens, for people to look at."""
    assert re.fullmatch(r"[\w-]+", name), "a name of letters, digits, - and _"
    SCREENS.mkdir(parents=True, exist_ok=True)
    path = SCREENS / f"{name}.png"
    page.evaluate("() => document.fonts.ready.then(() => true)")
    page.screenshot(path=path, full_page=True, animations="disabled")
    return path


def back(page: Page) -> None:
    """Press the browser's back button. Playwright's own ``go_back`` at times asks a page that is just being left."""
    with page.expect_navigation():
        page.evaluate("() => { setTimeout(() => history.back()); }")


def see(page: Page, name: str) -> None:
    """All of it: accessible, fitting, and left as a picture where somebody wants to look (PORTAL_TEST_SCREENS=1).

    axe takes longer than all else: a page that it has seen in this state and at this width it does not see again.
    """
    state = _state(page)
    if state not in _seen:
        axe(page)
        _seen.add(state)
    fits(page)
    if os.environ.get("PORTAL_TEST_SCREENS"):
        screenshot(page, name)


_seen: set[tuple[object, ...]] = set()
_OWN = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)[\w-]{20,}|\d+")


def _state(page: Page) -> tuple[object, ...]:
    """Where the page stands without what is somebody's own in its address, whether it complains, and its width."""
    address = page.evaluate("location.pathname + location.search")
    parts = page.locator("main [role=alert], main .error, main .card, main form").count()
    return _OWN.sub("*", address), parts, (page.viewport_size or {}).get("width")


@cache
def _source() -> str:
    return (Path(__file__).parent / "axe-core" / "axe.min.js").read_text()


def _described(violation: dict[str, Any]) -> str:
    places = ", ".join(node["target"][0] for node in violation["nodes"][:5])
    return f"  {violation['impact']}: {violation['id']} ({violation['help']}) at {places}"

"""Chromium, and a running portal for it to visit."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, sync_playwright

from tests.browser.server import LiveServer, serving
from tests.needs import program

# Without these, Chromium calls home at every start.
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {
    "viewport": {"width": 360, "height": 780},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
DESKTOP = {"viewport": {"width": 1280, "height": 900}}

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Not longer than a module: playwright's event loop would be in the way of others."""
    path = program("chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A running demo, shared by all tests of one process, so that each uses people of its own."""
    with serving(tmp_path_factory.mktemp("live") / "var", PORTAL_WORKERS="1") as server:
        yield server


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """``open_page("ko", phone=True)``: a new visitor with own cookies, watched for what goes wrong unseen."""
    with ExitStack() as visits:

        def new(lang: str = "ko", *, phone: bool = False, scripts: bool = True) -> Page:
            return visits.enter_context(watched_page(browser, lang, phone=phone, scripts=scripts))

        yield new


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """An English reader at a desktop."""
    return open_page("en")


@contextmanager
def watched_page(browser: Browser, lang: str, *, phone: bool = False, scripts: bool = True) -> Iterator[Page]:
    """A page that fails at its end if a script failed, the CSP refused something or a foreign host was asked."""
    locale = {"ko": "ko-KR", "en": "en-US"}[lang]
    screen = PHONE if phone else DESKTOP
    context = browser.new_context(
        locale=locale, timezone_id="Asia/Seoul" if lang == "ko" else "America/New_York",
        java_script_enabled=scripts, accept_downloads=True, **screen,
    )  # fmt: skip
    context.set_default_timeout(15_000)
    opened = context.new_page()
    wrong = watch(opened)
    try:
        yield opened
    finally:
        context.close()
    assert not wrong, "unseen by the visitor, but wrong:\n" + "\n".join(wrong)


def watch(page: Page) -> list[str]:
    """What goes wrong on the page from now on; an error status or a connection that the test cut is not counted."""
    wrong: list[str] = []

    def said(message: ConsoleMessage) -> None:
        expected = ("the server responded with a status", "net::ERR_INTERNET_DISCONNECTED")
        if message.type == "error" and not any(one in message.text for one in expected):
            wrong.append(f"console: {message.text}")

    def failed(error: Error) -> None:
        wrong.append(f"script: {error}")

    def asked(request: Request) -> None:
        if urlsplit(request.url).hostname not in (None, "", "127.0.0.1"):
            wrong.append(f"asked another host: {request.url}")

    page.on("console", said)
    page.on("pageerror", failed)
    page.on("request", asked)
    return wrong

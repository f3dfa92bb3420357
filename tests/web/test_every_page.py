"""Every page of a furnished installation, as people with and without good eyes see it."""

import gzip
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.look import axe, fits
from tests.conftest import ROOT
from tests.samples.screens import LANGUAGES, STAFF, Show, show


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Show]:
    """The installation with one of everything, served."""
    with show(tmp_path_factory.mktemp("every")) as opened:
        yield opened


def light(page: Page) -> None:
    """Fail if the page's first view is 60 kB or more, compressed, without fonts and people's own pictures."""
    files = page.eval_on_selector_all(
        "script[src], link[rel=stylesheet]", "all => all.map(one => new URL(one.src || one.href).pathname)"
    )
    bodies = [page.content().encode(), *((ROOT / file.removeprefix("/")).read_bytes() for file in files)]
    weight = sum(len(gzip.compress(body, 6)) for body in bodies)
    assert weight < 60_000, f"{page.url} weighs {weight} bytes"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_is_accessible_fits_a_phone_and_is_light(shown: Show, browser: Browser, lang: str) -> None:
    """A page's structure is the same in both languages: each is looked at by axe in one of them, in turn; staff's
    pages, which are shown in one language here, always."""
    wrong = []
    for number, screen in enumerate(shown.screens(browser, lang, phone=True)):
        checks = (
            (axe, fits, light)
            if screen.group == STAFF or number % 2 == LANGUAGES.index(lang)
            else (fits, light)
        )
        for check in checks:
            try:
                check(screen.page)
            except AssertionError as found:
                wrong.append(f"{screen.who}: {found}")
    assert not wrong, "\n".join(wrong)

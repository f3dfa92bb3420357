"""Every page of a furnished installation, as people with and without good eyes see it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.look import axe, fits
from tests.samples.screens import LANGUAGES, Show, show


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Show]:
    """The installation with one of everything, served."""
    with show(tmp_path_factory.mktemp("every")) as opened:
        yield opened


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_is_accessible_and_fits_a_phone(shown: Show, browser: Browser, lang: str) -> None:
    wrong = []
    for screen in shown.screens(browser, lang, phone=True):
        for check in (axe, fits):
            try:
                check(screen.page)
            except AssertionError as found:
                wrong.append(f"{screen.who}: {found}")
    assert not wrong, "\n".join(wrong)

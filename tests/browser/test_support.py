"""The journeys' own eyes: each of them sees what it is there to see."""

import pytest

from tests.browser.fixtures import watch, watched_page
from tests.browser.look import axe, fits, screenshot

HEAD = (
    "<!doctype html><html lang=en><meta name=viewport content='width=device-width'>"
    "<title>A page</title><main><h1>A page</h1>"
)


def test_axe_names_the_rule_and_the_element(page):
    page.set_content(f"{HEAD}<img src='data:,' id=unnamed>")
    with pytest.raises(AssertionError, match=r"critical: image-alt .* at #unnamed"):
        axe(page)
    page.set_content(f"{HEAD}<p>Well.</p>")
    axe(page)


def test_a_page_wider_than_the_screen_is_seen(open_page):
    page = open_page("ko", phone=True)
    page.set_content(f"{HEAD}<div class=table style='width:500px'>wide</div>")
    with pytest.raises(AssertionError, match=r"div\.table"):
        fits(page)
    page = open_page("ko", phone=True)
    page.goto("data:text/html,<!doctype html><p>Laid out for a desktop, then shrunk.")
    with pytest.raises(AssertionError, match="980"):
        fits(page)


def test_errors_that_no_visitor_sees_are_seen(browser):
    with pytest.raises(AssertionError, match="script: boom"), watched_page(browser, "en") as page:
        page.set_content(f"{HEAD}<script>throw new Error('boom')</script>")
    with pytest.raises(AssertionError, match="Content Security Policy"), watched_page(browser, "en") as page:
        policy = "<meta http-equiv=Content-Security-Policy content=\"script-src 'none'\">"
        page.set_content(f"{policy}{HEAD}<script>1</script>")


def test_asking_another_host_is_seen(browser):
    context = browser.new_context(offline=True)
    page = context.new_page()
    wrong = watch(page)
    page.set_content(f"{HEAD}<img alt='' src='http://tracker.example/x.png'>")
    context.close()
    assert "asked another host: http://tracker.example/x.png" in wrong


def test_pictures_are_kept_for_people(page, monkeypatch, tmp_path):
    monkeypatch.setattr("tests.browser.look.SCREENS", tmp_path)
    page.set_content(f"{HEAD}<p>한글</p>")
    assert screenshot(page, "a-page").read_bytes().startswith(b"\x89PNG")

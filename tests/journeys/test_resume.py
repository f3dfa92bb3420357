"""Stopping, coming back, going back: what was saved stays saved, and only its owner finds it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fixtures import OpenPage
from tests.browser.look import back
from tests.browser.server import LiveServer
from tests.journeys.people import NOH, Person
from tests.journeys.walk import Walk


def somebody(name: str) -> Person:
    """A person with an address of her own, so that each test has its own claim."""
    return replace(NOH, email=f"{name}@example.com")


@pytest.fixture
def walker(live_server: LiveServer, open_page: OpenPage) -> Callable[[Person, bool], Walk]:
    """``walker(person, phone)``: a new browser of that person."""
    return lambda person, phone: Walk(open_page(person.lang, phone=phone), live_server, person)


def come_back(walk: Walk) -> None:
    """Ask for a code from the first page, as somebody does who has begun elsewhere."""
    walk.go("/")
    walk.press(walk.page.locator(".hero a.button.second"))
    walk.arrive("/claim/start")
    walk.prove()


def test_going_on_from_another_device(walker: Callable[[Person, bool], Walk]) -> None:
    person = somebody("two.devices")
    first = walker(person, True)
    first.begin(until="contact")
    second = walker(person, False)
    come_back(second)
    second.arrive("/claim")
    second.press(second.page.locator("main .button.block"))
    second.arrive("/claim/details/contact")
    second.details()
    second.go("/claim/details/name")
    expect(second.page.locator("[name=hangul]")).to_have_value("노담비")
    # The first device still shows the page it stopped at; what it saves now must not undo what the second saved.
    first.fill({"phone": "010-0000-1111"})
    first.press()
    assert first.page.locator("[role=alert]").count()
    second.go("/claim/details/contact")
    expect(second.page.locator("[name=phone]")).to_have_value("010-9182-7364")


def test_back_and_refresh_lose_nothing(walker: Callable[[Person, bool], Walk]) -> None:
    walk = walker(somebody("back.and.forth"), True)
    walk.go("/check")
    walk.fill({"answer": "self"})
    walk.press()
    back(walk.page)
    expect(walk.page.locator("[name=answer][value=self]")).to_be_checked()
    walk.page.reload()
    expect(walk.page.locator("[name=answer][value=self]")).to_be_checked()
    walk.begin(until="birth")
    page = walk.page
    back(page)
    walk.arrive("/claim/details/name")
    expect(page.locator("[name=hangul]")).to_have_value("노담비")
    page.reload()
    expect(page.locator("[name=hangul]")).to_have_value("노담비")
    walk.fill({"hangul": "노담희"})
    walk.press()
    walk.arrive("/claim/details/birth")
    page.reload()
    walk.arrive("/claim/details/birth")
    back(page)
    expect(page.locator("[name=hangul]")).to_have_value("노담희")


def test_a_skipped_step_leads_to_what_is_missing(walker: Callable[[Person, bool], Walk]) -> None:
    walk = walker(somebody("in.a.hurry"), False)
    walk.begin(until="name")
    for place in ("/claim/sign", "/claim/read", "/claim/read/kr-retainer"):
        walk.go(place)
        walk.arrive("/claim/review")
    assert walk.page.locator("main a[href*='/claim/details/birth']").count()


def test_a_code_works_in_no_other_browser(walker: Callable[[Person, bool], Walk]) -> None:
    person = somebody("somebody.elses")
    owner, thief = walker(person, True), walker(person, False)
    owner.begin(until="name")
    come_to_code(owner)
    come_to_code(thief)
    owners_code = older_code(owner)
    thief.fill({"code": owners_code})
    thief.press()
    assert thief.at("/claim/code")
    assert thief.page.locator(".error").count()
    thief.go("/claim")
    thief.arrive("/claim/start")


def come_to_code(walk: Walk) -> None:
    """Ask for a code and stand before the field for it."""
    walk.go("/claim/start")
    walk.fill({"email": walk.person.email})
    walk.press()
    walk.arrive("/claim/code")


def older_code(walk: Walk) -> str:
    """The last but one code sent to this person."""
    return walk.code(nth=1)


def test_signing_out_and_the_back_button(walker: Callable[[Person, bool], Walk]) -> None:
    walk = walker(somebody("shared.computer"), False)
    walk.begin(until="birth")
    walk.go("/claim/details/name")
    walk.go("/claim")
    walk.press(walk.page.locator("form[action$='/claim/sign-out'] button"))
    walk.arrive("/claim/signed-out")
    back(walk.page)
    assert "노담비" not in shown(walk.page)
    walk.go("/claim/details/name")
    walk.arrive("/claim/start")


def shown(page: Page) -> str:
    """All that a page shows, fields included."""
    fields = page.locator("input").evaluate_all("all => all.map(one => one.value)")
    return page.locator("body").inner_text() + " ".join(fields)

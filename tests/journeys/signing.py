"""Signing by each of the means in a browser, on the page of signing; tests walk with it, and `make samples` too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import zxingcpp
from PIL import Image
from playwright.sync_api import Locator, Page, expect

Way = Sequence[tuple[float, float]]

# Something with loops, as parts of the pad's width and height.
LOOPS: Way = (
    (0.15, 0.4), (0.2, 0.6), (0.25, 0.3), (0.32, 0.7), (0.4, 0.35), (0.5, 0.65), (0.62, 0.3), (0.8, 0.55),
)  # fmt: skip
UNDER: Way = ((0.25, 0.82), (0.7, 0.78))
SLIP: Way = ((0.5, 0.5), (0.52, 0.52))


def card(page: Page, jurisdiction: str) -> Locator:
    """What the page of signing says of one jurisdiction."""
    return page.locator(".means", has=page.locator(f'[name="{jurisdiction}-means"]'))


def choose(page: Page, jurisdiction: str, means: str) -> Locator:
    """Choose a way to sign: drawn, typed, phone or paper; the card it stands in."""
    page.locator(f'[name="{jurisdiction}-means"][value="{means}"]').check()
    return card(page, jurisdiction)


def stroke(page: Page, pad: Locator, way: Way = LOOPS) -> None:
    """One stroke on a pad, as a mouse makes it."""
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    points = [(box["x"] + box["width"] * across, box["y"] + box["height"] * down) for across, down in way]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=6)
    page.mouse.up()


def touch(page: Page, pad: Locator, way: Way = LOOPS) -> None:
    """One stroke on a pad, as a finger makes it."""
    box = pad.bounding_box()
    assert box
    points = [(box["x"] + box["width"] * across, box["y"] + box["height"] * down) for across, down in way]
    fingers = page.context.new_cdp_session(page)
    kind = "touchStart"
    for before, after in zip((points[0], *points), points, strict=False):
        for part in (0.25, 0.5, 0.75, 1.0):
            x, y = (a + (b - a) * part for a, b in zip(before, after, strict=True))
            fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
            kind = "touchMove"
            page.wait_for_timeout(17)  # signature_pad takes one point in 16 ms
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    fingers.detach()


def draw(page: Page, jurisdiction: str) -> None:
    """Sign by hand: on the page itself with a mouse, on the pad that fills the screen with a finger."""
    choose(page, jurisdiction, "drawn")
    draw_on(page, f"{jurisdiction}-strokes")


def draw_on(page: Page, field: str, ways: Sequence[Way] = (LOOPS, UNDER)) -> None:
    """Draw for a field of strokes, in whichever way this screen offers."""
    drawing = page.locator(f'[data-drawing="{field}"]')
    if "by-finger" in (drawing.get_attribute("class") or ""):
        drawing.locator("[data-open]").click()
        pad = drawing.locator("dialog canvas")
        expect(pad).to_be_visible()
        for way in ways:
            touch(page, pad, way)
        drawing.locator("[data-done]").click()
        expect(drawing.locator("dialog")).to_be_hidden()
    else:
        for way in ways:
            stroke(page, drawing.locator("canvas").first, way)
    expect(page.locator(f'[id="{field}"]')).to_have_value(re.compile("strokes"))


def type_name(page: Page, jurisdiction: str, name: str) -> None:
    """Sign with a typed name, confirming what it means."""
    own = choose(page, jurisdiction, "typed")
    own.locator(f'[name="{jurisdiction}-typed_name"]').fill(name)
    own.locator(f'[name="{jurisdiction}-intent"]').check()


def ask_for_phone(page: Page, jurisdiction: str) -> str:
    """Have a code shown, and read the address out of it as a phone's camera does."""
    own = choose(page, jurisdiction, "phone")
    own.locator(".hand-off button").click()
    code = own.locator(".qr")
    expect(code).to_be_visible()
    return read_code(code)


def read_code(code: Locator) -> str:
    """What a code on the screen says."""
    code.scroll_into_view_if_needed()
    picture = Image.open(BytesIO(code.screenshot()))
    (found,) = zxingcpp.read_barcodes(picture)
    text: str = found.text
    return text


def draw_on_phone(phone: Page, address: str) -> None:
    """On the phone: open the address, go on, draw, send."""
    open_on_phone(phone, address)
    draw_on(phone, "strokes")
    with phone.expect_navigation():
        phone.locator("main .button.seal.block").click()


def open_on_phone(phone: Page, address: str) -> None:
    """On the phone: open the address and go on to the pad."""
    answer = phone.goto(address)
    assert answer
    assert answer.ok, f"the phone's address answers {answer.status}"
    with phone.expect_navigation():
        phone.locator("main form button").click()
    expect(phone.locator("[data-drawing]")).to_be_visible()


def hand_off(page: Page, jurisdiction: str, phone: Page) -> None:
    """Sign on a phone what the desktop shows, and wait until the desktop has it."""
    draw_on_phone(phone, ask_for_phone(page, jurisdiction))
    expect(card(page, jurisdiction).locator(".hand-off .drawn")).to_be_visible(timeout=15_000)


def screens(own: Page, desk: Page, phone: Page, jurisdiction: str, name: str, folder: Path) -> list[Path]:
    """Pictures of all the means; nothing is handed in.

    ``own`` and ``desk`` stand on the page of signing, at 360 pixels with a finger and at a desk; ``phone`` is signed in
    nowhere.
    """
    taken: list[Path] = []

    def keep(page: Page, what: str, shown: Locator | None = None) -> None:
        path = folder / f"sign-{len(taken) + 1}-{what}.png"
        page.evaluate("() => document.fonts.ready.then(() => true)")
        (shown or page).screenshot(path=path, animations="disabled")
        taken.append(path)

    drawing = choose(own, jurisdiction, "drawn").locator("[data-drawing]")
    drawing.locator("[data-open]").click()
    for way in (LOOPS, UNDER):
        touch(own, drawing.locator("dialog canvas"), way)
    keep(own, "drawn-pad")
    drawing.locator("[data-done]").click()
    mine = own.locator(".card", has=card(own, jurisdiction))
    keep(own, "drawn", mine)
    type_name(own, jurisdiction, name)
    keep(own, "typed", mine)
    choose(own, jurisdiction, "paper")
    keep(own, "paper", mine)
    address = ask_for_phone(desk, jurisdiction)
    keep(desk, "phone-code", desk.locator(".card", has=card(desk, jurisdiction)))
    phone.goto(address)
    keep(phone, "phone-address")
    open_on_phone(phone, address)
    draw_on(phone, "strokes")
    keep(phone, "phone-drawn", phone.locator("main"))
    with phone.expect_navigation():
        phone.locator("main .button.seal.block").click()
    keep(phone, "phone-sent")
    expect(card(desk, jurisdiction).locator(".hand-off .drawn")).to_be_visible(timeout=15_000)
    keep(desk, "phone-received", desk.locator(".card", has=card(desk, jurisdiction)))
    return taken

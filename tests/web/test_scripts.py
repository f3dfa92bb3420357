"""The small scripts, each on the macros that it works with, in Chromium."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, g, render_template_string
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from playwright.sync_api import Page, Route, expect
from wtforms import Form, HiddenField, MultipleFileField, StringField

from tests.browser.fixtures import OpenPage
from tests.conftest import ROOT

SITE = "http://127.0.0.1:9"  # nobody listens there: every answer comes from the test
KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "woff2": "font/woff2"}
Shown = Callable[..., Page]


class SigningForm(Form):
    strokes = HiddenField()
    typed = StringField("Type your name")
    files = MultipleFileField("Files")


@pytest.fixture
def shown(open_page: OpenPage) -> Shown:
    """``shown("signing.pad(…)", script="sign.js")``: a page with what the macro makes and the script."""
    app = Flask("portal", static_folder=str(ROOT / "static"))
    app.config["SECRET_KEY"] = "for tests only"
    CSRFProtect(app)
    Babel(app, locale_selector=lambda: g.lang)

    def show(body: str, *, script: str, phone: bool = True, strokes: str = "", typed: str = "") -> Page:
        page = open_page("en", phone=phone)
        form = SigningForm(data={"strokes": strokes, "typed": typed})
        with app.test_request_context():
            g.lang = "en"
            written = render_template_string(PAGE + body, form=form, scripts=["form.js", script])
        page.route(f"{SITE}/static/**", _static)
        page.route(f"{SITE}/page", lambda route: route.fulfill(body=written, content_type="text/html"))
        page.goto(f"{SITE}/page")
        return page

    return show


PAGE = """<!doctype html><html lang="en"><title>Page</title><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/static/css/portal.css"><link rel="stylesheet" href="/static/css/staff.css">
{% for script in scripts %}<script type="module" src="/static/js/{{ script }}"></script>{% endfor %}
{% import "macros/forms.html" as forms %}{% import "macros/signing.html" as signing %}
{% import "macros/ui.html" as ui %}"""
SIGN = """<main><form method="post" action="/sent" data-form>{{ signing.pad(form.strokes) }}
{{ forms.button("Sign") }}</form></main>"""


def _static(route: Route) -> None:
    path = ROOT / route.request.url.removeprefix(f"{SITE}/")
    route.fulfill(body=path.read_bytes(), content_type=KINDS[path.suffix[1:]])


def draw(page: Page, *, left: float = 0.1, pad: str = "canvas", long: float = 0.5) -> None:
    """One stroke across a tenth of the pad, downwards."""
    canvas = page.locator(pad).first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    x, y = box["x"] + left * box["width"], box["y"] + 0.2 * box["height"]
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 11):
        page.mouse.move(x + step * box["width"] / 100, y + step * long * box["height"] / 10)
        page.wait_for_timeout(20)  # signature_pad takes one point in 16 ms
    page.mouse.up()


def strokes_of(page: Page) -> list[list[list[float]]]:
    """What the form would send as the drawn signature."""
    value = page.locator("#strokes").input_value()
    if not value:
        return []
    sent = json.loads(value)
    assert (sent["version"], sent["width"], sent["height"]) == (1, 1000, 400)
    found: list[list[list[float]]] = sent["strokes"]
    return found


def inked(page: Page, pad: str = "canvas") -> int:
    """How many pixels of the pad have ink."""
    count: int = page.evaluate(
        """pad_of => {
            const pad = document.querySelector(pad_of);
            const pixels = pad.getContext('2d').getImageData(0, 0, pad.width, pad.height).data;
            return pixels.filter((value, place) => place % 4 === 3 && value > 0).length;
        }""",
        pad,
    )
    return count


LARGE = "dialog canvas"


def test_a_drawn_signature_is_kept_as_strokes_on_a_page_of_1000_by_400(shown: Shown) -> None:
    page = shown(SIGN, script="sign.js", phone=False)
    draw(page)
    [stroke] = strokes_of(page)
    first, last = stroke[0], stroke[-1]
    assert first[:2] == pytest.approx([100, 80], abs=8)
    assert last[:2] == pytest.approx([200, 280], abs=16)
    assert [point[2] for point in stroke] == sorted(point[2] for point in stroke)
    assert first[2] == 0


def test_with_a_finger_the_pad_fills_the_screen_and_the_page_shows_what_it_took(shown: Shown) -> None:
    page = shown(SIGN, script="sign.js")
    draw(page)  # over the pad on the page, which opens the other one and takes no stroke
    assert strokes_of(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Open the signing pad").click()
    dialog = page.get_by_role("dialog", name="Your signature")
    expect(dialog).to_be_visible()
    assert dialog.bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 780}
    draw(page, pad=LARGE)
    page.get_by_role("button", name="Done").click()
    expect(dialog).to_be_hidden()
    assert len(strokes_of(page)) == 1
    assert inked(page) > 0
    expect(page.get_by_role("button", name="Change the signature")).to_be_focused()


def test_turning_the_phone_neither_loses_nor_bends_the_strokes(shown: Shown) -> None:
    page = shown(SIGN, script="sign.js")
    page.get_by_role("button", name="Open the signing pad").click()
    expect(page.get_by_text("Turn the phone on its side")).to_be_visible()
    draw(page, pad=LARGE)
    before, ink = strokes_of(page), inked(page, LARGE)
    page.set_viewport_size({"width": 780, "height": 360})
    page.wait_for_function("document.querySelector('dialog canvas').getBoundingClientRect().width > 450")
    page.wait_for_function("document.querySelector('dialog canvas').width > 900")
    assert strokes_of(page) == before
    assert inked(page, LARGE) > ink
    for name in ("Undo a stroke", "Clear", "Done", "Close"):  # all within the low screen
        box = page.get_by_role("dialog").get_by_role("button", name=name).bounding_box()
        assert box
        assert box["y"] >= 0, name
        assert box["y"] + box["height"] <= 360, name
    page.set_viewport_size({"width": 360, "height": 780})
    page.wait_for_function("document.querySelector('dialog canvas').getBoundingClientRect().width < 400")
    assert strokes_of(page) == before
    draw(page, left=0.5, pad=LARGE)
    after = strokes_of(page)
    assert len(after) == 2
    assert after[0] == before[0]
    assert before[0][-1][2] < after[1][0][2] < 60_000


def test_every_pad_has_the_proportions_of_the_strokes(shown: Shown) -> None:
    page = shown(SIGN, script="sign.js")
    page.get_by_role("button", name="Open the signing pad").click()
    for width, height in ((360, 640), (780, 360), (568, 320), (1024, 768)):
        page.set_viewport_size({"width": width, "height": height})
        for pad in page.locator("canvas").all():
            box = pad.bounding_box()
            assert box
            assert box["width"] / box["height"] == pytest.approx(2.5, rel=0.02), (width, height)


def test_a_stroke_can_be_taken_back_and_all_be_cleared(shown: Shown) -> None:
    page = shown(SIGN, script="sign.js", phone=False)
    draw(page)
    draw(page, left=0.5)
    page.get_by_role("button", name="Undo a stroke").click()
    assert len(strokes_of(page)) == 1
    expect(page.locator("[data-status]")).to_have_text("Signature drawn.")
    page.get_by_role("button", name="Clear").click()
    assert strokes_of(page) == []
    assert inked(page) == 0
    expect(page.locator("[data-status]")).to_have_text("Signature cleared.")
    expect(page.get_by_role("button", name="Undo a stroke")).to_be_disabled()


def test_a_slip_of_the_finger_is_no_signature_and_says_so(shown: Shown) -> None:
    page = shown(SIGN, script="sign.js")
    page.get_by_role("button", name="Open the signing pad").click()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("alert")).to_have_text("Draw your signature first.")
    draw(page, pad=LARGE, long=0.05)
    expect(page.locator("[data-complaint]")).to_have_text("")
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("alert")).to_have_text(
        "This is too short for a signature. Please draw it larger."
    )
    expect(page.get_by_role("dialog")).to_be_visible()
    draw(page, left=0.4, pad=LARGE)
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_the_large_pad_is_worked_by_keys_and_escape_keeps_the_strokes(shown: Shown) -> None:
    page = shown(SIGN, script="sign.js", phone=False)
    enlarge = page.get_by_role("button", name="Enlarge the pad")
    enlarge.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    draw(page, pad=LARGE)
    draw(page, left=0.5, pad=LARGE)
    names = []
    for _key in range(9):  # round and round, never behind the dialog
        page.keyboard.press("Tab")
        inside = page.evaluate(
            "() => [document.activeElement.closest('dialog') !== null || document.activeElement === document.body,"
            " document.activeElement.textContent]"
        )
        assert inside[0], inside
        names.append(inside[1])
    assert {"Close", "Undo a stroke", "Clear", "Done"} <= set(names)
    dialog.get_by_role("button", name="Undo a stroke").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(enlarge).to_be_focused()
    assert len(strokes_of(page)) == 1
    assert inked(page) > 0


def test_what_was_drawn_is_still_there_after_an_error(shown: Shown) -> None:
    drawn = json.dumps(
        {"version": 1, "width": 1000, "height": 400, "strokes": [[[10, 10, 0], [500, 300, 90]]]}
    )
    page = shown(SIGN, script="sign.js", phone=False, strokes=drawn)
    assert strokes_of(page) == [[[10, 10, 0], [500, 300, 90]]]
    page.wait_for_function("document.querySelector('canvas').width > 400")
    assert inked(page) > 0
    page = shown(SIGN, script="sign.js", strokes="{broken")
    assert strokes_of(page) == []


def test_a_second_click_sends_nothing(shown: Shown) -> None:
    page = shown(SIGN, script="sign.js")
    sent: list[str] = []
    page.route(f"{SITE}/sent", lambda route: sent.append(route.request.method))  # never answers
    page.get_by_role("button", name="Sign", exact=True).evaluate(
        "button => { button.click(); button.click(); }"
    )
    page.wait_for_timeout(300)
    assert sent == ["POST"]


TYPED = """<main><form method="post" action="/sent" data-form>{{ forms.text(form.typed) }}</form>
<a href="/page">Away</a></main>"""


@pytest.mark.parametrize(("typed", "warned"), [("", False), ("Jane", True)])
def test_leaving_with_unsaved_text_is_asked_about(shown: Shown, typed: str, warned: bool) -> None:
    page = shown(TYPED, script="form.js", phone=False)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept())[1])
    page.locator("#typed").click()
    page.keyboard.type(typed)
    page.get_by_role("link", name="Away").click()
    page.wait_for_url(f"{SITE}/page")
    page.wait_for_load_state()
    assert asked == (["beforeunload"] if warned else [])


UPLOAD = """<main><form method="post" action="/add" enctype="multipart/form-data" data-upload
data-upload-list="#file-list" data-upload-max="1000">{{ forms.file(form.files, multiple=true) }}
{{ forms.button("Add", data_upload_send=true) }}</form>
<div id="file-list">none yet</div></main>"""


def test_a_file_that_fails_never_takes_the_others_with_it(shown: Shown) -> None:
    page = shown(UPLOAD, script="upload.js")
    taken: list[str] = []

    def add(route: Route) -> None:
        body = (route.request.post_data_buffer or b"").decode("utf-8", "replace")
        name = body.split('filename="')[1].split('"')[0]
        if name == "locked.pdf":
            answer: dict[str, Any] = {"status": 422, "body": json.dumps({"error": "This PDF is locked."})}
        elif name == "odd.pdf":
            answer = {"status": 500, "body": "<h1>calm page</h1>"}
        else:
            taken.append(name)
            answer = {"status": 200, "body": json.dumps({"error": None})}
        route.fulfill(content_type="application/json", **answer)

    page.route(f"{SITE}/add", add)
    page.route(
        f"{SITE}/page",
        lambda route: route.fulfill(
            body=f"<div id=file-list>{len(taken)} files</div>", content_type="text/html"
        ),
    )
    expect(page.get_by_role("button", name="Add")).to_be_hidden()
    page.locator("input[type=file]").set_input_files(
        [
            {"name": name, "mimeType": "application/pdf", "buffer": b"x" * size}
            for name, size in {
                "good.pdf": 10,
                "locked.pdf": 10,
                "big.pdf": 2000,
                "odd.pdf": 10,
                "한글.pdf": 10,
            }.items()
        ]
    )
    expect(page.locator("#file-list")).to_have_text("2 files")
    assert taken == ["good.pdf", "한글.pdf"]
    complaints = page.locator(".file.bad .error").all_inner_texts()
    assert sorted(complaints) == [
        "This PDF is locked.",
        "This file is too big.",
        "This file was not added. Please try again.",
    ]


QUEUE = """<main><div class="selection" hidden><b data-picked-count></b></div>
{% call ui.table([("", "pick"), "Number"], "Queue", "queue") %}{% for number in range(3) %}
<tr data-row data-open="/opened/{{ number }}">
<td><input type="checkbox" data-pick aria-label="{{ number }}"></td><td><a href="/opened/{{ number }}">{{ number }}</a>
<button type="button" data-key="a" id="accept-{{ number }}">Accept</button></td></tr>{% endfor %}{% endcall %}
<input type="search" aria-label="Search"></main>"""


def test_the_queue_is_worked_by_keys(shown: Shown) -> None:
    page = shown(QUEUE, script="staff.js", phone=False)
    page.evaluate(
        "document.addEventListener('click', e => { if (e.target.id) document.title += ' ' + e.target.id; })"
    )
    for key in ("j", "j", "x", "a"):
        page.keyboard.press(key)
    expect(page.locator("tr.at")).to_contain_text("1")
    expect(page.locator(".selection")).to_have_text("1")
    expect(page).to_have_title("Page accept-1")
    page.keyboard.press("/")
    page.keyboard.type("jax")
    expect(page.locator("input[type=search]")).to_have_value("jax")
    expect(page.locator("tr.at")).to_contain_text("1")
    page.locator("[data-pick-all]").check()
    expect(page.locator(".selection")).to_have_text("3")
    page.route(f"{SITE}/opened/*", lambda route: route.fulfill(body="claim", content_type="text/html"))
    page.locator("body").click(position={"x": 1, "y": 1})
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{SITE}/opened/0")

"""The pages after signing on a phone: whose turn it is, a letter with a picture, an answer; accessible and fitting."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.serving import make_server

from tests.browser.fixtures import OpenPage
from tests.browser.look import see
from tests.correspondence.signed import Signed
from tests.correspondence.test_letters import WORDS, ask, rows
from tests.packets.claims import a_picture
from tests.visitor import Visitor


@pytest.fixture
def address(site: Flask) -> Iterator[str]:
    """Where this test's own copy is served."""
    server = make_server("127.0.0.1", 0, site, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()


def test_letters_and_an_answer_on_a_phone(
    open_page: OpenPage, address: str, english: Visitor, signed_once: Signed, tmp_path: Path
) -> None:
    ask(english, "us", "Please send the notice.", "2026-12-04")
    photo = tmp_path / "notice.jpg"
    photo.write_bytes(a_picture().content)
    page = open_page("ko", phone=True)
    page.context.add_cookies([{"name": "claim", "value": signed_once.token, "url": address}])
    page.goto(f"{address}/ko/claim")
    see(page, "after-claim")
    page.get_by_role("link", name="지금 답변하기").click()
    see(page, "after-answer")
    page.locator("#text").fill("사진을 보내 드립니다.")
    page.locator("#files").set_input_files(photo)
    page.get_by_role("button", name="이상입니다. 답변 보내기").click()
    page.get_by_text("답변을 담당 변호사에게 전달하였으며").wait_for()
    page.goto(f"{address}/ko/claim/letters/kr")
    page.locator("#text").fill(WORDS)
    page.get_by_role("button", name="편지 보내기").click()
    page.locator(".letter.mine").wait_for()
    see(page, "after-letters")
    for part in ("data", "data/erase", "contact?by=email", "language"):
        page.goto(f"{address}/ko/claim/{part}")
        see(page, "after-" + part.partition("?")[0].replace("/", "-"))
    assert [one.author for one in rows(english)] == ["staff", "claimant", "claimant"]

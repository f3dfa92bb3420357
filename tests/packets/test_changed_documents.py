"""A document that is no longer what was read: marked in the list, and shown with what changed until read again."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from portal.matters.folder import read_folder
from portal.matters.service import publish
from tests.conftest import ROOT, Clock
from tests.packets.readers import an_open_claim, read_everything
from tests.visitor import Visitor, on_the_tests_clock

ADDED = {
    "ko": "위임인은 이를 언제든지 철회할 수 있습니다.",
    "en": "The principal may withdraw it at any time.",
}
POWER = "/claim/read/kr-power"


@pytest.fixture
def visitor(app: Flask, clock: Clock) -> Visitor:
    """A claimant who has read everything."""
    return read_everything(an_open_claim(on_the_tests_clock(app, clock)))


def publish_anew(visitor: Visitor, clock: Clock, added: dict[str, str] = ADDED) -> None:
    """The matter with a sentence more in the first clause of the power of attorney."""
    files = dict(read_folder(ROOT / "matters" / "coupang-2025"))
    for lang, sentence in added.items():
        name = f"documents/kr-power.{lang}.md"
        head, heading, rest = re.split(r"^(## .*)$", files[name].decode(), maxsplit=1, flags=re.M)
        files[name] = f"{head}{heading}\n\n{sentence}{rest}".encode()
    with visitor.runtime.database.transaction() as session:
        publish(session, files, now=clock.now, published_by="test")
    visitor.runtime.matters.refresh()


def marked(visitor: Visitor) -> list[str]:
    """The documents that the list marks as changed."""
    items = re.findall(r"<li>(.*?)</li>", visitor.get("/claim/read").text, re.S)
    return [re.search(r"/read/([\w-]+)", one)[1] for one in items if "읽은 뒤 바뀜" in one]  # type: ignore[index]


def test_only_what_was_published_anew_is_read_again(visitor: Visitor, clock: Clock) -> None:
    assert marked(visitor) == []
    publish_anew(visitor, clock)
    assert marked(visitor) == ["kr-power"]
    assert visitor.get("/claim/sign").status_code == 303
    page = visitor.get(POWER).text
    assert f"<ins>{ADDED['ko']}" in page.replace("\n", "")
    assert "여기에 없는 조항은 그대로입니다" in page
    assert ADDED["ko"] in visitor.get(POWER).text.partition("바뀐 내용")[2].partition("</section>")[0]
    assert marked(visitor) == ["kr-power"]  # opened, and not gone on from
    visitor.post(POWER)
    assert marked(visitor) == []
    assert visitor.get("/claim/sign").status_code == 200
    assert "바뀐 내용" not in visitor.get(POWER).text


def test_the_changes_are_told_in_the_readers_language(visitor: Visitor, clock: Clock) -> None:
    publish_anew(visitor, clock)
    visitor.lang = "en"
    page = visitor.get(POWER).text.partition("What changed")[2].partition("</section>")[0]
    assert ADDED["en"] in page
    assert ADDED["ko"] not in page


def test_a_text_put_back_as_it_was_needs_no_reading(visitor: Visitor, clock: Clock) -> None:
    publish_anew(visitor, clock)
    publish_anew(visitor, clock, {"ko": f"{ADDED['ko']} 그리고.", "en": f"{ADDED['en']} And."})
    assert marked(visitor) == ["kr-power"]
    page = visitor.get(POWER).text
    assert (
        "그리고" in page.partition("바뀐 내용")[2].partition("</section>")[0]
    )  # against what was read, not against the last


def test_a_changed_detail_marks_the_documents_that_show_it(visitor: Visitor) -> None:
    visitor.fill("address", line2="202동 404호")
    assert "kr-power" in marked(visitor)
    assert "kr-consent-collection" not in marked(visitor)
    page = visitor.get(POWER).text
    assert "문서의 본문은 그대로이며" in page
    assert "<ins>" not in page


def test_what_was_never_read_has_not_changed(app: Flask, clock: Clock) -> None:
    visitor = an_open_claim(on_the_tests_clock(app, clock))
    visitor.get(POWER)
    publish_anew(visitor, clock)
    assert marked(visitor) == []
    assert "바뀐 내용" not in visitor.get(POWER).text

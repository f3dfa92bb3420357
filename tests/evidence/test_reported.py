"""A message that was checked becomes evidence of the claim of whoever is signed in."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from PIL import Image

from portal.evidence import listing, reported
from portal.runtime import Runtime
from tests.conftest import Clock
from tests.visitor import Visitor, on_the_tests_clock

TEXT = "[Web발신] 택배 지연\u202e 안내 😀\nhttp://cj-express.top/a"


def test_a_claimant_adds_a_pasted_message_as_a_picture(app: Flask, clock: Clock) -> None:
    visitor = Visitor(on_the_tests_clock(app, clock), "ko").begin()
    visitor.get("/is-this-ours")
    answer = visitor.post("/is-this-ours", {"text": TEXT}).text
    assert 'action="/ko/claim/evidence/reported"' in answer
    sent = visitor.post("/claim/evidence/reported", {"text": TEXT})
    assert sent.status_code == 303, sent.text
    runtime: Runtime = app.extensions["portal"]
    with runtime.database.reading() as session:
        (piece,) = listing.list_for(session, runtime, visitor.claim().id)
    assert (piece.kind, piece.media_type) == ("smishing", "image/png")
    assert sent.location.endswith(f"/claim/evidence/{piece.id}")
    assert "메시지를 증거 자료에 넣었습니다" in visitor.get(sent.location).text


def test_strangers_are_offered_no_claim_to_add_it_to(app: Flask, clock: Clock) -> None:
    visitor = Visitor(on_the_tests_clock(app, clock), "en")
    visitor.get("/is-this-ours")
    assert "/claim/evidence/reported" not in visitor.post("/is-this-ours", {"text": TEXT}).text
    assert visitor.post("/claim/evidence/reported", {"text": TEXT}).location.startswith("/en/claim/start")


@pytest.mark.parametrize("text", [TEXT, "\n" * 9_000, "가" * 10_000, "a\tb", ""])
def test_the_picture_is_of_bounded_size_whatever_was_pasted(text: str) -> None:
    picture = Image.open(io.BytesIO(reported.picture(["붙여 넣은 메시지"], text)))
    assert picture.width == reported.WIDTH
    assert picture.height < 20_000

"""A printed page is known again however it was photographed."""

from __future__ import annotations

import dataclasses
import io
import time

import pytest
from PIL import Image

from portal.evidence.refusals import Broken, NotAccepted, Refusal, TooManyPixels
from portal.matters.folder import read_folder, read_matter
from portal.packets import samples
from portal.packets.codes import new_code
from portal.packets.paper.box import look_in_box
from portal.packets.paper.marks import PageMark, modules, read_mark
from portal.packets.paper.recognise import KEPT_SIDE, look_at
from portal.packets.paper.sheets import Paper, lay_out
from tests.conftest import ROOT
from tests.evidence import hostile
from tests.packets import paper_scans
from tests.packets.paper_scans import CASUAL, FLAT, Camera

CAMERAS = {
    "flat": FLAT,
    "quarter turn": Camera(turn=90),
    "upside down": Camera(turn=180),
    "three quarters": Camera(turn=270),
    "seven degrees": Camera(turn=7),
    "seven degrees the other way, upside down": Camera(turn=173),
    "perspective": Camera(lean=0.16),
    "small": Camera(scale=0.6),
    "poor JPEG": Camera(quality=40),
    "shadow": Camera(shadow=0.75),
    "noise": Camera(noise=28),
    "cropped at two edges": Camera(crop=0.14),
    "all at once": Camera(turn=97, lean=0.1, scale=0.6, quality=40, shadow=0.6, noise=18),
    "casual": CASUAL,
}


def a_print(jurisdiction: str = "kr", code: str = "") -> tuple[Paper, str]:
    matter = read_matter(read_folder(ROOT / "matters" / "coupang-2025"))
    content = samples.sample_claim(matter, jurisdiction)
    act = content.act.model_copy(update={"means": "ink", "strokes": (), "typed_name": ""})
    code = code or new_code()
    return lay_out(dataclasses.replace(content, acts=(act,)), code, {}, "claims.example"), code


@pytest.fixture(scope="module")
def printed() -> tuple[Paper, str, list[Image.Image]]:
    paper, code = a_print()
    return paper, code, paper_scans.sheets_of(paper.data)


def the_mark(texts: tuple[str, ...]) -> PageMark:
    assert len(texts) == 1, texts
    mark = read_mark(texts[0])
    assert mark is not None
    return mark


@pytest.mark.parametrize("camera", CAMERAS.values(), ids=CAMERAS.keys())
def test_a_photographed_page_is_recognised_and_turned_upright(
    printed: tuple[Paper, str, list[Image.Image]], camera: Camera
) -> None:
    paper, code, sheets = printed
    for number in (1, len(paper.plan)):
        taken = Image.open(io.BytesIO(paper_scans.photograph(sheets[number], camera)))
        seen = look_at(taken)
        mark = the_mark(seen.texts)
        assert (mark.code, mark.page, mark.pages) == (code, number, len(paper.plan))
        upright = Image.open(io.BytesIO(seen.picture))
        assert max(upright.size) <= KEPT_SIDE
        again = look_at(upright)  # what is kept can be read again, and stands upright already
        assert the_mark(again.texts) == mark
        assert _slant_of(upright) < 2.5


def _slant_of(picture: Image.Image) -> float:
    from portal.packets.paper import recognise

    codes = next(found for grey in recognise._views(picture) if (found := recognise._read(grey)))
    return abs(recognise._slant(codes))

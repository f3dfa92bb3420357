"""A printed page is known again however it was photographed."""

from __future__ import annotations

import dataclasses
import io
import resource
import time

import pytest
from PIL import Image

from portal.evidence.refusals import Refusal
from portal.matters.folder import read_folder, read_matter
from portal.packets import samples
from portal.packets.codes import new_code
from portal.packets.paper import recognise
from portal.packets.paper.box import PICTURE_SECONDS, _checked, look_in_box
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


def test_both_codes_say_the_same_and_nothing_of_the_claimant(
    printed: tuple[Paper, str, list[Image.Image]],
) -> None:
    paper, code, sheets = printed
    matter = read_matter(read_folder(ROOT / "matters" / "coupang-2025"))
    page = look_at(sheets[1]).texts
    assert page == (f"JCP1:{code.replace('-', '')}:1/{len(paper.plan)}:1:{matter.hash[:8].upper()}",)
    halves = [
        sheets[1].crop((0, 0, sheets[1].width, 1_000)),
        sheets[1].crop((0, 1_300, 1_000, sheets[1].height)),
    ]
    assert [look_at(half).texts for half in halves] == [page, page]
    width = sheets[1].width / (210 / 25.4) / 25.4  # pixels of a millimetre
    side = len(modules(page[0]))
    assert 18.5 / side * width > 4  # a module at 200 dpi


def test_two_pages_on_one_picture_are_both_seen(printed: tuple[Paper, str, list[Image.Image]]) -> None:
    _paper, _code, sheets = printed
    two = Image.new("RGB", (sheets[1].width * 2, sheets[1].height))
    two.paste(sheets[1], (0, 0))
    two.paste(sheets[2], (sheets[1].width, 0))
    assert {the_mark((text,)).page for text in look_at(two).texts} == {1, 2}


@pytest.mark.parametrize(
    "text",
    ["", "https://pay.example/1", "JCP1:7K3M9QXA51T8:3/2:1:0123ABCD", "JCP1:AAAAAAAAAAAA:1/2:1:0123ABCD"],
)
def test_other_codes_are_not_marks(text: str) -> None:
    assert read_mark(text) is None


def test_a_scan_and_a_heic_are_read_in_the_box(printed: tuple[Paper, str, list[Image.Image]]) -> None:
    _paper, _code, sheets = printed
    scan = paper_scans.scan([sheets[2], sheets[1].rotate(180), sheets[3].rotate(90, expand=True)], 150)
    seen = look_in_box(scan)
    assert [the_mark(one.texts).page for one in seen] == [2, 1, 3]
    assert all(_slant_of(Image.open(io.BytesIO(one.picture))) < 2.5 for one in seen)
    (heic,) = look_in_box(_heic(sheets[4].resize((1_300, 1_838))))
    assert the_mark(heic.texts).page == 4


def _heic(picture: Image.Image) -> bytes:
    import pillow_heif

    target = io.BytesIO()
    pillow_heif.from_pillow(picture).save(target, quality=80)
    return target.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        hostile.a_png_of(50_000, 50_000),
        hostile.a_jpeg_claiming(65_500, 65_500),
        hostile.a_pixel_flood_in_a_pdf(),
        hostile.a_page_flood(),
        hostile.a_stream_bomb(600_000_000),
        b"%PDF-1.7 nothing more",
        b"\xff\xd8\xff cut off",
        b"<svg onload=alert(1)>",
        b"",
    ],
    ids=[
        "png flood",
        "jpeg flood",
        "pixels on a page",
        "pages",
        "stream bomb",
        "no pdf",
        "cut jpeg",
        "svg",
        "empty",
    ],
)
def test_a_hostile_file_dies_in_the_box_and_is_refused(content: bytes) -> None:
    with pytest.raises(Refusal):
        look_in_box(content)


def test_what_a_taken_over_box_answers_is_not_believed() -> None:
    good = paper_scans.jpeg(Image.new("RGB", (40, 40)))
    large = paper_scans.jpeg(Image.new("RGB", (KEPT_SIDE + 1, 10)))
    assert [one.texts for one in _checked({"pages": [[len(good), ["x" * 500] * 9]]}, good)] == [
        ("x" * 100,) * 4
    ]
    for head, body in (
        ({"pages": [[6, []]]}, b"<html>"),
        ({"pages": [[len(large), []]]}, large),
        ({"pages": []}, b""),
        ({"pages": [[1, []]] * 1_000}, good),
    ):
        with pytest.raises(Refusal):
            list(_checked(head, body))


def test_a_photograph_of_20_megabytes_takes_bounded_time() -> None:
    """The worst there is: no code on it, so that everything is tried."""
    grain = Image.effect_noise((4_600, 3_450), 90)
    content = paper_scans.jpeg(Image.merge("RGB", (grain, grain.rotate(180), grain)), 97)
    assert len(content) > 15_000_000
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    (seen,) = look_in_box(content)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert seen.texts == ()
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < PICTURE_SECONDS
    assert time.monotonic() - begun < PICTURE_SECONDS * 2


def _slant_of(picture: Image.Image) -> float:
    codes = next(found for grey in recognise._views(picture) if (found := recognise._read(grey)))
    return abs(recognise._slant(codes))

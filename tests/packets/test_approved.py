"""The sample packets' pages look as they were approved; `python -m tests.packets.approved` approves them anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageChops

from tests.packets.approved import FOLDER, MEAN, WORST_SQUARE, difference, drawn

NAMES = sorted(path.stem for path in FOLDER.glob("*.png"))


def approved(name: str) -> Image.Image:
    return Image.open(FOLDER / f"{name}.png").convert("L")


def test_the_same_pages_are_drawn_as_were_approved():
    assert sorted(drawn()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_page_looks_as_approved(name: str, tmp_path: Path):
    mean, worst = difference(approved(name), drawn()[name])
    if mean > MEAN or worst > WORST_SQUARE:
        seen = tmp_path / f"{name}.png"
        drawn()[name].save(seen)
        pytest.fail(f"differs by {mean:.2f} on the whole, {worst:.0f} in one square; drawn now: {seen}")


def test_a_line_that_moves_by_two_points_is_seen():
    page = drawn()["kr-power-first"]
    band = (0, page.height // 2, page.width, page.height // 2 + 12)
    moved = page.copy()
    moved.paste(ImageChops.offset(page.crop(band), 0, 1), band[:2])
    assert difference(page, moved)[1] > WORST_SQUARE


def test_all_approved_pages_together_are_small():
    assert sum(path.stat().st_size for path in FOLDER.glob("*.png")) < 1_000_000

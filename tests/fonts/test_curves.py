"""Outlines for pages: the glyphs of the very files that print, as one path."""

from __future__ import annotations

import re

import pytest
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

from portal.fonts import GlyphMissing
from portal.fonts.curves import outline
from portal.fonts.face import face

TEXT = "김뷁똠燁ÓễA g%"


@pytest.mark.parametrize("name", ["serif", "sans"])
def test_the_outline_of_each_glyph_fills_its_box(name) -> None:
    font = TTFont(face(name).path)
    glyphs, characters = font.getGlyphSet(), font.getBestCmap()
    for character in TEXT:
        drawn = outline(name, character)
        pen = BoundsPen(glyphs)
        glyphs[characters[ord(character)]].draw(pen)
        assert drawn.width == font["hmtx"][characters[ord(character)]][0]
        if pen.bounds is None:
            assert drawn.path == ""
            continue
        numbers = [float(one) for one in re.findall(r"-?\d+(?:\.\d+)?", drawn.path)]
        left, bottom, right, top = pen.bounds
        # Points off the curve may lie outside the glyph's box, never far from it.
        assert min(numbers[::2]) == pytest.approx(left, abs=25)
        assert max(numbers[::2]) == pytest.approx(right, abs=25)
        assert min(numbers[1::2]) == pytest.approx(-top, abs=25)
        assert max(numbers[1::2]) == pytest.approx(-bottom, abs=25)


def test_letters_stand_one_after_the_other() -> None:
    both, first, second = (outline("serif", text) for text in ("燁A", "燁", "A"))
    assert both.width == first.width + second.width
    assert both.path.startswith(first.path)
    assert both.path.count("M") == first.path.count("M") + second.path.count("M")


def test_a_character_without_a_glyph_is_named() -> None:
    with pytest.raises(GlyphMissing) as refused:
        outline("serif", "김\U0001f600")
    assert refused.value.character == "\U0001f600"

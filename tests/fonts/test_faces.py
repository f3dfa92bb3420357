"""What the packets' fonts can draw, and that pieces of them are whole fonts."""

import io
import unicodedata

import pytest
from fontTools.ttLib import TTFont

from portal.fonts import GlyphMissing, Subset, face, undrawable
from portal.fonts.face import FILES

NAMES = [
    "김민준",
    "뷁똠",
    "金民俊",
    "燁",
    "Ó Súilleabháin",
    "Nguyễn Thị Ánh",
    "Łukasz Žižek",
    "O’Brien-Núñez",
]


@pytest.mark.parametrize("name", FILES)
def test_every_face_draws_all_syllables(name):
    known = face(name).glyph_of
    assert all(chr(code) in known for code in range(0xAC00, 0xD7A4))


@pytest.mark.parametrize("name", ["serif", "sans"])
def test_faces_of_personal_text_draw_all_hanja_of_the_korean_standard(name):
    standard = [
        bytes((high, low)).decode("euc_kr") for high in range(0xCA, 0xFE) for low in range(0xA1, 0xFF)
    ]
    composed = {unicodedata.normalize("NFC", character) for character in standard}
    assert len(standard) == 4_888
    lacking = composed - set(face(name).glyph_of)
    assert lacking <= {"隙"}, "which Noto Sans KR lacks"
    assert undrawable("隙") == ["隙"]


@pytest.mark.parametrize("text", NAMES)
def test_names_of_many_kinds_are_drawable(text):
    assert undrawable(unicodedata.normalize("NFC", text)) == []


def test_what_cannot_be_drawn_is_named_once_in_order():
    assert undrawable("가😀나☐다😀\n라") == ["😀", "☐"]


@pytest.mark.parametrize("invisible", ["\u200b", "\u202e", "\u2066", "\ufeff", "\x00", "\x07", "\t"])
def test_invisible_characters_are_refused(invisible):
    assert undrawable(f"김{invisible}민준") == [invisible]


def test_decomposed_hangul_is_not_taken_for_composed():
    assert undrawable(unicodedata.normalize("NFD", "김")) != []


@pytest.mark.parametrize("name", FILES)
def test_a_subset_is_a_whole_font_with_the_same_outlines(name):
    subset = Subset.of(face(name), ["김민준 AÓ", "뷁"])
    made = TTFont(io.BytesIO(subset.program()), checkChecksums=2)
    source = TTFont(face(name).path)
    order = made.getGlyphOrder()
    assert len(order) == len(subset.characters) + 1
    for number, character in enumerate(subset.characters, 1):
        theirs = source.getBestCmap()[ord(character)]
        assert made["hmtx"][order[number]] == source["hmtx"][theirs]
        assert made["glyf"][order[number]] == source["glyf"][theirs]


def test_the_same_characters_make_the_same_subset():
    first, second = Subset.of(face("sans"), ["나가", "다"]), Subset.of(face("sans"), ["다나가나"])
    assert (first.characters, first.name) == ("가나다", second.name)
    assert first.program() == second.program()


def test_measuring_what_a_face_lacks_names_the_character():
    with pytest.raises(GlyphMissing) as refused:
        face("sans-bold").width("가燁", 10)
    assert refused.value.character == "燁"

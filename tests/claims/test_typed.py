"""What people type: one form of Unicode, nothing that no packet could print, never a 주민등록번호."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.fonts import undrawable
from portal.web.typed import has_resident_number, tidy, tidy_lines, unprintable, without_resident_number


@pytest.mark.parametrize(
    "text",
    [
        "900101-1234567",
        "9001011234567",
        "900101 1234567",
        "900101 - 1234567",
        "900101–1234567",
        "900101—1234567",
        "900101.1234567",
        "900101_2234567",
        "주민번호는 900101-2234567입니다",
        "９００１０１－１２３４５６７",
        "９００１０１１２３４５６７",
        "900101\u00a01234567",
        "001231-3234567",
        "001231-4234567",
        "850505-5234567",
        "850505-8234567",
        "123456-1234567",
        "٩٠٠١٠١-١٢٣٤٥٦٧",
    ],
)
def test_registration_numbers_are_recognised_however_written(text: str) -> None:
    assert has_resident_number(text)
    blanked = without_resident_number(text)
    assert not has_resident_number(blanked)
    assert not any(c.isdecimal() for c in blanked)


@pytest.mark.parametrize(
    "text",
    [
        "010-1234-5678",
        "+82 10 1234 5678",
        "2025-11-29",
        "900101",
        "900101-9234567",  # the first of the seven is 1 to 8
        "900101-12345678",
        "4000012345678",  # an order number: no month 00
        "1234567890123456",
        "04524",
        "2025. 11. 29. 1234567",
        "",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert not has_resident_number(text)
    assert without_resident_number(text) == text


def test_only_the_number_is_taken_out() -> None:
    text = "저는 ９００１０１-１２３４５６７ 번이고 전화는 010-1234-5678입니다"
    assert without_resident_number(text) == "저는 ●●●●●●-●●●●●●● 번이고 전화는 010-1234-5678입니다"


def test_decomposed_syllables_become_whole_ones() -> None:
    assert tidy(unicodedata.normalize("NFD", "홍길동")) == "홍길동"
    assert tidy("  홍\u3000길동\u00a0 \r\n 씨 ") == "홍 길동 씨"
    assert tidy_lines("하나 \r\n\r둘\u2028셋") == "하나\n\n둘\n셋"


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("홍길동", []),
        ("洪吉童 힣뷁쀍", []),
        ("Zoë O’Brien-Ünal", []),
        ("a\u202eb", ["\u202e"]),
        ("a\u200bb", ["\u200b"]),
        ("a\x00b\x07", ["\x00", "\x07"]),
        ("😀 좋아요", ["😀"]),
        ("\ufeffa", ["\ufeff"]),
        ("\ue000", ["\ue000"]),
    ],
)
def test_characters_that_no_packet_shows_are_named(text: str, bad: list[str]) -> None:
    assert unprintable(text) == bad


@given(st.text())
def test_what_passes_can_be_printed_and_stays_as_it_is(text: str) -> None:
    kept = tidy(text)
    assert tidy(kept) == kept
    if not unprintable(kept):
        assert not undrawable(kept)
        assert unicodedata.is_normalized("NFC", kept)


@given(st.text())
def test_blanking_leaves_no_number_behind(text: str) -> None:
    assert not has_resident_number(without_resident_number(text))


@pytest.mark.parametrize(
    "text", ["1" * 100_000, "900101-" * 20_000, "900101 " * 20_000, "홍" * 100_000, "- " * 50_000]
)
def test_long_texts_are_judged_at_once(text: str) -> None:
    began = time.perf_counter()
    has_resident_number(text)
    tidy(text)
    assert time.perf_counter() - began < 0.5

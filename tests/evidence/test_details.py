"""Received file names are shown, so they must be one honest line; nothing is ever stored under them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.evidence.details import LONGEST_NAME, tidy_file_name


@pytest.mark.parametrize(
    ("received", "shown"),
    [
        (unicodedata.normalize("NFD", "쿠팡 유출 안내.jpg"), "쿠팡 유출 안내.jpg"),  # from a Mac
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\홍길동\\바탕 화면\\명세서.pdf", "명세서.pdf"),
        ("photo\r\nSet-Cookie: a=b.jpg", "photo Set-Cookie: a=b.jpg"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),  # shown reversed it would read invoiceexe.jpg
        ("a\u200bb\ufeff\x00c.png", "abc.png"),
        ("  ..hidden..  ", "hidden"),
        ('quote".pdf', 'quote".pdf'),
        ("", "file"),
        ("///", "file"),
        ("홍길동 900101-1234567.pdf", "홍길동 ●●●●●●-●●●●●●●.pdf"),
    ],
)
def test_a_name_becomes_one_honest_line(received: str, shown: str) -> None:
    assert tidy_file_name(received) == shown


def test_a_long_name_keeps_its_ending() -> None:
    shown = tidy_file_name("가" * 400 + ".heic")
    assert len(shown) == LONGEST_NAME
    assert shown.endswith("….heic")


@given(st.text(max_size=300))
@example("\ud800.jpg")
@example("a/\u2028\u2029b")
@example("." * 300)
def test_no_name_breaks_a_line_a_path_or_a_reader(received: str) -> None:
    shown = tidy_file_name(received)
    assert 0 < len(shown) <= LONGEST_NAME
    assert unicodedata.is_normalized("NFC", shown)
    assert not {"/", "\\"} & set(shown)
    assert all(
        unicodedata.category(c)[0] != "C" and unicodedata.category(c) not in ("Zl", "Zp") for c in shown
    )
    assert tidy_file_name(shown) == shown
    shown.encode()

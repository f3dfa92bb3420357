"""The pages' type: complete for names, small for the first view."""

from __future__ import annotations

import re
from collections import Counter

from tests.conftest import ROOT

FONTS = ROOT / "static" / "fonts"
RULES = re.findall(
    r"url\(([\w.-]+)\?v=[0-9a-f]{10}\) format\('woff2'\);unicode-range:([^}]+)\}",
    (FONTS / "fonts.css").read_text(),
)


def codes(ranges: str) -> set[int]:
    """The code points of a unicode-range."""
    found: set[int] = set()
    for part in ranges.split(","):
        first, _, last = part.removeprefix("U+").partition("-")
        found |= set(range(int(first, 16), int(last or first, 16) + 1))
    return found


def test_every_hangul_syllable_stands_in_exactly_one_file() -> None:
    counted = Counter(code for _name, ranges in RULES for code in codes(ranges) if 0xAC00 <= code <= 0xD7A3)
    assert len(counted) == 11_172
    assert set(counted.values()) == {1}


def test_each_named_file_is_there_and_no_other() -> None:
    assert sorted(name for name, _ranges in RULES) == sorted(path.name for path in FONTS.glob("*.woff2"))
    assert "SIL OPEN FONT LICENSE" in (FONTS / "LICENSE.txt").read_text().upper()


def test_the_portals_own_words_need_only_the_first_file_of_hangul() -> None:
    texts = [*ROOT.glob("translations/ko/LC_MESSAGES/*.po"), *ROOT.glob("matters/*/*.toml")]
    own = {ord(character) for path in texts for character in path.read_text() if "가" <= character <= "힣"}
    missing = own - next(codes(ranges) for name, ranges in RULES if name == "pretendard-hangul-1.woff2")
    # A new word or two may load a second file; a new feature's worth means: run static/fonts/build.py again.
    assert len(missing) <= 20, "".join(map(chr, sorted(missing)))

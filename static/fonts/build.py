"""Makes the WOFF2 files and fonts.css in this folder from Pretendard's variable font.

Run with fontTools and brotli installed (see README.md), with the folder of the unpacked npm package as argument:

    npm pack pretendard@1.3.9 && tar xzf pretendard-1.3.9.tgz
    python static/fonts/build.py package

A page loads a file only when it shows a character of its range. The first file of Hangul holds every syllable of the
interface and of the matters, so that a page needs no other one but for names. The rest follow how often syllables
occur: in the order of the slices of the package's own dynamic subset (rare first, frequent last).
"""

import io
import re
import sys
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
OWN_TEXTS = ("translations/ko/LC_MESSAGES/*.po", "matters/*/*.toml", "matters/*/*/*.md")
CUTS = (0, 500, 1100, 1800, 4200, 6600, 9000, 11172)
SOURCE = "dist/public/variable/PretendardVariable.ttf"
SLICES = "dist/web/variable/pretendardvariable-dynamic-subset.css"
WEIGHTS = (400, 700)
FEATURES = ["kern", "tnum", "calt", "ccmp", "locl", "liga", "mark", "mkmk", "case"]

LATIN = (
    *range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2010, 0x2028), *range(0x2030, 0x203B), 0x203B, 0x20A9, 0x20AC,
    0x2103, 0x2116, 0x2122, *range(0x2190, 0x2194), 0x2212, 0x25A0, 0x25A1, 0x25B2, 0x25BC, 0x25CB, 0x25CF, 0x2713,
    *range(0x3000, 0x3004), *range(0x3008, 0x3012), *range(0x2460, 0x2474), *range(0xFF01, 0xFF5F),
)  # fmt: skip


def syllables_by_frequency(css: str) -> list[int]:
    """All 11,172 Hangul syllables, the most frequent first."""
    slices = re.findall(r"unicode-range:\s*([^;}]+)", css)
    rare_first = [code for ranges in slices for code in codes(ranges) if 0xAC00 <= code <= 0xD7A3]
    return list(dict.fromkeys(reversed(rare_first)))


def own_syllables() -> set[int]:
    """The syllables of this project's own pages and documents."""
    texts = (path.read_text() for pattern in OWN_TEXTS for path in ROOT.glob(pattern))
    return {ord(character) for text in texts for character in text if "가" <= character <= "힣"}


def codes(ranges: str) -> Iterator[int]:
    for part in ranges.replace(" ", "").split(","):
        first, _, last = part.upper().removeprefix("U+").partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


def as_ranges(characters: Iterable[int]) -> str:
    runs: list[list[int]] = []
    for code in sorted(characters):
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return ",".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in runs)


def with_our_weights(source: Path) -> bytes:
    font = instancer.instantiateVariableFont(TTFont(source), {"wght": WEIGHTS})
    target = io.BytesIO()
    font.save(target)
    return target.getvalue()


def write_woff2(source: bytes, characters: Iterable[int], target: Path) -> None:
    font = TTFont(io.BytesIO(source))
    options = subset.Options(
        layout_features=FEATURES, hinting=False, desubroutinize=True, name_IDs=[0, 1, 2, 13, 14]
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    font.flavor = "woff2"
    font.save(target)


def version(file: Path) -> str:
    """What the address of a file carries (``portal.web.files``); the page's preload has to be the very same address."""
    return sha256(file.read_bytes()).hexdigest()[:10]


def main(package: Path) -> None:
    own = own_syllables()
    others = [code for code in syllables_by_frequency((package / SLICES).read_text()) if code not in own]
    known = set(TTFont(package / SOURCE).getBestCmap())
    parts = {"latin": [code for code in LATIN if code in known], "hangul-1": sorted(own)}
    for number, (first, last) in enumerate(pairwise(CUTS), start=2):
        parts[f"hangul-{number}"] = others[first:last]
    source = with_our_weights(package / SOURCE)
    rules = ["/* Made by build.py; do not edit. */"]
    for name, characters in parts.items():
        target = HERE / f"pretendard-{name}.woff2"
        write_woff2(source, characters, target)
        rules.append(
            "@font-face{font-family:Pretendard;font-style:normal;font-weight:400 700;font-display:swap;"
            f"src:url({target.name}?v={version(target)}) format('woff2');unicode-range:{as_ranges(characters)}}}"
        )
        sys.stdout.write(
            f"{target.name:28} {len(characters):6} characters {target.stat().st_size:9,} bytes\n"
        )
    (HERE / "fonts.css").write_text("\n".join(rules) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

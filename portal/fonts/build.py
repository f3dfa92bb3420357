"""Makes the reduced font files of this folder from the published Noto packages.

Run by a developer, never at run time (needs fontTools):

    npm install --prefix DIR @expo-google-fonts/noto-sans-kr @expo-google-fonts/noto-serif-kr \\
        @expo-google-fonts/noto-sans @expo-google-fonts/noto-serif
    python -m portal.fonts.build DIR/node_modules
"""

from __future__ import annotations

import copy
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

HERE = Path(__file__).parent
# Kept in every face: Latin with its accents, punctuation, signs, kana, jamo, all syllables, full-width forms.
KEPT_RANGES = (
    (0x0020, 0x024F), (0x02B0, 0x036F), (0x0370, 0x045F), (0x1E00, 0x1EFF), (0x2000, 0x22FF),
    (0x2460, 0x24FF), (0x2500, 0x25FF), (0x2600, 0x26FF), (0x2C60, 0x2C7F), (0x3000, 0x30FF),
    (0x3130, 0x318F), (0x3200, 0x33FF), (0xAC00, 0xD7A3), (0xFF00, 0xFFEF),
)  # fmt: skip
# Names may carry any of the 8,470 Hanja, and names are never set in bold, so only the regular faces keep them.
HANJA_RANGES = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF))
# Latin, Greek and Cyrillic letters that the Korean fonts lack come from the Western Noto of the same design.
MERGED_RANGES = (
    (0x0100, 0x024F), (0x02B0, 0x036F), (0x0370, 0x045F), (0x1E00, 0x1EFF), (0x2070, 0x218F), (0x2C60, 0x2C7F),
)  # fmt: skip
# Invisible marks and direction overrides: they could make a name read otherwise than it is.
LEFT_OUT = frozenset(
    {*range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070), 0xFFF9, 0xFFFA, 0xFFFB}
)
FACES = {
    "NotoSansKR-Regular": (
        "noto-sans-kr/400Regular/NotoSansKR_400Regular",
        "noto-sans/400Regular/NotoSans_400Regular",
    ),
    "NotoSansKR-Bold": ("noto-sans-kr/700Bold/NotoSansKR_700Bold", "noto-sans/700Bold/NotoSans_700Bold"),
    "NotoSerifKR-Regular": (
        "noto-serif-kr/400Regular/NotoSerifKR_400Regular",
        "noto-serif/400Regular/NotoSerif_400Regular",
    ),
    "NotoSerifKR-Bold": ("noto-serif-kr/700Bold/NotoSerifKR_700Bold", "noto-serif/700Bold/NotoSerif_700Bold"),
}


def in_ranges(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return code not in LEFT_OUT and any(first <= code <= last for first, last in ranges)


def reduced(font: TTFont, codes: set[int]) -> TTFont:
    """The font with only these characters, without hinting and layout tables, which no PDF text needs."""
    options = Options()
    options.hinting = False
    options.layout_features = []
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "STAT", "vhea", "vmtx", "gasp", "DSIG"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    return font


def simple_glyph(glyphs: Any, name: str) -> Any:
    """The glyph with its components drawn in, so that a PDF subset can copy it alone."""
    recording = DecomposingRecordingPen(glyphs)
    glyphs[name].draw(recording)
    pen = TTGlyphPen(None)
    recording.replay(pen)
    return pen.glyph()


def flatten(font: TTFont) -> None:
    glyphs = font.getGlyphSet()
    for name in [name for name in font.getGlyphOrder() if font["glyf"][name].isComposite()]:
        font["glyf"][name] = simple_glyph(glyphs, name)


def merge_letters(target: TTFont, donor: TTFont, codes: set[int]) -> None:
    """Copies the donor's glyphs for these characters."""
    scale = target["head"].unitsPerEm / donor["head"].unitsPerEm
    if scale != 1:
        raise SystemExit("the fonts' units differ: scale the donor first")
    glyphs, donor_map = donor.getGlyphSet(), donor.getBestCmap()
    order, characters = list(target.getGlyphOrder()), dict(target.getBestCmap())
    for code in sorted(codes):
        name = f"uni{code:04X}.western"
        target["glyf"][name] = simple_glyph(glyphs, donor_map[code])
        target["hmtx"][name] = copy.copy(donor["hmtx"][donor_map[code]])
        order.append(name)
        characters[code] = name
    target.setGlyphOrder(order)
    target["cmap"].tables = [whole_map(characters)]


def whole_map(characters: dict[int, str]) -> Any:
    """The one character map that `portal.fonts.face` reads: format 12, all of Unicode."""
    subtable = CmapSubtable.newSubtable(12)
    subtable.platformID, subtable.platEncID, subtable.language = 3, 10, 0
    subtable.format, subtable.reserved, subtable.length = 12, 0, 0
    subtable.cmap = characters
    return subtable


def build(packages: Path) -> None:
    fonts = packages / "@expo-google-fonts"
    versions: dict[str, object] = {}
    for face, (korean, western) in FACES.items():
        font, donor = TTFont(fonts / f"{korean}.ttf"), TTFont(fonts / f"{western}.ttf")
        source_version = font["name"].getDebugName(5)
        kept = KEPT_RANGES if face.endswith("Bold") else KEPT_RANGES + HANJA_RANGES
        present, offered = set(font.getBestCmap()), set(donor.getBestCmap())
        font = reduced(font, {code for code in present if in_ranges(code, kept)})
        merged = {code for code in offered - present if in_ranges(code, MERGED_RANGES)}
        flatten(font)
        merge_letters(font, donor, merged)
        font.recalcTimestamp = False
        font.save(HERE / f"{face}.ttf")
        versions[face] = {
            "source": korean.split("/")[0],
            "version": source_version,
            "merged_from": western.split("/")[0],
            "merged_version": donor["name"].getDebugName(5),
            "merged_letters": len(merged),
            "characters": len(TTFont(HERE / f"{face}.ttf").getBestCmap()),
        }
    packages_used = {
        name: json.loads((fonts / name / "package.json").read_text())["version"]
        for name in ("noto-sans-kr", "noto-serif-kr", "noto-sans", "noto-serif")
    }
    (HERE / "versions.json").write_text(
        json.dumps({"packages": packages_used, "faces": versions}, indent=2) + "\n"
    )
    for name in packages_used:
        shutil.copy(fonts / name / "LICENSE_FONT", HERE / f"OFL-{name}.txt")


if __name__ == "__main__":
    build(Path(sys.argv[1]))

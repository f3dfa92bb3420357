"""Reads the reduced Noto files: which characters they draw, how wide, and the bytes of each glyph."""

from __future__ import annotations

import mmap
from array import array
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from struct import unpack_from
from sys import byteorder
from typing import Literal

FaceName = Literal["serif", "serif-bold", "sans", "sans-bold"]

FILES: dict[FaceName, str] = {
    "serif": "NotoSerifKR-Regular",
    "serif-bold": "NotoSerifKR-Bold",
    "sans": "NotoSansKR-Regular",
    "sans-bold": "NotoSansKR-Bold",
}
# Names, addresses and statements are set in these; bold faces lack Hanja and never carry personal text.
PERSONAL_FACES: tuple[FaceName, ...] = ("serif", "sans")


class GlyphMissing(Exception):
    """A face cannot draw a character of the text; the form that took it should have refused it."""

    def __init__(self, character: str) -> None:
        super().__init__(f"no glyph for U+{ord(character):04X}")
        self.character = character


def big_endian(kind: Literal["h", "H", "I"], raw: bytes) -> array[int]:
    numbers: array[int] = array(kind, raw)
    if byteorder == "little":
        numbers.byteswap()
    return numbers


@dataclass(frozen=True)
class Face:
    """One font file, mapped into memory; every part of it is read at first use and kept."""

    name: str
    path: Path

    @cached_property
    def data(self) -> mmap.mmap:
        with self.path.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    @cached_property
    def tables(self) -> dict[str, tuple[int, int]]:
        (count,) = unpack_from(">H", self.data, 4)
        records = (unpack_from(">4sIII", self.data, 12 + 16 * number) for number in range(count))
        return {tag.decode("ascii"): (offset, length) for tag, _, offset, length in records}

    def table(self, tag: str) -> bytes:
        offset, length = self.tables[tag]
        return self.data[offset : offset + length]

    @cached_property
    def units_per_em(self) -> int:
        return int(unpack_from(">H", self.table("head"), 18)[0])

    @cached_property
    def box(self) -> tuple[int, int, int, int]:
        left, bottom, right, top = unpack_from(">hhhh", self.table("head"), 36)
        return left, bottom, right, top

    @cached_property
    def ascent(self) -> int:
        return int(unpack_from(">h", self.table("hhea"), 4)[0])

    @cached_property
    def descent(self) -> int:
        return int(unpack_from(">h", self.table("hhea"), 6)[0])

    @cached_property
    def cap_height(self) -> int:
        return int(unpack_from(">h", self.table("OS/2"), 88)[0])

    @cached_property
    def glyph_of(self) -> dict[str, int]:
        """Glyph number by character, from the file's format 12 map of all Unicode."""
        cmap = self.table("cmap")
        (count,) = unpack_from(">H", cmap, 2)
        records = [unpack_from(">HHI", cmap, 4 + 8 * number) for number in range(count)]
        offset = next(at for _, _, at in records if unpack_from(">H", cmap, at)[0] == 12)
        (groups,) = unpack_from(">I", cmap, offset + 12)
        glyphs: dict[str, int] = {}
        for group in range(groups):
            first, last, glyph = unpack_from(">III", cmap, offset + 16 + 12 * group)
            glyphs.update((chr(code), glyph + code - first) for code in range(first, last + 1))
        return glyphs

    @cached_property
    def advances(self) -> array[int]:
        """Advance width of each glyph, in font units."""
        (measured,) = unpack_from(">H", self.table("hhea"), 34)
        (glyphs,) = unpack_from(">H", self.table("maxp"), 4)
        widths = big_endian("H", self.table("hmtx")[: 4 * measured])[::2]
        widths.extend([widths[-1]] * (glyphs - measured))
        return widths

    @cached_property
    def bearings(self) -> array[int]:
        """Left side bearing of each glyph, in font units."""
        (measured,) = unpack_from(">H", self.table("hhea"), 34)
        hmtx = self.table("hmtx")
        bearings = big_endian("h", hmtx[: 4 * measured])[1::2]
        bearings.extend(big_endian("h", hmtx[4 * measured :]))
        return bearings

    @cached_property
    def locations(self) -> array[int]:
        long_format = unpack_from(">h", self.table("head"), 50)[0]
        loca = self.table("loca")
        return big_endian("I", loca) if long_format else array("I", (2 * at for at in big_endian("H", loca)))

    def outline(self, glyph: int) -> bytes:
        start = self.tables["glyf"][0]
        return self.data[start + self.locations[glyph] : start + self.locations[glyph + 1]]

    @cached_property
    def width_of(self) -> dict[str, float]:
        """Advance width by character, in thousandths of the type size."""
        scale = 1000 / self.units_per_em
        advances = self.advances
        return {character: advances[glyph] * scale for character, glyph in self.glyph_of.items()}

    def width(self, text: str, size: float) -> float:
        """Width in points; raises `GlyphMissing`."""
        widths = self.width_of
        try:
            return sum(map(widths.__getitem__, text)) * size / 1000
        except KeyError as missing:
            raise GlyphMissing(missing.args[0]) from None


@cache
def face(name: FaceName) -> Face:
    return Face(FILES[name], Path(__file__).parent / f"{FILES[name]}.ttf")


@cache
def drawable_characters() -> frozenset[str]:
    """The characters that every face used for personal text can draw."""
    return frozenset.intersection(*(frozenset(face(name).glyph_of) for name in PERSONAL_FACES))


def undrawable(text: str) -> list[str]:
    """The characters of the text that no packet could show, each once, in order; line ends are no characters.

    Expects NFC: a decomposed syllable is reported as its parts.
    """
    known = drawable_characters()
    return [
        character for character in dict.fromkeys(text) if character not in known and character not in "\r\n"
    ]

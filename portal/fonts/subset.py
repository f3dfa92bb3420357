"""A few characters of a face as a TrueType program and the maps that a PDF needs beside it."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from struct import pack
from sys import byteorder

from portal.fonts.face import Face

# The mapping CID -> glyph is the identity, so a page names a glyph by its place in the subset; 0 is .notdef.
_CMAP_HEAD = (
    "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
    "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
    "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
    "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
)
_CMAP_TAIL = "endcmap CMapName currentdict /CMap defineresource pop end end\n"


@dataclass(frozen=True)
class Subset:
    """Characters of one face, numbered from 1 in the order given; each once, at most 65,534."""

    face: Face
    characters: str

    @classmethod
    def of(cls, face: Face, texts: Iterable[str]) -> Subset:
        """The subset of everything in the texts, in the order of the characters' codes."""
        return cls(face, "".join(sorted(set().union(*texts) & face.glyph_of.keys())))

    @cached_property
    def codes(self) -> dict[str, str]:
        """Four hexadecimal digits by character, as content streams write them."""
        return {character: f"{number:04X}" for number, character in enumerate(self.characters, 1)}

    @cached_property
    def name(self) -> str:
        """The PostScript name with the six-letter tag that marks a subset; the same characters give the same tag."""
        digest = hashlib.sha256(self.characters.encode()).digest()
        return "".join(chr(65 + byte % 26) for byte in digest[:6]) + "+" + self.face.name

    @cached_property
    def glyphs(self) -> list[int]:
        return [0, *(self.face.glyph_of[character] for character in self.characters)]

    @cached_property
    def widths(self) -> list[int]:
        """Advance widths in thousandths, by number."""
        scale = 1000 / self.face.units_per_em
        return [round(self.face.advances[glyph] * scale) for glyph in self.glyphs]

    def to_unicode(self) -> bytes:
        """The CMap by which a reader copies and searches the text."""
        pairs = [f"<{code}> <{_utf16(character)}>" for character, code in self.codes.items()]
        blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
        body = "".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks)
        return (_CMAP_HEAD + body + _CMAP_TAIL).encode("ascii")

    def program(self) -> bytes:
        """The TrueType file of these glyphs: the tables that ISO 32000-1 9.9 asks for, with right checksums."""
        face = self.face
        outlines = [_padded(face.outline(glyph)) for glyph in self.glyphs]
        locations = [0]
        for outline in outlines:
            locations.append(locations[-1] + len(outline))
        metrics = b"".join(pack(">Hh", face.advances[glyph], face.bearings[glyph]) for glyph in self.glyphs)
        head, hhea, maxp = (
            bytearray(face.table("head")),
            bytearray(face.table("hhea")),
            bytearray(face.table("maxp")),
        )
        head[8:12] = bytes(4)
        head[50:52] = pack(">h", 1)
        hhea[34:36] = maxp[4:6] = pack(">H", len(self.glyphs))
        tables = {
            b"glyf": b"".join(outlines),
            b"head": bytes(head),
            b"hhea": bytes(hhea),
            b"hmtx": metrics,
            b"loca": pack(f">{len(locations)}I", *locations),
            b"maxp": bytes(maxp),
        }
        return _font_file(tables)


def _utf16(character: str) -> str:
    return character.encode("utf-16-be").hex().upper()


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def _checksum(data: bytes) -> int:
    words = array("I", _padded(data))
    if byteorder == "little":
        words.byteswap()
    return sum(words) & 0xFFFFFFFF


def _font_file(tables: dict[bytes, bytes]) -> bytes:
    count = len(tables)
    power = count.bit_length() - 1
    header = pack(">IHHHH", 0x00010000, count, 16 << power, power, 16 * count - (16 << power))
    offset, records, bodies = len(header) + 16 * count, [], []
    for tag, data in tables.items():
        records.append(pack(">4sIII", tag, _checksum(data), offset, len(data)))
        bodies.append(_padded(data))
        offset += len(bodies[-1])
    file = bytearray(header + b"".join(records) + b"".join(bodies))
    # OpenType: checkSumAdjustment makes the whole file sum to this constant.
    adjustment = (0xB1B0AFBA - _checksum(bytes(file))) & 0xFFFFFFFF
    at = next(len(header) + 16 * index for index, tag in enumerate(tables) if tag == b"head")
    head_offset = int.from_bytes(file[at + 8 : at + 12], "big")
    file[head_offset + 8 : head_offset + 12] = pack(">I", adjustment)
    return bytes(file)

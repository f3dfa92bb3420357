"""Subsets as PDF fonts, and the choice of font for each stretch of text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

from portal.fonts import FaceName, GlyphMissing, Subset, face
from portal.packets.pdf.file import Objects, stream
from portal.packets.setting.strips import Element

FACE_NAMES: tuple[FaceName, ...] = ("serif", "serif-bold", "sans", "sans-bold")
_SHORT_NAMES = {"serif": "1", "serif-bold": "2", "sans": "3", "sans-bold": "4"}
_SHARED = {name: f"F{short}" for name, short in _SHORT_NAMES.items()}
_SYMBOLIC = 4  # ISO 32000-1 table 123: glyphs outside the standard Latin set


def put_font(objects: Objects, subset: Subset, *, level: int = 9) -> int:
    """Writes the subset as an embedded composite font and answers its number."""
    the_face = subset.face
    scale = 1000 / the_face.units_per_em
    program = subset.program()
    file = objects.add(stream(program, f"/Length1 {len(program)}", level=level))
    box = " ".join(str(round(edge * scale)) for edge in the_face.box)
    descriptor = objects.add(
        f"<</Type/FontDescriptor/FontName/{subset.name}/Flags {_SYMBOLIC}/FontBBox[{box}]/ItalicAngle 0"
        f"/Ascent {round(the_face.ascent * scale)}/Descent {round(the_face.descent * scale)}"
        f"/CapHeight {round(the_face.cap_height * scale)}"
        f"/StemV {140 if 'Bold' in the_face.name else 80}/FontFile2 {file} 0 R>>"
    )
    widths = " ".join(map(str, subset.widths))
    glyphs = objects.add(
        f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{subset.name}"
        f"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        f"/FontDescriptor {descriptor} 0 R/DW 1000/W[0[{widths}]]/CIDToGIDMap/Identity>>"
    )
    unicode_map = objects.add(stream(subset.to_unicode(), level=level))
    return objects.add(
        f"<</Type/Font/Subtype/Type0/BaseFont/{subset.name}/Encoding/Identity-H"
        f"/DescendantFonts[{glyphs} 0 R]/ToUnicode {unicode_map} 0 R>>"
    )


class DrawnGroup(NamedTuple):
    """A group's operators: those of no element; those of each element with its distance from the origin; and of all
    elements together as one pattern, for each the number of its marked content and where the group stands, and as one
    pattern of the structure, for each the numbers of section, page and marked content.
    """

    plain: str
    marked: tuple[tuple[Element, float, str], ...]
    pattern: str
    structure: str
    pictures: frozenset[str]


@dataclass(frozen=True, eq=False)
class SharedFonts:
    """The fonts that every packet of a matter version carries, with the characters of its terms and labels."""

    subsets: Mapping[FaceName, Subset]
    numbers: Mapping[FaceName, int]
    serial: int = field(default_factory=count(1).__next__, repr=False)  # an id may be used again, this is not

    @classmethod
    def put(cls, objects: Objects, texts: Mapping[FaceName, Iterable[str]]) -> SharedFonts:
        subsets = {name: Subset.of(face(name), texts[name]) for name in FACE_NAMES}
        return cls(subsets, {name: put_font(objects, subset) for name, subset in subsets.items()})

    def resources(self) -> str:
        return "".join(f"/{_resource('F', name)} {number} 0 R" for name, number in self.numbers.items())


@dataclass
class Fonts:
    """Writes text with the shared fonts, and with fonts of its own for words whose characters they lack."""

    shared: SharedFonts
    serial: int = field(default_factory=count(-1, -1).__next__, repr=False)
    own_words: int = 0  # how many words were written with fonts of its own
    _own: dict[FaceName, dict[str, str]] = field(default_factory=dict)

    def shown(self, name: FaceName, text: str) -> list[tuple[str, str]]:
        """The text as (font resource, hexadecimal codes): one piece where the shared font has every character.

        Raises `GlyphMissing` when the face cannot draw it at all.
        """
        codes = self.shared.subsets[name].codes
        try:
            return [(_SHARED[name], "".join(map(codes.__getitem__, text)))]
        except KeyError:
            return [self._word(name, word) for word in _words(text)]

    def _word(self, name: FaceName, word: str) -> tuple[str, str]:
        codes = self.shared.subsets[name].codes
        if codes.keys() >= set(word):
            return _SHARED[name], "".join(map(codes.__getitem__, word))
        self.own_words += 1
        known, own = face(name).glyph_of, self._own.setdefault(name, {})
        for character in word:
            if character not in own:
                if character not in known:
                    raise GlyphMissing(character)
                own[character] = f"{len(own) + 1:04X}"
        return _resource("P", name), "".join([own[character] for character in word])

    def put_own(self, objects: Objects) -> str:
        """Writes the fonts of the words met so far and answers their resource entries."""
        entries = []
        for name, codes in sorted(self._own.items()):
            number = put_font(objects, Subset(face(name), "".join(codes)), level=0)
            entries.append(f"/{_resource('P', name)} {number} 0 R")
        return "".join(entries)


def _resource(kind: str, name: FaceName) -> str:
    return kind + _SHORT_NAMES[name]


def _words(text: str) -> list[str]:
    """The words of the text, each with the spaces that follow it."""
    words, start = [], 0
    for index in range(1, len(text)):
        if text[index - 1] == " " and text[index] != " ":
            words.append(text[start:index])
            start = index
    return [*words, text[start:]]

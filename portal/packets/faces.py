"""The face of a typed signature: one that has every glyph of the name, the same on the page and in the PDF."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from portal.fonts import FaceName, GlyphMissing
from portal.fonts.curves import Outline, outline
from portal.fonts.face import PERSONAL_FACES

# What the type is called on pages and in records; proper names are the same in both languages.
NAMES: dict[FaceName, str] = {"serif": "Noto Serif KR", "sans": "Noto Sans KR"}


@dataclass(frozen=True)
class TypedName:
    """A name as it will be printed for a signature."""

    text: str
    face: FaceName
    drawn: Outline

    @property
    def on_screen(self) -> bool:
        """Whether the pages' own font has all of it too: Pretendard knows Hangul and Latin letters, and no Hanja."""
        return all(character < "\u0180" or "가" <= character <= "힣" for character in self.text)

    @property
    def face_name(self) -> str:
        """What people call the face."""
        return NAMES[self.face]


def typed(text: str) -> TypedName | None:
    """The name, tidied, in the first face that has all of it; None where none has."""
    tidy = " ".join(unicodedata.normalize("NFC", text).split())
    for face in PERSONAL_FACES:
        try:
            return TypedName(tidy, face, outline(face, tidy))
        except GlyphMissing:
            continue
    return None

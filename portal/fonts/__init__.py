"""The type of packets: Noto Sans KR and Noto Serif KR, reduced, with what they can draw."""

from portal.fonts.face import Face, FaceName, GlyphMissing, face, undrawable
from portal.fonts.subset import Subset

__all__ = ["Face", "FaceName", "GlyphMissing", "Subset", "face", "undrawable"]

"""Text set character by character, so that its lines put together again are the very text."""

from __future__ import annotations

from collections.abc import Iterator

from portal.packets.parts.fields import single
from portal.packets.setting.lines import text_width
from portal.packets.setting.strips import Strip
from portal.packets.setting.styles import Style

_STYLE = Style("sans", 9, 12)
_NEVER_AT_AN_END = " -\u00ad"  # readers of PDF drop these where a line ends


def verbatim_lines(text: str, width: float) -> Iterator[str]:
    """The text in lines that fit the width in points, none of which begins with white space or ends doubtfully."""
    advances: dict[str, float] = {}
    start, used = 0, 0.0
    for place, character in enumerate(text):
        advance = advances.get(character)
        if advance is None:
            advance = advances[character] = text_width(character, _STYLE)
        if used + advance > width:
            cut = _cut(text, start, place)
            yield text[start:cut]
            used = sum(advances[one] for one in text[cut:place])
            start = cut
        used += advance
    if start < len(text):
        yield text[start:]


def _cut(text: str, start: int, end: int) -> int:
    """The last place up to `end` where a line may end without losing anything."""
    for cut in range(end, start, -1):
        if text[cut - 1] not in _NEVER_AT_AN_END and text[cut : cut + 1] != " ":
            return cut
    return end


def verbatim_strips(text: str, width: float) -> list[Strip]:
    """The lines, which may go on overleaf anywhere."""
    return [Strip(_STYLE.leading, (single(line, _STYLE),)) for line in verbatim_lines(text, width)]

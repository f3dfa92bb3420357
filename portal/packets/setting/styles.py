"""Sizes, colours and type styles of packets, the same tokens as the screens'."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from portal.fonts import FaceName

Colour = tuple[float, float, float]
MM = 72 / 25.4


def _hex(value: str) -> Colour:
    red, green, blue = (int(value[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue


INK, SOFT, FAINT = _hex("1c2430"), _hex("505a68"), _hex("8b8577")
LINE, SUNKEN, WHITE = _hex("d9d4c9"), _hex("f1eee7"), _hex("ffffff")
SEAL, SEAL_SOFT = _hex("b3361f"), _hex("fbece8")


@dataclass(frozen=True, slots=True)
class Style:
    """How a paragraph is set; sizes in points. Bold runs take `bold`."""

    face: FaceName
    size: float
    leading: float
    bold: FaceName = "serif-bold"
    colour: Colour = INK
    align: Literal["left", "centre", "right"] = "left"

    def with_(self, **changes: object) -> Style:
        return replace(self, **changes)  # type: ignore[arg-type]


# The leading of the terms is one grid for both languages, so that lines of both columns stand on one level.
BODY = Style("serif", 10, 15.5)
HEADING = Style("serif-bold", 10.5, 15.5)
TITLE = Style("serif-bold", 19, 27)
SUBTITLE = Style("serif", 12, 18, colour=SOFT)
LABEL = Style("sans", 8.5, 13, "sans-bold", SOFT)
VALUE = Style("serif", 10.5, 16)
NOTE = Style("sans", 8.5, 13, "sans-bold", SOFT)
SMALL = Style("sans", 8, 12, "sans-bold", SOFT)
TABLE = Style("sans", 9, 13.5, "sans-bold")
TABLE_HEAD = Style("sans-bold", 8, 12, "sans-bold", SOFT)
FURNITURE = Style("sans", 7.5, 10, "sans-bold", SOFT)


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet and its type area, in points, measured from the top left corner."""

    name: Literal["A4", "Letter"]
    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float

    @property
    def measure(self) -> float:
        """Width of the type area."""
        return self.width - self.left - self.right

    @property
    def depth(self) -> float:
        """Height of the type area."""
        return self.height - self.top - self.bottom


PAGES: dict[str, Page] = {
    "A4": Page("A4", 595.28, 841.89, 20 * MM, 20 * MM, 27 * MM, 26 * MM),
    "Letter": Page("Letter", 612, 792, 64, 64, 72, 68),
}
GUTTER = 24.0
_KOREAN_SHARE = 0.455  # English takes about a sixth more lines than Korean in columns of one width


def column_widths(page: Page) -> dict[str, float]:
    """Widths of the two languages' columns, so that both texts end at about the same height."""
    room = page.measure - GUTTER
    return {"ko": room * _KOREAN_SHARE, "en": room * (1 - _KOREAN_SHARE)}

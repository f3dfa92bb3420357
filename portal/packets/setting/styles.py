"""Sizes, colours and type styles of packets, the same tokens as the screens'."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
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
    _hash: int = field(init=False, repr=False, compare=False, default=0)

    def __post_init__(self) -> None:
        # What is set once is looked up by its style, hundreds of times in a packet.
        parts = (self.face, self.size, self.leading, self.bold, self.colour, self.align)
        object.__setattr__(self, "_hash", hash(parts))

    def __hash__(self) -> int:
        return self._hash

    def with_(self, **changes: object) -> Style:
        return replace(self, **changes)  # type: ignore[arg-type]


# What a lawyer must read is never smaller than this; only what belongs to the page, not to the text, may be.
SMALLEST = 9.0
FURNITURE = Style("sans", 7.5, 10, "sans-bold", SOFT)


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A sheet and its type area, in points, measured from the top left corner.

    `head` and `foot` are where the lines that belong to the page stand: the distances of their rules from the sheet's
    upper and lower edge. They lie in the margins, whatever the margins are.
    """

    name: Literal["A4", "Letter"]
    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    head: float
    foot: float

    @property
    def measure(self) -> float:
        """Width of the type area."""
        return self.width - self.left - self.right

    @property
    def depth(self) -> float:
        """Height of the type area."""
        return self.height - self.top - self.bottom


PAGES: dict[str, Page] = {
    "A4": Page("A4", 595.28, 841.89, 20 * MM, 20 * MM, 27 * MM, 26 * MM, 48, 58),
    "Letter": Page("Letter", 612, 792, 64, 64, 72, 68, 43, 56),
}


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """How one kind of page is set: its type area, its two columns, and its styles.

    Lines of both columns stand on one grid, the leading of `body`; several lines of the translation may share one line
    of it. `padding` is the room above and below a labelled value.
    """

    page: Page
    gutter: float
    shares: tuple[float, float]  # of the governing language's column and of the translation's
    title: tuple[Style, Style]
    heading: tuple[Style, Style]
    body: tuple[Style, Style]
    label: Style
    value: Style
    small: Style
    note: Style
    table: Style
    table_head: Style
    padding: float
    at_top: bool = False  # letters stand at the top of their line, as Korean word processors set wide spacing

    def drop(self, style: Style) -> float:
        """Distance of the first baseline from the top of a line of the terms."""
        return style.size * 0.86 if self.at_top else style.leading / 2 + style.size * 0.36


_TRANSLATION: Colour = (0.22, 0.27, 0.34)


def _pair(style: Style, smaller: float = 0.0) -> tuple[Style, Style]:
    """The governing language's style and the translation's."""
    return style, style.with_(colour=_TRANSLATION, size=style.size - smaller)


# The leading of the terms is one grid for both languages, so that lines of both columns stand on one level.
BODY = Style("serif", 10, 15)
TITLE = Style("serif-bold", 19, 27)
SUBTITLE = Style("serif", 12, 18, colour=SOFT)
LABEL = Style("sans", 9, 13, "sans-bold", SOFT)
VALUE = Style("serif", 10.5, 16)
NOTE = Style("sans", 9, 13, "sans-bold", SOFT)
SMALL = Style("sans", 9, 12.5, "sans-bold", SOFT)
TABLE = Style("sans", 9, 13.5, "sans-bold")
TABLE_HEAD = Style("sans-bold", 9, 12, "sans-bold", SOFT)


def usual_look(page: Page, governing: str) -> Look:
    """Contracts, consents and everything that stays between client and counsel."""
    # So both texts end at about the same height: English takes about a third more room than Korean.
    korean = 0.435
    return Look(
        page=page,
        gutter=24.0,
        shares=(korean, 1 - korean) if governing == "ko" else (1 - korean, korean),
        title=_pair(TITLE),
        heading=_pair(Style("serif-bold", 10.5, 15), 0.5),
        body=_pair(BODY, 0.5),
        label=LABEL.with_(colour=INK),
        value=VALUE,
        small=SMALL,
        note=NOTE,
        table=TABLE,
        table_head=TABLE_HEAD,
        padding=4.0,
    )


def court_look(page: Page, margins: tuple[float, float, float, float], size: float, spacing: float) -> Look:
    """Documents that are filed, in the form that the court prescribes: margins in points (top, right, bottom, left),
    size of the governing text in points, and its leading as a multiple of that.

    The translation is there for the client's convenience. It is set smaller, with as many lines to one line of the
    governing text as stay readable, so that clauses still begin on one level.
    """
    top, right, bottom, left = margins
    grid = size * spacing
    beside = grid / max(1, int(grid / 11.5))
    small = max(SMALLEST, min(size * 0.75, beside - 2.5))
    body = Style("serif", size, grid)
    translation = Style("serif", small, beside, colour=_TRANSLATION)
    return Look(
        page=replace(page, top=top, right=right, bottom=bottom, left=left),
        gutter=18.0,
        shares=(0.6, 0.4),
        title=(
            Style("serif-bold", size * 1.5, grid * 1.5),
            translation.with_(face="serif-bold", size=small + 2, leading=grid * 0.75),
        ),
        heading=(body.with_(face="serif-bold"), translation.with_(face="serif-bold")),
        body=(body, translation),
        label=LABEL.with_(colour=INK, size=max(SMALLEST, size - 2), leading=15),
        value=Style("serif", size, grid),
        small=SMALL,
        note=NOTE.with_(size=max(SMALLEST, size - 2), leading=16),
        table=Style("sans", max(SMALLEST, size - 2), 16, "sans-bold"),
        table_head=TABLE_HEAD.with_(size=max(SMALLEST, size - 2), leading=14),
        padding=2.0,
        at_top=True,
    )


PLAIN = usual_look(PAGES["A4"], "ko")

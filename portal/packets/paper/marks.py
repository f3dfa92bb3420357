"""The code on each printed page: which print, which page of how many, which document, which version of the matter.

It says nothing of the claimant, so a page left in a printer or on a photocopier tells nobody whose it is by its code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import zxingcpp

from portal.packets.codes import read_code

INSTRUCTIONS = 0
"""The number of the sheet that says how to sign; it need not come back."""
VERSION_LENGTH = 8  # characters of the matter version's hash
_FORM = "JCP1:{code}:{page}/{pages}:{document}:{version}"
_READ = re.compile(r"JCP1:([0-9A-Z]{12}):(\d{1,3})/(\d{1,3}):(\d{1,2}):([0-9A-F]{8})")

_BLANK = re.compile(r"JCB1:((?:KR|US)-[A-Z]{4,12}):(\d{1,3})/(\d{1,3}):(\d{1,2}):([0-9A-F]{8})")


@dataclass(frozen=True)
class PageMark:
    """What a page's code says. `document` counts the print's documents from 1 and is 0 on the instructions."""

    code: str
    page: int
    pages: int
    document: int
    version: str

    @property
    def text(self) -> str:
        """As it stands in the code: only characters of QR's alphanumeric mode, which makes the modules large."""
        return _FORM.format(
            code=self.code.replace("-", ""),
            page=self.page,
            pages=self.pages,
            document=self.document,
            version=self.version,
        )

    @property
    def shown(self) -> str:
        """The same for people, who type it when no camera reads the code."""
        return f"{self.code} · {self.page}/{self.pages} · D{self.document} · {self.version}"


@dataclass(frozen=True)
class BlankMark:
    """What the code of a page of a blank form says: whose form, which page of how many, document and version.

    `form` is the jurisdiction and the kind of claim, as `KR-MINOR`. Nobody's claim stands behind it.
    """

    form: str
    page: int
    pages: int
    document: int
    version: str

    @property
    def text(self) -> str:
        """As it stands in the code, in characters of QR's alphanumeric mode."""
        return f"JCB1:{self.form}:{self.page}/{self.pages}:{self.document}:{self.version}"

    @property
    def shown(self) -> str:
        """The same for people."""
        return f"{self.form} · {self.page}/{self.pages} · D{self.document} · {self.version}"


def form_of(jurisdiction: str, kind: str) -> str:
    """How codes name the blank form of a jurisdiction for a kind of claim."""
    return f"{jurisdiction}-{kind}".upper()


def read_blank(text: str) -> BlankMark | None:
    """The mark of a blank form's code; None for any other code."""
    if not (match := _BLANK.fullmatch(text)):
        return None
    page, pages = int(match[2]), int(match[3])
    return BlankMark(match[1], page, pages, int(match[4]), match[5]) if page <= pages else None


def version_of(matter_hash: str) -> str:
    """The beginning of a matter version's hash, as the codes hold it."""
    return matter_hash[:VERSION_LENGTH].upper()


def read_mark(text: str) -> PageMark | None:
    """The mark of a code's text; None for any other code."""
    if not (match := _READ.fullmatch(text)):
        return None
    code, page, pages, document = read_code(match[1]), int(match[2]), int(match[3]), int(match[4])
    if code is None or not 0 <= page <= pages:
        return None
    return PageMark(code, page, pages, document, match[5])


@lru_cache(256)
def modules(text: str) -> tuple[str, ...]:
    """The code as rows of 0 and 1, 1 is dark. A quarter of it may be lost to a crease or a thumb (level Q)."""
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
    picture = memoryview(symbol.to_image(scale=1, add_quiet_zones=False))  # type: ignore[arg-type]
    height, width = picture.shape or ()
    pixels = picture.tobytes()
    rows = (pixels[at : at + width] for at in range(0, height * width, width))
    return tuple("".join("0" if pixel else "1" for pixel in row) for row in rows)


def runs(rows: tuple[str, ...]) -> Iterator[tuple[int, int, int]]:
    """Dark runs as column, row from the top, length."""
    for number, row in enumerate(rows):
        for match in re.finditer("1+", row):
            yield match.start(), number, len(match[0])

"""Pages of a production as images: 300 dpi, TIFF Group 4 for black and white, JPEG where colour or tone would be lost.

Each image bears its Bates number at the lower right, the designation at the lower left where there is one, and between
them what was covered and why. The bytes follow from the page alone: no time stands in the tags.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageOps

import portal.fonts

DPI = 300
_LETTER = (2550, 3300)  # pixels of 8.5 x 11 inches
_FOOT = 150  # pixels below the page of an exhibit, so that no stamp covers what it shows
_MARGIN = 50
_FONT = Path(portal.fonts.__file__).parent / "NotoSansKR-Bold.ttf"
_COLOURED, _COLOUR_SHARE = 48, 0.005  # how far channels must differ, and on which share of the page
_DARK, _LIGHT, _TONE_SHARE = 70, 190, 0.06
_TO_BLACK = [255 if value > 160 else 0 for value in range(256)]  # what is darker becomes black


@dataclass(frozen=True)
class Stamps:
    """What is printed below a page: its number, the designation, and what was covered and why."""

    number: str
    designation: str = ""
    redaction: str = ""


@dataclass(frozen=True)
class PageImage:
    """An image as it is produced; ``suffix`` is tif or jpg."""

    content: bytes
    suffix: str


def pdf_pages(data: bytes, *, foot: bool) -> Iterator[Image.Image]:
    """Each page drawn; ``foot`` keeps room below it, for pages that keep none free themselves."""
    with pypdfium2.PdfDocument(data) as pdf:
        for page in pdf:
            width, height = page.get_size()
            room = (_LETTER[0], _LETTER[1] - (_FOOT if foot else 0))
            scale = min(DPI / 72, room[0] / width, room[1] / height)
            drawn = page.render(scale=scale, rev_byteorder=True).to_pil().convert("RGB")
            yield _framed(drawn, foot=foot)


def picture_page(data: bytes) -> Image.Image:
    """A picture as a page: as large as fits above its stamps, upright, never blown up beyond 150 dpi."""
    with Image.open(io.BytesIO(data)) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    room = (_LETTER[0] - 2 * _MARGIN, _LETTER[1] - _FOOT - _MARGIN)
    scale = min(room[0] / picture.width, room[1] / picture.height, 2.0)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return _framed(picture.resize(size, Image.Resampling.LANCZOS), foot=True)


def text_pages(data: bytes) -> str:
    """The text of a PDF, its pages parted by form feeds; empty where it has only pictures."""
    with pypdfium2.PdfDocument(data) as pdf:
        pages = [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in pdf]
    return "\f".join(pages) if any(page.strip() for page in pages) else ""


def produced(page: Image.Image, stamps: Stamps, *, picture: bool = False) -> PageImage:
    """The stamped page in the form that keeps what it shows; of a ``picture`` even pale tints are kept."""
    _stamp(page, stamps)
    shade, target = page.convert("L"), io.BytesIO()
    if picture:
        page.save(target, "JPEG", quality=80, dpi=(DPI, DPI))
        return PageImage(target.getvalue(), "jpg")
    if (coloured := _coloured(page)) or _toned(shade):
        (page if coloured else shade).save(target, "JPEG", quality=80, dpi=(DPI, DPI))
        return PageImage(target.getvalue(), "jpg")
    black = shade.point(_TO_BLACK, "1")
    black.save(target, "TIFF", compression="group4", dpi=(DPI, DPI))
    return PageImage(target.getvalue(), "tif")


def _framed(drawn: Image.Image, *, foot: bool) -> Image.Image:
    """The drawing on a white page of letter size; wider or higher ones were made to fit."""
    if drawn.size == _LETTER:
        return drawn
    page = Image.new("RGB", _LETTER, "white")
    room = _LETTER[1] - (_FOOT if foot else 0)
    page.paste(drawn, ((_LETTER[0] - drawn.width) // 2, (room - drawn.height) // 2))
    return page


def _coloured(page: Image.Image) -> bool:
    small = page.reduce(4)
    red, green, blue = small.split()
    highest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    lowest = ImageChops.darker(ImageChops.darker(red, green), blue)
    spread = ImageChops.subtract(highest, lowest).histogram()
    return sum(spread[_COLOURED:]) > _COLOUR_SHARE * small.width * small.height


def _toned(shade: Image.Image) -> bool:
    """Whether much of the page is grey, as photographs are; the edges of letters are not much."""
    counts = shade.histogram()
    return sum(counts[_DARK:_LIGHT]) > _TONE_SHARE * shade.width * shade.height


def _stamp(page: Image.Image, stamps: Stamps) -> None:
    draw, y = ImageDraw.Draw(page), _LETTER[1] - 100
    places = ((stamps.number, "right"), (stamps.designation, "left"), (stamps.redaction, "centre"))
    for said, place in places:
        if not said:
            continue
        font = _font(48 if place == "right" else 34)
        width = draw.textlength(said, font=font)
        x = {
            "right": _LETTER[0] - _MARGIN - width,
            "left": float(_MARGIN),
            "centre": (_LETTER[0] - width) / 2,
        }[place]
        draw.rectangle((x - 12, y - 4, x + width + 12, y + 66), fill="white")
        draw.text((x, y), said, font=font, fill="black")


@lru_cache(4)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONT), size)

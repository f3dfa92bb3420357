"""Finds a page's code in a photograph or scan, and turns the picture upright by it. Pure; to be run in the box.

People photograph pages aslant, in shadow, on dark tables, and crop them. Each page bears its code twice, in opposite
corners, and a picture is tried whole, then evened out, then in parts, from cheap to dear.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass

import zxingcpp
from PIL import Image, ImageChops, ImageFilter, ImageOps

from portal.packets.paper.marks import read_blank, read_mark

KEPT_SIDE = 2_000
"""Pixels of the longer side that are kept: 170 dpi on A4, at which small print is read without effort."""
_QUALITY = 82
_WORTH_TURNING = 1.0  # degrees; less is how people hold a phone, and turning costs sharpness
_SMALL, _LARGE = 1_400, 4_200  # pixels of the longer side at which a picture is tried besides its own
_PARTS = 3
_FORMATS = zxingcpp.barcode_formats_from_str("QRCode")


@dataclass(frozen=True)
class Seen:
    """One picture as it is kept: an upright JPEG, and the texts of the page codes on it.

    No text: no code was found. Several: more than one page was photographed at once.
    """

    picture: bytes
    texts: tuple[str, ...]


@dataclass(frozen=True)
class _Code:
    text: str
    right: tuple[float, float]  # from the code's top left corner to its top right, in pixels of the picture


def look_at(picture: Image.Image) -> Seen:
    """Find the page's code on a decoded picture, and turn the picture by it."""
    codes = next((found for grey in _views(picture) if (found := _read(grey))), [])
    texts = tuple(sorted({code.text for code in codes}))
    return Seen(_kept(_turned(picture, _slant(codes))), texts)


def _views(picture: Image.Image) -> Iterator[Image.Image]:
    """Grey pictures in which to look, cheap ones first."""
    grey = picture.convert("L")
    yield grey
    even = _evened(grey)
    yield even
    for side in (_LARGE, _SMALL):
        if resized := _resized(even, side):
            yield resized
            yield resized.filter(ImageFilter.UnsharpMask(radius=3, percent=180, threshold=0))
    yield from _parts(even)


def _evened(grey: Image.Image) -> Image.Image:
    """Without shadows: each point against the brightness around it."""
    small = grey.resize((max(1, grey.width // 16), max(1, grey.height // 16)), Image.Resampling.BOX)
    around = small.filter(ImageFilter.GaussianBlur(6)).resize(grey.size, Image.Resampling.BILINEAR)
    # 128 + (grey - around): Pillow clips at both ends, which is where ink and paper are to stand.
    return ImageOps.autocontrast(ImageChops.subtract(grey, around, scale=1, offset=128), cutoff=1)


def _resized(grey: Image.Image, side: int) -> Image.Image | None:
    scale = side / max(grey.size)
    if 0.8 < scale < 1.25:
        return None
    return grey.resize(
        (max(1, round(grey.width * scale)), max(1, round(grey.height * scale))), Image.Resampling.BICUBIC
    )


def _parts(grey: Image.Image) -> Iterator[Image.Image]:
    """Overlapping parts, each enlarged: a small code in a large picture."""
    wide, high = grey.width * 2 // (_PARTS + 1), grey.height * 2 // (_PARTS + 1)
    for row in range(_PARTS):
        for column in range(_PARTS):
            left, top = column * wide // 2, row * high // 2
            part = grey.crop((left, top, min(left + wide, grey.width), min(top + high, grey.height)))
            yield ImageOps.autocontrast(part, cutoff=2).resize(
                (part.width * 2, part.height * 2), Image.Resampling.BICUBIC
            )


def _read(grey: Image.Image) -> list[_Code]:
    found = []
    for code in zxingcpp.read_barcodes(grey, formats=_FORMATS, try_invert=False):
        if read_mark(code.text) is not None or read_blank(code.text) is not None:
            place = code.position
            right = place.top_right.x - place.top_left.x, place.top_right.y - place.top_left.y
            found.append(_Code(code.text, right))
    return found


def _slant(codes: list[_Code]) -> float:
    """Degrees by which the page is turned clockwise; of two codes on one page the mean."""
    if not codes:
        return 0.0
    across, down = (sum(code.right[axis] / math.hypot(*code.right) for code in codes) for axis in (0, 1))
    return math.degrees(math.atan2(down, across))


def _turned(picture: Image.Image, slant: float) -> Image.Image:
    quarter = round(slant / 90) % 4
    turns = {1: Image.Transpose.ROTATE_90, 2: Image.Transpose.ROTATE_180, 3: Image.Transpose.ROTATE_270}
    if quarter in turns:
        picture = picture.transpose(turns[quarter])
    rest = slant - 90 * round(slant / 90)
    if abs(rest) < _WORTH_TURNING:
        return picture
    return picture.rotate(rest, Image.Resampling.BICUBIC, expand=True, fillcolor=_around(picture))


def _around(picture: Image.Image) -> tuple[int, ...] | int:
    """The mean colour of the picture's edge, with which the corners are filled that turning leaves empty."""
    small = picture.convert("RGB").resize((8, 8), Image.Resampling.BOX).tobytes()
    edge = [3 * (8 * y + x) for x in range(8) for y in range(8) if x in (0, 7) or y in (0, 7)]
    mean = tuple(sum(small[at + band] for at in edge) // len(edge) for band in range(3))
    return mean if picture.mode == "RGB" else sum(mean) // 3


def _kept(picture: Image.Image) -> bytes:
    kept = picture.convert("RGB")
    kept.thumbnail((KEPT_SIDE, KEPT_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    target = io.BytesIO()
    kept.save(target, "JPEG", quality=_QUALITY, optimize=True)
    return target.getvalue()

"""Pictures as image objects, their packed pixels as they were stored: JPEG, and PNG of screens of text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_SPACES = {1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK"}
_JPEG, _PNG = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
_PNG_COLOURS = {
    0: 1,
    2: 3,
}  # by colour type (PNG 11.2.2): greyscale and truecolour, which is all that evidence keeps


class NotAPicture(ValueError):
    """The bytes are no JPEG or PNG that a PDF can show."""


@dataclass(frozen=True)
class Picture:
    """A picture's packed pixels, how they are packed, and its size in pixels."""

    data: bytes
    width: int
    height: int
    colours: int
    packing: str = "/Filter/DCTDecode"

    @classmethod
    def read(cls, data: bytes) -> Picture:
        """Reads headers only: the picture was decoded whole when it was accepted.

        Raises `NotAPicture` when the file is cut short or is something else.
        """
        return _read_png(data) if data.startswith(_PNG) else _read_jpeg(data)

    def body(self) -> tuple[bytes, bytes, bytes]:
        """The image object's body in pieces, the packed pixels as they are."""
        head = (
            f"<</Type/XObject/Subtype/Image/Width {self.width}/Height {self.height}"
            f"/ColorSpace{_SPACES[self.colours]}/BitsPerComponent 8{self.packing}/Length {len(self.data)}>>stream\n"
        )
        return head.encode("ascii"), self.data, b"\nendstream"


def _read_jpeg(data: bytes) -> Picture:
    if data[:2] != _JPEG or data.rstrip(b"\0")[-2:] != b"\xff\xd9":
        raise NotAPicture("not a whole JPEG file")
    at = 2
    while at + 9 < len(data):
        if data[at] != 0xFF:
            break
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker in _ALONE or marker == 0xFF:
            at += 1 if marker == 0xFF else 2
            continue
        if marker in _FRAMES:
            height, width = (int.from_bytes(data[at + place : at + place + 2], "big") for place in (5, 7))
            return Picture(data, width, height, _jpeg_colours(data[at + 9]))
        at += 2 + length
    raise NotAPicture("a JPEG without a frame")


def _jpeg_colours(count: int) -> int:
    if count not in _SPACES:
        raise NotAPicture(f"a JPEG of {count} colour parts")
    return count


def _read_png(data: bytes) -> Picture:
    """A PNG's rows are packed as a PDF packs them (ISO 32000-1, 7.4.4.4, predictor 15): they go in as they are."""
    chunks = list(_png_chunks(data))
    if not chunks or chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13 or chunks[-1][0] != b"IEND":
        raise NotAPicture("not a whole PNG file")
    header = chunks[0][1]
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    depth, kind, interlaced = header[8], header[9], header[12]
    if depth != 8 or kind not in _PNG_COLOURS or interlaced:
        raise NotAPicture("a PNG that is not as evidence keeps them")
    colours = _PNG_COLOURS[kind]
    rows = b"".join(body for name, body in chunks if name == b"IDAT")
    packing = f"/Filter/FlateDecode/DecodeParms<</Predictor 15/Colors {colours}/Columns {width}>>"
    return Picture(rows, width, height, colours, packing)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_PNG)
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        if at + 12 + length > len(data):
            return
        yield data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        at += 12 + length

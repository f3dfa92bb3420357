"""What comes out of making a file harmless, and how far the work may go."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

from portal.evidence.inspect import MediaType


@dataclass(frozen=True)
class Bounds:
    """How much one file may ask of the machine: of pictures and of pictures on PDF pages (A4 at 600 dpi has 35 million
    pixels), of pages, of bytes that all streams and one stream of a PDF unpack to, of a PDF's objects.
    """

    pixels: int = 50_000_000
    page_pixels: int = 100_000_000
    pages: int = 200
    unpacked: int = 400_000_000
    stream: int = 150_000_000
    objects: int = 200_000


@dataclass(frozen=True)
class Cover:
    """A rectangle of a picture to be painted over, in fractions of its width and height from the upper left corner."""

    left: float
    top: float
    width: float
    height: float

    def on(self, width: int, height: int) -> tuple[int, int, int, int]:
        """The pixels that it touches, even in part: left, top, right and bottom, the last two beyond the last pixel."""
        left, top = floor(self.left * width), floor(self.top * height)
        right, bottom = ceil((self.left + self.width) * width), ceil((self.top + self.height) * height)
        return max(left, 0), max(top, 0), min(max(right, left + 1), width), min(max(bottom, top + 1), height)


@dataclass(frozen=True)
class Harmless:
    """A file rebuilt from what it shows: `content` and `thumbnail` (a JPEG) hold nothing that runs, calls or hides."""

    media_type: MediaType
    content: bytes
    thumbnail: bytes
    pages: int

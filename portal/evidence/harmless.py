"""What comes out of making a file harmless, and how far the work may go."""

from __future__ import annotations

from dataclasses import dataclass

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
class Harmless:
    """A file rebuilt from what it shows: `content` and `thumbnail` (a JPEG) hold nothing that runs, calls or hides."""

    media_type: MediaType
    content: bytes
    thumbnail: bytes
    pages: int

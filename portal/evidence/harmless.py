"""What comes out of making a file harmless, and how far the work may go."""

from __future__ import annotations

from dataclasses import dataclass

from portal.evidence.inspect import MediaType


@dataclass(frozen=True)
class Bounds:
    """How much one file may ask of the machine. The defaults hold phone photos up to 50 megapixels and long statements."""

    pixels: int = 50_000_000
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

"""JPEG pictures as image objects, byte for byte as they were stored."""

from __future__ import annotations

from dataclasses import dataclass

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_SPACES = {1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK"}


class NotAPicture(ValueError):
    """The bytes are no JPEG that a PDF can show."""


@dataclass(frozen=True)
class Picture:
    """A JPEG and its size in pixels."""

    data: bytes
    width: int
    height: int
    colours: int

    @classmethod
    def read(cls, data: bytes) -> Picture:
        """Reads the frame header only: the picture was decoded whole when it was accepted.

        Raises `NotAPicture` when the file is cut short or is something else.
        """
        if data[:2] != b"\xff\xd8" or data.rstrip(b"\0")[-2:] != b"\xff\xd9":
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
                return cls(data, width, height, _colours(data[at + 9]))
            at += 2 + length
        raise NotAPicture("a JPEG without a frame")

    def body(self) -> bytes:
        """The image object's body."""
        head = (
            f"<</Type/XObject/Subtype/Image/Width {self.width}/Height {self.height}"
            f"/ColorSpace{_SPACES[self.colours]}/BitsPerComponent 8/Filter/DCTDecode/Length {len(self.data)}>>stream\n"
        )
        return b"".join((head.encode("ascii"), self.data, b"\nendstream"))


def _colours(count: int) -> int:
    if count not in _SPACES:
        raise NotAPicture(f"a JPEG of {count} colour parts")
    return count

"""What a file is by its content, and whether its name agrees. Reads only the first bytes; proof is decoding."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePosixPath

import filetype

from portal.evidence.refusals import Disguised, Empty, NotAccepted


class MediaType(StrEnum):
    """The accepted kinds of content."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    HEIC = "image/heic"
    WEBP = "image/webp"
    PDF = "application/pdf"

    @property
    def extension(self) -> str:
        """The ending of a file of this kind, with its dot."""
        return _EXTENSIONS[self]

    @property
    def is_picture(self) -> bool:
        """Whether this is one picture rather than pages."""
        return self is not MediaType.PDF


_EXTENSIONS = {
    MediaType.JPEG: ".jpg",
    MediaType.PNG: ".png",
    MediaType.HEIC: ".heic",
    MediaType.WEBP: ".webp",
    MediaType.PDF: ".pdf",
}
# Phones and messengers rename pictures freely: any picture's ending is fine on any picture.
_PICTURE_ENDINGS = frozenset({".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".heic", ".heif", ".hif", ".webp"})
# What browsers send when they do not know, which says nothing and so contradicts nothing.
_UNKNOWN_TYPES = frozenset({"", "application/octet-stream", "binary/octet-stream"})
_PICTURE_TYPES = frozenset(
    {"image/jpeg", "image/jpg", "image/pjpeg", "image/png", "image/heic", "image/heif", "image/webp"}
)
# HEVC still pictures (ISO/IEC 23008-12, B.4): 8 bit, 10 bit and multi-layer brands. AV1 pictures are not among them.
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis"})
_SHOWN_AS = {"image/apng": "image/png"}  # an animation counts as its first picture
_ONLY_HEAD = 1024  # bytes; readers of PDF accept its header this far in (ISO 32000-1, annex H.3.4.1)


def identify(content: bytes) -> MediaType:
    """The kind of content by its first bytes. Raises Empty or NotAccepted."""
    if not content:
        raise Empty
    if _is_heic(content):
        return MediaType.HEIC
    if content[:_ONLY_HEAD].lstrip().startswith(b"%PDF-"):
        return MediaType.PDF
    kind = filetype.guess(content)
    name = kind.mime if kind else ""
    try:
        return MediaType(_SHOWN_AS.get(name, name))
    except ValueError:
        raise NotAccepted from None


def _is_heic(content: bytes) -> bool:
    if content[4:8] != b"ftyp":
        return False
    box_end = min(int.from_bytes(content[:4], "big"), 256)
    brands = {content[at : at + 4] for at in (8, *range(16, box_end - 3, 4))}
    return bool(brands & _HEIC_BRANDS)


def check_agrees(media_type: MediaType, file_name: str, declared_type: str) -> None:
    """Raise Disguised when name or declared type claim something that is neither this content nor a kin of it.

    A HEIC picture called `.jpg` is taken as what it is; a picture called `.exe`, `.html` or `.pdf` is not.
    """
    ending = PurePosixPath(file_name.strip().lower()).suffix
    declared = declared_type.split(";")[0].strip().lower()
    endings = _PICTURE_ENDINGS if media_type.is_picture else {".pdf"}
    types = _PICTURE_TYPES if media_type.is_picture else {"application/pdf", "application/x-pdf"}
    if ending and ending not in endings and _looks_like_ending(ending):
        raise Disguised
    if declared not in types | _UNKNOWN_TYPES:
        raise Disguised


def _looks_like_ending(suffix: str) -> bool:
    # "영수증 2025.11" has a suffix but no ending; real endings are short ASCII words with a letter in them.
    word = suffix[1:]
    return word.isascii() and word.isalnum() and not word.isdigit() and len(word) <= 10

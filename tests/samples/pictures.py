"""Pages of sealed files as small pictures, so that they can be looked through beside the files."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator
from pathlib import Path

import pikepdf
import pypdfium2
from PIL import Image

from portal.packets.filing import parts_of

DPI, COLOURS = 54, 8
# Of files that differ from others in some pages only: what the claimant filled in, where it is signed, what proves it.
WHOLE = frozenset({"receipt", "kr-statement", "us-declaration", "kr-consent-minor"})


def page_pictures(data: bytes, folder: Path, stem: str, only: Collection[int] = ()) -> Iterator[Path]:
    """Writes each page, or only some counted from 0, as a PNG of few colours; answers the paths."""
    document = pypdfium2.PdfDocument(data)
    document.init_forms()  # counsel's signature is drawn by its field
    for number, page in enumerate(document, 1):
        if only and number - 1 not in only:
            continue
        picture = page.render(scale=DPI / 72).to_pil()
        path = folder / f"{stem}-{number:02}.png"
        small_picture(picture, COLOURS).save(path, optimize=True)
        yield path


def telling_pages(data: bytes) -> set[int]:
    """The cover, the last page of each document, every page of what was filled in, and where the record begins."""
    pages: set[int] = set()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for part in parts_of(pdf):
            if part.name in WHOLE:
                pages |= set(part.pages)
            elif part.kind == "document":
                pages.add(part.pages[-1])
            elif part.kind in ("cover", "record"):
                pages |= set(part.pages[:2])
    return pages


def small_picture(picture: Image.Image, colours: int = 20) -> Image.Image:
    """The same in few colours."""
    return picture.convert("RGB").quantize(colours, Image.Quantize.MEDIANCUT)

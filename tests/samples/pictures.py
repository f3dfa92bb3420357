"""Pages of sealed files as small pictures, so that they can be looked through beside the files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
from PIL import Image

DPI, COLOURS = 60, 20


def page_pictures(data: bytes, folder: Path, stem: str) -> Iterator[Path]:
    """Writes each page as a PNG of few colours; answers the paths."""
    document = pypdfium2.PdfDocument(data)
    document.init_forms()  # counsel's signature is drawn by its field
    for number, page in enumerate(document, 1):
        picture = page.render(scale=DPI / 72).to_pil()
        path = folder / f"{stem}-{number:02}.png"
        small_picture(picture).save(path, optimize=True)
        yield path


def small_picture(picture: Image.Image) -> Image.Image:
    """The same in few colours."""
    return picture.convert("RGB").quantize(COLOURS, Image.Quantize.MEDIANCUT)

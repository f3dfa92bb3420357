"""Pages as they were approved, and the command that approves them anew:

    .venv/bin/python -m tests.packets.approved

It draws the sample packets' telling pages small and grey into tests/packets/approved. Look at what changed before
committing it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pikepdf
import pypdfium2
from PIL import Image, ImageChops, ImageStat

from portal.matters.folder import read_folder, read_matter
from portal.packets import samples
from portal.packets.filing import Part, parts_of
from portal.packets.paper.blank_forms import blank_form
from portal.packets.render import render

FOLDER = Path(__file__).parent / "approved"
MATTER = Path(__file__).parents[2] / "matters" / "coupang-2025"
DOTS = 40  # to the inch
BLOCK = 8  # pixels: what is compared is the grey of small squares, not each pixel
# A line of type that moves by a third of its height changes some square by 20 levels and more.
WORST_SQUARE, MEAN = 10.0, 0.35
_LEVELS = [round(level / 17) * 17 for level in range(256)]  # sixteen greys, which pack well
# One matter version for ever, so that only texts and layout change what is drawn.
VERSION = "0123456789abcdef" * 4


@cache
def drawn() -> dict[str, Image.Image]:
    """The pages by name: cover, first and last page of each document, first of each exhibit and of the record."""
    return dict(_pages("kr")) | dict(_pages("us")) | dict(_others())


def _pages(jurisdiction: str) -> Iterator[tuple[str, Image.Image]]:
    matter = replace(read_matter(read_folder(MATTER)), hash=VERSION)
    data = bytes(render(samples.sample_claim(matter, "us" if jurisdiction == "us" else "kr")).data)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        parts = parts_of(pdf)
    with pypdfium2.PdfDocument(data) as document:
        for part in parts:
            for word, number in _telling(part.kind, part.pages):
                yield f"{jurisdiction}-{_name(part)}{word}", _drawn(document, number)


def _others() -> Iterator[tuple[str, Image.Image]]:
    """What other kinds of claims have that an adult's has not: several signers, a diary, a receipt, blank forms."""
    matter = replace(read_matter(read_folder(MATTER)), hash=VERSION)
    minor = samples.sample_claim(matter, "kr", "minor")
    listed = tuple(replace(one, pictures=(), pdf=b"") for one in minor.exhibits)
    yield from _named(
        "kr-minor", bytes(render(minor).data), {"kr-retainer": -1, "kr-consent-minor": -1, "kr-statement": 3}
    )
    yield from _named(
        "us-company",
        bytes(render(samples.sample_claim(matter, "us", "company")).data),
        {"us-declaration": -1},
    )
    yield from _named(
        "kr-minor", bytes(render(replace(minor, receipt=True, exhibits=listed)).data), {"receipt": 0}
    )
    with pypdfium2.PdfDocument(blank_form(matter, "kr", "minor")) as document:
        for page in (0, 8, 9):
            yield f"kr-minor-blank-{page}", _drawn(document, page)


def _named(name: str, data: bytes, wanted: Mapping[str, int]) -> Iterator[tuple[str, Image.Image]]:
    """Of each part by its name one page: its first is 0, its last -1."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        parts = {part.name: part.pages for part in parts_of(pdf)}
    with pypdfium2.PdfDocument(data) as document:
        for part, place in wanted.items():
            yield (
                f"{name}-{part.removeprefix('kr-').removeprefix('us-')}",
                _drawn(document, parts[part][place]),
            )


def _drawn(document: pypdfium2.PdfDocument, page: int) -> Image.Image:
    return document[page].render(scale=DOTS / 72, grayscale=True).to_pil().convert("L").point(_LEVELS)


def _name(part: Part) -> str:
    return part.name.replace(".", "-").removeprefix("kr-").removeprefix("us-")


def _telling(kind: str, pages: range) -> list[tuple[str, int]]:
    if kind == "document" and len(pages) > 1:
        return [("-first", pages[0]), ("-last", pages[-1])]
    return [("", pages[0])]


def difference(one: Image.Image, other: Image.Image) -> tuple[float, float]:
    """Mean difference of all pixels, and that of the square that differs most, in levels of 255."""
    if one.size != other.size:
        return 255.0, 255.0
    apart = ImageChops.difference(one, other)
    squares = apart.reduce(BLOCK)
    return ImageStat.Stat(apart).mean[0], float(squares.getextrema()[1])


def approve() -> None:
    """Writes anew what changed, and deletes what is drawn no more."""
    FOLDER.mkdir(exist_ok=True)
    pages = drawn()
    for old in FOLDER.glob("*.png"):
        if old.stem not in pages:
            old.unlink()
    for name, picture in pages.items():
        path = FOLDER / f"{name}.png"
        if path.exists() and difference(Image.open(path).convert("L"), picture) == (0, 0):
            continue
        picture.save(path, optimize=True)


if __name__ == "__main__":
    approve()

"""Pages of a US production: drawn at 300 dpi, stamped and written as TIFF G4, beside the bare drawing and writing."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2

from bench.figure import Figure, rates
from portal.batches.profiles.us_production.images import DPI, Stamps, pdf_pages, produced
from portal.matters.folder import read_folder
from portal.matters.reading import read
from portal.packets import samples
from portal.packets.filing import Source, filed_documents
from portal.packets.render import render

MATTER = Path(__file__).parents[1] / "matters" / "coupang-2025"


def run() -> list[Figure]:
    """Pages a second of what a shareholder's packet files: declaration, certification and exhibit list."""
    document = _a_document()
    with pypdfium2.PdfDocument(document) as pdf:
        pages = len(pdf)
    ours, bare = rates(lambda: _ours(document), lambda: _bare(document), rounds=5, seconds=0.5)
    return [
        Figure(
            name="bates_pages",
            value=ours * pages,
            unit="pages/s",
            reference=f"pypdfium2 and Pillow's Group 4 without stamp or judgement of tone: {bare * pages:,.1f} pages/s",
            ratio=ours / bare,
        )
    ]


def _a_document() -> bytes:
    matter, _problems = read(read_folder(MATTER), "0" * 64)
    assert matter is not None
    packet = bytes(render(samples.sample_claim(matter, "us")).data)
    source = Source("CP-4D8R-2WZN", "us", 1, "", "0" * 64)
    return max((one.data for one in filed_documents(packet, matter.packets["us"], source, None)), key=len)


def _ours(document: bytes) -> None:
    for number, page in enumerate(pdf_pages(document, foot=False), 1):
        produced(page, Stamps(f"CPPLF{number:08}"))


def _bare(document: bytes) -> None:
    with pypdfium2.PdfDocument(document) as pdf:
        for page in pdf:
            drawn = page.render(scale=DPI / 72).to_pil().convert("1", dither=0)
            drawn.save(io.BytesIO(), "TIFF", compression="group4", dpi=(DPI, DPI))

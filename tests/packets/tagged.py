"""The text of a tagged PDF as a screen reader meets it: element by element, in reading order, each in its language."""

from __future__ import annotations

import ctypes
import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium


@dataclass(frozen=True)
class Tagged:
    """A structure element with text: its role, its own language ("" if it names none), and where it begins.

    `top` and `left` are points from the top left corner of the sheet to the first line's box.
    """

    role: str
    lang: str
    text: str
    page: int
    top: float
    left: float


def sections_of(data: bytes) -> list[tuple[str, list[Tagged]]]:
    """Title and elements of each section of the structure tree, in the tree's order."""
    lines = _marked_lines(data)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        document = pdf.Root.StructTreeRoot.K
        return [
            (str(section.T), [one for kid in section.K for one in _element(kid, pages, lines)])
            for section in document.K
        ]


@dataclass(frozen=True)
class _Line:
    text: str
    left: float
    top: float


_Lines = dict[tuple[int, int], list[_Line]]


def _element(kid: pikepdf.Object, pages: dict[tuple[int, int], int], lines: _Lines) -> Iterator[Tagged]:
    page = pages[kid.Pg.objgen]
    found = lines.get((page, int(kid.K)))
    if found:
        lang = str(kid.Lang) if "/Lang" in kid else ""
        text = " ".join(line.text for line in found)
        yield Tagged(str(kid.S)[1:], lang, text, page, found[0].top, found[0].left)


def _marked_lines(data: bytes) -> _Lines:
    """The lines of text of each marked content, by page and number, in the order in which they are drawn."""
    found: _Lines = defaultdict(list)
    document = pypdfium2.PdfDocument(data)
    for number, page in enumerate(document):
        text_page, height = page.get_textpage(), page.get_height()
        for thing in page.get_objects([pdfium.FPDF_PAGEOBJ_TEXT], max_depth=1):
            mark = pdfium.FPDFPageObj_GetMarkedContentID(thing.raw)
            if mark >= 0:
                left, _, _, top = thing.get_bounds()
                found[number, mark].append(_Line(_text(thing.raw, text_page.raw), left, height - top))
    return found


def _text(thing: object, text_page: object) -> str:
    size = pdfium.FPDFTextObj_GetText(thing, text_page, None, 0)
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDFTextObj_GetText(thing, text_page, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw[: size - 2].decode("utf-16-le")

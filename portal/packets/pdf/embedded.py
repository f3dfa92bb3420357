"""Pages of another PDF as form objects: drawn like pictures, searchable as before, unable to act."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pikepdf
import pypdfium2

from portal.packets.pdf.file import Objects
from portal.packets.pdf.pictures import Picture


class NotAPdf(ValueError):
    """The bytes are no PDF whose pages can be shown."""


Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class EmbeddedPage:
    """An object that draws a page: what it covers in its own space (left, bottom, width, height), and the page's
    upright size in points.
    """

    number: int
    box: Box
    width: float
    height: float


# What could act, lead away, or belong to a structure that is not ours. Only looked for in streams and typed
# dictionaries: in a dictionary of resources the keys are names, and a font may well be called /A.
_DROPPED = frozenset(
    {"/AA", "/A", "/Annots", "/JS", "/JavaScript", "/OpenAction", "/Metadata", "/PieceInfo", "/StructParent",
     "/StructParents", "/Parent", "/Launch", "/EmbeddedFiles", "/AF", "/OPI", "/PresSteps", "/B", "/Ref"}
)  # fmt: skip
# The fonts that every PDF reader brings along, with the names that office programs give them.
_STANDARD = ("Helvetica", "Arial", "Times", "Courier", "Symbol", "ZapfDingbats")
_PICTURE_SCALE = 2.0  # pixels a point: 144 dpi


def embed(data: bytes, objects: Objects) -> list[EmbeddedPage]:
    """Writes each page of the PDF as an object that draws it. Raises `NotAPdf`.

    A page is a form object, whose text stays text. Only where it relies on a reader's own fonts it becomes a picture,
    because a packet must look the same everywhere and for ever.
    """
    with _opened(data) as pdf:
        copier = _Copier(objects)
        return [_embed_page(data, pdf, index, copier) for index in range(len(pdf.pages))]


def _opened(data: bytes) -> pikepdf.Pdf:
    try:
        return pikepdf.open(io.BytesIO(data))
    except pikepdf.PdfError as error:
        raise NotAPdf("not a readable PDF") from error


def _embed_page(data: bytes, pdf: pikepdf.Pdf, index: int, copier: _Copier) -> EmbeddedPage:
    try:
        form = pdf.make_indirect(pdf.pages[index].as_form_xobject(handle_transformations=True))
        box = _upright_box(form)
        if relies_on_reader(form):
            number = copier.add_large(*_as_picture(data, index))
            return EmbeddedPage(number, (0, 0, 1, 1), box[2], box[3])
        return EmbeddedPage(copier.copy(form), box, box[2], box[3])
    except (pikepdf.PdfError, pypdfium2.PdfiumError, ValueError, RecursionError) as error:
        raise NotAPdf("a page that cannot be read") from error


def relies_on_reader(form: Any, depth: int = 0) -> bool:
    """Whether the form shows text in a standard font that it does not carry. Other missing fonts are left to the
    reader: our picture of them would have gaps.
    """
    resources = form.get("/Resources", {})
    fonts = resources.get("/Font", {})
    if any(_is_missing_standard(font) for font in fonts.values()):
        return True
    inner = [one for one in resources.get("/XObject", {}).values() if one.get("/Subtype") == "/Form"]
    return depth < 8 and any(relies_on_reader(one, depth + 1) for one in inner)


def _is_missing_standard(font: Any) -> bool:
    name = str(font.get("/BaseFont", "")).lstrip("/")
    descriptor = font.get("/FontDescriptor", {})
    carried = any(f"/FontFile{kind}" in descriptor for kind in ("", "2", "3"))
    return not carried and font.get("/Subtype") != "/Type0" and name.startswith(_STANDARD)


def _as_picture(data: bytes, index: int) -> tuple[bytes, ...]:
    with pypdfium2.PdfDocument(data) as document:
        picture = document[index].render(scale=_PICTURE_SCALE).to_pil().convert("RGB")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88, subsampling=0)
    return Picture.read(out.getvalue()).body()


def _upright_box(form: Any) -> Box:
    """The form's box after its own matrix, which turns a rotated page upright."""
    left, bottom, right, top = (float(edge) for edge in form.BBox)
    a, b, c, d, e, f = (float(part) for part in form.get("/Matrix", (1, 0, 0, 1, 0, 0)))
    corners = [(x * a + y * c + e, x * b + y * d + f) for x in (left, right) for y in (bottom, top)]
    across, up = [x for x, _ in corners], [y for _, y in corners]
    return min(across), min(up), max(max(across) - min(across), 1.0), max(max(up) - min(up), 1.0)


class _Copier:
    """Copies objects of one file into another, each once, with new numbers."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._numbers: dict[tuple[int, int], int] = {}
        self._waiting: list[tuple[int, pikepdf.Object]] = []

    def add_large(self, *pieces: bytes) -> int:
        return self._objects.add_large(*pieces)

    def copy(self, value: pikepdf.Object) -> int:
        number = self._number(value)
        while self._waiting:
            at, one = self._waiting.pop()
            self._objects.put(at, self._body(one))
        return number

    def _number(self, value: pikepdf.Object) -> int:
        number = self._numbers.get(value.objgen)
        if number is None:
            number = self._numbers[value.objgen] = self._objects.take()
            self._waiting.append((number, value))
        return number

    def _body(self, value: pikepdf.Object) -> bytes:
        if not isinstance(value, pikepdf.Stream):
            return self._written(value)
        entries = {key: one for key, one in value.items() if key not in _DROPPED and key != "/Length"}
        data = value.read_raw_bytes()
        head = self._dictionary(entries)[:-2]
        return b"".join((head, b"/Length %d>>stream\n" % len(data), data, b"\nendstream"))

    def _value(self, value: object) -> bytes:
        if isinstance(value, pikepdf.Object) and value.is_indirect:
            return b"%d 0 R" % self._number(value)
        return self._written(value)

    def _written(self, value: object) -> bytes:
        if isinstance(value, pikepdf.Dictionary):
            dropped = _DROPPED if "/Type" in value else frozenset()
            return self._dictionary({key: one for key, one in value.items() if key not in dropped})
        if isinstance(value, pikepdf.Array):
            return b"[" + b" ".join(self._value(one) for one in value) + b"]"
        return _scalar(value)

    def _dictionary(self, entries: dict[str, pikepdf.Object]) -> bytes:
        parts = [pikepdf.Name(key).unparse() + b" " + self._value(value) for key, value in entries.items()]
        return b"<<" + b" ".join(parts) + b">>"


def _scalar(value: object) -> bytes:
    write: Callable[[], bytes] | None = getattr(value, "unparse", None)
    if write is not None:
        return write()
    if value is None:
        return b"null"
    if isinstance(value, bool):
        return b"true" if value else b"false"
    return str(value).encode("ascii")

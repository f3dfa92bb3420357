"""Pages of another PDF as form objects: drawn like pictures, searchable as before, unable to act."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pikepdf

from portal.packets.pdf.file import Objects


class NotAPdf(ValueError):
    """The bytes are no PDF whose pages can be shown."""


@dataclass(frozen=True)
class EmbeddedPage:
    """A form object; where its upright page begins in the form's own space, and its size, in points."""

    number: int
    left: float
    bottom: float
    width: float
    height: float


# What a page may carry that acts, leads away or belongs to a structure that is not ours.
_DROPPED = frozenset(
    {"/AA", "/A", "/Annots", "/JS", "/JavaScript", "/OpenAction", "/Metadata", "/PieceInfo", "/StructParent",
     "/StructParents", "/Parent", "/Launch", "/EmbeddedFiles", "/AF", "/OPI", "/PresSteps", "/B"}
)  # fmt: skip


def page_count(data: bytes) -> int:
    """Raises `NotAPdf`."""
    with _opened(data) as pdf:
        return len(pdf.pages)


def embed(data: bytes, objects: Objects) -> list[EmbeddedPage]:
    """Writes each page of the PDF as a form object. Raises `NotAPdf`."""
    with _opened(data) as pdf:
        copier = _Copier(objects)
        return [_embed_page(page, pdf, copier) for page in pdf.pages]


def _opened(data: bytes) -> pikepdf.Pdf:
    try:
        return pikepdf.open(io.BytesIO(data))
    except pikepdf.PdfError as error:
        raise NotAPdf("not a readable PDF") from error


def _embed_page(page: pikepdf.Page, pdf: pikepdf.Pdf, copier: _Copier) -> EmbeddedPage:
    try:
        form = pdf.make_indirect(page.as_form_xobject(handle_transformations=True))
        number = copier.copy(form)
    except (pikepdf.PdfError, ValueError) as error:
        raise NotAPdf("a page that cannot be read") from error
    return EmbeddedPage(number, *_upright_box(form))


def _upright_box(form: Any) -> tuple[float, float, float, float]:
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
            return self._dictionary({key: one for key, one in value.items() if key not in _DROPPED})
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

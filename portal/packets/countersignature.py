"""Counsel's signature upon a sealed packet: one revision more, which fills the field that was left empty for it.

Nothing else in the file changes, so the seal before it stays valid by every reader's rules. What is seen of the
signature is set with the packet's own fonts, embedded anew with the characters that it needs.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from portal.errors import PortalError
from portal.fonts import FaceName, Subset, face
from portal.matters.bilingual import LANGUAGES, Language
from portal.matters.model import Counsel, Jurisdiction
from portal.packets import formats
from portal.packets.binding import Draft
from portal.packets.parts.signature import COUNSEL_FIELD
from portal.packets.pdf import file as pdf
from portal.packets.pdf.file import Objects, Prefix
from portal.packets.pdf.fonts import FACE_NAMES, Fonts, SharedFonts
from portal.packets.pdf.ink import Ink
from portal.packets.setting.flow import Oversized
from portal.packets.setting.lines import Line, set_lines
from portal.packets.setting.strips import BoxMark, Mark, TextMark, baseline
from portal.packets.setting.styles import INK, PAGES, SEAL, SMALL, Page, Style
from portal.packets.words import other, word

_RANGE = b"/ByteRange[0 0000000000 0000000000 0000000000]"
_INSET = 5.0
_LINE = SMALL.with_(leading=11.2, colour=INK)
_NAME = Style("sans-bold", 9, 11.2, "sans-bold", INK)


class NoRoom(PortalError):
    """The file has no empty field for counsel: it is signed already, or no packet."""


@dataclass(frozen=True)
class Visible:
    """What the countersignature says to the eye: who signs, with which certificate, and when."""

    counsel: Counsel
    certificate: str
    at: datetime
    jurisdiction: Jurisdiction
    governing: Language


def countersigning(data: bytes, visible: Visible, reserved: int) -> Draft:
    """The file with counsel's field filled, still to be signed. Raises `NoRoom`, `GlyphMissing` or `Oversized`."""
    revision = _Revision(data)
    number, field = revision.empty_field(COUNSEL_FIELD)
    left, bottom, right, top = (float(edge) for edge in field["/Rect"])
    appearance = _appearance(revision.objects, visible, right - left, top - bottom)
    held = revision.objects.add(
        b"".join(
            (
                b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached",
                _RANGE,
                b"/Contents<%b>" % (b"0" * (2 * reserved)),
                f"/M{pdf.date(visible.at.astimezone(UTC))}/Name{pdf.string(visible.certificate)}>>".encode(),
            )
        )
    )
    entries = b"/V %d 0 R/AP<</N %d 0 R>>>>" % (held, appearance)
    body = _body(field)
    return revision.written({number: body[: body.rindex(b">>")] + entries}, reserved)


class _Revision:
    """One more revision of a file: new objects, and old ones anew."""

    def __init__(self, data: bytes) -> None:
        try:
            self.reader = PdfFileReader(io.BytesIO(data), strict=True)
            self.trailer = self.reader.trailer
            size = int(self.trailer["/Size"])
            self.before = int(data[data.rindex(b"startxref") + 9 :].split()[0])
        except (PdfError, ValueError, KeyError) as error:
            raise NoRoom("the file cannot be read as a packet") from error
        self.data = data
        self.objects = Objects(Prefix(b"", (0,) * (size - 1)))

    def empty_field(self, name: str) -> tuple[int, generic.DictionaryObject]:
        """The number and the dictionary of a signature field without a value. Raises `NoRoom`."""
        form = self.reader.root.get("/AcroForm", {})
        fields = form.get("/Fields", generic.ArrayObject())
        for at in range(len(fields)):
            reference, field = fields.raw_get(at), fields[at]
            if field.get("/T") == name and field.get("/FT") == "/Sig" and "/V" not in field:
                return int(reference.idnum), field
        raise NoRoom(f"the file has no empty field {name}")

    def written(self, renewed: dict[int, bytes], reserved: int) -> Draft:
        """The whole file, and where its newest signature goes."""
        start = len(self.data)
        parts, offsets, at = [], dict[int, int](), start
        for number, body in (*sorted(renewed.items()), *self.objects.numbered()):
            part = b"%d 0 obj\n%b\nendobj\n" % (number, body)
            offsets[number] = at
            parts.append(part)
            at += len(part)
        parts.append(self._table(offsets, at))
        data = bytearray(self.data)
        data += b"".join(parts)
        begins = data.index(_RANGE, start)
        gap = data.index(b"/Contents<", begins) + len(b"/Contents")
        pages = int(self.reader.root["/Pages"]["/Count"])
        return Draft(data, begins + len(b"/ByteRange"), (gap, gap + 2 * reserved + 2), pages)

    def _table(self, offsets: dict[int, int], at: int) -> bytes:
        runs: list[list[int]] = []
        for number in sorted(offsets):
            if runs and runs[-1][-1] == number - 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        rows = "".join(
            f"{run[0]} {len(run)}\n" + "".join(f"{offsets[number]:010d} 00000 n \n" for number in run)
            for run in runs
        )
        root, about = (self.trailer.raw_get(name).idnum for name in ("/Root", "/Info"))
        first = self.trailer["/ID"][0].original_bytes.hex().upper()
        return (
            f"xref\n0 1\n0000000000 65535 f \n{rows}"
            f"trailer\n<</Size {max(offsets) + 1}/Root {root} 0 R/Info {about} 0 R/ID[<{first}><{first}>]"
            f"/Prev {self.before}>>\nstartxref\n{at}\n%%EOF\n"
        ).encode("ascii")


def _body(value: generic.PdfObject) -> bytes:
    out = io.BytesIO()
    value.write_to_stream(out, None)
    return out.getvalue()


def _appearance(objects: Objects, visible: Visible, width: float, height: float) -> int:
    """Writes what is seen as a form of this size in points, and answers its number."""
    empty: dict[FaceName, Subset] = {name: Subset(face(name), "") for name in FACE_NAMES}
    fonts = Fonts(SharedFonts(empty, {}))
    ink = Ink(_sheet(width, height), fonts)
    ink.draw(_marks(visible, width, height))
    drawn = ink.content()
    resources = f"/Resources<</Font<<{fonts.put_own(objects)}>>>>"
    entries = f"/Type/XObject/Subtype/Form/BBox[0 0 {width:.2f} {height:.2f}]{resources}"
    return objects.add(pdf.stream(drawn, entries))


def _marks(visible: Visible, width: float, height: float) -> Iterator[Mark]:
    first, second, room = visible.governing, other(visible.governing), width - 2 * _INSET
    said, named = word("signature.countersigned"), word("signature.certificate")
    lawyer, registration = visible.counsel.responsible_lawyer, visible.counsel.registration
    dates = {lang: formats.local_date(visible.at, visible.jurisdiction, lang) for lang in LANGUAGES}
    lines = [
        *_set(f"{said[first]} · {said[second]}", SMALL, room),
        *_set(lawyer[first], _NAME, room),
        *_set(registration[first], _LINE, room),
        *_set(f"{lawyer[second]}, {registration[second]}", _LINE, room),
        *_set(f"{dates[first]} · {dates[second]}", _LINE, room),
        *_set(f"{named[first]} · {named[second]}: {visible.certificate}", SMALL, room),
    ]
    depth = len(lines) * _LINE.leading
    if depth > height - 2:
        raise Oversized("the countersignature does not fit its room")
    yield BoxMark(0.5, 0.5, width - 1, height - 1, stroke=SEAL, line=0.8, radius=3)
    y = (height - depth) / 2
    for line, style in lines:
        yield TextMark(_INSET, y + baseline(_LINE), line, style)
        y += _LINE.leading


def _set(text: str, style: Style, room: float) -> list[tuple[Line, Style]]:
    return [(line, style) for line in set_lines(text, style, room)]


def _sheet(width: float, height: float) -> Page:
    """The room as a sheet of its own, for what is drawn upon it."""
    return replace(PAGES["A4"], width=width, height=height)

"""Pictures of a print as people make them: signed in ink, photographed aslant on a table in bad light, or scanned."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageFont

from portal.fonts import face
from portal.packets.samples import sample_strokes
from portal.packets.words import word

_TABLE = (74, 58, 46)
_INK = (28, 46, 120)


@dataclass(frozen=True)
class Camera:
    """How a picture is taken; the default is a careful photograph. `turn` in degrees, `lean` 0 to about 0.2 is how far
    the page's far end shrinks, `scale` of 12 megapixels, `crop` the part cut off at the right and the bottom.
    """

    turn: float = 0.0
    lean: float = 0.0
    scale: float = 1.0
    quality: int = 85
    shadow: float = 0.0
    noise: float = 0.0
    table: bool = True
    crop: float = 0.0


FLAT = Camera(table=False)
CAREFUL = Camera(turn=0.7, lean=0.012, scale=0.6, quality=60, shadow=0.06)
CASUAL = Camera(turn=3.0, lean=0.05, scale=0.6, quality=70, shadow=0.35, noise=8)


def sheets_of(pdf: bytes, dpi: int = 200) -> list[Image.Image]:
    """Every page of a print, the guide included, as a printer lays it down."""
    document = pypdfium2.PdfDocument(pdf)
    return [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in document]


class Pen(NamedTuple):
    """Where to write on a sheet, in parts of its width and height: the line to sign on, the left end of the line for
    the day, and how high the box for initials stands, where there is one."""

    x: float = 0.66
    y: float = 0.62
    date: float = 0.1
    initials: float | None = None


def pens_of(pdf: bytes) -> list[Pen]:
    """For each page of a print where its lines for the pen are; somewhere in the lower half where it has none."""
    return [_pen(page) for page in pypdfium2.PdfDocument(pdf)]


def _pen(page: pypdfium2.PdfPage) -> Pen:
    text, (width, height) = page.get_textpage(), page.get_size()
    found = (
        text.search(word(name).ko[:12]).get_next()
        for name in ("print.in_ink", "signature.date", "print.initials")
    )
    line, day, box = (one and text.get_charbox(one[0]) for one in found)
    if line is None or day is None:
        return Pen()
    return Pen(line[0] / width, 1 - (line[3] + 3) / height, day[0] / width, box and 1 - box[3] / height)


def signed(sheet: Image.Image, pen: Pen = Pen(), dpi: int = 200) -> Image.Image:  # noqa: B008 - a value
    """The sheet with a name and a day written on its lines in blue ink."""
    ink = sheet.copy()
    draw, unit = ImageDraw.Draw(ink), dpi / 200 * 0.42
    x, y = pen.x * ink.width, pen.y * ink.height
    for stroke in sample_strokes():
        points = [(x + (left - 120) * unit, y + (top - 330) * unit) for left, top, _time in stroke]
        draw.line(points, fill=_INK, width=max(2, round(5 * dpi / 200)), joint="curve")
    hand = ImageFont.truetype(str(face("serif").path), round(34 * dpi / 200))
    draw.text((pen.date * ink.width + 8, y - 48 * dpi / 200), "2026. 11. 24.", font=hand, fill=_INK)
    if pen.initials is not None:
        draw.text((0.85 * ink.width, pen.initials * ink.height - 4), "李", font=hand, fill=_INK)
    return ink


def photograph(sheet: Image.Image, camera: Camera = CASUAL) -> bytes:
    """A JPEG of the sheet as this camera takes it."""
    side = round(3_400 * camera.scale)
    page = sheet.resize((round(side * sheet.width / sheet.height), side), Image.Resampling.BICUBIC)
    if camera.table:
        page = _on_table(page)
    if camera.lean:
        page = _leaning(page, camera.lean)
    if camera.turn:
        page = page.rotate(-camera.turn, Image.Resampling.BICUBIC, expand=True, fillcolor=_TABLE)
    if camera.crop:
        page = page.crop(
            (0, 0, round(page.width * (1 - camera.crop)), round(page.height * (1 - camera.crop)))
        )
    if camera.shadow:
        page = _shaded(page, camera.shadow)
    if camera.noise:
        grain = Image.effect_noise(page.size, camera.noise).convert("RGB")
        page = ImageChops.add(page, grain, scale=1, offset=-128)
    return jpeg(page, camera.quality)


def scan(sheets: Sequence[Image.Image], dpi: int = 200) -> bytes:
    """A PDF as a scanner makes it, one picture a page."""
    target = io.BytesIO()
    sheets[0].save(target, "PDF", save_all=True, append_images=list(sheets[1:]), resolution=dpi, quality=75)
    return target.getvalue()


def jpeg(picture: Image.Image, quality: int = 85) -> bytes:
    """The picture as a JPEG."""
    target = io.BytesIO()
    picture.convert("RGB").save(target, "JPEG", quality=quality)
    return target.getvalue()


def _on_table(page: Image.Image) -> Image.Image:
    edge = page.width // 12
    table = Image.new("RGB", (page.width + 2 * edge, page.height + 2 * edge), _TABLE)
    table.paste(page, (edge, edge))
    return table


def _leaning(page: Image.Image, lean: float) -> Image.Image:
    """The far end smaller: for each corner of the picture where in the page it is taken from."""
    wide, high, pull = page.width, page.height, page.width * lean
    corners = [(0, 0), (wide, 0), (wide, high), (0, high)]
    shown = [(pull, pull / 2), (wide - pull * 0.6, 0), (wide, high), (0, high - pull / 3)]
    return page.transform(
        page.size,
        Image.Transform.PERSPECTIVE,
        _coefficients(shown, corners),
        Image.Resampling.BICUBIC,
        fillcolor=_TABLE,
    )


def _coefficients(shown: list[tuple[float, float]], page: list[tuple[float, float]]) -> list[float]:
    """The eight numbers of the projection that takes shown points to points of the page."""
    rows = []
    for (x, y), (u, v) in zip(shown, page, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for column in range(8):
        pivot = max(range(column, 8), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [value / rows[column][column] for value in rows[column]]
        for row in range(8):
            if row != column:
                rows[row] = [a - rows[row][column] * b for a, b in zip(rows[row], rows[column], strict=True)]
    return [row[8] for row in rows]


def _shaded(page: Image.Image, depth: float) -> Image.Image:
    """A shadow that falls across the page, as of the person who stands before the lamp."""
    light = Image.linear_gradient("L").rotate(35, expand=False, fillcolor=120).resize(page.size)
    light = light.point(lambda value: 255 - round((255 - value) * depth))
    return ImageChops.multiply(page, Image.merge("RGB", (light, light, light)))

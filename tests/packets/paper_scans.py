"""Pictures of a print as people make them: signed in ink, photographed aslant on a table in bad light, or scanned."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import pypdfium2
from PIL import Image, ImageChops, ImageDraw

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
CASUAL = Camera(turn=3.0, lean=0.05, quality=70, shadow=0.35, noise=8)


def sheets_of(pdf: bytes, dpi: int = 200) -> list[Image.Image]:
    """Every page of a print, the guide included, as a printer lays it down."""
    document = pypdfium2.PdfDocument(pdf)
    return [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in document]


def signed(sheet: Image.Image, dpi: int = 200) -> Image.Image:
    """The sheet with a scrawl in blue ink in the lower right, where signatures stand."""
    ink = sheet.copy()
    draw, unit = ImageDraw.Draw(ink), dpi / 200
    x, y = ink.width * 0.66, ink.height * 0.62
    points = [
        (x + step * 22 * unit, y + (38 if step % 2 else -30) * unit * (1 + step % 3) / 2)
        for step in range(15)
    ]
    draw.line(points, fill=_INK, width=max(2, round(5 * unit)), joint="curve")
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

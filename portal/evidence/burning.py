"""Pages of a kept copy drawn as pictures, and areas of them burnt in: in the box, like everything that decodes.

A redacted PDF is made anew of pictures of all its pages: of text, fonts and pictures under a cover, or shared between
pages, nothing is left to be found.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from portal.evidence.box import LENGTH, order_for, packed, read_harmless, serve_one, work_in_box
from portal.evidence.harmless import Bounds, Cover, Harmless
from portal.evidence.inspect import MediaType, identify
from portal.evidence.refusals import Broken, NotAccepted

if TYPE_CHECKING:
    from PIL import Image

CPU_SECONDS = 45
"""Of processor time: 200 pages are drawn at a sixth of a second each."""
WALL_SECONDS = 90
DOTS_PER_INCH = 150
_MOST_PIXELS = 12_000_000
_JPEG_QUALITY = 82
_POINTS = 72
Covers = Mapping[int, Sequence[Cover]]


def burn_in_box(content: bytes, covers: Covers) -> Harmless:
    """A copy with these areas of its pages, counted from 1, painted over. Raises whatever opening a file can raise."""
    told = {"burn": {str(page): [asdict(one) for one in areas] for page, areas in covers.items()}}
    return read_harmless(*_sent(content, told))


def page_in_box(content: bytes, page: int, width: int, turns: int = 0) -> bytes:
    """A JPEG or PNG of one page, counted from 1, at most `width` pixels wide before it is turned by quarters clockwise.

    Raises NotAccepted for a page that is not there.
    """
    _head, picture = _sent(content, {"page": page, "width": width, "turns": turns})
    if identify(picture) not in (MediaType.JPEG, MediaType.PNG):
        raise NotAccepted
    return picture


def _sent(content: bytes, told: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    head = json.dumps(told).encode()
    sent = LENGTH.pack(len(head)) + head + content
    order = order_for(content, cpu_seconds=CPU_SECONDS)
    return work_in_box("portal.evidence.burning", order, sent, WALL_SECONDS)


def burnt(content: bytes, covers: Covers, bounds: Bounds) -> Harmless:
    """The covered copy, made here and now: only to be called in the box."""
    media_type = identify(content)
    if media_type.is_picture:
        from portal.evidence.pictures import redrawn

        return redrawn(content, media_type, 0, covers.get(1, ()), bounds)
    from portal.evidence.pictures import thumbnail_of

    pages, first = _Pages(), None
    for number, (page, points) in enumerate(_drawn(content), 1):
        _paint(page, covers.get(number, ()))
        first = first or thumbnail_of(page)
        pages.add(page, points)
    if first is None:
        raise Broken
    return Harmless(MediaType.PDF, pages.bytes(), first, pages.count)


def page_picture(content: bytes, page: int, width: int, turns: int, bounds: Bounds) -> bytes:
    """One page as a JPEG, made here and now: only to be called in the box. Raises NotAccepted."""
    media_type = identify(content)
    if media_type.is_picture:
        from portal.evidence.pictures import redrawn

        return redrawn(content, media_type, turns, (), bounds).content
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    if not 1 <= page <= len(document):
        raise NotAccepted
    one = document[page - 1]
    across, down = one.get_size()
    scale = min(width / max(across, 1), (_MOST_PIXELS / max(across * down, 1)) ** 0.5)
    return _jpeg(one.render(scale=scale, rotation=90 * (turns % 4)).to_pil().convert("RGB"))


def _drawn(content: bytes) -> Iterable[tuple[Image.Image, tuple[float, float]]]:
    """Each page as a picture, with its size in points."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
        for page in document:
            across, down = page.get_size()
            scale = min(DOTS_PER_INCH / _POINTS, (_MOST_PIXELS / max(across * down, 1)) ** 0.5)
            yield page.render(scale=scale).to_pil().convert("RGB"), (across, down)
            page.close()
    except (pypdfium2.PdfiumError, ValueError) as error:
        raise Broken from error


def _paint(page: Image.Image, covers: Iterable[Cover]) -> None:
    from PIL import ImageDraw

    for cover in covers:
        left, top, right, bottom = cover.on(*page.size)
        ImageDraw.Draw(page).rectangle((left, top, right - 1, bottom - 1), fill=0)


class _Pages:
    """A PDF of pictures, each filling its page."""

    def __init__(self) -> None:
        import pikepdf

        self.pdf, self.count = pikepdf.new(), 0

    def add(self, page: Image.Image, points: tuple[float, float]) -> None:
        from pikepdf import Array, Dictionary, Name, Stream

        across, down = points
        picture = Stream(
            self.pdf, _jpeg(page), Type=Name.XObject, Subtype=Name.Image, Width=page.width, Height=page.height,
            ColorSpace=Name.DeviceRGB, BitsPerComponent=8, Filter=Name.DCTDecode,
        )  # fmt: skip
        drawing = Stream(self.pdf, f"q {across:.2f} 0 0 {down:.2f} 0 0 cm /P Do Q".encode())
        made = Dictionary(
            Type=Name.Page, MediaBox=Array([0, 0, round(across, 2), round(down, 2)]), Contents=drawing,
            Resources=Dictionary(XObject=Dictionary(P=picture)),
        )  # fmt: skip
        import pikepdf

        self.pdf.pages.append(pikepdf.Page(self.pdf.make_indirect(made)))
        self.count += 1

    def bytes(self) -> bytes:
        target = io.BytesIO()
        self.pdf.save(target, min_version="1.7", deterministic_id=True)
        return target.getvalue()


def _jpeg(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=_JPEG_QUALITY)
    return target.getvalue()


def _answer(sent: bytes, bounds: Bounds) -> tuple[dict[str, Any], bytes]:
    start = LENGTH.size + LENGTH.unpack(sent[: LENGTH.size])[0]
    told, content = json.loads(sent[LENGTH.size : start]), sent[start:]
    if "page" in told:
        return {}, page_picture(content, told["page"], told["width"], told["turns"], bounds)
    covers = {int(page): [Cover(**one) for one in areas] for page, areas in told["burn"].items()}
    return packed(burnt(content, covers, bounds))


if __name__ == "__main__":
    serve_one(sys.stdin.buffer, sys.stdout.buffer, _answer)

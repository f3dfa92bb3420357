"""A short-lived process for each picture or scan that is said to show pages of a print; see `evidence.box`."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from typing import Any

from PIL import Image

from portal.evidence.box import LENGTH, memory_for, serve_one, work_in_box
from portal.evidence.cleanse import cleanse
from portal.evidence.harmless import Bounds
from portal.evidence.inspect import MediaType, identify
from portal.evidence.refusals import Broken, NotAccepted, TooManyPages
from portal.packets.paper.recognise import KEPT_SIDE, Seen, look_at

PAGES = 60
"""Most pages of one scan; a print has about a dozen."""
PICTURE_SECONDS, SCAN_SECONDS = 15, 55
"""Processor time. A clear photograph takes one or two, one without a code all that it is tried with; a page of a scan
less than one. A request must end within a minute or so."""
_SLOWER = 2.0  # a busy machine's clock against the processor's
_RENDERED_SIDE = 2_600  # pixels: 220 dpi on A4
_TEXTS = 4  # more page codes than that on one picture are nobody's honest photograph


def look_in_box(content: bytes) -> tuple[Seen, ...]:
    """Each picture of a file as it is kept, with the codes on it. Raises the Refusal of a file that is not taken."""
    seconds = SCAN_SECONDS if identify(content) is MediaType.PDF else PICTURE_SECONDS
    limits = {"bounds": {"pages": PAGES}, "cpu_seconds": seconds, "memory": memory_for(content)}
    order = json.dumps(limits).encode()
    head, body = work_in_box(
        "portal.packets.paper.box", LENGTH.pack(len(order)) + order, content, seconds * _SLOWER
    )
    return tuple(_checked(head, body))


def _checked(head: dict[str, Any], body: bytes) -> Iterator[Seen]:
    """What the box answered, as far as it can be what was asked for."""
    at, pages = 0, head.get("pages", [])
    if not 1 <= len(pages) <= PAGES:
        raise NotAccepted
    for size, texts in pages:
        picture, at = body[at : at + size], at + size
        if identify(picture) is not MediaType.JPEG or not _is_small(picture):
            raise NotAccepted
        yield Seen(picture, tuple(str(text)[:100] for text in texts[:_TEXTS]))


def _is_small(picture: bytes) -> bool:
    """By its own header, which is read without decoding anything."""
    try:
        return max(Image.open(io.BytesIO(picture), formats=["JPEG"]).size) <= KEPT_SIDE
    except (OSError, ValueError, SyntaxError):
        return False


def _work(content: bytes, bounds: Bounds) -> tuple[dict[str, Any], bytes]:
    seen = list(_looked_at(content, bounds))
    pages = [(len(one.picture), one.texts[:_TEXTS]) for one in seen]
    return {"pages": pages}, b"".join(one.picture for one in seen)


def _looked_at(content: bytes, bounds: Bounds) -> Iterator[Seen]:
    harmless = cleanse(content, bounds)
    if harmless.media_type is not MediaType.PDF:
        yield look_at(Image.open(io.BytesIO(harmless.content)))
        return
    yield from (look_at(page) for page in _rendered(harmless.content))


def _rendered(content: bytes) -> Iterator[Image.Image]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
        if len(document) > PAGES:
            raise TooManyPages(len(document), PAGES)
        for page in document:
            side = max(*page.get_size(), 1)
            yield page.render(scale=_RENDERED_SIDE / side).to_pil().convert("RGB")
            page.close()
    except (pypdfium2.PdfiumError, ValueError) as error:
        raise Broken from error


if __name__ == "__main__":
    serve_one(sys.stdin.buffer, sys.stdout.buffer, _work)

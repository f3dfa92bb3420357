"""One way in to making a file harmless: bytes in, harmless bytes out. Pure, but to be run in the box: it decodes."""

from __future__ import annotations

from portal.evidence.harmless import Bounds, Harmless
from portal.evidence.inspect import identify


def cleanse(content: bytes, bounds: Bounds) -> Harmless:
    """Decode a file and build it anew from what it shows. Raises a Refusal named for what is wrong with it."""
    media_type = identify(content)
    # Decoders are loaded by need: a picture's process does not pay for qpdf and PDFium.
    if media_type.is_picture:
        from portal.evidence.pictures import cleanse_picture

        return cleanse_picture(content, media_type, bounds)
    from portal.evidence.pages import cleanse_pdf

    return cleanse_pdf(content, bounds)

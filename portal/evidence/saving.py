"""How a file that somebody sent leaves the portal to its owner."""

from __future__ import annotations

import io

from flask import send_file
from werkzeug.wrappers import Response

from portal.evidence.inspect import MediaType


def saved(content: bytes, media_type: MediaType, name: str) -> Response:
    """Saved rather than shown, and even if shown then without scripts, forms or an origin."""
    ending = media_type.extension
    stem = name.removesuffix(ending) or "file"
    answer = send_file(
        io.BytesIO(content),
        mimetype=media_type.value,
        as_attachment=True,
        download_name=f"{stem}{ending}",
        max_age=0,
    )
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "no-store"
    return answer

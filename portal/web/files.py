"""Files of the pages: addresses that name their content, so that browsers and proxies keep them for good.

``url_for("static", filename=…)`` gets ``v``, the beginning of the file's SHA-256. Asked for by it, a file may be kept a
year; text is compressed once and answered from memory (``portal.web.public``).
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from flask import Flask, request
from werkzeug.security import safe_join
from werkzeug.wrappers import Response

from portal.web.public import keep

KEPT_SECONDS = 365 * 24 * 3600
_TEXT = {".css", ".js", ".svg"}


def install(app: Flask) -> None:
    """Version the addresses of static files, and let those who know the version keep them."""
    folder = str(app.static_folder)
    plain = app.view_functions["static"]

    def versioned(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and (version := _version(folder, values.get("filename", ""))):
            values["v"] = version

    def served(filename: str) -> Response:
        answer = cast(Response, plain(filename=filename))
        asked = request.args.get("v")
        if asked and asked == _version(folder, filename) and answer.status_code in (200, 304):
            answer.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}, immutable"
            if answer.status_code == 200 and Path(filename).suffix in _TEXT and request.method == "GET":
                answer.direct_passthrough = False
                keep()
        return answer

    app.url_defaults(versioned)
    app.view_functions["static"] = served


def _version(folder: str, filename: str) -> str:
    """The version of a file inside the folder; empty where there is none."""
    path = safe_join(folder, filename)
    try:
        return _hash(path, Path(path).stat().st_mtime_ns) if path else ""
    except OSError:
        return ""


@lru_cache(256)
def _hash(path: str, _changed: int) -> str:
    return sha256(Path(path).read_bytes()).hexdigest()[:10]

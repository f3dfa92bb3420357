"""The page that everybody sees first, beside the least that Flask can do."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import EnvironBuilder

from bench.figure import Figure, rates
from portal import create_app
from portal.operations.prepare import make_ready
from portal.settings import Settings


def run() -> list[Figure]:
    """``public_page``: pages a second of /ko/ in one process, against a bare view that answers as many bytes."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(env="test", data_dir=Path(folder) / "var")
        make_ready(settings)
        app = create_app(settings)
        page = _answer(app, "/ko/")
        bare = _bare(len(page))
        assert len(_answer(bare, "/")) == len(page)
        ours, least = rates(_asking(app, "/ko/"), _asking(bare, "/"))
        app.extensions["portal"].close()
    return [
        Figure(
            name="public_page", value=ours, unit="pages/s", ratio=ours / least,
            reference=f"bare Flask view of {len(page) / 1000:.0f} kB, {least:,.0f} pages/s",
        )
    ]  # fmt: skip


def _bare(size: int) -> Flask:
    app, body = Flask("bare"), "x" * size
    app.add_url_rule("/", view_func=lambda: body)
    return app


def _asking(app: Flask, path: str) -> Callable[[], object]:
    """A request through WSGI itself: a test client would cost both sides the same and flatter the ratio."""
    environment = EnvironBuilder(path=path, headers={"Accept-Language": "ko"}).get_environ()

    return lambda: _served(app, dict(environment))


def _answer(app: Flask, path: str) -> bytes:
    return _served(app, EnvironBuilder(path=path).get_environ())


def _served(app: Flask, environment: dict[str, Any]) -> bytes:
    chunks = app(environment, _start)
    try:
        return b"".join(chunks)
    finally:
        if close := getattr(chunks, "close", None):
            close()


def _start(status: str, _headers: object, _exc_info: object = None) -> Callable[[bytes], object]:
    assert status.startswith("200"), status
    return lambda _data: None

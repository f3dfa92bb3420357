"""A language outside any request: jobs and commands that write to people have no page whose address names one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from flask import Flask, g
from flask_babel import Babel

from portal.settings import Settings
from portal.web import catalogues, language


@contextmanager
def speaking(settings: Settings, lang: str) -> Iterator[None]:
    """Have texts and days said in a language meanwhile."""
    with _speaker(settings.data_dir).app_context():
        g.lang = lang
        yield


@cache
def _speaker(data_dir: Path) -> Flask:
    """An application that serves nothing and has nothing but the catalogues."""
    app = Flask("portal", static_folder=None, template_folder=None)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(catalogues.compiled(data_dir))
    Babel(app, locale_selector=language.current, timezone_selector=language.timezone)
    return app

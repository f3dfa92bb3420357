"""Every failure becomes a calm page in the reader's language with a reference; never a trace."""

import traceback
from typing import Any

import structlog
from flask import Flask, g, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

log = structlog.get_logger()
SHOWN = (400, 401, 403, 404, 405, 409, 410, 413, 415, 429, 500, 503)


def install(app: Flask) -> None:
    """Handle HTTP errors, expired forms, and whatever nobody foresaw."""
    app.register_error_handler(CSRFError, _expired_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def error_page(status: int, **values: Any) -> tuple[str, int]:
    """The page of a status; unknown ones look like the nearest of their hundred."""
    shown = status if status in SHOWN else (400 if status < 500 else 500)
    return render_template(
        "errors/error.html", status=shown, reference=g.get("reference", "-"), **values
    ), status


def _expired_form(_error: CSRFError) -> Any:
    return error_page(400, expired=True)


def _http(error: HTTPException) -> Any:
    status = error.code or 500
    if isinstance(error.response, Response) and status < 400:
        return error.response
    if status < 400:
        return error  # a redirect that routing asks for
    page, status = error_page(status)
    headers = [(name, value) for name, value in error.get_headers() if name in {"Allow", "Retry-After"}]
    return page, status, headers


def _unforeseen(error: Exception) -> Any:
    if g.get("lang") is None and not request.path.startswith("/staff"):
        g.lang = None
    # Where it happened, not what was in the variables or the message: those may be personal.
    where = [
        f"{frame.filename.rsplit('/', 3)[-1]}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    log.error("unforeseen", error=type(error).__name__, endpoint=request.endpoint, where=where[-4:])
    return error_page(500)

"""Every failure becomes a calm page in the reader's language with a reference; never a trace."""

import traceback
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, g, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from portal.storage import StorageError
from portal.vault import VaultError

log = structlog.get_logger()
LAST_RESORT = Path(__file__).parents[1] / "templates" / "errors" / "last_resort.html"
SHOWN = (400, 401, 403, 404, 405, 409, 410, 413, 415, 429, 500, 503)


def install(app: Flask) -> None:
    """Handle HTTP errors, expired forms, and whatever nobody foresaw."""
    app.register_error_handler(CSRFError, _expired_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database_away)
    app.register_error_handler(StorageError, _damaged)
    app.register_error_handler(VaultError, _damaged)
    app.register_error_handler(Exception, _unforeseen)


def error_page(status: int, **values: Any) -> tuple[str, int]:
    """The page of a status; unknown ones look like the nearest of their hundred.

    When even that cannot be rendered, because what the layout shows is what failed, a fixed page in both languages.
    """
    shown = status if status in SHOWN else (400 if status < 500 else 500)
    reference = g.get("reference", "-")
    try:
        return render_template("errors/error.html", status=shown, reference=reference, **values), status
    except Exception as error:
        log.error("error page not rendered", error=type(error).__name__, where=_where(error))
        return LAST_RESORT.read_text(encoding="utf-8").replace("{reference}", reference), status


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


def _database_away(error: DBAPIError) -> Any:
    """The database does not answer, is full or is busy: nothing was half done, and trying again may help."""
    log.error(
        "database failed", error=type(error.orig).__name__, endpoint=request.endpoint, where=_where(error)
    )
    page, status = error_page(503)
    return page, status, {"Retry-After": "60"}


def _damaged(error: StorageError | VaultError) -> Any:
    """A sealed file or field is missing, changed or cannot be opened. Named in the log, never served."""
    log.error("damaged", reason=str(error), endpoint=request.endpoint)
    return error_page(503, damaged=True)


def _unforeseen(error: Exception) -> Any:
    log.error("unforeseen", error=type(error).__name__, endpoint=request.endpoint, where=_where(error))
    return error_page(500)


def _where(error: Exception) -> list[str]:
    """Where it happened, not what was in the variables or the message: those may be personal."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{'/'.join(Path(frame.filename).parts[-2:])}:{frame.lineno}" for frame in frames][-4:]

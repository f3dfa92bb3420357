"""What a request may carry: little, unless its view says that it takes files; and never to disk unsealed."""

from collections.abc import Callable
from io import BytesIO
from typing import IO, Any, TypeVar

from flask import Flask, Request, current_app, request

View = TypeVar("View", bound=Callable[..., Any])
FIELDS_MB = 2  # the longest form is a claim's; a hundred trades and a long account of harm stay far below


def takes_files(view: View) -> View:
    """Declare that a view takes evidence files; the claim's whole room may come at once."""
    view.portal_takes = "MAX_FILES_LENGTH"  # type: ignore[attr-defined]
    return view


def takes_packet(view: View) -> View:
    """Declare that a view takes one packet to be verified."""
    view.portal_takes = "MAX_PACKET_LENGTH"  # type: ignore[attr-defined]
    return view


class InMemoryRequest(Request):
    """Keeps uploaded parts in memory: Werkzeug would spool large ones, unsealed, to the temporary folder."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()


def install(app: Flask, files_mb: int, packet_mb: int) -> None:
    """Bound every request's body before anything, the check of its token included, reads it."""
    app.request_class = InMemoryRequest
    app.config.update(
        MAX_CONTENT_LENGTH=FIELDS_MB * 1_000_000,
        MAX_FORM_MEMORY_SIZE=FIELDS_MB * 1_000_000,
        MAX_FORM_PARTS=1_000,
        MAX_FILES_LENGTH=(files_mb + FIELDS_MB) * 1_000_000,
        MAX_PACKET_LENGTH=packet_mb * 1_000_000 + 10_000,
    )

    @app.before_request
    def bound() -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        if kind := getattr(view, "portal_takes", ""):
            request.max_content_length = current_app.config[kind]

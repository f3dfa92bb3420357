"""Logs: one JSON line an event, with the request's reference, and never anything personal."""

import logging
import sys

import structlog
from flask import Flask, g, has_request_context


def install(app: Flask) -> None:
    """Write to standard error; the reference ties a line to what a person was shown."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _reference,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    app.logger.handlers.clear()
    app.logger.addHandler(
        logging.NullHandler()
    )  # Flask's own would print what people typed with each traceback
    app.logger.propagate = False


def _reference(
    _logger: object, _method: str, event: "structlog.typing.EventDict"
) -> "structlog.typing.EventDict":
    if has_request_context() and (reference := g.get("reference")):
        event["reference"] = reference
    return event

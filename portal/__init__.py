"""The claimant intake portal. :func:`create_app` reads like a table of contents."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # only then: processes that need no web server, such as the evidence box, start without it
    from flask import Flask

    from portal.settings import Settings

__version__ = "0.1.0"


def create_app(settings: Settings | None = None) -> Flask:
    """The WSGI application for the given settings, or for those of the environment."""
    from flask import Flask

    from portal import (
        batches,
        claims,
        correspondence,
        eligibility,
        evidence,
        identity,
        intake,
        messages,
        packets,
        reporting,
        review,
        screening,
        staff,
        takeout,
        trust,
        web,
    )
    from portal.runtime import open_runtime
    from portal.settings import Settings

    opened = open_runtime(settings or Settings())
    app = Flask("portal", static_folder=str(web.catalogues.ROOT / "static"))
    web.furnish(app, opened)
    for feature in (
        eligibility,
        trust,
        messages,
        identity,
        claims,
        evidence,
        packets,
        correspondence,
        takeout,
    ):
        feature.install(app)
    for feature in (staff, screening, intake, review, batches, reporting):
        feature.install(app)
    web.access.check_declared(app)
    return app

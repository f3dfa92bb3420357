"""Trust: is this message really ours, which addresses are, and the scams that people reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def install(app: Flask) -> None:
    """The page that judges a pasted message, the page of official addresses, and what stands under /.well-known."""
    from portal.trust import jobs, views, wording

    assert jobs
    app.jinja_env.filters["grouped_hex"] = wording.grouped_hex
    app.register_blueprint(views.pages)

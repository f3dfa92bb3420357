"""Likely pairs of claims, doubts about one, and conflict checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def install(app: Flask) -> None:
    """Staff's pages on pairs and on conflicts, and the jobs that find them."""
    from portal.screening import conflict_views, jobs, pair_views

    assert jobs
    app.register_blueprint(pair_views.blueprint)
    app.register_blueprint(conflict_views.blueprint)

"""Answers and a matter's rules become decisions with reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def install(app: Flask) -> None:
    """The matter's pages and the questions; imported here, so that deciding alone needs no application."""
    from portal.eligibility import pages, views

    pages.install(app)
    app.register_blueprint(views.blueprint)
    app.add_url_rule("/", "front_door", views.front_door)

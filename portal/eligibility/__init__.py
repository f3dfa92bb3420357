"""Answers and a matter's rules become decisions with reasons."""

from flask import Flask


def install(app: Flask) -> None:
    """The matter's page and the questions; imported here, so that deciding alone needs no application."""
    from portal.eligibility.views import blueprint

    app.register_blueprint(blueprint)

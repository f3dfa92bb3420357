"""Claims that come otherwise than through the pages: taken in by staff, or imported from an earlier list."""

from flask import Flask


def install(app: Flask) -> None:
    """The staff's pages; imported here, so that the commands need no application."""
    from portal.intake import import_views, paper_views, views

    for one in (views.blueprint, paper_views.blueprint, import_views.blueprint):
        app.register_blueprint(one)

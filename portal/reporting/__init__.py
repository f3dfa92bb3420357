"""Deadlines, numbers and digests: what the office and its analysts see of the work as a whole."""

from flask import Flask


def install(app: Flask) -> None:
    """The pages of dates and numbers, and the choice of the daily digest."""
    from portal.reporting import dates_views, numbers_views
    from portal.reporting.blueprint import blueprint

    assert dates_views, numbers_views
    app.register_blueprint(blueprint)

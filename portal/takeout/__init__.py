"""Everything that a claimant gave, for themselves; and requests that it be erased."""

from flask import Flask


def install(app: Flask) -> None:
    """The claimant's pages, and the job that clears away what erased claims leave."""
    from portal.takeout import jobs, views

    assert jobs
    app.register_blueprint(views.pages)

"""The claim and its life: the model, the state machine, sealed particulars, and the claimant's own pages."""

from flask import Flask


def install(app: Flask) -> None:
    """The claimant's pages; imported here, so that the model alone needs no application."""
    from portal.claims import acts, card, entrance, jobs, recovering, views  # noqa: F401  (they add addresses and jobs)
    from portal.claims.blueprint import pages

    app.register_blueprint(pages)

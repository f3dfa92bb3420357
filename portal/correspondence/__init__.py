"""Letters between a claimant and counsel of one jurisdiction, with what is enclosed; requests and their answers."""

from flask import Flask


def install(app: Flask) -> None:
    """The claimant's pages of letters, and their lines on the claim's page."""
    from portal.claims import sections
    from portal.correspondence import views

    app.register_blueprint(views.pages)
    sections.bring(app, "letters", views.lines_for_claim)

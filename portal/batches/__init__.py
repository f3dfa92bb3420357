"""Frozen sets of accepted claims, and the volumes they are handed over in."""

from flask import Flask


def install(app: Flask) -> None:
    """The staff pages on batches, and the public key that volumes are verified with."""
    # Imported here, not above: writing and verifying a volume needs neither the web nor the database.
    from portal.batches import jobs, ledger_views, recipient_views, views, volume_views  # noqa: F401 - jobs are deferred

    app.register_blueprint(views.blueprint)
    app.register_blueprint(volume_views.blueprint)
    app.register_blueprint(recipient_views.blueprint)
    app.register_blueprint(ledger_views.blueprint)

"""The claimant intake portal. :func:`create_app` reads like a table of contents."""

from flask import Flask

from portal.settings import Settings

__version__ = "0.1.0"


def create_app(settings: Settings | None = None) -> Flask:
    """The WSGI application for the given settings, or for those of the environment."""
    from portal import batches, claims, eligibility, evidence, identity, packets, review, staff, web
    from portal.runtime import open_runtime

    opened = open_runtime(settings or Settings())
    app = Flask("portal", static_folder=str(web.catalogues.ROOT / "static"))
    web.furnish(app, opened)
    for feature in (eligibility, identity, claims, evidence, packets, staff, review, batches):
        feature.install(app)
    web.access.check_declared(app)
    return app

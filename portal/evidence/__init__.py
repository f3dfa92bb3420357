"""Evidence: uploaded, made harmless, stored sealed and numbered as exhibits.

Imports nothing at once: the box (`portal.evidence.box`) starts a fresh process for each file and must start fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def install(app: Flask) -> None:
    """The claimant's pages of evidence, and their lines on the claim's page."""
    from portal.claims import sections
    from portal.evidence import arranging, incidents, reported, sending, views  # noqa: F401 - their pages hang on the blueprint

    app.extensions["portal.trust.evidence"] = f"{views.pages.name}.{reported.add_reported.__name__}"
    app.register_blueprint(views.pages)
    app.register_blueprint(incidents.pages)
    sections.bring(app, "files", views.lines_for_claim)

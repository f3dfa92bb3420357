"""Packets: read and signed by the claimant, laid out, sealed, stored and verified."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def install(app: Flask) -> None:
    """The pages of reading and signing, the packets on the claim's page, and the jobs that make them."""
    from portal.claims import sections
    from portal.packets import handoff_views, jobs, public, signing_views, views, withdrawal_pages
    from portal.packets.amending import changed_lines
    from portal.packets.paper import form_pages
    from portal.packets.paper import views as paper
    from portal.packets.signers import lacking_lines, signer_lines
    from portal.trust import official

    assert jobs
    assert signing_views
    assert withdrawal_pages
    official.bring_certificates(app, public.seal_certificates)
    app.register_blueprint(views.blueprint)
    app.register_blueprint(handoff_views.blueprint)
    app.register_blueprint(paper.blueprint)
    app.register_blueprint(form_pages.pages)
    app.register_blueprint(public.pages)
    sections.bring(app, "packets", views.lines_for_claim)
    sections.bring(app, "unsigned", changed_lines)
    sections.bring(app, "signers", signer_lines)
    sections.bring(app, "lacking", lacking_lines)
    sections.bring(app, "paper", paper.lines_for_claim)

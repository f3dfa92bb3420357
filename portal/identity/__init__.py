"""How a claimant proves an e-mail address, and the session that the proof opens."""

from flask import Flask

from portal.identity import browser, jobs, views
from portal.identity.service import (
    NotAnAddress,
    Proof,
    ProofSpent,
    TooManyCodes,
    check_code,
    normalised_email,
    send_code,
    spend,
    standing_proof,
    tries_left,
)
from portal.identity.sessions import end_all, open_session

__all__ = [
    "NotAnAddress",
    "Proof",
    "ProofSpent",
    "TooManyCodes",
    "browser",
    "check_code",
    "end_all",
    "install",
    "jobs",
    "normalised_email",
    "open_session",
    "send_code",
    "spend",
    "standing_proof",
    "tries_left",
]


def install(app: Flask) -> None:
    """The sign-in pages, and how a request's claimant is found."""
    app.register_blueprint(views.pages)
    app.extensions["portal.claimant"] = browser.claimant_here
    app.extensions["portal.hold"] = browser.hold_typed

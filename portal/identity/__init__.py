"""How a claimant proves an e-mail address, and the session that the proof opens."""

from flask import Flask

from portal.identity import browser, jobs, views
from portal.identity.contacts import (
    Contact,
    NotAnAddress,
    normalised_email,
    normalised_phone,
)
from portal.identity.pressure import TooManyCodes, TooManyTexts
from portal.identity.service import (
    Pass,
    PassSpent,
    Proof,
    ProofSpent,
    WorkNeeded,
    check_code,
    send_code,
    spend,
    standing_proof,
    tries_left,
)
from portal.identity.sessions import Proved, end_all, open_session

__all__ = [
    "Contact",
    "NotAnAddress",
    "Pass",
    "PassSpent",
    "Proof",
    "ProofSpent",
    "Proved",
    "TooManyCodes",
    "TooManyTexts",
    "WorkNeeded",
    "browser",
    "check_code",
    "end_all",
    "install",
    "jobs",
    "normalised_email",
    "normalised_phone",
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

"""How reminders are stopped: from the mail program by whoever holds the message, or by a button in the claim."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.claims import access, reminders
from portal.claims.blueprint import pages
from portal.web import allow, claimant, runtime
from portal.web.app import without_token
from portal.web.limits import limiter


@pages.post("/claim/reminders/<any(on, off):wanted>")
@allow.claimant
def turn_reminders(wanted: str) -> Response:
    """The button on the claim's page."""
    with runtime().database.transaction() as writing:
        claim = access.own_claim(writing, claimant(), to_change=True)
        reminders.turn(writing, claim, on=wanted == "on", now=runtime().clock())
    flash(_("You get reminders again.") if wanted == "on" else _("You get no more reminders."), "good")
    return redirect(url_for("claims.overview"), 303)


@pages.get("/reminders/<stop_token>")
@allow.anybody
@limiter.limit("60 per minute")
def ask_to_stop(stop_token: str) -> str:
    """A button, so that a program that only looks at addresses stops nothing."""
    _claim_id, party = reminders.read_token(runtime().vault, stop_token) or abort(404)
    return render_template("claims/reminders.html", stop_token=stop_token, party=party, done=False)


@pages.post("/reminders/<stop_token>")
@allow.anybody
@without_token
@limiter.limit("60 per minute")
def stop_reminders(stop_token: str) -> str:
    """One click, RFC 8058: a mail program posts here without cookies. It stops reminders and shows nothing."""
    claim_id, party = reminders.read_token(runtime().vault, stop_token) or abort(404)
    with runtime().database.transaction() as writing:
        claim = access.reminded_claim(writing, claim_id)
        if claim is not None and party:
            reminders.stop_party(writing, claim, party, runtime().clock())
        elif claim is not None:
            reminders.turn(writing, claim, on=False, now=runtime().clock())
    return render_template("claims/reminders.html", stop_token=stop_token, party=party, done=True)

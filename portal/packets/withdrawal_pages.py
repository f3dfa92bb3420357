"""The claimant's pages of withdrawing."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.claims import access, overview
from portal.claims.models import Claim
from portal.claims.overview import Standing
from portal.packets import withdrawal
from portal.packets.views import blueprint
from portal.web import allow, claimant, runtime


@blueprint.get("/withdraw/<any(kr, us):jurisdiction>")
@allow.claimant
def withdraw(jurisdiction: str) -> str | Response:
    """What withdrawing means, and the button."""
    with runtime().database.reading() as reading:
        claim = access.own_claim(reading, claimant())
        standing = _standing(reading, claim, jurisdiction)
    return render_template("claims/withdraw.html", claim=claim, standing=standing)


@blueprint.post("/withdraw/<any(kr, us):jurisdiction>")
@allow.claimant
def confirm_withdrawal(jurisdiction: str) -> Response:
    """Withdraw, with a receipt; a second press changes nothing more."""
    with runtime().database.transaction() as writing:
        claim = access.own_claim(writing, claimant(), to_change=True)
        engagement = claim.engagement(jurisdiction)
        if engagement is not None and _standing(writing, claim, jurisdiction).can_withdraw:
            withdrawal.withdraw(writing, runtime(), engagement, runtime().clock())
            flash(
                _("Your claim was withdrawn. A sealed receipt is being made, and a message confirms it."),
                "good",
            )
    return redirect(url_for("claims.overview"), 303)


def _standing(session: Session, claim: Claim, jurisdiction: str) -> Standing:
    standings = overview.read(session, runtime(), claim).standings
    found = next((one for one in standings if one.jurisdiction == jurisdiction and one.signed), None)
    return found or abort(404)

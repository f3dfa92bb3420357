"""The pages of those who sign for somebody: who is still to sign, inviting them, and what an invited one sees."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.claims import access, parties, sealed, sections, steps
from portal.claims.blueprint import pages
from portal.claims.parties import InvitedJustNow, NotInvited
from portal.claims.telling import tell
from portal.identity import browser
from portal.web import allow, claimant, runtime
from portal.web.language import day
from portal.web.limits import limiter

Answer = str | Response | tuple[str, int]


@pages.get("/claim/signers")
@allow.claimant
def signers() -> Answer:
    """Who must sign, how far each has come, and what is still missing."""
    matter = runtime().matters.current().matter
    with runtime().database.reading() as reading:
        claim = access.own_claim(reading, claimant())
        lines = sections.lines(reading, claim, "signers")
        lacking = sections.lines(reading, claim, "lacking")
        particulars = sealed.read_latest(reading, runtime().vault, claim)
    if not lines and not parties.needed(matter, claim, particulars):
        return redirect(url_for("claims.overview"), 303)
    missing = next(iter(steps.missing(matter, claim, particulars)), None)
    return render_template(
        "claims/signers.html",
        claim=claim,
        lines=lines,
        lacking=lacking,
        missing=missing,
        kind=matter.claimants.kind(claim.kind),
        exception=parties.exception_of(matter, claim, particulars),
        alone=not any(line.here for line in lines),
    )


@pages.post("/claim/signers/<any(r1, r2):party>/invite")
@allow.claimant
@limiter.limit("10 per day", key_func=lambda: str(claimant().claim_id))
def invite(party: str) -> Answer:
    """Ask somebody to come in and sign, or remind them. What they are to sign must be whole first."""
    matter = runtime().matters.current().matter
    with runtime().database.transaction() as writing:
        claim = access.own_claim(writing, claimant(), to_change=True)
        particulars = sealed.read_latest(writing, runtime().vault, claim)
        if any(steps.missing(matter, claim, particulars)):
            flash(_("Complete the details first; then the others can be invited."), "wait")
            return redirect(url_for("claims.signers"), 303)
        if party not in {one.party for one in parties.signers(matter, claim, particulars)}:
            abort(404)
        try:
            parties.invite(writing, runtime(), claim, party, runtime().clock())
        except NotInvited:
            abort(404)
        except InvitedJustNow:
            flash(_("We wrote to this person a moment ago. Please give the message ten minutes."), "wait")
        else:
            flash(_("The invitation is on its way."), "good")
    return redirect(url_for("claims.signers"), 303)


@pages.get("/claim/joined")
@allow.party
def joined() -> Answer:
    """What an invited representative sees: for whom they sign, what is to be done, and who else signs."""
    here = claimant()
    if not here.party:
        return redirect(url_for("claims.overview"), 303)
    with runtime().database.reading() as reading:
        claim = access.own_claim(reading, here)
        particulars = sealed.read_latest(reading, runtime().vault, claim)
        lines = sections.lines(reading, claim, "signers")
        packets = sections.lines(reading, claim, "packets")
    matter = runtime().matters.current().matter
    return render_template(
        "claims/joined.html",
        claim=claim,
        who=particulars,
        own=next((line for line in lines if line.here), None),
        others=[line for line in lines if not line.here],
        packets=packets,
        tracks=[track for track in matter.tracks if track.id in claim.tracks],
        unfinished=any(steps.missing(matter, claim, particulars)),
    )


@pages.get("/claim/joined/refuse")
@allow.party
def refusing() -> Answer:
    """What refusing means, and the button."""
    return (
        render_template("claims/refuse.html")
        if claimant().party
        else redirect(url_for("claims.overview"), 303)
    )


@pages.post("/claim/joined/refuse")
@allow.party
def refuse() -> Answer:
    """A representative says that they will not sign; whoever began the claim is told."""
    here, now = claimant(), runtime().clock()
    if not here.party:
        return redirect(url_for("claims.overview"), 303)
    with runtime().database.transaction() as writing:
        claim = access.own_claim(writing, here, to_change=True)
        if parties.refuse(writing, claim, here.party, now):
            tell(writing, runtime(), claim, "party-refused", date=day(now, claim.language))
    return browser.sign_out(redirect(url_for("identity.signed_out"), 303))

"""The claimant's pages on their own data: download everything, and ask that it be erased."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, stream_with_context, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import identity
from portal.claims import access, entrance
from portal.claims.models import Claim
from portal.claims.states import ClaimState
from portal.identity import asking
from portal.takeout import erasing, fresh, limits, service
from portal.web import allow, claimant, language, runtime
from portal.web.limits import limiter
from portal.web.shown import masked_contact

pages = Blueprint("takeout", __name__, url_prefix=f"{language.PREFIX}/claim/data")
Answer = str | Response | tuple[str, int]


@pages.get("")
@allow.claimant
def index() -> Answer:
    """What is kept, how to download it, and how to ask for its erasure."""
    return _page()


@pages.post("/send-code")
@allow.claimant
@limiter.limit("10 per hour", key_func=lambda: str(claimant().claim_id))
def send_code() -> Answer:
    """Send a code to a contact of the claim, so that only its owner downloads everything."""
    with runtime().database.reading() as reading:
        claim = access.own_claim(reading, claimant())
        held = fresh.contacts_of(reading, runtime(), claim, runtime().clock())
    wanted = request.form.get("by", "")
    to = next((one for one in held if one.kind == wanted), held[0] if held else None)
    if to is None:
        return redirect(url_for("takeout.index"), 303)
    try:
        asking.send(to, "contact")
    except asking.Crowded as crowded:
        return crowded.page
    except identity.TooManyCodes:
        flash(_("Too many codes were asked for. Please wait an hour and try again."), "bad")
        return redirect(url_for("takeout.index"), 303)
    return redirect(url_for("takeout.code"), 303)


@pages.route("/code", methods=["GET", "POST"])
@allow.claimant
@limiter.limit(entrance.tries_per_address, methods=["POST"])
def code() -> Answer:
    """Ask for that code; with it the download is open for ten minutes."""
    again = url_for("takeout.index")
    proof = entrance.proof_by_code("contact", again)
    if not isinstance(proof, identity.Proof):
        return proof
    flash(_("Confirmed. You can download everything now."), "good")
    return redirect(again, 303)


@pages.post("/download")
@allow.claimant
@limiter.limit("10 per hour", key_func=lambda: str(claimant().claim_id))
def download() -> Answer:
    """Everything as one ZIP, only right after a contact was proved."""
    opened = runtime()
    now = opened.clock()
    with opened.database.transaction() as writing:
        claim = access.own_claim(writing, claimant())
        if not fresh.is_fresh(writing, opened, claimant(), claim, now):
            flash(_("Please confirm first that it is you."), "wait")
            return redirect(url_for("takeout.index"), 303)
        service.note_download(writing, claim, now)
    name = service.file_name(claim, now)
    return Response(
        stream_with_context(service.stream(opened, claim.id, now)),
        mimetype="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "no-store",
        },
    )


@pages.route("/erase", methods=["GET", "POST"])
@allow.claimant
@limiter.limit("10 per hour", methods=["POST"], key_func=lambda: str(claimant().claim_id))
def erase() -> Answer:
    """What erasing means for each firm as things stand, and the button."""
    opened = runtime()
    with opened.database.reading() as reading:
        claim = access.own_claim(reading, claimant())
        if claim.draft:
            return redirect(url_for("claims.discard"), 303)
        waiting = erasing.is_open(reading, claim)
    if waiting:
        return redirect(url_for("takeout.index"), 303)
    if request.method == "GET":
        return _erase_page(claim)
    with opened.database.transaction() as writing:
        claim = access.own_claim(writing, claimant(), to_change=True)
        erasing.request(writing, opened, claim, opened.clock())
    flash(_("Your request was handed on. You get a message when it is decided, within ten days."), "good")
    return redirect(url_for("takeout.index"), 303)


def _page() -> str:
    opened = runtime()
    now = opened.clock()
    with opened.database.reading() as reading:
        claim = access.own_claim(reading, claimant())
        contacts = [
            (one.kind, masked_contact(one.value)) for one in fresh.contacts_of(reading, opened, claim, now)
        ]
        requests = erasing.latest(reading, claim)
        matter = opened.matters.by_id(claim.matter_version_id).matter
        asked = [
            (matter.counsel(one.jurisdiction), held, erasing.reason_of(reading, opened, claim, held))
            for one in claim.engagements
            if (held := requests.get(one.id))
        ]
        return render_template(
            "takeout/index.html",
            claim=claim,
            fresh=fresh.is_fresh(reading, opened, claimant(), claim, now),
            contacts=contacts,
            asked=asked,
            waiting=erasing.is_open(reading, claim),
            answer_within=erasing.ANSWER_WITHIN.days,
        )


def _erase_page(claim: Claim) -> str:
    matter = runtime().matters.current().matter
    return render_template(
        "takeout/erase.html",
        claim=claim,
        limits=[limits.of(matter, one) for one in claim.engagements],
        withdraws=any(erasing.withdraws(one) for one in claim.engagements),
        filed=any(one.state is ClaimState.FILED for one in claim.engagements),
    )

"""Entering a code: the proof opens a claim that the contact belongs to, or begins one from the visitor's answers.

One contact may have several claims: those of a household, and those in which it is a representative's. Then the person
chooses. A session is of one claim; for an hour after the proof it may be exchanged for one of the others.
"""

from __future__ import annotations

from uuid import UUID

import structlog
from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal import audit, identity
from portal.claims import access, contacts, parties, recovery, service, taken_in, ways
from portal.claims.blueprint import pages
from portal.claims.errors import ClaimError
from portal.claims.models import Claim
from portal.claims.particulars import Particulars, VerifiedContact
from portal.claims.visitors import Basis, Visit, basis_here, visit_here
from portal.claims.ways import Way
from portal.eligibility import visit
from portal.identity import Contact, browser, sessions
from portal.identity.forms import CodeForm
from portal.identity.service import Purpose
from portal.matters.shelf import PublishedMatter
from portal.web import allow, language, runtime
from portal.web.held import held
from portal.web.limits import limiter

log = structlog.get_logger()
Answer = str | Response | tuple[str, int]


def tries_per_address() -> str:
    """A flood is stopped here; guessing is, by each code's five tries and each contact's five codes."""
    return f"{3 * runtime().settings.codes_per_address_hour} per hour"


@pages.route("/claim/code", methods=["GET", "POST"])
@allow.anybody
@limiter.limit(tries_per_address, methods=["POST"])
def code() -> Answer:
    """Ask for the code and check it."""
    asked = browser.asked_code()
    if asked is None:
        return redirect(url_for("identity.start"), 303)
    form = CodeForm()
    if not form.is_submitted():
        return code_page(form)
    if len(form.figures) != 6:
        form.code.errors = [_("Enter the six figures of the code.")]
        return code_page(form), 422
    with runtime().database.transaction() as writing:
        proof = identity.check_code(
            writing, runtime(), code_id=asked, browser=browser.visitor(), typed=form.figures
        )
    if proof is None:
        return refused_code(form, asked)
    return _enter()


@pages.post("/claim/enter")
@allow.anybody
def enter() -> Answer:
    """Go on with an open session or a fresh proof, without another code."""
    here = browser.claimant_here()
    if here is None:
        return _enter()
    if here.party:
        return redirect(url_for("claims.joined"), 303)
    with runtime().database.transaction() as writing:
        claim = access.own_claim(writing, here, to_change=True)
        published = runtime().matters.current()
        _renew(writing, claim, published, visit_here(published))
    visit.forget()
    return redirect(url_for("claims.overview"), 303)


@pages.get("/claim/choose")
@allow.anybody
def choose() -> Answer:
    """Every claim that the proved contact opens, each with its number, whose it is (masked) and how it stands."""
    published = runtime().matters.current()
    with runtime().database.reading() as reading:
        basis = basis_here(reading)
        if basis is None:
            return _proof_is_old()
        found = _ways(reading, published, basis)
    may_begin = visit_here(published).complete
    if basis.claim_id and len(found) < 2 and not may_begin:
        flash(_("This contact has no other claim."), "good")
        return redirect(url_for("claims.overview"), 303)
    return render_template(
        "claims/choose.html",
        ways=found,
        here=basis.claim_id,
        party=basis.party,
        may_begin=may_begin,
        contact=basis.contact.value,
    )


@pages.post("/claim/choose")
@allow.anybody
def chosen() -> Answer:
    """Open one of them, or begin another claim for another person."""
    published, now = runtime().matters.current(), runtime().clock()
    choice, answered = request.form.get("way", "")[:40], visit_here(published)
    try:
        with runtime().database.transaction() as writing:
            basis = basis_here(writing, to_spend=True)
            if basis is None:
                return redirect(url_for("identity.start"), 303)
            found = ways.ways_in(
                writing, runtime().vault, published.matter.slug, basis.contact, now, to_open=True
            )
            way = next((one for one in found if one.id == choice), None)
            if choice == "new" and answered.complete:
                way = Way(_begin(writing, published, basis, answered))
            elif way is not None and request.form.get("renew") and not (way.party or way.taken_in):
                _renew(writing, way.claim, published, answered)
            if way is None:
                return redirect(url_for("claims.choose"), 303)
            if way.taken_in:
                return redirect(url_for("claims.recognise", number=way.claim.number), 303)
            token = open_way(writing, way, basis)
            place = _place(writing, way, basis.contact)
    except (identity.ProofSpent, ClaimError):
        return redirect(url_for("identity.start"), 303)
    return browser.admit(redirect(place, 303), token)


@pages.post("/claim/another")
@allow.claimant
def another() -> Response:
    """A claim for another person of the household: the check is answered anew, then it begins with this contact."""
    visit.forget()
    session["another"] = True
    return redirect(url_for("eligibility.check"), 303)


def _enter() -> Response:
    """Resume or begin, in one transaction with the session's row; or send to the choice, or to the questions, keeping
    the proof."""
    published, now = runtime().matters.current(), runtime().clock()
    answered = visit_here(published)
    try:
        with runtime().database.transaction() as writing:
            basis = basis_here(writing, to_spend=True)
            if basis is None:
                return redirect(url_for("identity.start"), 303)
            found = ways.ways_in(
                writing, runtime().vault, published.matter.slug, basis.contact, now, to_open=True
            )
            if len(found) > 1 or (found and answered.complete):
                return redirect(url_for("claims.choose"), 303)
            if not found and not answered.complete:
                return _to_the_questions()
            way = found[0] if found else Way(_begin(writing, published, basis, answered))
            if way.taken_in:
                return redirect(url_for("claims.recognise", number=way.claim.number), 303)
            token = open_way(writing, way, basis)
            place = _place(writing, way, basis.contact)
    except (identity.ProofSpent, ClaimError):
        return redirect(url_for("identity.start"), 303)
    return browser.admit(redirect(place, 303), token)


def _proof_is_old() -> Response:
    if browser.claimant_here() is not None:
        flash(_("To open or begin another claim, confirm your contact once more with a code."), "wait")
    return redirect(url_for("identity.start"), 303)


def _to_the_questions() -> Response:
    flash(_("You are confirmed. Now answer the questions of the check; then you go on here."), "good")
    return redirect(url_for("eligibility.check"), 303)


def _ways(reading: Session, published: PublishedMatter, basis: Basis) -> tuple[Way, ...]:
    return ways.ways_in(reading, runtime().vault, published.matter.slug, basis.contact, runtime().clock())


def _begin(writing: Session, published: PublishedMatter, basis: Basis, answered: Visit) -> Claim:
    now, contact = runtime().clock(), basis.contact
    proved = VerifiedContact(kind=contact.kind, value=contact.value, verified_at=basis.proved_at)
    return service.begin(
        writing,
        runtime().vault,
        published.matter,
        version_id=published.version_id,
        # The first claim of a proof takes over the key that the contact was sealed with; a further one has its own.
        subject_id=basis.proof.subject_id if basis.proof else runtime().vault.new_subject(writing, now),
        language=language.current(),
        answers=answered.answers,
        tracks=answered.tracks,
        particulars=Particulars(contacts=(proved,), phone=contact.value if contact.kind == "phone" else ""),
        now=now,
    )


def _renew(writing: Session, claim: Claim, published: PublishedMatter, answered: Visit) -> None:
    """Fresh answers in the browser replace those of a draft; what was signed stays as it was signed."""
    if claim.draft and answered.complete:
        service.renew_answers(
            writing,
            runtime().vault,
            published.matter,
            claim,
            answered.answers,
            answered.tracks,
            runtime().clock(),
        )


def open_way(writing: Session, way: Way, basis: Basis) -> str:
    """Use the proof, or the session that was held, up for a session with a new id. Raises ProofSpent, NotInvited."""
    now, contact = runtime().clock(), basis.contact
    if basis.proof:
        identity.spend(writing, basis.proof, now)
    sessions.end(writing, browser.held_token(), now)
    proved = VerifiedContact(kind=contact.kind, value=contact.value, verified_at=basis.proved_at)
    if way.party:
        parties.join(writing, runtime(), way.claim, way.party, proved, now)
    if way.taken_in:
        taken_in.enter(writing, runtime().vault, way.claim, proved, now)
    return open_claim(writing, way.claim, basis, way.party)


def open_claim(writing: Session, claim: Claim, basis: Basis, party: str = "") -> str:
    """A recorded session of a claim, bound to the contact that opened it; answers its token."""
    now, contact = runtime().clock(), basis.contact
    detail = {"party": party} if party else {}
    audit.record(
        writing,
        now=now,
        actor=service.claimant_of(claim),
        action="claimant.signed_in",
        subject=claim.id,
        **detail,
    )
    digest = runtime().vault.index(contact.kind, contact.value)
    proved = identity.Proved(contact.kind, digest, basis.proved_at)
    return identity.open_session(writing, runtime().settings, claim.id, now, party=party, proved=proved)


def _place(writing: Session, way: Way, contact: Contact) -> str:
    """Where to go: what was being typed when a session expired, unless something about the contacts is to be seen."""
    if way.party:
        return url_for("claims.joined")
    replaced = contacts.replaced_at(writing, runtime(), way.claim, runtime().clock())
    if recovery.pending_for(writing, way.claim) or contact.value in {one.value for one in replaced}:
        return url_for("claims.alarm")
    kept = held(way.claim.id)
    return kept.path if kept else url_for("claims.overview")


def proof_by_code(purpose: Purpose, again: str) -> identity.Proof | Answer:
    """What the page of a code for another purpose than coming in does: the proof, or the answer to give instead.

    ``again`` is where another code is asked for.
    """
    asked, form = browser.asked_code(purpose), CodeForm()
    if asked is None:
        return redirect(again, 303)
    if not form.is_submitted():
        return code_page(form, again=again)
    if len(form.figures) != 6:
        form.code.errors = [_("Enter the six figures of the code.")]
        return code_page(form, again=again), 422
    with runtime().database.transaction() as writing:
        proof = identity.check_code(
            writing, runtime(), code_id=asked, browser=browser.visitor(), typed=form.figures, purpose=purpose
        )
    return proof or refused_code(form, asked, again=again)


def refused_code(form: CodeForm, asked: UUID, **shown: str) -> Answer:
    """The page again with how many tries are left."""
    with runtime().database.reading() as reading:
        left = identity.tries_left(reading, asked, browser.visitor(), runtime().clock())
    log.warning("code.refused", left=left)
    form.code.errors = [
        ngettext(
            "This code is not right. You have %(num)s try left.",
            "This code is not right. You have %(num)s tries left.",
            left,
        )
        if left
        else _("This code can no longer be used. Ask for a new one.")
    ]
    form.code.data = ""
    return code_page(form, spent=not left, **shown), 422


def code_page(form: CodeForm, *, spent: bool = False, again: str = "") -> str:
    """The page that asks for the code; ``again`` is where a new one is asked for."""
    return render_template(
        "claims/code.html",
        form=form,
        sent_to=session.get("sent_to", ""),
        by_phone=session.get("sent_by") == "phone",
        spent=spent,
        again=again or url_for("identity.start"),
        outbox="messages.outbox" in current_app.view_functions,
    )

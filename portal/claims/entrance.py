"""Entering a code: the proof opens the claim that the address belongs to, or begins one from the visitor's answers."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import structlog
from flask import current_app, flash, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import StringField

from portal import audit, identity
from portal.claims import access, service
from portal.claims.blueprint import pages
from portal.claims.models import Claim
from portal.claims.particulars import Particulars, VerifiedContact
from portal.claims.service import SEOUL
from portal.eligibility import visit
from portal.identity import Proof, browser, sessions
from portal.matters.shelf import PublishedMatter
from portal.web import allow, language, runtime
from portal.web.held import held
from portal.web.limits import limiter
from portal.web.typed import halfwidth

log = structlog.get_logger()
Answer = str | Response | tuple[str, int]


class CodeForm(FlaskForm):
    """Six figures, however they were typed or pasted."""

    code = StringField(_l("Code"))

    @property
    def figures(self) -> str:
        """The figures alone."""
        return "".join(c for c in halfwidth((self.code.data or "")[:40]) if c.isascii() and c.isdigit())


@dataclass(frozen=True)
class Visit:
    """What a visitor answered and chose before proving anything."""

    answers: dict[str, str]
    tracks: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether a claim can begin from it."""
        return bool(self.answers and self.tracks)


def _tries_per_address() -> str:
    # A flood is stopped here; guessing is, by each code's five tries and each address's five codes.
    return f"{3 * runtime().settings.codes_per_address_hour} per hour"


@pages.route("/claim/code", methods=["GET", "POST"])
@allow.anybody
@limiter.limit(_tries_per_address, methods=["POST"])
def code() -> Answer:
    """Ask for the code and check it."""
    asked = browser.asked_code()
    if asked is None:
        return redirect(url_for("identity.start"), 303)
    form = CodeForm()
    if not form.is_submitted():
        return _page(form)
    if len(form.figures) != 6:
        form.code.errors = [_("Enter the six figures of the code.")]
        return _page(form), 422
    with runtime().database.transaction() as writing:
        proof = identity.check_code(
            writing, runtime(), code_id=asked, browser=browser.visitor(), typed=form.figures
        )
    if proof is None:
        return _refused(form, asked)
    return _enter(proof)


@pages.post("/claim/enter")
@allow.anybody
def enter() -> Answer:
    """Go on with an open session or a fresh proof, without another code."""
    here = browser.claimant_here()
    if here is not None:
        with runtime().database.transaction() as writing:
            claim = access.own_claim(writing, here, to_change=True)
            published = runtime().matters.current()
            _renew(writing, claim, published, _visit(published))
        visit.forget()
        return redirect(url_for("claims.overview"), 303)
    with runtime().database.reading() as reading:
        proof = identity.standing_proof(
            reading, runtime(), code_id=browser.asked_code(), browser=browser.visitor()
        )
    return _enter(proof) if proof else redirect(url_for("identity.start"), 303)


def _enter(proof: Proof) -> Response:
    """Resume or begin, in one transaction with the session's row; or send to the questions, keeping the proof."""
    published = runtime().matters.current()
    answered = _visit(published)
    try:
        with runtime().database.transaction() as writing:
            claim = _claim_of(writing, published, proof, answered)
            if claim is None:
                flash(
                    _(
                        "Your address is confirmed. Now answer the questions of the check; then you go on here."
                    ),
                    "good",
                )
                return redirect(url_for("eligibility.check"), 303)
            token = _open(writing, claim, proof)
            claim_id = claim.id
    except identity.ProofSpent:
        return redirect(url_for("identity.start"), 303)
    kept = held(claim_id)
    return browser.admit(redirect(kept.path if kept else url_for("claims.overview"), 303), token)


def _claim_of(writing: Session, published: PublishedMatter, proof: Proof, answered: Visit) -> Claim | None:
    matter, vault = published.matter, runtime().vault
    claim = service.find_by_contact(writing, vault, matter.slug, proof.email)
    if claim is not None:
        _renew(writing, claim, published, answered)
        return claim
    if not answered.complete:
        return None
    contact = VerifiedContact(kind="email", value=proof.email, verified_at=proof.proved_at)
    return service.begin(
        writing,
        vault,
        matter,
        version_id=published.version_id,
        subject_id=proof.subject_id,
        language=language.current(),
        answers=answered.answers,
        tracks=answered.tracks,
        particulars=Particulars(contacts=(contact,)),
        now=runtime().clock(),
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


def _open(writing: Session, claim: Claim, proof: Proof) -> str:
    """Spend the proof and open a session with a new id; the one this browser held ends."""
    now = runtime().clock()
    identity.spend(writing, proof, now)
    sessions.end(writing, browser.held_token(), now)
    audit.record(
        writing, now=now, actor=service.claimant_of(claim), action="claimant.signed_in", subject=claim.id
    )
    return identity.open_session(writing, runtime().settings, claim.id, now)


def _visit(published: PublishedMatter) -> Visit:
    path = visit.path(published.matter)
    today = runtime().clock().astimezone(SEOUL).date()
    open_now = {track.id for track in published.matter.tracks if track.is_open(today)}
    tracks = tuple(track for track in visit.chosen() if track in open_now)
    return Visit({} if path.next else dict(path.answers), tracks)


def _refused(form: CodeForm, asked: UUID) -> Answer:
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
    return _page(form, spent=not left), 422


def _page(form: CodeForm, *, spent: bool = False) -> str:
    return render_template(
        "claims/code.html",
        form=form,
        sent_to=session.get("sent_to", ""),
        spent=spent,
        outbox="messages.outbox" in current_app.view_functions,
    )

"""Staff pages on claims: parse, authorise, call one function, render."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from portal.audit import AuditEvent
from portal.claims import access, diary, joinder, parties, sealed, sections
from portal.claims.models import Consent, Decision, Engagement, Signature
from portal.claims.particulars import Particulars
from portal.claims.states import MOVES, ClaimState, MoveRefused
from portal.correspondence import desk
from portal.correspondence.forms import ReplyForm
from portal.evidence import certificates, listing, numbering
from portal.evidence.certificates import Standing
from portal.matters.bilingual import Text
from portal.matters.matter import Matter
from portal.packets import countersigning
from portal.packets import service as packets
from portal.packets.dossier import service as dossiers
from portal.review import service
from portal.review.forms import AcceptForm, AskForm, DeclineForm, DownloadForm
from portal.web import allow, runtime, staff
from portal.web.language import HOME_ZONES, current

blueprint = Blueprint("review", __name__, url_prefix="/staff")
LOG_PAGE = 100


@blueprint.get("/")
@allow.staff("account.own")
def home() -> AnyResponse:
    """Where signing in leads."""
    first = (
        ("claims.list", "review.queue_page"),
        ("audit.read", "review.audit_log"),
        ("failures.read", "review.failures"),
    )
    pages = [page for act, page in first if staff().may(act)]
    return redirect(url_for(pages[0] if pages else "review.failures"), 303)


@blueprint.get("/claims/<uuid:engagement_id>")
@allow.staff("claims.read")
def claim(engagement_id: UUID) -> str:
    """One claim as its jurisdiction sees it. Opening it is audited."""
    return claim_page(engagement_id)


@blueprint.post("/claims/<uuid:engagement_id>/accept")
@allow.staff("claims.decide")
def accept(engagement_id: UUID) -> AnyResponse | str:
    """Take the engagement on."""
    form = AcceptForm()
    if not form.validate():
        abort(400)
    return _act(
        engagement_id,
        lambda session, one: service.accept(session, runtime(), one, by=staff(), now=runtime().clock()),
    )


@blueprint.post("/claims/<uuid:engagement_id>/reopen")
@allow.staff("claims.decide")
def reopen(engagement_id: UUID) -> AnyResponse | str:
    """Look at a decided claim again."""
    if not AcceptForm().validate():
        abort(400)
    return _act(
        engagement_id,
        lambda session, one: service.reopen(session, one, by=staff(), now=runtime().clock()),
        _("The claim is in review again."),
    )


@blueprint.post("/claims/<uuid:engagement_id>/ask")
@allow.staff("claims.ask")
def ask(engagement_id: UUID) -> AnyResponse | str:
    """Ask for information by a date."""
    form = AskForm(today=_today(engagement_id))
    if not form.validate():
        return claim_page(engagement_id, ask=form)
    text, until = form.text.data, form.until.data
    return _act(
        engagement_id,
        lambda session, one: service.ask(
            session, runtime(), one, text, until, by=staff(), now=runtime().clock()
        ),
    )


@blueprint.post("/claims/<uuid:engagement_id>/decline")
@allow.staff("claims.decide")
def decline(engagement_id: UUID) -> AnyResponse | str:
    """Decline, with the reason that the claimant reads."""
    form = DeclineForm()
    if not form.validate():
        return claim_page(engagement_id, decline=form)
    text = form.text.data
    return _act(
        engagement_id,
        lambda session, one: service.decline(
            session, runtime(), one, text, by=staff(), now=runtime().clock()
        ),
    )


@blueprint.post("/claims/<uuid:engagement_id>/packets/<uuid:packet_id>")
@allow.staff("packets.download")
def download_packet(engagement_id: UUID, packet_id: UUID) -> Response | str:
    """A packet, for a stated reason."""
    form, opened = DownloadForm(), runtime()
    if not form.validate():
        return claim_page(engagement_id, download=form)
    with opened.database.transaction() as session:
        engagement = access.seen_engagement(session, staff(), engagement_id)
        packet = packets.packet_of(session, engagement, packet_id)
        if packet is None:
            abort(404)
        content = packets.open_packet(session, opened, packet)
        name = packets.file_name(packet)
        service.note_download(
            session,
            engagement,
            by=staff(),
            now=opened.clock(),
            part="packet",
            reason=form.reason.data.strip(),
        )
    return served(content, "application/pdf", name)


@blueprint.post("/claims/<uuid:engagement_id>/dossier")
@allow.staff("dossier.download")
def download_dossier(engagement_id: UUID) -> Response | AnyResponse | str:
    """All that proves the claim's authority, as one file, for a stated reason."""
    form, opened = DownloadForm(), runtime()
    if not form.validate():
        return claim_page(engagement_id, dossier=form)
    reason, now = form.reason.data.strip(), opened.clock()
    with opened.database.reading() as session:
        engagement = access.seen_engagement(session, staff(), engagement_id)
    try:
        made = dossiers.make(opened, engagement_id, actor=service.actor_of(staff()), reason=reason, now=now)
    except dossiers.NothingSealed:
        flash(_("There is no sealed packet yet, so there is nothing to prove."), "bad")
        return redirect(url_for("review.claim", engagement_id=engagement_id), 303)
    with opened.database.transaction() as session:
        service.note_download(session, engagement, by=staff(), now=now, part="dossier", reason=reason)
    return served(made.data, "application/pdf", made.file_name)


@blueprint.get("/claims/<uuid:engagement_id>/evidence/<uuid:file_id>")
@allow.staff("evidence.read")
def evidence_file(engagement_id: UUID, file_id: UUID) -> Response:
    """The harmless copy of a piece of evidence; looking at it is audited."""
    opened = runtime()
    with opened.database.transaction() as session:
        engagement = access.seen_engagement(session, staff(), engagement_id)
        file = listing.file_of(session, engagement.claim_id, file_id)
        if file is None:
            abort(404)
        content = listing.open_harmless(session, opened, file)
        media_type = file.media_type
        service.note_read(session, engagement, by=staff(), now=opened.clock(), part="evidence")
    return served(content, media_type, f"exhibit-{file.sequence}", inline=media_type.startswith("image/"))


@blueprint.get("/claims/<uuid:engagement_id>/evidence/<uuid:file_id>/thumbnail")
@allow.staff("evidence.read")
def evidence_thumbnail(engagement_id: UUID, file_id: UUID) -> Response:
    """A small picture of a piece of evidence, as shown on the claim's page."""
    opened = runtime()
    with opened.database.reading() as session:
        engagement = access.seen_engagement(session, staff(), engagement_id)
        file = listing.file_of(session, engagement.claim_id, file_id)
        if file is None:
            abort(404)
        content = listing.open_thumbnail(session, opened, file)
    return served(content, "image/jpeg", "thumbnail", inline=True)


@blueprint.get("/audit")
@allow.staff("audit.read")
def audit_log() -> str:
    """The record of who did what, newest first."""
    before = request.args.get("before", type=int)
    with runtime().database.reading() as session:
        query = sa.select(AuditEvent).order_by(AuditEvent.sequence.desc()).limit(LOG_PAGE)
        events = session.scalars(query.where(AuditEvent.sequence < before) if before else query).all()
    older = events[-1].sequence if len(events) == LOG_PAGE else None
    return render_template("review/audit.html", events=events, older=older)


def claim_page(engagement_id: UUID, **forms: object) -> str:
    """A claim's page with the forms as they were filled in; opening it is audited."""
    opened = runtime()
    with opened.database.transaction() as session:
        engagement = access.seen_engagement(session, staff(), engagement_id)
        service.note_read(session, engagement, by=staff(), now=opened.clock(), part="particulars")
        claim = engagement.claim
        shown: dict[str, Any] = {
            "engagement": engagement,
            "particulars": sealed.read(session, opened.vault, claim),
            "answers": sealed.read_answers(session, opened.vault, claim),
            "decisions": _decisions(session, engagement),
            "consents": session.scalars(
                sa.select(Consent).where(
                    Consent.claim_id == claim.id, Consent.jurisdiction == engagement.jurisdiction
                )
            ).all(),
            "signatures": session.scalars(
                sa.select(Signature).where(Signature.engagement_id == engagement.id)
            ).all(),
            "files": listing.list_for(session, opened, claim.id),
            "certificates": _certificates(session, engagement),
            "packets": packets.packets_of(session, engagement),
            "to_countersign": countersigning.waiting_of(session, engagement),
            "note": sealed.read_note(session, opened.vault, engagement),
            "signers": sections.lines(session, claim, "signers"),
            "lacking": sections.lines(session, claim, "lacking"),
            "published": opened.matters.by_id(claim.matter_version_id),
            "moves": MOVES[engagement.state],
            **desk.opened(session, opened, engagement, opened.clock()),
        }
    shown["kind_names"] = _kind_names(shown["published"].matter, opened.matters.current().matter)
    shown |= _harm(shown["published"].matter, engagement, shown["particulars"], shown["answers"])
    shown["acting_exception"] = parties.exception_of(
        shown["published"].matter, engagement.claim, shown["particulars"]
    )
    shown["signed_by"] = {one.party: one.name.shown(current()) for one in shown["signers"]}
    shown["reasons"] = {rule.id: rule.reason for rule in shown["published"].matter.rules}
    given = {
        "ask": AskForm(formdata=None, today=date.min),
        "decline": DeclineForm(formdata=None),
        "download": DownloadForm(formdata=None),
        "dossier": DownloadForm(formdata=None),
        "letter": ReplyForm(formdata=None),
        **forms,
    }
    return render_template(
        "review/claim.html", states=ClaimState, forms_given=given, document_title=_document_title, **shown
    )


def _harm(
    matter: Matter, engagement: Engagement, particulars: Particulars, answers: dict[str, str]
) -> dict[str, Any]:
    """The harm diary, and what else was joined beside the tracks of this office."""
    found = joinder.map_of(matter, engagement.claim, particulars)
    return {
        "diary_entries": diary.in_order(particulars.diary),
        "diary_totals": diary.totals(particulars.diary),
        "joinder_map": found.within(engagement.jurisdiction) if found else None,
        "joinder_contradictions": joinder.contradictions(matter, engagement.claim, particulars, answers),
    }


def _certificates(session: Session, engagement: Engagement) -> dict[UUID, Standing]:
    """How each certificate about the signer stands today, by its file."""
    opened = runtime()
    today = opened.clock().astimezone(HOME_ZONES[engagement.jurisdiction]).date()
    found = numbering.certificates_for(
        session, opened, opened.matters.current().matter, engagement.claim, engagement.jurisdiction
    )
    return {
        one.file_id: certificates.standing(
            one.kind, one.dated, numbering.signed_on(engagement.claim, one.kind), today
        )
        for one in found
    }


def _kind_names(*matters: Matter) -> dict[str, Text]:
    """Names of the kinds of evidence, of the claim's own version and of the current one."""
    return {kind.id: kind.name for matter in matters for kind in matter.evidence}


def _document_title(matter: Matter, document_id: str) -> Text:
    return next(
        one.title for plan in matter.packets.values() for one in plan.documents if one.id == document_id
    )


def _decisions(session: Session, engagement: Engagement) -> list[Decision]:
    query = sa.select(Decision).where(Decision.claim_id == engagement.claim_id).order_by(Decision.decided_at)
    newest = {decision.track: decision for decision in session.scalars(query)}
    return [newest[track] for track in engagement.tracks if track in newest]


def _act(
    engagement_id: UUID, act: Callable[[Session, Engagement], None], done: str | None = None
) -> AnyResponse:
    try:
        with runtime().database.transaction() as session:
            act(session, access.seen_engagement(session, staff(), engagement_id, to_change=True))
        flash(done or _("Done. The claimant is told."), "good")
    except MoveRefused:
        flash(_("The claim has changed meanwhile, so this can no longer be done."), "bad")
    return redirect(url_for("review.claim", engagement_id=engagement_id), 303)


def _today(engagement_id: UUID) -> date:
    with runtime().database.reading() as session:
        engagement = access.seen_engagement(session, staff(), engagement_id)
        return runtime().clock().astimezone(HOME_ZONES[engagement.jurisdiction]).date()


def served(content: bytes, media_type: str, name: str, *, inline: bool = False) -> Response:
    """A file that was sent in or made: even if it is shown, without scripts or an origin."""
    disposition = "inline" if inline else "attachment"
    return Response(
        content,
        mimetype=media_type,
        headers={
            "Content-Disposition": f'{disposition}; filename="{name}"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )

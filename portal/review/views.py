"""Staff pages on claims: parse, authorise, call one function, render."""

from uuid import UUID

import sqlalchemy as sa
from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.audit import AuditEvent
from portal.claims import access
from portal.packets import service as packets
from portal.packets.dossier import service as dossiers
from portal.review import masking, service
from portal.review.blueprint import blueprint
from portal.review.forms import DownloadForm
from portal.review.screen import claim_page
from portal.web import allow, runtime, staff

LOG_PAGE = 100


@blueprint.get("/")
@allow.staff("account.own")
def home() -> AnyResponse:
    """Where signing in leads."""
    first = (
        ("claims.list", "review.queue_page"),
        ("audit.read", "review.audit_log"),
        ("failures.read", "review.failures"),
        ("numbers.read", "reporting.numbers"),
    )
    pages = [page for act, page in first if staff().may(act)]
    return redirect(url_for(pages[0] if pages else "account.index"), 303)


@blueprint.get("/claims/<uuid:engagement_id>")
@allow.staff("claims.read")
def claim(engagement_id: UUID) -> str:
    """One claim as its jurisdiction sees it. Opening it is audited."""
    return claim_page(engagement_id)


@blueprint.post("/claims/<uuid:engagement_id>/unmask")
@allow.staff("claims.unmask")
def unmask(engagement_id: UUID) -> AnyResponse:
    """Show groups of particulars for some minutes; the record keeps which, of whom and to whom."""
    fields, now = request.form.getlist("field"), runtime().clock()
    with runtime().database.transaction() as session:
        engagement = access.seen_engagement(session, staff(), engagement_id)
        if fields == ["all"]:
            fields = sorted(masking.mask_for(session, staff(), engagement, now).masked)
        try:
            if fields:
                masking.unmask(session, staff(), engagement, fields, now)
        except masking.NotTheirs:
            abort(403)
    return redirect(url_for("review.claim", engagement_id=engagement_id, _anchor=_anchor()), 303)


@blueprint.post("/claims/<uuid:engagement_id>/mask")
@allow.staff("claims.unmask")
def mask(engagement_id: UUID) -> AnyResponse:
    """Mask everything again."""
    with runtime().database.transaction() as session:
        engagement = access.seen_engagement(session, staff(), engagement_id)
        masking.mask_again(session, staff().session_id, engagement.id)
    return redirect(url_for("review.claim", engagement_id=engagement_id, _anchor=_anchor()), 303)


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


def _anchor() -> str | None:
    """Where on the page the button stood."""
    wanted = request.form.get("at", "")
    return wanted if wanted in ("claimant", "harm", "trades", "evidence", "acting") else None


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

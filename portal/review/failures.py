"""What could not be made, what is missing and what no longer holds: for staff, in words, with what to do about it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from portal import audit, jobs
from portal.audit import AuditEvent
from portal.claims import access
from portal.claims.models import Engagement
from portal.messages import service as messages
from portal.packets import checking, expiry
from portal.packets import service as packets
from portal.packets.models import Packet
from portal.review import service
from portal.review.blueprint import blueprint
from portal.review.forms import AcceptForm
from portal.staff import service as accounts
from portal.staff.models import StaffMember
from portal.vault import Vault, VaultError
from portal.web import allow, runtime, staff
from portal.web.words import PASSES_BY_ITSELF, ending_word

RETRIED = "packet.retried"


@dataclass(frozen=True)
class Try:
    """Who last had a packet made again, and when; the name is empty where the account is gone."""

    at: datetime
    name: str


@blueprint.get("/failures")
@allow.staff("failures.read")
def failures() -> str:
    """Packets that could not be made, signed claims without one, seals that do not hold; messages and jobs."""
    opened = runtime()
    offices = staff().jurisdictions
    with opened.database.reading() as session:
        failed = packets.failures(session, offices)
        tries = _last_tries(session, opened.vault, [packet.id for packet, _number in failed])
        shown = {
            "failed": failed,
            "tries": tries,
            "unmade": [
                one
                for one in checking.unmade(session, opened.clock(), offices)
                if one.packet is None or one.packet.failure is None
            ],
            "unsound": checking.unsound(session, offices),
            "last_look": checking.last_look(session),
            "outbox": messages.standing(session),
            "given_up": len(jobs.given_up(session)),
            "endings": expiry.ending(opened.settings, opened.clock()),
        }
    return render_template(
        "review/failures.html", offices=offices, passing=PASSES_BY_ITSELF, ending_word=ending_word, **shown
    )


@blueprint.post("/failures/retry")
@allow.staff("failures.retry")
def retry_all() -> AnyResponse:
    """Have every failed packet of one's offices made again."""
    if not AcceptForm().validate():
        abort(400)
    opened = runtime()
    with opened.database.transaction() as session:
        failed = [packet for packet, _number in packets.failures(session, staff().jurisdictions)]
        for packet in failed:
            _try_again(session, packet)
    flash(
        ngettext("%(num)s packet is being made again.", "%(num)s packets are being made again.", len(failed)),
        "good",
    )
    return redirect(url_for("review.failures"), 303)


@blueprint.post("/claims/<uuid:engagement_id>/packets/<uuid:packet_id>/retry")
@allow.staff("failures.retry")
def retry_packet(engagement_id: UUID, packet_id: UUID) -> AnyResponse:
    """Have a failed packet made again."""
    if not AcceptForm().validate():
        abort(400)
    with runtime().database.transaction() as session:
        _try_again(session, _packet(session, engagement_id, packet_id))
    flash(_("The packet is being made again."), "good")
    return _back(engagement_id)


@blueprint.post("/claims/<uuid:engagement_id>/packets/<uuid:packet_id>/examine")
@allow.staff("failures.retry")
def examine_packet(engagement_id: UUID, packet_id: UUID) -> AnyResponse:
    """Open a packet and judge its seal now, after its file was brought back, say."""
    if not AcceptForm().validate():
        abort(400)
    with runtime().database.reading() as session:
        _packet(session, engagement_id, packet_id)
    if checking.examine(runtime(), packet_id):
        flash(_("The seal holds."), "good")
    else:
        flash(_("The seal still does not hold."), "bad")
    return _back(engagement_id)


def _packet(session: Session, engagement_id: UUID, packet_id: UUID) -> Packet:
    engagement = access.seen_engagement(session, staff(), engagement_id)
    packet = packets.packet_of(session, engagement, packet_id)
    if packet is None:
        abort(404)
    return packet


def _try_again(session: Session, packet: Packet) -> None:
    now = runtime().clock()
    audit.record(
        session,
        now=now,
        actor=service.actor_of(staff()),
        action=RETRIED,
        subject=packet.engagement.claim_id,
        jurisdiction=packet.jurisdiction,
        packet=str(packet.id),
        code=packet.failure,
    )
    packets.retry(session, packet, now)


def _last_tries(session: Session, vault: Vault, wanted: Collection[UUID]) -> dict[UUID, Try]:
    """Of each packet the last time that somebody of the staff had it made again."""
    if not wanted:
        return {}
    claims = (
        sa.select(Engagement.claim_id)
        .join(Packet, Packet.engagement_id == Engagement.id)
        .where(Packet.id.in_(wanted))
    )
    query = sa.select(AuditEvent).where(AuditEvent.action == RETRIED, AuditEvent.subject_id.in_(claims))
    newest: dict[UUID, AuditEvent] = {}
    for event in session.scalars(query.order_by(AuditEvent.sequence)):
        newest[UUID(event.detail["packet"])] = event
    names = _names(session, vault, {event.actor_id for event in newest.values() if event.actor_id})
    return {
        packet_id: Try(event.at, names.get(event.actor_id, "") if event.actor_id else "")
        for packet_id, event in newest.items()
    }


def _names(session: Session, vault: Vault, ids: Collection[UUID]) -> dict[UUID, str]:
    names = {}
    for member in _members(session, ids):
        try:
            names[member.id] = accounts.person(session, vault, member).name
        except VaultError:
            continue  # the account's name was erased
    return names


def _members(session: Session, ids: Collection[UUID]) -> Sequence[StaffMember]:
    return session.scalars(sa.select(StaffMember).where(StaffMember.id.in_(ids))).all()


def _back(engagement_id: UUID) -> AnyResponse:
    """To the page that the button stood on."""
    if request.form.get("from") == "failures":
        return redirect(url_for("review.failures"), 303)
    return redirect(url_for("review.claim", engagement_id=engagement_id), 303)

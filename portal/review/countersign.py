"""Staff pages on counsel's signature: what waits, one confirmation with the second factor, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse
from wtforms import IntegerField, StringField
from wtforms.validators import Length, Optional
from wtforms.widgets import HiddenInput

from portal.claims import access
from portal.claims.models import Claim, Engagement
from portal.packets import countersigning
from portal.packets import service as packets
from portal.packets.counsel import place_of
from portal.packets.models import Countersigning, CountersigningItem, Packet
from portal.packets.signer import KeyMissing
from portal.staff import proof
from portal.web import allow, runtime, staff
from portal.web.limits import limiter

blueprint = Blueprint("countersign", __name__, url_prefix="/staff/countersign")
SHOWN = 20  # countersignings on a page
FAILURES = 500  # of one countersigning that are listed


class ConfirmForm(FlaskForm):
    """How many were shown, and the code where the second factor is not fresh."""

    expected = IntegerField(widget=HiddenInput(), validators=[Optional()])
    code = StringField(__("Code from your authenticator app"), validators=[Optional(), Length(max=16)])


@dataclass(frozen=True)
class Office:
    """What waits in one jurisdiction, and where its lawyer's key is: a file, a token, the demo's, or nowhere."""

    jurisdiction: str
    waiting: int
    key: str


@dataclass(frozen=True)
class Unsigned:
    """A packet that was not signed, with the reason."""

    number: str
    engagement_id: UUID
    failure: str


@blueprint.get("")
@allow.staff("claims.countersign")
def index() -> str:
    """What waits for counsel's signature, and the signings of before."""
    with runtime().database.reading() as session:
        offices = [
            Office(one, countersigning.count_ready(session, one), _key(one)) for one in staff().jurisdictions
        ]
        query = _seen().order_by(Countersigning.confirmed_at.desc()).limit(SHOWN)
        recent = session.scalars(query).all()
    return render_template("review/countersign.html", offices=offices, recent=recent)


@blueprint.route("/<any(kr, us):jurisdiction>", methods=["GET", "POST"])
@allow.staff("claims.countersign")
@limiter.limit("30 per minute", methods=["POST"])
def confirm(jurisdiction: str) -> str | AnyResponse:
    """Say once more what will be signed; sign it after the second factor."""
    if jurisdiction not in staff().jurisdictions:
        abort(404)
    form = ConfirmForm()
    if form.validate_on_submit():
        return _confirmed(form, jurisdiction)
    return _confirmation(form, jurisdiction)


@blueprint.route("/claims/<uuid:engagement_id>/<uuid:packet_id>", methods=["GET", "POST"])
@allow.staff("claims.countersign")
@limiter.limit("30 per minute", methods=["POST"])
def confirm_one(engagement_id: UUID, packet_id: UUID) -> str | AnyResponse:
    """The same for one claim's packet."""
    with runtime().database.reading() as session:
        packet = _packet(session, engagement_id, packet_id)
        number, jurisdiction = packet.engagement.claim.number, packet.jurisdiction
    form = ConfirmForm()
    if form.validate_on_submit():
        return _confirmed(form, jurisdiction, packet_id, engagement_id, number)
    return _confirmation(form, jurisdiction, packet_id, engagement_id, number)


@blueprint.get("/<uuid:countersigning_id>")
@allow.staff("claims.countersign")
def one(countersigning_id: UUID) -> str:
    """How far a signing is, and what could not be signed and why."""
    return _page(countersigning_id, ConfirmForm(formdata=None))


@blueprint.post("/<uuid:countersigning_id>/again")
@allow.staff("claims.countersign")
@limiter.limit("30 per minute", methods=["POST"])
def again(countersigning_id: UUID) -> str | AnyResponse:
    """Sign what was left over, once its reason is out of the way."""
    form, opened = ConfirmForm(), runtime()
    if not form.validate():
        abort(400)
    now = opened.clock()
    with opened.database.transaction() as session:
        found = _found(session, countersigning_id)
        if proved := proof.require(session, opened.vault, staff(), form.code.data or "", now):
            countersigning.try_again(session, found)
    if not proved:
        return _page(countersigning_id, _refused(form))
    return redirect(url_for("countersign.one", countersigning_id=countersigning_id), 303)


def _confirmed(
    form: ConfirmForm,
    jurisdiction: str,
    packet_id: UUID | None = None,
    engagement_id: UUID | None = None,
    number: str = "",
) -> str | AnyResponse:
    opened = runtime()
    now = opened.clock()
    made = None
    with opened.database.transaction() as session:
        proved = proof.require(session, opened.vault, staff(), form.code.data or "", now)
        waiting = _waiting(session, jurisdiction, packet_id)
        if proved and waiting == form.expected.data and waiting:
            chosen = None if packet_id is None else [packet_id]
            made = countersigning.start(session, jurisdiction, packet_ids=chosen, by=staff().id, now=now).id
    if not proved:
        return _confirmation(_refused(form), jurisdiction, packet_id, engagement_id, number)
    if made is None:
        flash(_("What waits has changed since you looked. Please check the number again."), "wait")
        return _confirmation(form, jurisdiction, packet_id, engagement_id, number)
    return redirect(url_for("countersign.one", countersigning_id=made), 303)


def _confirmation(
    form: ConfirmForm,
    jurisdiction: str,
    packet_id: UUID | None = None,
    engagement_id: UUID | None = None,
    number: str = "",
) -> str | AnyResponse:
    opened = runtime()
    with opened.database.reading() as session:
        waiting = _waiting(session, jurisdiction, packet_id)
    if not waiting:
        flash(_("Nothing waits for counsel's signature here."), "wait")
        return redirect(url_for("countersign.index"), 303)
    counsel = opened.matters.current().matter.counsel(jurisdiction)
    return render_template(
        "review/countersign_confirm.html",
        form=form,
        waiting=waiting,
        counsel=counsel,
        key=_key(jurisdiction),
        fresh=proof.is_fresh(staff(), opened.clock()),
        number=number,
        engagement_id=engagement_id,
    )


def _refused(form: ConfirmForm) -> ConfirmForm:
    form.code.errors = [_("That code did not match or was used before. Wait for the next one.")]
    form.code.data = ""
    return form


def _page(countersigning_id: UUID, form: ConfirmForm) -> str:
    opened = runtime()
    with opened.database.reading() as session:
        found = _found(session, countersigning_id)
        unsigned = _unsigned(session, countersigning_id)
    return render_template(
        "review/countersigning.html",
        one=found,
        unsigned=unsigned,
        form=form,
        fresh=proof.is_fresh(staff(), opened.clock()),
        running=found.state in countersigning.RUNNING,
        stuck=found.failure is not None or (found.state == "done" and found.failed > 0),
    )


def _unsigned(session: Session, countersigning_id: UUID) -> Sequence[Unsigned]:
    query = (
        sa.select(Claim.number, Engagement.id, CountersigningItem.failure)
        .join(Packet, Packet.id == CountersigningItem.packet_id)
        .join(Engagement, Engagement.id == Packet.engagement_id)
        .join(Claim, Claim.id == Engagement.claim_id)
        .where(CountersigningItem.countersigning_id == countersigning_id)
        .where(CountersigningItem.state == "failed")
        .order_by(Claim.number)
        .limit(FAILURES)
    )
    return [
        Unsigned(number, engagement, failure or "") for number, engagement, failure in session.execute(query)
    ]


def _seen() -> sa.Select[Countersigning]:
    return sa.select(Countersigning).where(Countersigning.jurisdiction.in_(staff().jurisdictions))


def _found(session: Session, countersigning_id: UUID) -> Countersigning:
    found = session.scalars(_seen().where(Countersigning.id == countersigning_id)).one_or_none()
    if found is None:
        abort(404)
    return found


def _packet(session: Session, engagement_id: UUID, packet_id: UUID) -> Packet:
    engagement = access.seen_engagement(session, staff(), engagement_id)
    packet = packets.packet_of(session, engagement, packet_id)
    if packet is None:
        abort(404)
    return packet


def _waiting(session: Session, jurisdiction: str, packet_id: UUID | None) -> int:
    if packet_id is None:
        return countersigning.count_ready(session, jurisdiction)
    return int(countersigning.is_ready(session, session.get_one(Packet, packet_id)))


def _key(jurisdiction: str) -> str:
    try:
        place = place_of(runtime().settings, jurisdiction)
    except KeyMissing:
        return "none"
    return "demo" if place.demo else "token" if place.on_token else "file"

"""What happened to an engagement in words, with who and when: the part of the access log that is about it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.audit import AuditEvent
from portal.claims import access
from portal.claims.models import Engagement
from portal.review.blueprint import blueprint
from portal.runtime import Runtime
from portal.staff import service as people
from portal.staff.models import StaffMember
from portal.vault import VaultError
from portal.web import allow, runtime, staff
from portal.web.language import day
from portal.web.words import actor_word

PAGE = 50


@dataclass(frozen=True)
class Line:
    """One thing that happened; ``who`` is a name of staff, or claimant or system in words."""

    at: datetime
    who: str
    text: str


@dataclass(frozen=True)
class Page:
    """Some of it, the newest first; ``before`` is where the older ones begin."""

    lines: tuple[Line, ...]
    before: int | None


def page_of(
    session: Session, opened: Runtime, engagement: Engagement, *, before: int | None = None, size: int = PAGE
) -> Page:
    """A page of what happened; what is another office's alone is left out."""
    query = sa.select(AuditEvent).where(AuditEvent.subject_id == engagement.claim_id)
    if before is not None:
        query = query.where(AuditEvent.sequence < before)
    found: list[AuditEvent] = []
    # Other offices' events are told apart by their detail, which is JSON: read a little more rather than ask for it.
    for event in session.scalars(query.order_by(AuditEvent.sequence.desc()).limit(20 * (size + 1))):
        if event.detail.get("jurisdiction") in (None, engagement.jurisdiction):
            found.append(event)
        if len(found) > size:
            break
    names = names_of(session, opened, [one.actor_id for one in found if one.actor_kind == "staff"])
    lines = tuple(Line(one.at, _who(one, names), in_words(one)) for one in found[:size])
    return Page(lines, found[size - 1].sequence if len(found) > size else None)


def names_of(session: Session, opened: Runtime, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Names of staff by their ids; of somebody whose name can no longer be opened, none."""
    wanted = {one for one in ids if one is not None}
    found = session.scalars(sa.select(StaffMember).where(StaffMember.id.in_(wanted))) if wanted else ()
    names = {}
    for member in found:
        with contextlib.suppress(VaultError):
            names[member.id] = people.person(session, opened.vault, member).name
    return names


@blueprint.get("/claims/<uuid:engagement_id>/history")
@allow.staff("claims.read")
def claim_history(engagement_id: UUID) -> str:
    """Everything that happened to a claim, page by page."""
    with runtime().database.reading() as session:
        engagement = access.seen_engagement(session, staff(), engagement_id)
        page = page_of(session, runtime(), engagement, before=request.args.get("before", type=int))
        number = engagement.claim.number
    return render_template("review/history.html", page=page, number=number, engagement_id=engagement_id)


def in_words(event: AuditEvent) -> str:
    """An event as a sentence; one that has none yet by its code."""
    sentence = _sentences().get(event.action)
    return (sentence + _more(event.detail)) if sentence else event.action


def _who(event: AuditEvent, names: dict[UUID, str]) -> str:
    if event.actor_kind == "staff" and event.actor_id in names:
        return names[event.actor_id]
    return actor_word(event.actor_kind)


def _more(detail: dict[str, Any]) -> str:
    """What of an event's detail helps to understand it."""
    parts = []
    if until := detail.get("until"):
        parts.append(_("by %(day)s", day=day(date.fromisoformat(until))))
    if fields := detail.get("fields") or ([detail["field"]] if "field" in detail else []):
        parts.append(", ".join(field_word(one) for one in fields))
    if tracks := detail.get("declined"):
        parts.append(_("not accepted: %(tracks)s", tracks=", ".join(tracks)))
    if reason := detail.get("reason"):
        parts.append(str(reason))
    return f" ({'; '.join(parts)})" if parts else ""


def field_word(field: str) -> str:
    """A group of a claim's fields."""
    return {
        "name": _("name"),
        "birth_date": _("date of birth"),
        "birth": _("date of birth"),
        "contact": _("contact"),
        "address": _("address"),
        "representatives": _("who acts"),
        "account": _("account"),
        "harm": _("harm"),
        "joinder": _("what else was joined"),
        "trades": _("trades"),
        "evidence": _("evidence"),
    }.get(field, field)


def _sentences() -> dict[str, str]:
    return {
        "claim.begun": _("began the claim"),
        "claim.submitted": _("signed and handed it in"),
        "claim.in_review": _("took it into review again"),
        "claim.information_requested": _("asked for information"),
        "claim.accepted": _("accepted it"),
        "claim.declined": _("declined it"),
        "claim.withdrawn": _("withdrew"),
        "claim.filed": _("filed it"),
        "claim.read": _("looked at it"),
        "claim.unmasked": _("unmasked particulars"),
        "claim.downloaded": _("downloaded from it"),
        "claim.corrected": _("corrected it; the claimant has to confirm"),
        "claim.correction_confirmed": _("confirmed what was corrected"),
        "claim.correction_refused": _("refused what was corrected"),
        "claim.second_look_asked": _("decided it, for a second person to confirm"),
        "claim.second_look_confirmed": _("confirmed the decision"),
        "claim.second_look_sent_back": _("sent the decision back"),
        "claim.asked_again": _("asked for another look"),
        "claim.contact_changed": _("changed the contact"),
        "claim.contact_restored": _("took a change of the contact back"),
        "claim.party_invited": _("invited a representative"),
        "claim.party_joined": _("came in as a representative"),
        "claim.party_signed": _("signed as a representative"),
        "claim.party_refused": _("refused to sign as a representative"),
        "claim.signature_void": _("a signature became void by a change"),
        "claim.track_left": _("left a track"),
        "authority.amended": _("signed changed documents again"),
        "authority.countersigned": _("signed for the firm"),
        "authority.sealed": _("sealed a packet"),
        "authority.superseded": _("a packet was replaced by a newer one"),
        "authority.timestamped": _("a packet was timestamped"),
        "authority.extended": _("a packet's proof was extended"),
        "authority.withdrawn": _("the authority was withdrawn"),
        "packet.sealed": _("made a packet"),
        "packet.failed": _("could not make a packet"),
        "evidence.added": _("added a file"),
        "evidence.removed": _("removed a file"),
        "evidence.covered": _("covered parts of a file"),
        "evidence.turned": _("turned a file"),
        "evidence.redacted": _("redacted a file"),
        "evidence.redaction_withdrawn": _("withdrew a redaction"),
        "letter.sent": _("wrote a letter"),
        "letters.settled": _("found that no letter needs an answer"),
        "paper.printed": _("printed the documents for ink"),
        "paper.returned": _("sent in signed pages"),
        "takeout.downloaded": _("downloaded everything"),
        "erasure.requested": _("asked for erasure"),
        "erasure.granted": _("granted the erasure"),
        "erasure.refused": _("refused the erasure"),
        "claim.act_held": _("put a decision on hold for ten seconds"),
        "claim.act_undone": _("took a decision back in time"),
        "claim.assigned": _("handed it to a colleague, or took it"),
        "claim.confirmed": _("confirmed what was taken in"),
        "claim.dossier_made": _("made the proof of authority"),
        "claim.entered": _("came in to what was taken in"),
        "claim.of_age": _("noticed that the minor came of age"),
        "claim.reminded": _("reminded the claimant"),
        "claim.reminders_off": _("stopped the reminders"),
        "claim.reminders_on": _("turned the reminders on"),
        "claimant.signed_in": _("signed in"),
        "conflicts.checked": _("compared it with the lists of conflicts"),
        "conflicts.read": _("looked at a conflict check"),
        "conflicts.apart": _("found that a listed name is somebody else"),
        "conflicts.waived": _("waived a conflict of interest"),
        "conflicts.declined": _("found a conflict of interest"),
        "conflicts.reopened": _("took the answer to a conflict back"),
        "pair.read": _("compared it with a similar claim"),
        "pair.apart": _("found that a similar claim is another person's"),
        "pair.merged": _("made it one with a claim of the same person"),
        "pair.reopened": _("took the answer to a pair back"),
        "intake.read": _("looked at what was taken in"),
        "intake.typed": _("typed in what the caller said"),
        "intake.texts_given": _("gave the texts and noted the answers"),
        "intake.print_taken": _("printed the documents for ink"),
        "intake.told": _("asked the claimant to confirm"),
        "message.sent_again": _("sent a message again"),
        "letters.read": _("read a letter"),
        "evidence.read": _("looked at a file"),
        "evidence.damaged": _("found a file damaged"),
        "packet.retried": _("had a packet made again"),
        "packet.unsound": _("found a packet damaged"),
        "packet.sound_again": _("found a packet whole again"),
        "paper.checked": _("compared the signed pages"),
        "production.recall_raised": _("noticed that it changed after it was handed over"),
        "production.recall_sent": _("told a recipient that it changed"),
        "production.recall_acknowledged": _("noted that the recipient confirmed the change"),
        "recovery.begun": _("asked to come back by the phone"),
        "recovery.cancelled": _("stopped a way back by the phone"),
        "recovery.finished": _("came back by the phone"),
    }

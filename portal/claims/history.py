"""What happened to a claim, in plain words for its claimant: the part of the audit record that concerns them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from portal.audit import AuditEvent
from portal.claims.models import Claim
from portal.matters.matter import Matter
from portal.web import language

MOST = 300
"""Lines of history on the page: far more than a claim has, and a bound for one that somebody plays with."""
# Details that stand in sentences; files that came within minutes of each other make one line.
_GATHERED = frozenset({"evidence.added", "evidence.removed", "evidence.covered"})
_TOGETHER_SECONDS = 1_800


@dataclass(frozen=True)
class Line:
    """One thing that happened; ``firm`` names the law firm that it concerns, if it concerns one."""

    at: datetime
    text: str
    firm: str = ""


@dataclass
class _Happened:
    event: AuditEvent
    count: int = 1


def of(session: Session, matter: Matter, claim: Claim) -> list[Line]:
    """What happened so far, the newest first; what concerns nobody but the firm and its machines is left out."""
    query = (
        sa.select(AuditEvent)
        .where(AuditEvent.subject_id == claim.id, AuditEvent.action.in_(_SENTENCES))
        .order_by(AuditEvent.sequence.desc())
        .limit(MOST)
    )
    lines = [_line(matter, one) for one in _gathered(list(session.scalars(query)))]
    return [line for line in lines if line.text]


def _gathered(events: list[AuditEvent]) -> list[_Happened]:
    """Files that were added or removed one after the other are one thing that happened."""
    found: list[_Happened] = []
    for event in events:
        last = found[-1] if found else None
        if (
            last is not None
            and event.action in _GATHERED
            and last.event.action == event.action
            and (last.event.at - event.at).total_seconds() < _TOGETHER_SECONDS
        ):
            last.count += 1
        else:
            found.append(_Happened(event))
    return found


def _line(matter: Matter, happened: _Happened) -> Line:
    event = happened.event
    text = _SENTENCES[event.action](event, happened.count)
    jurisdiction = event.detail.get("jurisdiction", "")
    firm = matter.counsel(jurisdiction).name[language.current()] if jurisdiction else ""
    return Line(event.at, text, firm)


def _in_review(event: AuditEvent, _count: int) -> str:
    if event.actor_kind == "claimant":
        if event.detail.get("was") == "declined":
            return ""  # asking for another look has a line of its own
        return (
            _("You answered what counsel had asked for.")
            if event.detail.get("was") == "information_requested" and "means" not in event.detail
            else _("You changed something and signed again; counsel looks at it again.")
        )
    return _("Counsel looks at your claim again.")


def _letter(event: AuditEvent, _count: int) -> str:
    if event.detail.get("kind") != "letter":
        return ""  # asking and answering have lines of their own
    return _("You wrote a letter.") if event.actor_kind == "claimant" else _("Counsel wrote you a letter.")


Sentence = Callable[[AuditEvent, int], str]
_SENTENCES: dict[str, Sentence] = {
    "claim.begun": lambda _event, _count: _("You began your claim."),
    "claim.submitted": lambda _event, _count: _("You signed, and your claim was handed in."),
    "claim.in_review": _in_review,
    "claim.information_requested": lambda event, _count: (
        _("Counsel asked you for something, by %(day)s.", day=_day(event.detail))
        if event.detail.get("until")
        else _("Counsel asked you for something.")
    ),
    "claim.accepted": lambda event, _count: (
        _("Counsel accepted part of your claim.")
        if event.detail.get("declined")
        else _("Counsel accepted your claim.")
    ),
    "claim.asked_again": lambda _event, _count: _("You asked for another look."),
    "claim.corrected": lambda _event, _count: _("Counsel corrected something, for you to confirm."),
    "claim.correction_confirmed": lambda _event, _count: _("You confirmed what counsel had corrected."),
    "claim.correction_refused": lambda _event, _count: _("You refused what counsel had corrected."),
    "claim.declined": lambda _event, _count: _("Counsel did not accept your claim."),
    "claim.withdrawn": lambda _event, _count: _("You withdrew."),
    "claim.filed": lambda _event, _count: _("Your papers were filed with the court."),
    "claim.contact_changed": lambda event, _count: (
        _("The phone number of your claim was changed.")
        if event.detail.get("kind") == "phone"
        else _("The e-mail address of your claim was changed.")
    ),
    "claim.contact_restored": lambda _event, _count: _(
        "A change of the contact was taken back from the old contact."
    ),
    "claim.party_invited": lambda _event, _count: _("A representative was invited to sign."),
    "claim.party_joined": lambda _event, _count: _("A representative opened the invitation."),
    "claim.party_signed": lambda _event, _count: _("A representative signed."),
    "claim.party_refused": lambda _event, _count: _("A representative said that they will not sign."),
    "claim.signature_void": lambda _event, _count: _(
        "A signature no longer counts, because what it signed was changed."
    ),
    "authority.amended": lambda _event, _count: _("You signed changed documents again."),
    "authority.countersigned": lambda _event, _count: _("Counsel signed the agreement as well."),
    "packet.sealed": lambda _event, _count: _("Documents for you were sealed and can be downloaded."),
    "evidence.added": lambda _event, count: ngettext(
        "You added %(num)s file.", "You added %(num)s files.", count
    ),
    "evidence.removed": lambda _event, count: ngettext(
        "You removed %(num)s file.", "You removed %(num)s files.", count
    ),
    "letter.sent": _letter,
    "paper.returned": lambda _event, _count: _("Pages signed in ink came in."),
    "takeout.downloaded": lambda _event, _count: _("You downloaded everything you gave."),
    "erasure.requested": lambda _event, _count: _("You asked that your claim be erased."),
    "erasure.granted": lambda _event, _count: _("The law firm agreed that your claim be erased."),
    "erasure.refused": lambda _event, _count: _("The law firm has to keep your claim for now."),
}


def _day(detail: dict[str, Any]) -> str:
    return language.day(date.fromisoformat(detail["until"]))

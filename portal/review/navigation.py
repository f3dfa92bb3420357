"""The staff side's navigation."""

from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.claims import access
from portal.correspondence import service as letters
from portal.packets import countersigning
from portal.packets.paper import checking
from portal.review import queue
from portal.screening import access as screened
from portal.takeout import erasing
from portal.web import Staff, runtime


def staff_context() -> dict[str, Any]:
    """What the staff layout shows around each page; nothing on pages of others."""
    staff: Staff | None = g.get("staff")
    if staff is None:
        return {}
    return {
        "staff_navigation": _entries(staff),
        "staff_member": {"name": staff.name, "office": _office(staff)},
        "idle_minutes": runtime().settings.staff_idle_minutes,
    }


def _entries(staff: Staff) -> list[tuple[str, str, int | None, bool]]:
    """Only what the person may open, with counts of only what they would see there."""
    entries: list[tuple[str, str, int | None, bool]] = []
    if staff.may("claims.list"):
        entries += _queues(staff.doing("claims.list"))
    with runtime().database.reading() as session:
        if staff.may("letters.read"):
            unanswered = letters.count_waiting(
                session, access.engagements_seen_by(staff.doing("letters.read"))
            )
            entries.append((url_for("letters_desk.index"), _("Letters"), unanswered, _at("letters_desk.")))
        if staff.may("paper.check"):
            on_paper = checking.waiting(session, access.engagements_of_office(staff.doing("paper.check")))
            entries.append((url_for("paper_desk.index"), _("Signed on paper"), on_paper, _at("paper_desk.")))
        if staff.may("intake.assist"):
            entries.append((url_for("intake.index"), _("Phone and counter"), None, _at("intake")))
        if staff.may("intake.import"):
            entries.append((url_for("imports.index"), _("Imported lists"), None, _at("imports.")))
        if staff.may("claims.countersign"):
            waiting = _waiting(session, staff.doing("claims.countersign"))
            entries.append(
                (url_for("countersign.index"), _("Counsel's signature"), waiting, _at("countersign."))
            )
        if staff.may("batches.read"):
            entries.append((url_for("batches.index"), _("Batches"), None, _at("batches.")))
            entries.append((url_for("recipients.index"), _("Recipients"), None, _at("recipients.")))
        if staff.may("ledger.read"):
            entries.append((url_for("ledger.index"), _("Ledger"), None, _at("ledger.")))
        if staff.may("pairs.judge"):
            paired = screened.count_pairs(session, staff.doing("pairs.judge")) or None
            entries.append((url_for("pairs.index"), _("Likely pairs"), paired, _at("pairs.")))
        if staff.may("conflicts.check"):
            hits = screened.count_hits(session, staff.doing("conflicts.check")) or None
            entries.append((url_for("conflicts.index"), _("Conflicts of interest"), hits, _at("conflicts.")))
        if staff.may("erasures.decide"):
            asked = access.engagements_seen_by(staff.doing("erasures.decide"))
            to_erase = erasing.count_open(session, asked) or None
            entries.append((url_for("erasures.index"), _("Requests for erasure"), to_erase, _at("erasures.")))
    if staff.may("scams.read"):
        entries.append((url_for("scams.index"), _("Reported messages"), None, _at("scams.")))
    if staff.may("deadlines.read"):
        entries.append((url_for("reporting.dates_page"), _("Dates"), None, _at("reporting.dates")))
    if staff.may("numbers.read"):
        entries.append((url_for("reporting.numbers"), _("Numbers"), None, _at("reporting.numbers")))
    if staff.may("failures.read"):
        entries.append((url_for("review.failures"), _("Failures"), None, _at("review.failures")))
    if staff.may("audit.read"):
        entries.append((url_for("review.audit_log"), _("Access log"), None, _at("review.audit_log")))
    if staff.may("staff.manage"):
        entries.append((url_for("people.index"), _("People and rights"), None, _at("people.")))
    entries.append((url_for("account.index"), _("My account"), None, _at("account.")))
    return entries


def _queues(staff: Staff) -> list[tuple[str, str, int | None, bool]]:
    with runtime().database.reading() as session:
        counted = queue.counts(session, staff)
    shown = request.values.get("state", "open") if request.endpoint == "review.queue_page" else ""
    return [
        (url_for("review.queue_page", state=group), label, counted[group], shown == group)
        for group, label in (
            ("open", _("To review")),
            ("information_requested", _("Information requested")),
            ("accepted", _("Accepted")),
            ("declined", _("Declined")),
            ("withdrawn", _("Withdrawn")),
            ("filed", _("Filed")),
        )
    ]


def _waiting(session: Session, staff: Staff) -> int | None:
    """How many accepted packets wait for counsel; no number where none does."""
    return sum(countersigning.count_ready(session, one) for one in staff.jurisdictions) or None


def _at(prefix: str) -> bool:
    return (request.endpoint or "").startswith(prefix)


def _office(staff: Staff) -> str:
    """Where somebody works, or as what they work for no office."""
    names = {"kr": _("Seoul office"), "us": _("New York office")}
    seen = [names[one] for one in names if any(right.endswith(f":{one}") for right in staff.roles)]
    return ", ".join(seen) or _("Administrator")

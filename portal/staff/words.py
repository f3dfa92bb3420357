"""Words for rights and for the state of an account."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from portal.staff import service
from portal.staff.models import StaffMember
from portal.web import rights


def office_word(jurisdiction: str) -> str:
    """The office of a jurisdiction."""
    return {"kr": _("Seoul office"), "us": _("New York office")}[jurisdiction]


def right_word(right: str, lang: str) -> str:
    """A right in words, such as "Reviewer · Seoul office"; roles of earlier years stand as they were written."""
    duty, _colon, place = right.partition(":")
    if duty not in rights.matrix().duties:
        return right
    name = getattr(rights.matrix().duties[duty].name, lang)
    return f"{name} · {office_word(place)}" if place else str(name)


def account_state(member: StaffMember, now: datetime) -> str:
    """closed, invited, unproved (no second factor yet), waiting (too many wrong tries) or active."""
    if member.disabled_at:
        return "closed"
    if not member.password_hash:
        return "invited"
    if member.totp is None:
        return "unproved"
    return "waiting" if service.is_locked(member, now) else "active"


def account_word(state: str) -> str:
    """The state of an account in words."""
    return {
        "closed": _("Closed"),
        "invited": _("Invited"),
        "unproved": _("No second factor yet"),
        "waiting": _("Waits after wrong tries"),
        "active": _("Active"),
    }[state]


def account_kind(state: str) -> str:
    """The tag it is shown with."""
    return {"closed": "plain", "active": "good", "waiting": "bad"}.get(state, "wait")

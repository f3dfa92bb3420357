"""Proving the second factor again for an act that cannot be undone: within five minutes of it, not only at sign-in."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.staff import service
from portal.staff.models import StaffMember, StaffSession
from portal.vault import Vault
from portal.web import Staff

FRESH = timedelta(minutes=5)


def is_fresh(staff: Staff, now: datetime) -> bool:
    """Whether a factor was proved in this session within the last five minutes."""
    return now - staff.proved_at < FRESH


def require(session: Session, vault: Vault, staff: Staff, code: str, now: datetime) -> bool:
    """Whether the act may go on: the factor was proved just now, or this code proves it and is then used up.

    A wrong code counts as a wrong sign-in does; keep the transaction either way.
    """
    if is_fresh(staff, now):
        return True
    # The row's lock: two requests with the same code come one after the other, and the second finds it used.
    member = session.get_one(StaffMember, staff.id, with_for_update=True)
    if not code or not service.check_code(session, vault, member, code, now):
        return False
    session.get_one(StaffSession, staff.session_id).proved_at = now
    return True

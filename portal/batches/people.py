"""Colleagues who act on a batch from the command line, and how they are called."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.staff import service as staff
from portal.vault import Vault
from portal.web.rights import places


def approver(
    session: Session, vault: Vault, email: str, code: str, jurisdiction: str, now: datetime
) -> UUID | None:
    """Who has this address, may approve batches there, and proved it with this code; a wrong code counts as one."""
    member = staff.find_locked(session, vault, email)
    if member is None or member.disabled_at or jurisdiction not in places(member.roles, "batches.approve"):
        return None
    return member.id if staff.check_code(session, vault, member, code, now) else None

"""Whose work an engagement is: assigned, handed to a colleague of the same office, or given back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.claims.models import Engagement
from portal.errors import PortalError
from portal.review.service import actor_of
from portal.staff import service as accounts
from portal.staff.models import StaffMember
from portal.vault import SubjectKey, Vault, VaultError
from portal.web import Staff, rights


class NotAColleague(PortalError):
    """The person does not work in the engagement's office, or no longer."""


def colleagues(session: Session, vault: Vault, jurisdictions: Iterable[str]) -> dict[UUID, str]:
    """Names of those who may work on claims of these jurisdictions, in order of their names."""
    query = sa.select(StaffMember).where(StaffMember.disabled_at.is_(None))
    members = [
        one
        for one in session.scalars(query)
        if any(rights.may(one.roles, "claims.read", place) for place in jurisdictions)
    ]
    keys = session.scalars(
        sa.select(SubjectKey).where(SubjectKey.id.in_([one.subject_id for one in members]))
    ).all()
    names: dict[UUID, str] = {}
    for one in members:
        try:
            names[one.id] = accounts.person(session, vault, one).name
        except VaultError:
            continue
    del keys
    return dict(sorted(names.items(), key=lambda each: each[1]))


def assign(session: Session, engagement: Engagement, to: UUID | None, *, by: Staff, now: datetime) -> None:
    """Make it somebody's work, or nobody's. Raises NotAColleague; content when it is theirs already."""
    if to is not None:
        member = session.get(StaffMember, to)
        if (
            member is None
            or member.disabled_at is not None
            or not rights.may(member.roles, "claims.read", engagement.jurisdiction)
        ):
            raise NotAColleague
    if engagement.assignee_id == to:
        return
    was, engagement.assignee_id = engagement.assignee_id, to
    audit.record(
        session,
        now=now,
        actor=actor_of(by),
        action="claim.assigned",
        subject=engagement.claim_id,
        jurisdiction=engagement.jurisdiction,
        to=str(to) if to else None,
        was=str(was) if was else None,
    )

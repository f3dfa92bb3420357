"""The firm's people as an administrator sees them: accounts, rights and the history of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.runtime import Runtime
from portal.staff import service
from portal.staff.models import RoleChange, StaffMember, StaffSession
from portal.staff.words import account_state

HISTORY = 200  # changes shown on one page


@dataclass(frozen=True)
class Colleague:
    """An account with the person behind it."""

    member: StaffMember
    person: service.Person
    state: str
    last_sign_in: datetime | None


@dataclass(frozen=True)
class Change:
    """A change of rights, with whom it was about and by whom; ``by`` is empty for the command line."""

    at: datetime
    whom: str
    by: str
    given: tuple[str, ...]
    taken: tuple[str, ...]


def everybody(session: Session, runtime: Runtime) -> list[Colleague]:
    """All accounts by name, the closed ones last."""
    newest = sa.select(StaffSession.staff_id, sa.func.max(StaffSession.created_at))
    last = {row[0]: row[1] for row in session.execute(newest.group_by(StaffSession.staff_id))}
    found = [
        _colleague(session, runtime, member, last.get(member.id))
        for member in session.scalars(sa.select(StaffMember))
    ]
    return sorted(found, key=lambda one: (one.state == "closed", one.person.name))


def one(session: Session, runtime: Runtime, member: StaffMember) -> Colleague:
    """One account with its person."""
    newest = sa.select(sa.func.max(StaffSession.created_at)).where(StaffSession.staff_id == member.id)
    return _colleague(session, runtime, member, session.scalar(newest))


def history(
    session: Session, runtime: Runtime, member: StaffMember | None = None, before: datetime | None = None
) -> list[Change]:
    """Changes of rights, the newest first: of one person or of all; older than ``before``."""
    query = sa.select(RoleChange).order_by(RoleChange.at.desc(), RoleChange.id.desc()).limit(HISTORY)
    if member is not None:
        query = query.where(RoleChange.staff_id == member.id)
    if before is not None:
        query = query.where(RoleChange.at < before)
    changes = session.scalars(query).all()
    names = _names(session, runtime, changes)
    return [
        Change(
            change.at,
            names[change.staff_id],
            names[change.by_id] if change.by_id else "",
            tuple(right for right in change.after if right not in change.before),
            tuple(right for right in change.before if right not in change.after),
        )
        for change in changes
    ]


def _names(session: Session, runtime: Runtime, changes: Sequence[RoleChange]) -> dict[UUID, str]:
    ids = {person for change in changes for person in (change.staff_id, change.by_id) if person}
    members = session.scalars(sa.select(StaffMember).where(StaffMember.id.in_(ids)))
    return {member.id: service.person(session, runtime.vault, member).name for member in members}


def _colleague(session: Session, runtime: Runtime, member: StaffMember, last: datetime | None) -> Colleague:
    person = service.person(session, runtime.vault, member)
    return Colleague(member, person, account_state(member, runtime.clock()), last)

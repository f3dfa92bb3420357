"""Views of the queue that somebody keeps under a name: filters, never what was searched for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.database import new_id
from portal.errors import PortalError
from portal.review import queue
from portal.review.desk_models import SavedView
from portal.review.queue import Filters
from portal.staff.models import StaffMember
from portal.vault import Vault, VaultError
from portal.web import Staff

MOST = 12  # of a person: each is counted on every page of the queue
LONGEST = 40


class TooMany(PortalError):
    """The person keeps as many views as there is room for."""


@dataclass(frozen=True)
class View:
    """A saved view, and how many engagements stand in it; a view by the day to answer by is not counted."""

    id: UUID
    name: str
    filters: Filters
    number: int | None


def save(session: Session, vault: Vault, staff: Staff, name: str, filters: Filters, now: datetime) -> None:
    """Keep these filters under a name; the same name again takes the old one's place. Raises TooMany."""
    member = session.get_one(StaffMember, staff.id)
    views = _held(session, staff)
    same = [one for one in views if _name(session, vault, member, one) == name]
    if not same and len(views) >= MOST:
        raise TooMany
    view = same[0] if same else SavedView(id=new_id(), staff_id=staff.id, created_at=now)
    view.filters = dict(filters.chosen)
    view.name = vault.seal(session, member.subject_id, f"view:{view.id}", name.encode())
    session.add(view)


def drop(session: Session, staff: Staff, view_id: UUID) -> None:
    """Forget a view of one's own."""
    session.execute(sa.delete(SavedView).where(SavedView.id == view_id, SavedView.staff_id == staff.id))


def views_of(session: Session, vault: Vault, staff: Staff) -> list[View]:
    """A person's views in the order in which they were made, counted in one pass."""
    held = _held(session, staff)
    if not held:
        return []
    member = session.get_one(StaffMember, staff.id)
    filters = [queue.filters_of(one.filters) for one in held]
    numbers = queue.count_each(session, staff, [replace(one, due="") for one in filters])
    return [
        View(one.id, _name(session, vault, member, one), wanted, None if wanted.due else number)
        for one, wanted, number in zip(held, filters, numbers, strict=True)
    ]


def _held(session: Session, staff: Staff) -> list[SavedView]:
    query = sa.select(SavedView).where(SavedView.staff_id == staff.id)
    return list(session.scalars(query.order_by(SavedView.created_at, SavedView.id)))


def _name(session: Session, vault: Vault, member: StaffMember, view: SavedView) -> str:
    try:
        return vault.open(session, member.subject_id, f"view:{view.id}", view.name).decode()
    except VaultError:
        return "–"

"""Which batches a staff member may see: those of their jurisdictions. All pages on batches start here."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from portal.batches.models import Batch, Volume
from portal.web import Staff


def batches_seen_by(staff: Staff) -> sa.Select[Batch]:
    """Every batch of the staff member's jurisdictions."""
    return sa.select(Batch).where(Batch.jurisdiction.in_(staff.jurisdictions))


def seen_batch(session: Session, staff: Staff, number: str) -> Batch:
    """One of them. Another office's is NotFound: that it exists is not theirs to know either."""
    found = session.scalars(batches_seen_by(staff).where(Batch.number == number)).one_or_none()
    if found is None:
        raise NotFound
    return found


def seen_volume(session: Session, staff: Staff, volume_id: UUID) -> Volume:
    """A volume of one of them, or NotFound."""
    query = (
        sa.select(Volume)
        .join(Batch)
        .where(Volume.id == volume_id, Batch.jurisdiction.in_(staff.jurisdictions))
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found

"""Which drafts and lists staff may touch here: objects of these pages are loaded nowhere else."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from portal.claims.models import Claim, Engagement
from portal.intake.models import AssistedIntake, ImportRun
from portal.web import Staff


def intakes_seen_by(staff: Staff) -> sa.Select[AssistedIntake]:
    """What was typed in for claims of a staff member's jurisdictions and is not erased."""
    held = sa.select(Engagement.claim_id).where(Engagement.jurisdiction.in_(staff.jurisdictions))
    return (
        sa.select(AssistedIntake)
        .join(Claim, Claim.id == AssistedIntake.claim_id)
        .where(AssistedIntake.claim_id.in_(held), Claim.erased_at.is_(None))
    )


def seen_intake(
    session: Session, staff: Staff, claim_id: UUID, *, to_change: bool = False
) -> tuple[AssistedIntake, Claim]:
    """One of them with its claim. Raises NotFound, also for another office's.

    ``to_change`` takes the claim's lock, and is refused as not found once the claimant has come: what a draft holds
    then is theirs, and staff see nothing but what they typed themselves.
    """
    found = session.scalars(intakes_seen_by(staff).where(AssistedIntake.claim_id == claim_id)).one_or_none()
    if found is None:
        raise NotFound
    claim = session.get_one(Claim, claim_id, with_for_update=True if to_change else None)
    if to_change and not is_open(claim):
        raise NotFound
    return found, claim


def is_open(claim: Claim) -> bool:
    """Whether the draft still holds just what staff typed: its claimant has not come and has not signed."""
    return claim.draft and claim.entered_at is None


def runs_seen_by(staff: Staff) -> sa.Select[ImportRun]:
    """Lists of which somebody takes part with the staff member's office."""
    # Few rows: there is one for each file that was ever read in.
    return sa.select(ImportRun).order_by(ImportRun.id.desc())


def seen_run(session: Session, staff: Staff, run_id: UUID) -> ImportRun:
    """One of them. Raises NotFound."""
    found = session.get(ImportRun, run_id)
    if found is None or not set(found.jurisdictions) & set(staff.jurisdictions):
        raise NotFound
    return found

"""Corrections of a signed claim by staff: they count once the claimant has confirmed them, and refused ones never."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import Actor
from portal.claims import flags
from portal.claims.flags import Flag
from portal.claims.models import Claim, Correction, Engagement
from portal.claims.states import AMENDABLE
from portal.database import new_id
from portal.vault import Vault


@dataclass(frozen=True)
class Shown:
    """A correction opened: of which particular, why, and by whom."""

    field: str
    note: str
    jurisdiction: str
    made_by: UUID
    made_at: datetime


def note(
    session: Session, vault: Vault, engagement: Engagement, field: str, text: str, *, by: UUID, now: datetime
) -> None:
    """Keep that staff of an office corrected something, and flag every engagement that it may touch."""
    row = Correction(id=new_id(), engagement_id=engagement.id, field=field, made_by=by, made_at=now)
    row.note = vault.seal(session, engagement.claim.subject_id, _purpose(row.id), text.encode())
    session.add(row)
    for one in engagement.claim.engagements:
        if one.state in AMENDABLE:
            flags.raise_flag(session, one, Flag.CORRECTION, now)
    audit.record(
        session, now=now, actor=Actor("staff", by), action="claim.corrected", subject=engagement.claim_id,
        jurisdiction=engagement.jurisdiction, field=field,
    )  # fmt: skip


def waiting(session: Session, vault: Vault, claim: Claim) -> list[Shown]:
    """The corrections that the claimant has not confirmed or refused, the oldest first."""
    subject = claim.subject_id
    jurisdictions = {one.id: one.jurisdiction for one in claim.engagements}
    return [
        Shown(
            row.field, vault.open(session, subject, _purpose(row.id), row.note).decode(),
            jurisdictions[row.engagement_id], row.made_by, row.made_at,
        )
        for row in _open(session, claim)
    ]  # fmt: skip


def settle(session: Session, claim: Claim, *, confirmed: bool, now: datetime) -> None:
    """The claimant signed or confirmed what was corrected, or refused it; content where nothing was."""
    rows = _open(session, claim)
    for row in rows:
        row.settled_at, row.confirmed = now, confirmed
    for one in claim.engagements:
        flags.lower_flag(session, one, Flag.CORRECTION)
    if rows:
        audit.record(
            session, now=now, actor=Actor("claimant", claim.id), subject=claim.id, count=len(rows),
            action="claim.correction_confirmed" if confirmed else "claim.correction_refused",
        )  # fmt: skip


def _open(session: Session, claim: Claim) -> Sequence[Correction]:
    mine = [one.id for one in claim.engagements]
    query = sa.select(Correction).where(Correction.engagement_id.in_(mine), Correction.settled_at.is_(None))
    return session.scalars(query.order_by(Correction.made_at, Correction.id)).all()


def _purpose(row_id: UUID) -> str:
    return f"correction {row_id}"

"""Makes a dossier: reads, lays out, seals, and leaves in the audit chain that it was made, by whom and why."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from portal import audit
from portal.audit import Actor
from portal.claims.models import Engagement
from portal.packets.dossier.gathering import NothingSealed, gather
from portal.packets.dossier.making import render
from portal.packets.lasting import signed_to_level
from portal.packets.seal import room
from portal.packets.signer import open_firm_key
from portal.packets.timestamps import open_authority
from portal.runtime import Runtime

__all__ = ["Made", "NothingSealed", "make"]


@dataclass(frozen=True)
class Made:
    """A sealed dossier."""

    data: bytes = field(repr=False)
    pages: int
    claim_number: str
    jurisdiction: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @property
    def file_name(self) -> str:
        """The claim number and jurisdiction, nothing personal."""
        return f"{self.claim_number}-{self.jurisdiction}-dossier.pdf"


def make(runtime: Runtime, engagement_id: UUID, *, actor: Actor, reason: str, now: datetime) -> Made:
    """The dossier of an engagement as it stands; never sealed lower than the settings ask.

    It is audited before anybody has it. Raises `NothingSealed`, `KeyMissing`, `TimestampRefused`, storage and vault
    errors.
    """
    key, authority = open_firm_key(runtime.settings), open_authority(runtime.settings)
    with runtime.database.reading() as session:
        engagement = session.get_one(Engagement, engagement_id)
        dossier = gather(session, runtime, engagement, key.sealer, now)
    draft = render(dossier, reserved=room(authority))
    sealed = signed_to_level(runtime.settings, draft, key, authority)
    made = Made(sealed.data, draft.pages, dossier.claim_number, dossier.jurisdiction)
    with runtime.database.transaction() as session:
        engagement = session.get_one(Engagement, engagement_id)
        audit.record(
            session,
            now=now,
            actor=actor,
            action="claim.dossier_made",
            subject=engagement.claim_id,
            jurisdiction=engagement.jurisdiction,
            sha256=made.sha256,
            reason=reason,
        )
    return made

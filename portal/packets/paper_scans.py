"""The pictures of sheets signed in ink: sealed with the claim's key, kept in the blob store, opened for packets."""

from __future__ import annotations

import hashlib

from sqlalchemy.orm import Session

from portal.claims.act import PaperSheet
from portal.claims.models import Claim
from portal.errors import PortalError
from portal.runtime import Runtime

PURPOSE = "paper-page"


class ScanDamaged(PortalError):
    """A sheet is not the picture that was received."""


def keep_scan(session: Session, runtime: Runtime, claim: Claim, picture: bytes) -> str:
    """Seal and store an upright picture; answers its key."""
    return runtime.storage.put(runtime.vault.seal(session, claim.subject_id, PURPOSE, picture))


def open_scan(session: Session, runtime: Runtime, claim: Claim, sheet: PaperSheet) -> bytes:
    """A sheet's picture. Raises `ScanDamaged`, a StorageError, or a VaultError after erasure."""
    picture = runtime.vault.open(session, claim.subject_id, PURPOSE, runtime.storage.get(sheet.blob))
    if hashlib.sha256(picture).hexdigest() != sheet.sha256:
        raise ScanDamaged(f"sheet {sheet.number} is not what was received")
    return picture

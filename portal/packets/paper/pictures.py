"""The sealed pictures of pages that came back: how one is kept and opened again."""

from __future__ import annotations

import hashlib
from uuid import UUID

from sqlalchemy.orm import Session

from portal.claims.act import PaperSigned
from portal.errors import PortalError
from portal.packets.content import PaperScan
from portal.runtime import Runtime
from portal.storage import Corrupt, Missing


class DamagedPage(PortalError):
    """A stored picture of a page is no longer what was stored; it is shown to nobody."""


def purpose(code: str, number: int) -> str:
    """What a picture is sealed for: a page of one print, so that no two pages can be swapped."""
    return f"paper {code} {number}"


def open_picture(
    session: Session, runtime: Runtime, subject_id: UUID, code: str, number: int, blob: str, sha256: str
) -> bytes:
    """The upright JPEG of a page. Raises DamagedPage, and a VaultError after erasure."""
    try:
        picture = runtime.vault.open(session, subject_id, purpose(code, number), runtime.storage.get(blob))
    except (Corrupt, Missing) as error:
        raise DamagedPage(f"page {number} of a print is damaged or missing") from error
    if hashlib.sha256(picture).hexdigest() != sha256:
        raise DamagedPage(f"page {number} of a print is not the picture that was received")
    return picture


def scans_of(
    session: Session, runtime: Runtime, subject_id: UUID, signed: PaperSigned
) -> tuple[PaperScan, ...]:
    """The pages of a print that was signed in ink, in order, for its packet. Raises like `open_picture`."""
    return tuple(
        PaperScan(
            document=sheet.document,
            page=sheet.number,
            signed=sheet.signed,
            picture=open_picture(
                session, runtime, subject_id, signed.code, sheet.number, sheet.blob, sheet.sha256
            ),
            sha256=sheet.sha256,
            received_at=sheet.received_at,
        )
        for sheet in signed.sheets
    )

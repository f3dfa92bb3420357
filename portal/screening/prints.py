"""Pictures that look alike: a 64-bit difference hash, sealed, found by keyed bands of it.

A print keeps only whether each of 64 patches is lighter than the one to its right, so nothing of the picture can be
made out; but equal prints are a link between people, so it is sealed like anything else.
"""

from __future__ import annotations

from io import BytesIO
from itertools import combinations
from uuid import UUID

import sqlalchemy as sa
from PIL import Image, ImageStat, UnidentifiedImageError
from sqlalchemy.orm import Session

from portal.claims.models import Claim
from portal.evidence import blobs, listing
from portal.evidence.models import EvidenceFile
from portal.runtime import Runtime
from portal.screening.models import PicturePrint

NEAR = 3
"""Bits in which prints of one picture may differ after it was saved again, made smaller or brighter."""
_COLUMNS, _ROWS = 9, 8
_BLOCKS = (
    (0, 13),
    (13, 13),
    (26, 13),
    (39, 13),
    (52, 12),
)  # first bit and length; two of five survive three flips
_FEWEST = 6  # bits set or unset: a blank page and a plain wall look like any other
_FLAT = 6.0  # standard deviation of brightness below which a picture says nothing


def print_of(picture: bytes) -> int | None:
    """The print of a JPEG that the portal made itself; None for what is no picture or says too little."""
    try:
        with Image.open(BytesIO(picture)) as opened:
            small = opened.convert("L").resize((_COLUMNS, _ROWS), Image.Resampling.LANCZOS)
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return None
    if ImageStat.Stat(small).stddev[0] < _FLAT:
        return None
    pixels = small.tobytes()
    bits = 0
    for row in range(_ROWS):
        for column in range(_COLUMNS - 1):
            at = row * _COLUMNS + column
            bits = bits << 1 | (pixels[at] < pixels[at + 1])
    return bits if _FEWEST <= bits.bit_count() <= 64 - _FEWEST else None


def bands(bits: int) -> list[str]:
    """Values of which prints that differ in at most NEAR bits have one in common: each two of five blocks."""
    parts = [bits >> first & (1 << length) - 1 for first, length in _BLOCKS]
    return [f"{one}{other}:{parts[one]:x}:{parts[other]:x}" for one, other in combinations(range(5), 2)]


def near(one: int, other: int) -> bool:
    """Whether two prints are of nearly the same picture."""
    return (one ^ other).bit_count() <= NEAR


def renew(runtime: Runtime, claim_id: UUID) -> None:
    """Make the prints that are missing, of the small copies of a claim's files; those of removed files go.

    A damaged file has no print; that it is damaged is told where it is opened.
    """
    with runtime.database.reading() as session:
        claim = session.get(Claim, claim_id)
        if claim is None or claim.erased_at is not None:
            return
        files = listing.files_of(session, claim_id)
        known = {one.file_id: one.copy_key for one in _rows(session, claim_id)}
        due = [one for one in files if one.thumbnail_key and known.get(one.id) != one.thumbnail_key]
        made = {file.id: (file.thumbnail_key or "", _made(session, runtime, file)) for file in due}
    with runtime.database.transaction() as session:
        kept = [file.id for file in files]
        gone = sa.delete(PicturePrint).where(
            PicturePrint.claim_id == claim_id, PicturePrint.file_id.not_in(kept)
        )
        session.execute(gone)
        for file_id, (copy_key, bits) in made.items():
            row = session.get(PicturePrint, file_id) or PicturePrint(file_id=file_id, claim_id=claim_id)
            row.copy_key = copy_key
            plain = bits.to_bytes(8, "big") if bits is not None else None
            row.print = (
                runtime.vault.seal(session, claim.subject_id, _purpose(file_id), plain) if plain else None
            )
            session.add(row)


def of_claim(session: Session, runtime: Runtime, claim: Claim) -> list[int]:
    """The prints of a claim's pictures, opened."""
    return [
        int.from_bytes(runtime.vault.open(session, claim.subject_id, _purpose(one.file_id), one.print), "big")
        for one in _rows(session, claim.id)
        if one.print is not None
    ]


def _made(session: Session, runtime: Runtime, file: EvidenceFile) -> int | None:
    try:
        return print_of(listing.open_thumbnail(session, runtime, file))
    except blobs.Damaged:
        return None


def _rows(session: Session, claim_id: UUID) -> list[PicturePrint]:
    return list(session.scalars(sa.select(PicturePrint).where(PicturePrint.claim_id == claim_id)))


def _purpose(file_id: UUID) -> str:
    return f"picture print {file_id}"

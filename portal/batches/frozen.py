"""A batch's claims as they were frozen, opened one at a time for the profiles that write them out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from portal.batches.errors import ClaimStops, stopping_at
from portal.batches.exhibits import SEALED_CASE, CaseFile, FrozenExhibit
from portal.batches.freezing import SEALED_LINE
from portal.batches.keys import keys_at_hand
from portal.batches.lines import RegisterLine
from portal.batches.models import BatchEntry
from portal.runtime import Runtime

if TYPE_CHECKING:  # profiles are made of what stands here
    from portal.batches.profiles.base import Work

_PAGE = 100


@dataclass(frozen=True)
class FrozenClaim:
    """One claim of a batch with what was frozen of it."""

    entry: BatchEntry
    line: RegisterLine
    case: CaseFile

    @property
    def number(self) -> str:
        """The claim number."""
        return self.entry.claim_number


def claims_of(work: Work) -> Iterator[FrozenClaim]:
    """The claims in their order. Raises ClaimStops at one that cannot be read."""
    with work.runtime.database.reading() as session:
        yield from opened(session, work.runtime, work.entries())


def opened(session: Session, runtime: Runtime, entries: Iterable[BatchEntry]) -> Iterator[FrozenClaim]:
    """The entries with line and case file, keys some hundred at a time."""
    waiting = iter(entries)
    while page := list(islice(waiting, _PAGE)):
        with keys_at_hand(session, [entry.subject_id for entry in page]):
            for entry in page:
                yield _opened(session, runtime, entry)
        session.rollback()  # no reading outlives a page: a long one would hold SQLite's log back


def _opened(session: Session, runtime: Runtime, entry: BatchEntry) -> FrozenClaim:
    if entry.case_file is None:
        raise ClaimStops(entry.claim_number, "frozen_before")
    with stopping_at(entry.claim_number):
        line = runtime.vault.open(session, entry.subject_id, SEALED_LINE, entry.line)
        case = runtime.vault.open(session, entry.subject_id, SEALED_CASE, entry.case_file)
    return FrozenClaim(entry, RegisterLine.model_validate_json(line), CaseFile.model_validate_json(case))


def with_packets(work: Work) -> Iterator[tuple[FrozenClaim, bytes]]:
    """The claims in their order with their packets, each proved to be the one that was frozen. Raises ClaimStops."""
    for claim, (entry, packet) in zip(claims_of(work), work.packets(0), strict=True):
        if hashlib.sha256(packet).hexdigest() != entry.packet_sha256:
            raise ClaimStops(entry.claim_number, "packet_corrupt")
        yield claim, packet


def copy_of(runtime: Runtime, claim: FrozenClaim, exhibit: FrozenExhibit) -> bytes:
    """The copy of an exhibit that leaves the firm: its key is its hash, so it is the frozen one. Raises ClaimStops."""
    entry = claim.entry
    if exhibit.trouble:
        raise ClaimStops(entry.claim_number, exhibit.trouble)
    with runtime.database.reading() as session, stopping_at(entry.claim_number, "exhibit"):
        held = runtime.storage.get(exhibit.copy_key)
        return runtime.vault.open(session, entry.subject_id, exhibit.copy_purpose, held)

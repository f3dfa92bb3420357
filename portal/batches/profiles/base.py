"""The shape of a profile. The volume's writer adds README, manifest, signature and verifier around what it yields."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

from sqlalchemy.orm import Session

from portal.batches.lines import HeadLanguage, RegisterLine
from portal.batches.models import BatchEntry
from portal.batches.spool import Spool
from portal.matters.shelf import PublishedMatter
from portal.runtime import Runtime

ProfileName = Literal["standard", "kr-filing", "us-production", "hand-over"]


@dataclass(frozen=True)
class VolumeFile:
    """One file of a volume. ``sha256``: what the content must have, where that was frozen before.

    ``claim`` is the number of the claim that is complete once this file is written, for progress and failures.
    """

    name: str
    content: bytes | Spool
    sha256: str = ""
    claim: str = ""


@dataclass(frozen=True)
class Work:
    """What a profile is given: the batch as frozen and how the volume was asked for, free of any session.

    ``entries()`` walks the entries that are in (left-out ones are not) in their order, a page of rows at a time;
    ``packets(first)`` walks them with each one's frozen packet, read ahead, from the entry of that index on;
    ``packet(entry)`` opens the frozen packet's plain PDF and ``line(entry)`` its register line.
    ``options`` are the profile's own, as stored with the volume when it was asked for.
    """

    runtime: Runtime
    published: PublishedMatter
    batch_id: uuid.UUID
    batch_number: str
    jurisdiction: str
    volume_id: uuid.UUID
    language: HeadLanguage
    frozen_at: datetime
    count: int
    options: dict[str, object]
    entries: Callable[[], Iterator[BatchEntry]]
    packets: Callable[[int], Iterator[tuple[BatchEntry, bytes]]]
    packet: Callable[[BatchEntry], bytes]
    line: Callable[[BatchEntry], RegisterLine]


class Profile(Protocol):
    """A way to write a batch out."""

    name: ProfileName
    jurisdictions: tuple[str, ...]

    def prepare(self, session: Session, work: Work, now: datetime) -> dict[str, object]:
        """Fix in the transaction that asks for the volume all that must never differ between two writings (such as
        ranges of numbers); answers what is to be kept as the volume's options. Raises PortalError when it cannot be."""

    def files(self, work: Work) -> Iterator[VolumeFile]:
        """The files in their order; the same names and bytes each time for the same work."""


@runtime_checkable
class GoesOn(Protocol):
    """A profile that need not make the files again that stand in finished parts."""

    def files_from(self, work: Work, first: int) -> Iterator[VolumeFile]:
        """The files of ``files`` from the one of index ``first`` on."""


PROFILES: dict[str, Profile] = {}


def profile(one: Profile) -> Profile:
    """Make a profile known under its name."""
    PROFILES[one.name] = one
    return one

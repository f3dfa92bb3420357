"""How a packet stands today: what anybody who holds it, or the code printed on it, may be told.

The seal of a file answers for itself (`verify`). Whether the authority that it proves still stands is known only to
the record, so it is looked up afresh each time. Nothing here names or describes the claimant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.claims.models import Engagement
from portal.claims.states import ClaimState
from portal.packets.models import EditionKind, Packet, PacketEdition, PacketKind, PacketState, PaperPrint

if TYPE_CHECKING:  # only then: the pages that show a standing need none of the libraries that judge a file
    from portal.packets.verify import Verdict


class Answer(StrEnum):
    """What is said of a file or a code, in one word."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    RECEIPT = "receipt"  # the sealed receipt of a withdrawal
    HANDED_IN = "handed-in"  # the sealed receipt of a handing in
    NO_LONGER_KEPT = (
        "no-longer-kept"  # the claim was erased; what it sealed can no longer be opened by anybody
    )
    UNSEALED = "unsealed"  # signed, but its packet is still to be made
    PAPER = "paper"  # a form printed to be signed in ink
    UNRECORDED = "unrecorded"  # a seal of ours on a file that the record does not know
    CHANGED = "changed"
    NOT_OURS = "not-ours"
    UNREADABLE = "unreadable"
    UNKNOWN = "unknown"  # a code without a slip that was never given


GENUINE = frozenset(
    {
        Answer.CURRENT,
        Answer.SUPERSEDED,
        Answer.WITHDRAWN,
        Answer.RECEIPT,
        Answer.HANDED_IN,
        Answer.NO_LONGER_KEPT,
    }
)
"""The answers that say: this is what was sealed, unchanged."""


@dataclass(frozen=True)
class Edition:
    """One state of a packet's file; `kind` says what it was made for: sealed, countersigned or extended."""

    number: int
    kind: str
    sha256: str
    made_at: datetime


@dataclass(frozen=True)
class Facts:
    """What may be known of a packet without knowing whose it is."""

    matter_version_id: UUID
    jurisdiction: str
    kind: str
    revision: int
    code: str
    level: str
    sealed_at: datetime | None
    countersigned_at: datetime | None
    countersigner: str
    editions: tuple[Edition, ...]  # oldest first; the last one is in force

    @property
    def newest(self) -> Edition | None:
        """The edition in force."""
        return self.editions[-1] if self.editions else None


@dataclass(frozen=True)
class Standing:
    """The answer with what it rests on.

    `since` is when the packet was superseded or withdrawn, `by` the revision that took its place; `edition` is the one
    that the file is, and `following` a revision that was signed but is still to be sealed.
    """

    answer: Answer
    facts: Facts | None = None
    verdict: Verdict | None = None
    by: int | None = None
    since: datetime | None = None
    edition: Edition | None = None
    following: int | None = None

    @property
    def genuine(self) -> bool:
        """Whether this is what was sealed, unchanged, wherever it stands now."""
        return self.answer in GENUINE

    @property
    def newer_edition(self) -> Edition | None:
        """The edition in force, where the file is an earlier one of the same packet."""
        newest = self.facts.newest if self.facts else None
        return newest if newest and self.edition and newest.number > self.edition.number else None


_NOT_GENUINE = {
    "altered": Answer.CHANGED,
    "appended": Answer.CHANGED,
    "not ours": Answer.NOT_OURS,
    "unreadable": Answer.UNREADABLE,
}
"""By the verdict's finding."""


def of_file(session: Session, verdict: Verdict) -> Standing:
    """How the packet stands that this file is, by the record of every edition and by what its seal says.

    A file whose hash stands in the record is that edition to the last byte, even where this machine lacks a certificate
    or the time to judge its signatures.
    """
    found = _by_hash(session, verdict.sha256)
    if found is None:
        answer = Answer.UNRECORDED if verdict.genuine else _NOT_GENUINE.get(verdict.finding, Answer.CHANGED)
        return Standing(answer, verdict=verdict)
    standing = _of_packet(session, found)
    edition = next((one for one in _editions(found) if one.sha256 == verdict.sha256), None)
    return replace(standing, verdict=verdict, edition=edition)


def of_code(session: Session, code: str) -> Standing:
    """How the packet stands that this code is printed on; `code` as `codes.read_code` gives it."""
    packet = session.scalars(sa.select(Packet).where(Packet.code == code)).one_or_none()
    if packet is not None:
        return _of_packet(session, packet)
    printed = session.scalar(sa.select(PaperPrint.created_at).where(PaperPrint.code == code))
    return Standing(Answer.UNKNOWN) if printed is None else Standing(Answer.PAPER, since=printed)


def _by_hash(session: Session, sha256: str) -> Packet | None:
    of_edition = sa.select(Packet).join(PacketEdition, PacketEdition.packet_id == Packet.id)
    found = session.scalars(of_edition.where(PacketEdition.sha256 == sha256)).unique().first()
    return found or session.scalars(sa.select(Packet).where(Packet.sha256 == sha256)).unique().first()


def _of_packet(session: Session, packet: Packet) -> Standing:
    facts = _facts(packet)
    if packet.state != PacketState.SEALED:
        return Standing(Answer.UNSEALED, facts)
    if packet.kind == PacketKind.RECEIPT:
        return Standing(Answer.HANDED_IN, facts)
    engagement = packet.engagement
    withdrawn = engagement.state_changed_at if engagement.state is ClaimState.WITHDRAWN else None
    if packet.kind == PacketKind.WITHDRAWAL:
        return Standing(Answer.RECEIPT, facts, since=withdrawn)
    if withdrawn:
        return Standing(Answer.WITHDRAWN, facts, since=withdrawn)
    if engagement.claim.erased_at:
        return Standing(Answer.NO_LONGER_KEPT, facts, since=engagement.claim.erased_at)
    later = _later(session, engagement, packet.revision)
    if newest := next((one for one in later if one.state == PacketState.SEALED), None):
        return Standing(Answer.SUPERSEDED, facts, by=newest.revision, since=newest.sealed_at)
    return Standing(Answer.CURRENT, facts, following=later[0].revision if later else None)


def _later(session: Session, engagement: Engagement, revision: int) -> Sequence[Packet]:
    """What was signed after a revision of this engagement, the newest first."""
    query = sa.select(Packet).where(
        Packet.engagement_id == engagement.id,
        Packet.kind == PacketKind.ENGAGEMENT,
        Packet.revision > revision,
    )
    return session.scalars(query.order_by(Packet.revision.desc())).unique().all()


def _facts(packet: Packet) -> Facts:
    return Facts(
        matter_version_id=packet.matter_version_id,
        jurisdiction=packet.jurisdiction,
        kind=packet.kind,
        revision=packet.revision,
        code=packet.code,
        level=packet.level or "B-B",
        sealed_at=packet.sealed_at,
        countersigned_at=packet.countersigned_at,
        countersigner=packet.countersigner or "",
        editions=_editions(packet),
    )


def _editions(packet: Packet) -> tuple[Edition, ...]:
    kept = tuple(Edition(one.number, one.kind, one.sha256, one.made_at) for one in packet.editions)
    if kept or packet.sha256 is None or packet.sealed_at is None:
        return kept
    return (Edition(1, EditionKind.SEALED, packet.sha256, packet.sealed_at),)

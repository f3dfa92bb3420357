"""Reading before signing: which texts are to be signed, what was opened, and what is still to be read.

A draft has all its documents to sign. A claim that was signed has those that a change of the claimant's own made other
than what was signed, and with them those whose text was published anew since.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.claims import parties, sealed
from portal.claims.act import (
    Reading,
    SigningAct,
    newest_signature,
    read_act,
    read_party_readings,
    read_readings,
    standing_signatures,
    write_party_readings,
    write_readings,
)
from portal.claims.models import Claim, Engagement, Signature
from portal.claims.states import AMENDABLE, ClaimState
from portal.matters.bilingual import LANGUAGES
from portal.matters.matter import Matter
from portal.matters.model import DocumentKind, PacketDocument, jurisdiction_of
from portal.matters.shelf import PublishedMatter
from portal.packets import shown
from portal.runtime import Runtime

LONGEST_SITTING = (
    24 * 3600
)  # seconds a page can be said to have stood open; a tab left for a week proves nothing


@dataclass(frozen=True)
class ToRead:
    """One document of one jurisdiction with what the claimant did with it so far.

    `reading` counts only while the document is as it was read; `before` is the newest reading of it that the claimant
    went on from, if any.
    """

    jurisdiction: str
    document: PacketDocument
    shown: str
    reading: Reading | None
    before: Reading | None = None

    @property
    def done(self) -> bool:
        """Whether the reader went on from it, with an answer where it asks for consent."""
        return self.reading is not None and self.reading.confirmed_at is not None

    @property
    def changed(self) -> bool:
        """Whether it was read before, is no longer what was read, and was not gone on from since."""
        return not self.done and self.before is not None and self.before.shown != self.shown

    @property
    def consent(self) -> bool:
        """Whether it asks for a consent of its own."""
        return self.document.kind is DocumentKind.CONSENT


def documents_of(matter: Matter, engagement: Engagement, age: int | None = None) -> Iterator[PacketDocument]:
    """The documents of an engagement's packet, in order; `age` is the claimant's, where it is known."""
    place = jurisdiction_of(engagement.jurisdiction)
    return iter(matter.documents_for(place, engagement.tracks, engagement.claim.kind, age))


def reading_list(
    session: Session, runtime: Runtime, published: PublishedMatter, claim: Claim, seat: str = ""
) -> list[ToRead]:
    """Every document that whoever sits there has still to sign, in order. A reading of what changed does not count.

    `seat` is the claim's own session, or a representative's id (`claims.parties`).
    """
    readings = readings_at(session, runtime, claim, seat)
    entries = []
    for engagement in claim.engagements:
        for document, digest, signed in _to_sign(session, runtime, published, claim, engagement, seat):
            current = readings.get(document.id)
            gone_on = current if current and current.confirmed_at else None
            before = gone_on or readings.get(_earlier(document.id)) or signed
            counts = current is not None and current.shown == digest
            entries.append(
                ToRead(engagement.jurisdiction, document, digest, current if counts else None, before)
            )
    return entries


def to_sign(
    session: Session, runtime: Runtime, published: PublishedMatter, claim: Claim, seat: str = ""
) -> list[Engagement]:
    """The engagements that have something to be signed from a seat."""
    found = {entry.jurisdiction for entry in reading_list(session, runtime, published, claim, seat)}
    return [engagement for engagement in claim.engagements if engagement.jurisdiction in found]


def amended(session: Session, runtime: Runtime, claim: Claim) -> frozenset[str]:
    """Jurisdictions in which the claimant changed something signed and not everybody has signed it again."""
    return frozenset(
        engagement.jurisdiction
        for engagement in claim.engagements
        if engagement.state in AMENDABLE
        and _own_change(session, runtime, claim, engagement, _Signed.read(session, runtime, engagement))
    )


def stale(
    session: Session, runtime: Runtime, published: PublishedMatter, claim: Claim, engagement: Engagement
) -> list[Signature]:
    """Signatures that wait for another signer, and whose documents have changed since: they count for nothing."""
    signed = _Signed.read(session, runtime, engagement)
    if not signed.waiting:
        return []
    now = _shown_now(session, runtime, published.matter, claim, engagement)
    return [signature for signature, act in signed.waiting if not _holds(act, signed, now)]


@dataclass(frozen=True)
class _Signed:
    """The acts of an engagement that are not void: those that everybody joined in, and those that wait for others."""

    whole: Sequence[SigningAct]
    waiting: Sequence[tuple[Signature, SigningAct]]

    @classmethod
    def read(cls, session: Session, runtime: Runtime, engagement: Engagement) -> _Signed:
        rows = standing_signatures(session, engagement)
        last = max((place for place, one in enumerate(rows, 1) if one.complete), default=0)
        acts = [read_act(session, runtime.vault, engagement, one) for one in rows]
        return cls(acts[:last], list(zip(rows[last:], acts[last:], strict=True)))

    @property
    def readings(self) -> dict[str, Reading]:
        """The newest reading of each document that everybody needed has signed."""
        return {reading.document: reading for act in self.whole for reading in act.readings}

    def of(self, party: str, now: Mapping[str, str]) -> dict[str, Reading]:
        """The newest signed reading of each document by one signer; what waits counts only while it still holds."""
        held = [act for _row, act in self.waiting if _holds(act, self, now)]
        return {
            reading.document: reading
            for act in (*self.whole, *held)
            if act.signer == party
            for reading in act.readings
        }


def _holds(act: SigningAct, signed: _Signed, now: Mapping[str, str]) -> bool:
    """Whether an act that waits for others is still about what is shown now, all of it."""
    read = {reading.document: reading.shown for reading in act.readings}
    before = {name: reading.shown for name, reading in signed.readings.items()}
    due = {name for name, digest in now.items() if before.get(name) != digest}
    return bool(due) and all(read.get(name) == now[name] for name in due)


def _shown_now(
    session: Session, runtime: Runtime, matter: Matter, claim: Claim, engagement: Engagement
) -> dict[str, str]:
    """The hash of each document of an engagement as it is shown now, in order."""
    facts = shown.facts_now(session, runtime, matter, claim, engagement.jurisdiction)
    age = shown.age_at_signing(engagement, facts.particulars, runtime.clock())
    return {
        document.id: shown.document_hash(matter, document.id, facts)
        for document in documents_of(matter, engagement, age)
    }


def _to_sign(
    session: Session,
    runtime: Runtime,
    published: PublishedMatter,
    claim: Claim,
    engagement: Engagement,
    seat: str,
) -> Iterator[tuple[PacketDocument, str, Reading | None]]:
    """Documents to sign with the hash of what they show now, and their reading as signed before."""
    draft = engagement.state is ClaimState.DRAFT
    if not draft and engagement.state not in AMENDABLE:
        return
    signed = _Signed.read(session, runtime, engagement)
    if not draft and not _own_change(session, runtime, claim, engagement, signed):
        return
    matter = published.matter
    now = _shown_now(session, runtime, matter, claim, engagement)
    own = signed.of(_party_at(session, runtime, matter, claim, seat), now)
    documents = {one.id: one for one in matter.packets[jurisdiction_of(engagement.jurisdiction)].documents}
    before = {**signed.readings, **own}
    for name, digest in now.items():
        if name not in own or own[name].shown != digest:
            yield documents[name], digest, before.get(name)


def _party_at(session: Session, runtime: Runtime, matter: Matter, claim: Claim, seat: str) -> str:
    """Who signs from a seat; where nobody does, the seat itself, which has signed nothing."""
    particulars = sealed.read_latest(session, runtime.vault, claim)
    signer = parties.signer_at(matter, claim, particulars, seat)
    return signer.party if signer else seat


def _own_change(
    session: Session, runtime: Runtime, claim: Claim, engagement: Engagement, signed: _Signed
) -> bool:
    """Whether the claimant changed what a document says, judged under the version that was signed."""
    newest = newest_signature(session, engagement)
    if newest is None:
        return False
    matter = runtime.matters.by_id(newest.matter_version_id).matter
    now, read = _shown_now(session, runtime, matter, claim, engagement), signed.readings
    return any(read[name].shown != digest for name, digest in now.items() if name in read)


def text_hashes(matter: Matter, document_id: str, kind: str = "self") -> dict[str, str]:
    """SHA-256 of the canonical text as claims of a kind have it, per language."""
    return {lang: matter.document(document_id, lang, kind).text_hash for lang in LANGUAGES}


def open_document(
    session: Session,
    runtime: Runtime,
    published: PublishedMatter,
    claim: Claim,
    entry: ToRead,
    now: datetime,
    seat: str = "",
) -> Reading:
    """Note when a document was first opened as it is now; opening it again changes nothing."""
    if entry.reading is not None:
        return entry.reading
    reading = Reading(
        document=entry.document.id,
        jurisdiction=entry.jurisdiction,
        matter_version=published.matter.version_label,
        text_hashes=text_hashes(published.matter, entry.document.id, claim.kind),
        opened_at=now,
        shown=entry.shown,
    )
    _keep(session, runtime, claim, reading, seat, entry.before)
    return reading


def confirm(
    session: Session,
    runtime: Runtime,
    published: PublishedMatter,
    claim: Claim,
    entry: ToRead,
    given: bool | None,
    now: datetime,
    seat: str = "",
) -> Reading:
    """The reader goes on, giving or refusing where the document asks for consent."""
    opened = open_document(session, runtime, published, claim, entry, now, seat)
    seconds = min(int((now - opened.opened_at).total_seconds()), LONGEST_SITTING)
    change = {"confirmed_at": now, "seconds_open": max(seconds, 0), "given": given if entry.consent else None}
    reading = opened.model_copy(update=change)
    _keep(session, runtime, claim, reading, seat)
    return reading


def readings_at(session: Session, runtime: Runtime, claim: Claim, seat: str) -> dict[str, Reading]:
    """What was opened and answered from a seat so far, by document."""
    if not seat:
        return read_readings(session, runtime.vault, claim)
    row = parties.row_of(session, claim, seat)
    return read_party_readings(session, runtime.vault, claim, row) if row else {}


def _keep(
    session: Session,
    runtime: Runtime,
    claim: Claim,
    reading: Reading,
    seat: str,
    before: Reading | None = None,
) -> None:
    """Keep a reading, and beside it the one whose place it takes: what changed shows until it is read."""
    readings = readings_at(session, runtime, claim, seat)
    if before is not None:
        readings[_earlier(reading.document)] = before
    kept = {**readings, reading.document: reading}
    if not seat:
        write_readings(session, runtime.vault, claim, kept)
    elif row := parties.row_of(session, claim, seat):
        write_party_readings(session, runtime.vault, claim, row, kept)


def _earlier(document_id: str) -> str:
    return f"{document_id} before"

"""Reading before signing: which texts are to be signed, what was opened, and what is still to be read.

A draft has all its documents to sign. A claim that was signed has those that a change of the claimant's own made other
than what was signed, and with them those whose text was published anew since.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.claims.act import Reading, newest_signature, read_acts, read_readings, write_readings
from portal.claims.models import Claim, Engagement
from portal.claims.states import AMENDABLE, ClaimState
from portal.matters.bilingual import LANGUAGES
from portal.matters.matter import Matter
from portal.matters.model import DocumentKind, PacketDocument
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


def documents_of(matter: Matter, engagement: Engagement) -> Iterator[PacketDocument]:
    """The documents of an engagement's packet, in order."""
    plan = matter.packets[engagement.jurisdiction]
    return (document for document in plan.documents if document.is_for(set(engagement.tracks)))


def reading_list(
    session: Session, runtime: Runtime, published: PublishedMatter, claim: Claim
) -> list[ToRead]:
    """Every document still to be signed, in order. A reading of what has changed since does not count."""
    readings = read_readings(session, runtime.vault, claim)
    entries = []
    for engagement in claim.engagements:
        for document, digest, signed in _to_sign(session, runtime, published, claim, engagement):
            current = readings.get(document.id)
            gone_on = current if current and current.confirmed_at else None
            before = gone_on or readings.get(_earlier(document.id)) or signed
            counts = current is not None and current.shown == digest
            entries.append(
                ToRead(engagement.jurisdiction, document, digest, current if counts else None, before)
            )
    return entries


def to_sign(session: Session, runtime: Runtime, published: PublishedMatter, claim: Claim) -> list[Engagement]:
    """The engagements that have something to be signed."""
    found = {entry.jurisdiction for entry in reading_list(session, runtime, published, claim)}
    return [engagement for engagement in claim.engagements if engagement.jurisdiction in found]


def amended(session: Session, runtime: Runtime, claim: Claim) -> frozenset[str]:
    """Jurisdictions in which the claimant changed something signed and has not signed it again."""
    return frozenset(
        engagement.jurisdiction
        for engagement in claim.engagements
        if engagement.state in AMENDABLE
        and _own_change(session, runtime, claim, engagement, _signed(session, runtime, engagement))
    )


def _to_sign(
    session: Session, runtime: Runtime, published: PublishedMatter, claim: Claim, engagement: Engagement
) -> Iterator[tuple[PacketDocument, str, Reading | None]]:
    """Documents to sign with the hash of what they show now, and their reading as signed before."""
    signed: dict[str, Reading] = {}
    if engagement.state is not ClaimState.DRAFT:
        if engagement.state not in AMENDABLE:
            return
        signed = _signed(session, runtime, engagement)
        if not _own_change(session, runtime, claim, engagement, signed):
            return
    matter = published.matter
    facts = shown.facts_now(session, runtime, matter, claim, engagement.jurisdiction)
    for document in documents_of(matter, engagement):
        digest = shown.document_hash(matter, document.id, facts)
        before = signed.get(document.id)
        if before is None or before.shown != digest:
            yield document, digest, before


def _own_change(
    session: Session, runtime: Runtime, claim: Claim, engagement: Engagement, signed: Mapping[str, Reading]
) -> bool:
    """Whether the claimant changed what a document says, judged under the version that was signed."""
    newest = newest_signature(session, engagement)
    if newest is None:
        return False
    matter = runtime.matters.by_id(newest.matter_version_id).matter
    facts = shown.facts_now(session, runtime, matter, claim, engagement.jurisdiction)
    now = {
        document.id: shown.document_hash(matter, document.id, facts)
        for document in documents_of(matter, engagement)
    }
    return any(signed[name].shown != digest for name, digest in now.items() if name in signed)


def _signed(session: Session, runtime: Runtime, engagement: Engagement) -> dict[str, Reading]:
    """The newest signed reading of each document."""
    acts = read_acts(session, runtime.vault, engagement)
    return {reading.document: reading for act in acts for reading in act.readings}


def text_hashes(matter: Matter, document_id: str) -> dict[str, str]:
    """SHA-256 of the canonical text, per language."""
    return {lang: matter.document(document_id, lang).text_hash for lang in LANGUAGES}


def open_document(
    session: Session, runtime: Runtime, published: PublishedMatter, claim: Claim, entry: ToRead, now: datetime
) -> Reading:
    """Note when a document was first opened as it is now; opening it again changes nothing."""
    if entry.reading is not None:
        return entry.reading
    reading = Reading(
        document=entry.document.id,
        jurisdiction=entry.jurisdiction,
        matter_version=published.matter.version_label,
        text_hashes=text_hashes(published.matter, entry.document.id),
        opened_at=now,
        shown=entry.shown,
    )
    _keep(session, runtime, claim, reading, entry.before)
    return reading


def confirm(
    session: Session,
    runtime: Runtime,
    published: PublishedMatter,
    claim: Claim,
    entry: ToRead,
    given: bool | None,
    now: datetime,
) -> Reading:
    """The reader goes on, giving or refusing where the document asks for consent."""
    opened = open_document(session, runtime, published, claim, entry, now)
    seconds = min(int((now - opened.opened_at).total_seconds()), LONGEST_SITTING)
    change = {"confirmed_at": now, "seconds_open": max(seconds, 0), "given": given if entry.consent else None}
    reading = opened.model_copy(update=change)
    _keep(session, runtime, claim, reading)
    return reading


def _keep(
    session: Session, runtime: Runtime, claim: Claim, reading: Reading, before: Reading | None = None
) -> None:
    """Keep a reading, and beside it the one whose place it takes: what changed shows until it is read."""
    readings = read_readings(session, runtime.vault, claim)
    if before is not None:
        readings[_earlier(reading.document)] = before
    write_readings(session, runtime.vault, claim, {**readings, reading.document: reading})


def _earlier(document_id: str) -> str:
    return f"{document_id} before"

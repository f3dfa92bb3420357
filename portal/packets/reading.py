"""Reading before signing: which texts a claim's packets hold, what was opened, and what is still to be read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.claims.act import Reading, read_readings, write_readings
from portal.claims.models import Claim, Engagement
from portal.claims.states import ClaimState
from portal.matters.model import DocumentKind, PacketDocument
from portal.matters.shelf import PublishedMatter
from portal.vault import Vault

LONGEST_SITTING = (
    24 * 3600
)  # seconds a page can be said to have stood open; a tab left for a week proves nothing


@dataclass(frozen=True)
class ToRead:
    """One document of one jurisdiction with what the claimant did with it so far."""

    jurisdiction: str
    document: PacketDocument
    reading: Reading | None

    @property
    def done(self) -> bool:
        """Whether the reader went on from it, with an answer where it asks for consent."""
        return self.reading is not None and self.reading.confirmed_at is not None

    @property
    def consent(self) -> bool:
        """Whether it asks for a consent of its own."""
        return self.document.kind is DocumentKind.CONSENT


def to_sign(claim: Claim) -> list[Engagement]:
    """The engagements that are still to be signed."""
    return [engagement for engagement in claim.engagements if engagement.state is ClaimState.DRAFT]


def documents_of(published: PublishedMatter, engagement: Engagement) -> Iterator[PacketDocument]:
    """The documents of an engagement's packet, in order."""
    plan = published.matter.packets[engagement.jurisdiction]
    return (document for document in plan.documents if document.is_for(set(engagement.tracks)))


def reading_list(session: Session, vault: Vault, published: PublishedMatter, claim: Claim) -> list[ToRead]:
    """Every document still to be signed, in order. A reading of an older text does not count: its hash differs."""
    readings = read_readings(session, vault, claim)
    return [
        ToRead(engagement.jurisdiction, document, _current(readings.get(document.id), published))
        for engagement in to_sign(claim)
        for document in documents_of(published, engagement)
    ]


def text_hashes(published: PublishedMatter, document_id: str) -> dict[str, str]:
    """SHA-256 of the canonical text, per language."""
    return {lang: published.matter.document(document_id, lang).text_hash for lang in ("ko", "en")}


def open_document(
    session: Session, vault: Vault, published: PublishedMatter, claim: Claim, entry: ToRead, now: datetime
) -> Reading:
    """Note when a text was first opened; opening it again changes nothing."""
    if entry.reading is not None:
        return entry.reading
    reading = Reading(
        document=entry.document.id,
        jurisdiction=entry.jurisdiction,
        matter_version=published.matter.version_label,
        text_hashes=text_hashes(published, entry.document.id),
        opened_at=now,
    )
    _keep(session, vault, claim, reading)
    return reading


def confirm(
    session: Session,
    vault: Vault,
    published: PublishedMatter,
    claim: Claim,
    entry: ToRead,
    given: bool | None,
    now: datetime,
) -> Reading:
    """The reader goes on, giving or refusing where the document asks for consent."""
    opened = open_document(session, vault, published, claim, entry, now)
    seconds = min(int((now - opened.opened_at).total_seconds()), LONGEST_SITTING)
    change = {"confirmed_at": now, "seconds_open": max(seconds, 0), "given": given if entry.consent else None}
    reading = opened.model_copy(update=change)
    _keep(session, vault, claim, reading)
    return reading


def _keep(session: Session, vault: Vault, claim: Claim, reading: Reading) -> None:
    readings = read_readings(session, vault, claim)
    write_readings(session, vault, claim, {**readings, reading.document: reading})


def _current(reading: Reading | None, published: PublishedMatter) -> Reading | None:
    if reading is None or reading.text_hashes != text_hashes(published, reading.document):
        return None
    return reading

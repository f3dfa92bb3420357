"""What a packet is made from: everything named here, and nothing else, decides its bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from portal.claims.act import SigningAct
from portal.claims.particulars import Particulars
from portal.matters.bilingual import Text
from portal.matters.matter import Matter
from portal.matters.model import EvidenceKind, Jurisdiction


@dataclass(frozen=True)
class TrackDecision:
    """A track's outcome as decided at signing; reasons are ids of the matter's rules, worst first."""

    track: str
    outcome: str
    reasons: tuple[str, ...]
    decided_at: datetime


@dataclass(frozen=True)
class Exhibit:
    """A piece of evidence in its harmless form: upright JPEG or PNG pictures, or a PDF cleared of everything active.

    Pieces of one exhibit share its number; `part` then counts them from 1.
    """

    number: int
    title: str
    kind: EvidenceKind
    received_at: datetime
    sha256: str = field(metadata={"of": "the file as it was received"})
    copy_sha256: str = field(metadata={"of": "the harmless form shown here"})
    author: str = ""
    dated: date | None = None
    pictures: tuple[bytes, ...] = ()
    pdf: bytes = b""
    part: int = 0


@dataclass(frozen=True)
class PaperScan:
    """One page that came back signed in ink, upright."""

    document: str
    page: int = field(metadata={"of": "the print, from 1"})
    signed: bool = field(metadata={"of": "whether it bears a signature"})
    picture: bytes = field(metadata={"of": "JPEG or PNG"}, repr=False)
    sha256: str
    received_at: datetime


@dataclass(frozen=True)
class Sealer:
    """Whose key will seal the packet, as the packet says it."""

    name: str
    demo: bool = False


@dataclass(frozen=True)
class PastEvent:
    """What happened to an engagement's authority before this revision, as its record was appended."""

    sequence: int
    kind: str
    at: datetime
    sha256: str = field(
        metadata={"of": "the event's canonical JSON, which names the hash of the event before"}
    )
    text: Text


@dataclass(frozen=True)
class PacketContent:
    """One claim and one jurisdiction. `made_at` is the only clock: the same content gives the same bytes.

    `acts` are the acts of signing that it rests on, oldest first; `replaces` is the revision that it supersedes.
    `attachments` prove who signed, such as 인감증명서, and follow the record; they are no exhibits.
    With `withdrawn_at` it is no packet but the receipt of a withdrawal.
    """

    matter: Matter
    jurisdiction: Jurisdiction
    tracks: tuple[str, ...]
    claim_number: str
    revision: int
    made_at: datetime
    particulars: Particulars
    answers: Mapping[str, str]
    decisions: tuple[TrackDecision, ...]
    acts: tuple[SigningAct, ...]
    exhibits: tuple[Exhibit, ...]
    sealer: Sealer
    code: str
    verify_address: str
    replaces: int | None = None
    paper: tuple[PaperScan, ...] = ()
    events: tuple[PastEvent, ...] = ()
    attachments: tuple[Exhibit, ...] = ()
    withdrawn_at: datetime | None = None

    @property
    def act(self) -> SigningAct:
        """The newest act of signing."""
        return self.acts[-1]

    def act_of(self, document_id: str) -> SigningAct:
        """The act that signed a document as it now stands: the newest that read it."""
        return next((one for one in reversed(self.acts) if document_id in one.documents), self.act)

    @property
    def shown_name(self) -> str:
        """The claimant's name, in the governing language of the packet first."""
        name = self.particulars.name
        return name.shown(self.matter.packets[self.jurisdiction].governing_language) if name else ""

"""What a packet is made from: everything named here, and nothing else, decides its bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from portal.claims.act import SigningAct
from portal.claims.particulars import Particulars, VerifiedContact
from portal.matters.bilingual import Language, Text
from portal.matters.documents import Document
from portal.matters.matter import Matter
from portal.matters.model import EvidenceKind, Jurisdiction, PacketDocument
from portal.packets import formats


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
    incident: str = field(default="", metadata={"of": "the entry of the harm diary that it belongs to"})
    pictures: tuple[bytes, ...] = ()
    pdf: bytes = b""
    part: int = 0
    covered: bool = field(default=False, metadata={"of": "whether the claimant covered parts of it"})


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
    With `withdrawn_at` it is no packet but the receipt of a withdrawal, and with `receipt` that of the handing in.
    `kind` is who the claim is made for, `age` the claimant's on the day of the first signature, where it is known.
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
    kind: str = "self"
    age: int | None = None
    receipt: bool = False

    @property
    def act(self) -> SigningAct:
        """The newest act of signing."""
        return self.acts[-1]

    @property
    def documents(self) -> tuple[PacketDocument, ...]:
        """The packet's documents in order."""
        return self.matter.documents_for(self.jurisdiction, self.tracks, self.kind, self.age)

    def text(self, document_id: str, language: Language) -> Document:
        """A document's text as this kind of claim has it."""
        return self.matter.document(document_id, language, self.kind)

    def act_of(self, document_id: str) -> SigningAct:
        """The act that signed a document as it now stands: the newest that read it."""
        return next((one for one in reversed(self.acts) if document_id in one.documents), self.act)

    def acts_of(self, document_id: str) -> tuple[SigningAct, ...]:
        """For each of its signers the act that signed a document as it now stands; the claimant first, then the
        representatives in their order.
        """
        newest = {one.signer: one for one in self.acts if document_id in one.documents}
        return tuple(newest[signer] for signer in sorted(newest)) or (self.act,)

    @property
    def signers(self) -> tuple[SigningAct, ...]:
        """The newest act of each signer, in the same order."""
        newest = {one.signer: one for one in self.acts}
        return tuple(newest[signer] for signer in sorted(newest))

    def signer_name(self, act: SigningAct) -> str:
        """Who signed, in every form of the name that was given."""
        return act.signer_name or self.full_name

    @property
    def own_contacts(self) -> tuple[VerifiedContact, ...]:
        """The contacts by which the claimant is known: as proved when signing, where nobody signs in their place."""
        return self.act.contacts if not self.act.signer else self.particulars.contacts

    @property
    def full_name(self) -> str:
        """The claimant in every form of the name that was given; of a company its own name."""
        return formats.claimant_name(self.particulars)

    @property
    def shown_name(self) -> str:
        """The claimant's name, in the governing language of the packet first."""
        language = self.matter.packets[self.jurisdiction].governing_language
        return formats.short_name(self.particulars, language)

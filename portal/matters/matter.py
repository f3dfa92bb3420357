"""A matter as the rest of the portal sees it: one version of its folder, read and compiled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from portal.matters.bilingual import Language, Text
from portal.matters.claimants import ClaimantsToml
from portal.matters.deadlines import DeadlinesToml
from portal.matters.documents import Document
from portal.matters.filing import FilingToml
from portal.matters.incidents import DiaryToml, IncidentKind
from portal.matters.joinder import JoinderToml
from portal.matters.messages import MessageText
from portal.matters.model import (
    Counsel,
    Court,
    EvidenceKind,
    Jurisdiction,
    MatterToml,
    PacketDocument,
    PacketPlan,
    Question,
    Track,
)
from portal.matters.review_rules import ReviewToml
from portal.matters.ruleset import RuleSet

Named = TypeVar("Named", Track, Court, Question, EvidenceKind, IncidentKind)


@dataclass(frozen=True, eq=False)
class Matter:
    """One version of a matter. Two matters are the same if their hashes are."""

    hash: str
    toml: MatterToml
    rules_version: str
    questions: tuple[Question, ...]
    rules: RuleSet
    evidence: tuple[EvidenceKind, ...]
    packets: Mapping[str, PacketPlan]
    documents: Mapping[tuple[str, Language], Document]
    messages: Mapping[tuple[str, Language], MessageText]
    variants: Mapping[tuple[str, Language, str], Document] = field(default_factory=dict)
    joinder: JoinderToml | None = None
    incidents: tuple[IncidentKind, ...] = ()
    claimants: ClaimantsToml = field(default_factory=ClaimantsToml)
    diary: DiaryToml | None = None
    review: ReviewToml = field(default_factory=ReviewToml)
    deadlines: DeadlinesToml = field(default_factory=DeadlinesToml)
    filing: FilingToml = field(default_factory=FilingToml)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Matter) and other.hash == self.hash

    def __hash__(self) -> int:
        return hash(self.hash)

    @property
    def slug(self) -> str:
        return self.toml.slug

    @property
    def version_label(self) -> str:
        """How pages and packets name this version: the slug and the first 12 digits of the content's hash."""
        return f"{self.slug} {self.hash[:12]}"

    @property
    def tracks(self) -> tuple[Track, ...]:
        return self.toml.tracks

    @property
    def jurisdictions(self) -> tuple[Jurisdiction, ...]:
        """Those that have a track, in the order of the tracks."""
        return tuple(dict.fromkeys(track.jurisdiction for track in self.tracks))

    def track(self, track_id: str) -> Track:
        """Raises KeyError for an unknown track."""
        return _by_id(self.tracks, track_id)

    def court(self, court_id: str) -> Court:
        """Raises KeyError for an unknown court."""
        return _by_id(self.toml.courts, court_id)

    def defendant(self, track_id: str) -> Text:
        """Who is sued on a track. Raises KeyError for an unknown track."""
        return self.track(track_id).defendant or self.toml.defendant.name

    def counsel(self, jurisdiction: str) -> Counsel:
        """The firm of a jurisdiction. Raises KeyError where there is none."""
        for firm in self.toml.counsel:
            if firm.jurisdiction == jurisdiction:
                return firm
        raise KeyError(jurisdiction)

    def question(self, question_id: str) -> Question:
        """Raises KeyError for an unknown question."""
        return _by_id(self.questions, question_id)

    def jurisdictions_of(self, tracks: Iterable[str]) -> tuple[Jurisdiction, ...]:
        """The jurisdictions that these tracks belong to, in the matter's order."""
        wanted = {self.track(track_id).jurisdiction for track_id in tracks}
        return tuple(jurisdiction for jurisdiction in self.jurisdictions if jurisdiction in wanted)

    def document(self, document_id: str, language: Language, kind: str = "self") -> Document:
        """The text as a claim of this kind has it. Raises KeyError for an unknown document."""
        return self.variants.get((document_id, language, kind)) or self.documents[document_id, language]

    def documents_for(
        self, jurisdiction: Jurisdiction, tracks: Iterable[str], kind: str = "self", age: int | None = None
    ) -> tuple[PacketDocument, ...]:
        """The documents, in order, of the packet of a claim of this kind on these tracks; `age` is the claimant's."""
        chosen = frozenset(tracks)
        return tuple(one for one in self.packets[jurisdiction].documents if one.is_for(chosen, kind, age))

    def asks_for(self, slot: str, tracks: Iterable[str], kind: str = "self") -> bool:
        """Whether a packet of a claim on these tracks has a text with this slot, such as the table of trades."""
        chosen = frozenset(tracks)
        documents = (
            one for place in self.jurisdictions_of(chosen) for one in self.documents_for(place, chosen, kind)
        )
        return any(slot in self.document(one.id, "en", kind).slots for one in documents)

    def evidence_for(self, tracks: Iterable[str]) -> tuple[EvidenceKind, ...]:
        """The kinds of evidence that help a claim on these tracks, as exhibits."""
        return tuple(kind for kind in self._kinds_for(tracks) if not kind.authority)

    def authority_for(self, tracks: Iterable[str]) -> tuple[EvidenceKind, ...]:
        """The kinds of evidence that prove who signed for these tracks; never exhibits."""
        return tuple(kind for kind in self._kinds_for(tracks) if kind.authority)

    def _kinds_for(self, tracks: Iterable[str]) -> Iterator[EvidenceKind]:
        chosen = frozenset(tracks)
        return (kind for kind in self.evidence if not chosen.isdisjoint(kind.tracks))

    def evidence_kind(self, kind_id: str) -> EvidenceKind:
        """Raises KeyError for an unknown kind."""
        return _by_id(self.evidence, kind_id)

    def incidents_for(self, tracks: Iterable[str]) -> tuple[IncidentKind, ...]:
        """The kinds of incident that the harm diary takes for a claim on these tracks."""
        chosen = frozenset(tracks)
        return tuple(one for one in self.incidents if not one.tracks or not chosen.isdisjoint(one.tracks))

    def incident_kind(self, kind_id: str) -> IncidentKind:
        """Raises KeyError for an unknown kind."""
        return _by_id(self.incidents, kind_id)

    def message(self, kind: str, language: Language) -> MessageText:
        """Raises KeyError for an unknown kind."""
        return self.messages[kind, language]


def _by_id(parts: Iterable[Named], wanted: str) -> Named:
    for part in parts:
        if part.id == wanted:
            return part
    raise KeyError(wanted)

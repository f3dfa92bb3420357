"""The TOML files of a matter's folder, as typed and frozen values.

eligibility.toml stands in `questions`, the Markdown texts in `documents` and `messages`.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, get_args

from pydantic import Field, StringConstraints, model_validator

from portal.matters.bilingual import LANGUAGES, Language, NonEmpty, Part, Shared, Text
from portal.matters.incidents import DiaryToml, IncidentKind
from portal.matters.page import (
    Afterwards,
    AtHand,
    Clock,
    Company,
    CourtPaper,
    Disclosure,
    FeeRow,
    Helpline,
    HostName,
    Participant,
    Scam,
    Step,
    Term,
)
from portal.matters.questions import (
    Condition,
    Eligibility,
    Identifier,
    Option,
    Outcome,
    Question,
    Rule,
    Version,
)

__all__ = [
    "CLAIM_KINDS",
    "JURISDICTIONS",
    "LANGUAGES",
    "ClaimKind",
    "Condition",
    "Counsel",
    "Court",
    "CourtPage",
    "Deadline",
    "Defendant",
    "DocumentKind",
    "Eligibility",
    "EvidenceKind",
    "EvidenceToml",
    "Fact",
    "Fee",
    "Jurisdiction",
    "Language",
    "MatterToml",
    "Moment",
    "Option",
    "Outcome",
    "PacketDocument",
    "PacketPlan",
    "PacketsToml",
    "Question",
    "QuestionAnswer",
    "Retention",
    "Rule",
    "Sender",
    "Text",
    "Track",
    "Version",
]

Jurisdiction = Literal["kr", "us"]
JURISDICTIONS: tuple[Jurisdiction, Jurisdiction] = ("kr", "us")
ClaimKind = Literal["self", "minor", "heir", "represented", "company"]
CLAIM_KINDS: tuple[ClaimKind, ...] = get_args(ClaimKind)
"""Who a claim is made for: an adult acting alone, a minor, an heir, a ward with a guardian, a company."""


def jurisdiction_of(name: str) -> Jurisdiction:
    """The jurisdiction of that name, as rows keep it. Raises StopIteration for any other word."""
    return next(one for one in JURISDICTIONS if one == name)


NumberPrefix = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,4}$")]


class Defendant(Part):
    name: Shared
    detail: Text


class Court(Part):
    """A court that a track's case stands or will stand before."""

    id: Identifier
    jurisdiction: Jurisdiction
    name: Text
    max_file_mb: Annotated[int, Field(gt=0)] | None = None


class Counsel(Part):
    """The law firm of one jurisdiction."""

    jurisdiction: Jurisdiction
    name: Shared
    address: Shared
    phone: NonEmpty
    email: NonEmpty
    responsible_lawyer: Shared
    registration: Shared
    advertising: Text


class Fee(Part):
    """One line of the fee table; `id` names it in documents as {{ fee.ID }}, `row` the row it stands in when the
    jurisdictions are compared."""

    id: Identifier | None = None
    jurisdiction: Jurisdiction
    row: Identifier | None = None
    label: Text
    value: Shared


class Fact(Part):
    label: Text
    value: Shared
    source: Shared


class Moment(Part):
    """A point of the timeline; `date` is a KST date."""

    date: date
    text: Text
    source: Shared


class Track(Part):
    """One way to take part; takes claims from `opens` to `closes`, both included, KST dates.

    `short` names it where there is little room, as in the staff's lists. `defendant` is who is sued on this track,
    where that is another than the matter's. `meaning` says what it means for the person who takes part.
    """

    id: Identifier
    jurisdiction: Jurisdiction
    name: Text
    short: Text
    summary: Text
    meaning: Text | None = None
    court: Identifier
    opens: date
    closes: date | None = None
    case_name: Shared
    defendant: Shared | None = None

    def is_open(self, today: date) -> bool:
        """Whether the track takes claims on this KST date."""
        return self.opens <= today and (self.closes is None or today <= self.closes)


class Deadline(Part):
    id: Identifier
    jurisdiction: Jurisdiction
    date: date
    text: Text
    source: Shared


class KeptByLaw(Part):
    """Why papers of one jurisdiction are kept although the claimant asks for their erasure; `source` is the law."""

    jurisdiction: Jurisdiction
    text: Text
    source: Shared


class Retention(Part):
    """How long what is kept."""

    draft_days: Annotated[int, Field(gt=0)]
    declined_days: Annotated[int, Field(gt=0)]
    withdrawn_days: Annotated[int, Field(gt=0)]
    closed_years: Annotated[int, Field(gt=0)]
    log_years: Annotated[int, Field(gt=0)]
    laws: tuple[KeptByLaw, ...] = ()


class Reminders(Part):
    """When somebody who has begun a claim and not signed it is reminded, and warned before it is erased."""

    days: Annotated[tuple[Annotated[int, Field(gt=0, le=90)], ...], Field(max_length=5)] = (2, 5, 10)
    ending: Annotated[tuple[Annotated[int, Field(gt=0, le=90)], ...], Field(max_length=3)] = (7, 2)

    @model_validator(mode="after")
    def _each_once(self) -> Reminders:
        if len({*self.days}) < len(self.days) or len({*self.ending}) < len(self.ending):
            raise ValueError("a day stands twice")
        return self


class QuestionAnswer(Part):
    q: Text
    a: Text


class Sender(Part):
    """An address that real messages come from."""

    kind: Literal["email", "sms", "web"]
    address: NonEmpty
    note: Text


class MatterToml(Part):
    """The whole of matter.toml."""

    slug: Identifier
    prefix: NumberPrefix
    name: Text
    short_name: Text
    headline: Text
    lead: Text
    defendant: Defendant
    courts: Annotated[tuple[Court, ...], Field(min_length=1)]
    counsel: Annotated[tuple[Counsel, ...], Field(min_length=1)]
    fee_rows: tuple[FeeRow, ...] = ()
    fees: tuple[Fee, ...] = ()
    facts: tuple[Fact, ...] = ()
    timeline: tuple[Moment, ...] = ()
    tracks: Annotated[tuple[Track, ...], Field(min_length=1)]
    deadlines: tuple[Deadline, ...] = ()
    retention: Retention
    reminders: Reminders = Reminders()
    exposed: tuple[Text, ...] = ()
    steps: tuple[Step, ...] = ()
    afterwards: tuple[Afterwards, ...] = ()
    participants: tuple[Participant, ...] = ()
    at_hand: tuple[AtHand, ...] = ()
    papers: tuple[CourtPaper, ...] = ()
    clocks: tuple[Clock, ...] = ()
    disclosure: Disclosure | None = None
    glossary: tuple[Term, ...] = ()
    company: Company | None = None
    questions_answers: tuple[QuestionAnswer, ...] = ()
    never_asked: tuple[Text, ...] = ()
    senders: tuple[Sender, ...] = ()
    imitated: tuple[HostName, ...] = ()
    scams: tuple[Scam, ...] = ()
    helplines: tuple[Helpline, ...] = ()
    reported_as: Identifier | None = None


class EvidenceKind(Part):
    """A kind of evidence; `proves` is what the statement of exhibits says that it proves.

    One of `authority` proves who signed, such as 인감증명서: it is never an exhibit and bears no number among them. It
    must be issued on the day of signing or later, and when it is filed be no older than `valid_months`; with `any_date`
    it may be older or bear no date, for it proves who somebody is and not that they signed. `asked` says when a kind is
    offered: always, only while counsel has asked for something, only to the kinds of claimant for which claimants.toml
    names it, or never.
    """

    id: Identifier
    name: Text
    help: Text
    tracks: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    required: bool = False
    authority: bool = False
    valid_months: Annotated[int, Field(gt=0, le=120)] | None = None
    any_date: bool = False
    asked: Literal["always", "on_request", "acting", "never"] = "always"
    proves: Text

    @model_validator(mode="after")
    def _agrees(self) -> EvidenceKind:
        if not self.authority and (self.valid_months or self.any_date or self.asked == "acting"):
            raise ValueError('valid_months, any_date and asked = "acting" are for kinds of authority')
        if self.required and (self.authority or self.asked != "always"):
            raise ValueError("a required kind is asked of everybody and proves the claim, not the authority")
        return self


class EvidenceToml(Part):
    """The whole of evidence.toml: kinds of evidence, and the incidents that the harm diary takes."""

    kinds: tuple[EvidenceKind, ...]
    diary: DiaryToml | None = None
    incidents: tuple[IncidentKind, ...] = ()


class DocumentKind(StrEnum):
    AGREEMENT = "agreement"
    POWER = "power"
    CONSENT = "consent"
    DECLARATION = "declaration"
    CERTIFICATION = "certification"
    EXHIBITS = "exhibits"


class PacketDocument(Part):
    """A document of a packet; without tracks it is for all tracks of the jurisdiction, without kinds for every kind
    of claim. One `under_age` is for claimants who are younger than that on the day on which it is first signed.

    A `required` consent is needed to sign at all; one `needed_in` other jurisdictions, to sign there as well.
    One that is `filed` goes to the court, so it is laid out on the plan's `court_page` where there is one.
    """

    id: Identifier
    title: Text
    kind: DocumentKind
    tracks: tuple[Identifier, ...] = ()
    kinds: tuple[ClaimKind, ...] = ()
    under_age: Annotated[int, Field(gt=0, le=30)] | None = None
    required: bool | None = None
    needed_in: tuple[Jurisdiction, ...] = ()
    filed: bool = False
    refusal: Text | None = None
    summary: Text

    @property
    def all_kinds(self) -> tuple[ClaimKind, ...]:
        """The kinds of claims that it is for."""
        return self.kinds or CLAIM_KINDS

    def is_for(self, tracks: frozenset[str] | set[str], kind: str = "self", age: int | None = None) -> bool:
        """Whether a claim of this kind on these tracks has this document in its packet; `age` is the claimant's."""
        if kind not in self.all_kinds or (self.under_age and (age is None or age >= self.under_age)):
            return False
        return not self.tracks or not tracks.isdisjoint(self.tracks)


Millimetres = Annotated[float, Field(ge=10, le=60)]


class CourtPage(Part):
    """The form that a court prescribes for what is filed with it: margins from the top clockwise, the size of the text,
    and the distance of its lines as a multiple of the size (2.0 is what Korean word processors call 200 %).
    """

    margins_mm: tuple[Millimetres, Millimetres, Millimetres, Millimetres]
    size_pt: Annotated[float, Field(ge=9, le=16)]
    line_spacing: Annotated[float, Field(ge=1.2, le=3)]


class PacketPlan(Part):
    """What the packet of one jurisdiction consists of, in order, and how it looks."""

    page: Literal["A4", "Letter"]
    governing_language: Language
    title: Text
    exhibit_style: Literal["gap", "letter"]
    clause_heading: Text
    sample_notice: Text
    governing_notice: Text
    court_page: CourtPage | None = None
    documents: Annotated[tuple[PacketDocument, ...], Field(min_length=1)]


class PacketsToml(Part):
    """The whole of packets.toml."""

    kr: PacketPlan | None = None
    us: PacketPlan | None = None

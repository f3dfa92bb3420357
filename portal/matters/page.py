"""What a matter tells people before they take part: the parts of matter.toml that only its public pages show.

Each is optional, so that a small matter stays small: a page leaves out what its matter does not hold.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from portal.matters.bilingual import NonEmpty, Part, Shared, Text
from portal.matters.questions import Identifier

Country = Literal["kr", "us"]
HostName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$"),
]


class Step(Text):
    """Something that a person does to take part; `minutes` from and to."""

    minutes: tuple[int, int] | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.minutes and not 0 < self.minutes[0] <= self.minutes[1]:
            raise ValueError("minutes are two whole numbers above 0, the smaller first")
        return self


class Afterwards(Part):
    """What happens after signing, and when as a rule."""

    when: Shared
    text: Text


class Participant(Part):
    """A kind of people who may, or may not, take part."""

    name: Text
    text: Text


class AtHand(Part):
    """Something to have at hand; with `tracks` only people on one of these need it."""

    text: Text
    tracks: tuple[Identifier, ...] = ()


class FeeRow(Part):
    """A row of the comparison of fees: the same question answered for each jurisdiction."""

    id: Identifier
    label: Text


class CourtPaper(Part):
    """A paper filed in the case of a track; without a docket number where none has been reported."""

    track: Identifier
    title: Text
    filed: date | None = None
    docket: NonEmpty | None = None
    note: Text | None = None
    source: Shared


class KnownDay(Part):
    """A day that many people would name."""

    date: date
    label: Text


class Clock(Part):
    """A period of the law that runs from a day which differs from person to person.

    It ends `years` after that day, the day itself not counted, and in any case `longest_years` after `longest_from`.
    """

    id: Identifier
    jurisdiction: Country
    question: Text
    explanation: Text
    caution: Text
    years: Annotated[int, Field(gt=0, le=30)]
    earliest: date
    longest_years: Annotated[int, Field(gt=0, le=30)] | None = None
    longest_from: date | None = None
    known: tuple[KnownDay, ...] = ()
    source: Shared

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if (self.longest_years is None) != (self.longest_from is None):
            raise ValueError("longest_years and longest_from go together")
        return self


class Assumption(Part):
    """A day on which a period may have begun, if `text` holds."""

    date: date
    text: Text


class Disclosure(Part):
    """A rule that gives a company so many business days to tell its shareholders, counted from days that are not
    known but assumed. Business days leave out weekends, US federal holidays and the days in `closed`."""

    question: Text
    rule: Text
    business_days: Annotated[int, Field(gt=0, le=60)]
    filed: date
    assumptions: Annotated[tuple[Assumption, ...], Field(min_length=1)]
    closed: tuple[date, ...] = ()
    caution: Text
    source: Shared


class Term(Part):
    """A word of the law in plain words. Pages link where `term`, or one of the other forms, stands."""

    id: Identifier
    term: Text
    also_ko: tuple[NonEmpty, ...] = ()
    also_en: tuple[NonEmpty, ...] = ()
    meaning: Text
    source: Shared | None = None


class CompanyFact(Part):
    label: Text
    value: Shared
    source: Shared


class Paragraph(Part):
    """A heading with what stands below it."""

    heading: Text
    text: Text
    source: Shared | None = None


class Company(Part):
    """Who the company is, for readers who have never heard of it."""

    question: Text
    lead: Text
    facts: tuple[CompanyFact, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()


class Scam(Part):
    """A kind of false message that is known to go around.

    A text shows its sign if it holds one word of each group of `words`, or a link to one of `hosts`, or comes from
    one of `senders`: `070` are Korean internet numbers, `abroad` numbers that begin with another country's code.
    """

    id: Identifier
    name: Text
    sign: Text
    words: tuple[Annotated[tuple[NonEmpty, ...], Field(min_length=1)], ...] = ()
    hosts: tuple[HostName, ...] = ()
    senders: tuple[Literal["070", "abroad"], ...] = ()

    @model_validator(mode="after")
    def _shows(self) -> Self:
        if not (self.words or self.hosts or self.senders):
            raise ValueError("a scam needs words, hosts or senders to be known by")
        return self


class Helpline(Part):
    """Where people who got a false message find help. `address` is a telephone number or what is typed."""

    country: Country
    name: Text
    address: NonEmpty
    text: Text

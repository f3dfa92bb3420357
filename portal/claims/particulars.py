"""Particulars: everything in a claim that identifies or describes the person. Stored only sealed, as one document."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA = 1


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PersonName(_Part):
    """A name as used in Korea and as in the passport; at least one of the two. A person may have one name only."""

    hangul: str = ""
    hanja: str = ""
    passport: str = Field("", description="as printed in the passport, Latin letters")

    def shown(self, lang: str) -> str:
        """The name to address the person by in a language."""
        first, second = (self.hangul, self.passport) if lang == "ko" else (self.passport, self.hangul)
        return first or second


class Address(_Part):
    """A postal address: Korean (도로명, five digits), American, or free lines anywhere else."""

    country: str = Field(description="ISO 3166-1 alpha-2")
    postcode: str = ""
    line1: str = Field(description="도로명주소, or street")
    line2: str = Field("", description="동·호수, or apartment")
    city: str = ""
    region: str = Field("", description="state in the US")

    def shown(self) -> str:
        """On one line, in the order of its country."""
        if self.country == "KR":
            return f"({self.postcode}) {self.line1} {self.line2}".strip()
        parts = [self.line1, self.line2, self.city, f"{self.region} {self.postcode}".strip(), self.country]
        return ", ".join(part for part in parts if part)


class VerifiedContact(_Part):
    """An e-mail address or phone that the claimant has proved to hold, when and how."""

    kind: Literal["email", "phone"]
    value: str = Field(description="normalised: lower-cased e-mail, or E.164 phone")
    verified_at: datetime
    method: Literal["code"] = "code"


class ReplacedContact(_Part):
    """A contact that another took the place of. For a while it still opens the claim, so that its owner can object."""

    kind: Literal["email", "phone"]
    value: str
    by: str = Field(description="the contact that took its place")
    until: datetime


class UnprovedContact(_Part):
    """A contact that staff or an earlier list gave. Whoever proves it, and knows the birth date, opens the draft."""

    kind: Literal["email", "phone"]
    value: str = Field(description="normalised: lower-cased e-mail, or E.164 phone")


class Trade(_Part):
    """One purchase or sale in the class period, 15 U.S.C. 78u-4(a)(2)(A)(iv)."""

    on: date
    side: Literal["buy", "sell"]
    quantity: Decimal = Field(gt=0, max_digits=14, decimal_places=4)
    price: Decimal = Field(gt=0, max_digits=14, decimal_places=4, description="USD a share")
    account: str = Field("", description="kind of account, such as brokerage or retirement")


class AccountFacts(_Part):
    """What the claimant says about the account with the defendant and about what happened."""

    email: str = Field("", description="e-mail address of the account, if another than the contact")
    phone: str = Field("", description="E.164 phone of the account, if another")
    noticed_on: date | None = Field(None, description="when the company's notice arrived")
    exposed: tuple[str, ...] = Field((), description="codes of the data named in the notice")
    harm: str = Field("", description="what happened, in the claimant's words")


class OtherCounsel(_Part):
    """Another lawyer, suit, release or voucher that could touch this claim."""

    lawyer: Literal["none", "consulted", "retained"] = "none"
    details: str = ""
    voucher: Literal["none", "unused", "used"] = "none"
    release: Literal["none", "unsure", "signed"] = "none"


class Securities(_Part):
    """For the shareholders' track: trades, and other actions in which a lead role was sought (three years)."""

    trades: tuple[Trade, ...] = ()
    lead_roles: str = ""


class Representative(_Part):
    """Who acts for the claimant and signs in their place: a minor's parent or guardian, a ward's guardian, an officer.

    ``id`` names them for good within the claim: their signature and their way in go by it.
    """

    id: str = Field(pattern=r"^r[1-9]$")
    kind: Literal["parent", "guardian", "officer"]
    name: PersonName
    birth_date: date | None = None
    position: str = Field("", description="an officer's title, such as 대표이사")
    invited: str = Field("", description="e-mail address or E.164 phone by which they come in, as given")
    contact: VerifiedContact | None = Field(None, description="the same once they have proved it")


class Company(_Part):
    """A company or other organization that claims in its own name."""

    name: str = Field(description="as registered, in Korean or in Latin letters")
    name_latin: str = ""
    registration: str = Field(
        "", description="사업자등록번호, ten digits with a check digit; not for foreigners"
    )
    country: str = Field("KR", description="ISO 3166-1 alpha-2, where it is registered")

    @property
    def as_name(self) -> PersonName:
        """The name in the places where a person's would stand: lists, searches, letters."""
        if any("가" <= c <= "힣" for c in self.name):
            return PersonName(hangul=self.name, passport=self.name_latin)
        return PersonName(passport=self.name)


class Deceased(_Part):
    """The person whose claim has passed to the claimant as an heir (민법 제1005조), and the claimant's part in it."""

    name: PersonName
    birth_date: date | None = None
    died_on: date
    relation: Literal["spouse", "child", "parent", "sibling", "other"]
    share_of: int = Field(1, ge=1, le=1_000, description="numerator of the share")
    share_in: int = Field(1, ge=1, le=1_000, description="denominator of the share")
    other_heirs: str = Field("", description="other heirs as far as the claimant knows")


class Money(_Part):
    """An amount lost or spent."""

    amount: Decimal = Field(gt=0, max_digits=14, decimal_places=2)
    currency: Literal["KRW", "USD"]


class Incident(_Part):
    """One entry of the harm diary: something of one of the matter's kinds that happened on a day.

    Files belong to it by their own details, which name its id.
    """

    id: str = Field(pattern=r"^i[0-9]{1,3}$", description="stays with it; never used twice in a claim")
    kind: str = Field(description="id of one of the matter's kinds of incident")
    on: date
    until: date | None = Field(None, description="last day, where it went on")
    text: str = Field("", description="in the claimant's own words")
    lost: Money | None = None
    minutes: int = Field(0, ge=0, le=600_000, description="time spent because of it")
    reported: str = Field("", description="to whom it was reported, and under which number")


class Joinder(_Part):
    """What the claimant declared about other suits, lawyers, releases and settlements, by the matter's questions."""

    answers: dict[str, str] = Field({}, description="option by id of a question in joinder.toml")
    details: dict[str, str] = Field({}, description="words beside an answer, such as which lawyer")
    matter_version: str = Field("", description="label of the version that asked")


class Particulars(_Part):
    """The sealed document of a claim. Steps not yet answered are None."""

    version: int = SCHEMA
    contacts: tuple[VerifiedContact, ...] = ()
    replaced: tuple[ReplacedContact, ...] = ()
    unproved: tuple[UnprovedContact, ...] = ()
    phrase: str = Field("", description="the claimant's own phrase, which stands in every message from us")
    name: PersonName | None = None
    birth_date: date | None = None
    address: Address | None = None
    phone: str = Field("", description="E.164, as given; not proved unless in contacts")
    account: AccountFacts | None = None
    other: OtherCounsel | None = None
    securities: Securities | None = None
    representatives: tuple[Representative, ...] = ()
    exception: str = Field(
        "", description="why fewer representatives sign than the rule asks for, by the matter's id"
    )
    company: Company | None = None
    deceased: Deceased | None = None
    diary: tuple[Incident, ...] = ()
    joinder: Joinder | None = None

    @property
    def email(self) -> str:
        """The proved e-mail address, or an empty string."""
        return next((contact.value for contact in self.contacts if contact.kind == "email"), "")

    @property
    def proved_phone(self) -> str:
        """The proved phone number in E.164, or an empty string."""
        return next((contact.value for contact in self.contacts if contact.kind == "phone"), "")

    def representative(self, party: str) -> Representative | None:
        """The representative of that id."""
        return next((one for one in self.representatives if one.id == party), None)

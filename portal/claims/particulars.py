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
    """A name as used in Korea and as in the passport; at least one of the two."""

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
    """Who acts for the claimant: a minor's parent, an heir, a company's officer. Later work fills it."""

    kind: Literal["parent", "guardian", "heir", "officer"]
    name: PersonName
    birth_date: date | None = None
    contact: VerifiedContact | None = None


class Particulars(_Part):
    """The sealed document of a claim. Steps not yet answered are None."""

    version: int = SCHEMA
    contacts: tuple[VerifiedContact, ...] = ()
    phrase: str = Field("", description="the claimant's own phrase, which stands in every message from us")
    name: PersonName | None = None
    birth_date: date | None = None
    address: Address | None = None
    phone: str = Field("", description="E.164, as given; not proved unless in contacts")
    account: AccountFacts | None = None
    other: OtherCounsel | None = None
    securities: Securities | None = None
    representatives: tuple[Representative, ...] = ()

    @property
    def email(self) -> str:
        """The proved e-mail address, or an empty string."""
        return next((contact.value for contact in self.contacts if contact.kind == "email"), "")

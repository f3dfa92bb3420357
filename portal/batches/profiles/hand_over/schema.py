"""What another office is handed of each claim, as a published format: docs/hand-over.schema.json is made from this."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

FORMAT = "joint-claims-hand-over/1"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Name(_Part):
    """A person's name as used in Korea and as in the passport."""

    hangul: str = ""
    hanja: str = ""
    passport: str = Field("", description="Latin letters, as printed in the passport")


class PostalAddress(_Part):
    """A postal address."""

    country: str = Field(description="ISO 3166-1 alpha-2")
    postcode: str = Field("", description="text: leading zeros belong to it")
    line1: str
    line2: str = ""
    city: str = ""
    region: str = ""


class CompanyFacts(_Part):
    """A company or other organization that claims in its own name."""

    name: str
    name_latin: str = ""
    registration: str = Field("", description="사업자등록번호, ten digits as text")
    country: str = Field(description="ISO 3166-1 alpha-2")


class Acting(_Part):
    """Who acts for the claimant."""

    kind: Literal["parent", "guardian", "officer"]
    name: Name
    position: str = ""


class DeceasedFacts(_Part):
    """Whose claim has passed to the claimant, and the claimant's part in it."""

    name: Name
    birth_date: date | None = None
    died_on: date
    relation: str
    share_of: int
    share_in: int


class AccountClaim(_Part):
    """What the claimant says about the account with the defendant and about what happened."""

    email: str = ""
    phone: str = Field("", description="E.164")
    noticed_on: date | None = None
    exposed: tuple[str, ...] = ()
    harm: str = ""


class OtherSteps(_Part):
    """Another lawyer, release or voucher."""

    lawyer: str
    voucher: str
    release: str
    details: str = ""


class TradeRow(_Part):
    """One purchase or sale; amounts are decimal numbers as text."""

    on: date
    side: Literal["buy", "sell"]
    quantity: Decimal
    price: Decimal = Field(description="USD a share")
    account: str = ""


class DiaryEntry(_Part):
    """Something that happened on a day."""

    kind: str
    on: date
    until: date | None = None
    text: str = ""
    lost: Decimal | None = None
    currency: str = ""
    minutes: int = 0


class ExhibitRow(_Part):
    """A piece of evidence; ``file`` is where the copy that left the firm stands in the volume."""

    label: str
    title: str
    kind: str
    dated: date | None = None
    pages: int
    file: str
    original_sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="of the file as received")
    redacted: tuple[str, ...] = Field((), description="why parts were covered by the firm")
    covered: bool = Field(False, description="whether the claimant covered parts")


class PacketFile(_Part):
    """The claim's signed packet in the volume; withheld where it shows what staff covered in an exhibit since."""

    file: str | None = None
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    withheld: Literal["redacted"] | None = None


class HandedClaim(_Part):
    """One line of claims.jsonl. Facts that the purpose does not need are not there at all."""

    format: Literal["joint-claims-hand-over/1"] = "joint-claims-hand-over/1"
    claim: str = Field(description="claim number")
    position: int = Field(ge=1, description="place in the batch")
    jurisdiction: Literal["kr", "us"]
    packet: PacketFile
    name: Name | None = None
    birth_date: date | None = None
    address: PostalAddress | None = None
    phone: str | None = Field(None, description="E.164 where it is known")
    email: str | None = None
    kind: Literal["self", "minor", "heir", "represented", "company"] | None = None
    company: CompanyFacts | None = None
    representatives: tuple[Acting, ...] | None = None
    deceased: DeceasedFacts | None = None
    account: AccountClaim | None = None
    other: OtherSteps | None = None
    trades: tuple[TradeRow, ...] | None = None
    diary: tuple[DiaryEntry, ...] | None = None
    exhibits: tuple[ExhibitRow, ...] | None = None
    language: Literal["ko", "en"] | None = None
    tracks: tuple[str, ...] | None = None
    submitted_at: datetime | None = None
    accepted_at: datetime | None = None


def published_schema() -> str:
    """The JSON Schema of a line, as docs/hand-over.schema.json and each volume hold it."""
    schema = HandedClaim.model_json_schema(mode="serialization")
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"

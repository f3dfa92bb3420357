"""A claim's line in the register: what it says, and under which heads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import phonenumbers
from babel.support import NullTranslations, Translations
from pydantic import BaseModel, ConfigDict

from portal.batches.register import Cell, Column, Kind, Row, Sheet
from portal.claims.models import Claim, Engagement
from portal.claims.particulars import Address, Particulars, PersonName, Representative
from portal.web.language import HOME_ZONES

HeadLanguage = Literal["ko", "en", "both"]


class RegisterLine(BaseModel):
    """What the register says of one claim; taken when the batch is frozen, and kept sealed with its entry."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    claim_number: str
    hangul: str
    hanja: str
    passport: str
    birth_date: date | None
    country: str
    postcode: str
    address: str
    phone: str
    email: str
    language: str
    tracks: tuple[str, ...]
    submitted_at: datetime | None
    accepted_at: datetime
    matter_version: str
    file: str
    pages: int | None
    size: int | None
    sha256: str
    # Lines that were frozen before these were kept do without them.
    company: str = ""
    representatives: str = ""


@dataclass(frozen=True)
class PacketFacts:
    """Of a packet, what the register repeats."""

    file: str
    sha256: str
    size: int | None
    pages: int | None
    matter_version: str


def line_of(
    claim: Claim,
    engagement: Engagement,
    particulars: Particulars,
    packet: PacketFacts,
    tracks: Sequence[str],
) -> RegisterLine:
    """The line of one accepted claim; ``tracks`` are those that counsel took it on for."""
    company = particulars.company
    name = particulars.name or (company.as_name if company else PersonName())
    address = particulars.address
    return RegisterLine(
        claim_number=claim.number,
        hangul=name.hangul,
        hanja=name.hanja,
        passport=name.passport,
        birth_date=particulars.birth_date,
        country=address.country if address else claim.residence or "",
        postcode=address.postcode if address else "",
        address=_without_postcode(address) if address else "",
        phone=written_phone(particulars.phone or _contact(particulars, "phone")),
        email=_contact(particulars, "email"),
        language=claim.language,
        tracks=tuple(tracks),
        submitted_at=engagement.submitted_at or claim.submitted_at,
        accepted_at=engagement.state_changed_at,
        matter_version=packet.matter_version,
        file=packet.file,
        pages=packet.pages,
        size=packet.size,
        sha256=packet.sha256,
        company=", ".join(part for part in (company.name, company.name_latin) if part) if company else "",
        representatives=", ".join(_acting(one) for one in particulars.representatives),
    )


def _acting(one: Representative) -> str:
    """Who acts for the claimant: 김영희; of a company with the title, 대표이사 박가람."""
    return f"{one.position} {one.name.shown('ko')}".strip()


def written_phone(number: str) -> str:
    """A phone number as people of its country write it: 010-1234-5678; others with their country's code."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    form = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(
        parsed, form.NATIONAL if parsed.country_code == 82 else form.INTERNATIONAL
    )


def sheet_of(number: str, jurisdiction: str, language: HeadLanguage, catalogues: Path) -> Sheet:
    """The register's shape for a batch of one jurisdiction, its heads in the language asked for."""
    title = _titled(language, catalogues)
    zone = HOME_ZONES[jurisdiction]
    place = str(zone).split("/")[-1].replace("_", " ")
    columns = [
        Column(f"{title(head)} ({place})" if kind is Kind.MOMENT else title(head), kind, width)
        for head, kind, width, _ in COLUMNS
    ]
    return Sheet(number, columns, zone)


def row_of(position: int, line: RegisterLine) -> Row:
    """The cells of a line, in the order of :data:`COLUMNS`."""
    return (position, *[take(line) for _, _, _, take in COLUMNS[1:]])


def N_(message: str) -> str:
    """Mark a head for the catalogues; it is translated when a sheet is made."""
    return message


_Take = Callable[[RegisterLine], Cell]
COLUMNS: Sequence[tuple[str, Kind, int, _Take]] = (
    (N_("No."), Kind.INTEGER, 7, lambda line: None),
    (N_("Claim number"), Kind.TEXT, 15, lambda line: line.claim_number),
    (N_("Name in Hangul"), Kind.TEXT, 14, lambda line: line.hangul),
    (N_("Name in Hanja"), Kind.TEXT, 12, lambda line: line.hanja),
    (N_("Name in the passport"), Kind.TEXT, 26, lambda line: line.passport),
    (N_("Company"), Kind.TEXT, 26, lambda line: line.company),
    (N_("Representatives"), Kind.TEXT, 24, lambda line: line.representatives),
    (N_("Date of birth"), Kind.DATE, 12, lambda line: line.birth_date),
    (N_("Country"), Kind.TEXT, 9, lambda line: line.country),
    (N_("Postcode"), Kind.TEXT, 10, lambda line: line.postcode),
    (N_("Address"), Kind.TEXT, 48, lambda line: line.address),
    (N_("Phone"), Kind.TEXT, 18, lambda line: line.phone),
    (N_("E-mail"), Kind.TEXT, 30, lambda line: line.email),
    (N_("Language"), Kind.TEXT, 9, lambda line: line.language),
    (N_("Tracks"), Kind.TEXT, 28, lambda line: ", ".join(line.tracks)),
    (N_("Signed on"), Kind.MOMENT, 17, lambda line: line.submitted_at),
    (N_("Accepted on"), Kind.MOMENT, 17, lambda line: line.accepted_at),
    (N_("Version of the texts"), Kind.TEXT, 28, lambda line: line.matter_version),
    (N_("Packet"), Kind.TEXT, 34, lambda line: line.file),
    (N_("Number of pages"), Kind.INTEGER, 8, lambda line: line.pages),
    (N_("Bytes"), Kind.INTEGER, 12, lambda line: line.size),
    (N_("SHA-256"), Kind.TEXT, 68, lambda line: line.sha256),
)


def _titled(language: HeadLanguage, catalogues: Path) -> Callable[[str], str]:
    if language == "en":
        return lambda head: head
    korean: NullTranslations = Translations.load(str(catalogues), ["ko"])
    if language == "ko":
        return korean.gettext
    return lambda head: head if korean.gettext(head) == head else f"{korean.gettext(head)} / {head}"


def _contact(particulars: Particulars, kind: str) -> str:
    return next((contact.value for contact in particulars.contacts if contact.kind == kind), "")


def _without_postcode(address: Address) -> str:
    return address.model_copy(update={"postcode": ""}).shown().removeprefix("() ")

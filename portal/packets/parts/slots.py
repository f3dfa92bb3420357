"""Personal content that stands among the terms: the party, the facts, trades, declaration, signature."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from portal.matters.bilingual import Text
from portal.matters.model import DocumentKind, PacketDocument, PacketPlan
from portal.packets import formats
from portal.packets.content import PacketContent
from portal.packets.parts import exhibits
from portal.packets.parts.fields import (
    Column,
    Field,
    fields,
    joined,
    paragraph,
    section_heading,
    table,
    two_columns,
)
from portal.packets.parts.signature import consent_choice, signature_block
from portal.packets.setting.strips import Strip, bind, space
from portal.packets.setting.styles import BODY, NOTE, VALUE, Page
from portal.packets.words import filled, word


@dataclass(frozen=True)
class Place:
    """Which document of which packet a slot stands in, and how wide it is."""

    content: PacketContent
    document: PacketDocument
    page: Page

    @property
    def plan(self) -> PacketPlan:
        return self.content.matter.packets[self.content.jurisdiction]

    @property
    def first(self) -> str:
        return self.plan.governing_language

    @property
    def second(self) -> str:
        return "en" if self.first == "ko" else "ko"


def fill(name: str, place: Place) -> list[Strip]:
    """The strips of the slot of this name."""
    return [space(6, bound=True), *_SLOTS[name](place), space(8)]


def _dated(label: Text, day: date, place: Place) -> Field:
    return Field(label, formats.legal_date(day, place.first), formats.legal_date(day, place.second))


def _party(place: Place) -> list[Field]:
    who = place.content.particulars
    entries = []
    if who.name:
        entries.append(Field(word("schedule.name"), formats.full_name(who.name)))
    if who.birth_date:
        entries.append(_dated(word("schedule.birth"), who.birth_date, place))
    if who.address:
        entries.append(Field(word("schedule.address"), who.address.shown()))
    return entries + _contacts(place)


def _contacts(place: Place) -> list[Field]:
    who = place.content.particulars
    entries = [
        Field(word(f"schedule.{contact.kind}_verified"), _contact(contact.kind, contact.value))
        for contact in who.contacts
    ]
    if who.phone and who.phone not in {contact.value for contact in who.contacts}:
        entries.append(Field(word("schedule.phone"), formats.phone(who.phone)))
    return entries


def _contact(kind: str, value: str) -> str:
    return formats.phone(value) if kind == "phone" else value


def _schedule(place: Place) -> list[Strip]:
    return fields(_party(place), place.first, place.page.measure)


def _claim_facts(place: Place) -> list[Strip]:
    width, who = place.page.measure, place.content.particulars
    strips: list[Strip] = []
    strips += [*section_heading(word("facts.account"), place.first, width), *fields(_account(place), place.first, width)]
    strips += section_heading(word("facts.answers"), place.first, width)
    strips += fields(_answers(place), place.first, width, labels=0.52)
    strips += section_heading(word("facts.harm"), place.first, width)
    if who.account and who.account.harm:
        strips += paragraph(who.account.harm, BODY, width)
    else:
        strips.extend(two_columns(word("facts.harm_none"), place.first, width, NOTE))
    return strips


def _account(place: Place) -> list[Field]:
    who = place.content.particulars
    account, other = who.account, who.other
    entries = []
    if account:
        entries.append(Field(word("facts.account_email"), account.email or who.email))
        if account.phone:
            entries.append(Field(word("facts.account_phone"), formats.phone(account.phone)))
        if account.noticed_on:
            entries.append(_dated(word("facts.noticed"), account.noticed_on, place))
        if account.exposed:
            entries.append(Field(word("facts.exposed"), ", ".join(account.exposed)))
    if other:
        states = ("lawyer", other.lawyer), ("voucher", other.voucher), ("release", other.release)
        said = joined(word(f"facts.{kind}.{state}") for kind, state in states)
        entries.append(Field(word("facts.other"), said))
        if other.details:
            entries.append(Field(word("facts.other_details"), other.details))
    return entries


def _answers(place: Place) -> list[Field]:
    entries = []
    for question in place.content.matter.questions:
        answer = place.content.answers.get(question.id)
        for option in question.options:
            if option.value == answer:
                entries.append(Field(question.text, option.text))
    return entries


def _trades(place: Place) -> list[Strip]:
    width, securities = place.page.measure, place.content.particulars.securities
    if not securities or not securities.trades:
        return list(two_columns(word("trades.none"), place.first, width, NOTE))
    columns = [
        Column(word("trades.date"), 2.2),
        Column(word("trades.side"), 1.6),
        Column(word("trades.quantity"), 1.6, right=True),
        Column(word("trades.price"), 2, right=True),
        Column(word("trades.account"), 2.6),
    ]
    rows = [
        (
            formats.legal_date(trade.on, place.first),
            word(f"trades.{trade.side}"),
            formats.amount(trade.quantity),
            formats.amount(trade.price),
            trade.account,
        )
        for trade in sorted(securities.trades, key=lambda trade: trade.on)
    ]
    strips = table(columns, rows, place.first, width)
    if securities.lead_roles:
        strips += fields([Field(word("trades.lead_roles"), securities.lead_roles)], place.first, width)
    return strips


def _declaration(place: Place) -> list[Strip]:
    """The statutory form of 28 U.S.C. 1746, chosen by where the person was while signing."""
    act, form = place.content.act, "inside" if place.content.act.inside_us else "outside"
    dates = {lang: formats.local_date(act.signed_at, place.content.jurisdiction, lang) for lang in ("ko", "en")}
    said = word(f"declaration.{form}")
    text = Text(ko=said.ko.format(date=dates["ko"]), en=said.en.format(date=dates["en"]))
    law = filled(f"declaration.{form}_form", place=act.place)
    width = place.page.measure
    return bind(
        [
            space(6),
            *two_columns(text, place.first, width, VALUE),
            space(3),
            *two_columns(law, place.first, width, NOTE),
        ]
    )


def _exhibits(place: Place) -> list[Strip]:
    return list(exhibits.exhibit_list(place.content, place.page))


def _signature(place: Place) -> list[Strip]:
    block = signature_block(place.content, place.document, place.page)
    if place.document.kind is DocumentKind.CONSENT:
        return bind([*consent_choice(place.content, place.document, place.page), *block])
    return bind(block)


_SLOTS: dict[str, Callable[[Place], list[Strip]]] = {
    "schedule": _schedule,
    "claim_facts": _claim_facts,
    "trades": _trades,
    "exhibits": _exhibits,
    "declaration": _declaration,
    "signature": _signature,
}

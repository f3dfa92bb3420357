"""Personal content that stands among the terms: the party, the facts, trades, declaration, signature."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from portal.matters.bilingual import Text
from portal.matters.model import DocumentKind, PacketDocument, PacketPlan
from portal.packets import formats, rows
from portal.packets.content import PacketContent
from portal.packets.parts import exhibits
from portal.packets.parts.fields import (
    Column,
    Field,
    fields,
    paragraph,
    section_heading,
    table,
    two_columns,
)
from portal.packets.parts.signature import consent_choice, signature_block
from portal.packets.rows import Row
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


def _shown(entries: Iterable[Row], place: Place) -> list[Field]:
    """Rows as fields: what differs between the languages is shown in both, and never kept beyond this packet."""
    return [
        Field(row.label, row.value[place.first], row.value[place.second] if row.value.ko != row.value.en else "")
        for row in entries
    ]


def _schedule(place: Place) -> list[Strip]:
    return fields(_shown(rows.party(place.content.particulars), place), place.first, place.page.measure)


def _claim_facts(place: Place) -> list[Strip]:
    width, who, matter = place.page.measure, place.content.particulars, place.content.matter
    strips: list[Strip] = []
    strips += [*section_heading(word("facts.account"), place.first, width), *fields(_shown(rows.account(matter, who), place), place.first, width)]
    strips += section_heading(word("facts.answers"), place.first, width)
    answers = rows.answers(matter, place.content.answers)
    strips += fields([Field(row.label, row.value) for row in answers], place.first, width, labels=0.52)
    strips += section_heading(word("facts.harm"), place.first, width)
    if who.account and who.account.harm:
        strips += paragraph(who.account.harm, BODY, width)
    else:
        strips.extend(two_columns(word("facts.harm_none"), place.first, width, NOTE))
    return strips


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
    cells = [
        [cell[place.first] if isinstance(cell, Text) else cell for cell in row]
        for row in rows.trades(place.content.particulars)
    ]
    strips = table(columns, cells, place.first, width)
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

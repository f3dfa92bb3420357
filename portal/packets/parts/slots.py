"""Personal content that stands among the terms: the party, the facts, trades, declaration, signature."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

from portal.matters.bilingual import LANGUAGES, Language, Text
from portal.matters.model import DocumentKind, PacketDocument, PacketPlan
from portal.packets import formats, rows
from portal.packets.content import PacketContent
from portal.packets.parts.exhibits import exhibit_list
from portal.packets.parts.fields import (
    Column,
    Field,
    fields,
    paragraph,
    section_heading,
    table,
    two_columns,
)
from portal.packets.parts.signature import SignatureForm, consent_choice, signature_block, signing_act
from portal.packets.rows import Row
from portal.packets.setting.strips import Strip, bind, grouped, space
from portal.packets.setting.styles import BODY, NOTE, VALUE, Page
from portal.packets.words import other, word

_REPEATED = frozenset({"schedule"})  # stands in several documents of one packet


class Filling:
    """Fills the slots of one packet's documents; what several documents say alike is set once."""

    def __init__(self, content: PacketContent, page: Page, form: SignatureForm | None) -> None:
        self.content, self.page, self.width, self.form = content, page, page.measure, form
        self.plan: PacketPlan = content.matter.packets[content.jurisdiction]
        self.first: Language = self.plan.governing_language
        self.second: Language = other(self.first)
        self._set: dict[tuple[str, DocumentKind | None], list[Strip]] = {}
        self._fillers: dict[str, Callable[[], Sequence[Strip]]] = {
            "schedule": self._schedule,
            "claim_facts": self._claim_facts,
            "trades": self._trades,
            "exhibits": self._exhibits,
            "declaration": self._declaration,
        }

    def fill(self, name: str, document: PacketDocument) -> list[Strip]:
        """The strips of the slot of this name in this document."""
        if name == "signature":
            return self._signature(document)
        if (name, None) not in self._set:
            strips = [space(6, bound=True), *self._fillers[name](), space(8)]
            self._set[name, None] = [grouped(strip) for strip in strips] if name in _REPEATED else strips
        return self._set[name, None]

    @cached_property
    def _act(self) -> Strip:
        return signing_act(self.content, self.page, self.form)

    def _signature(self, document: PacketDocument) -> list[Strip]:
        key = ("signature", document.kind)
        if key not in self._set:
            self._set[key] = signature_block(self.content, document, self.page, self._act)
        block = self._set[key]
        if document.kind is DocumentKind.CONSENT:
            block = [*consent_choice(self.content, document, self.page), *block]
        return [*bind([space(6), *block]), space(8)]

    def _fields(self, entries: Iterable[Row]) -> list[Strip]:
        """Rows as fields. Their values go in as plain text, even where both languages have one: see `Field`."""
        return fields([Field(row.label, *self._shown(row)) for row in entries], self.first, self.width)

    def _shown(self, row: Row) -> tuple[str, str]:
        same = row.value.ko == row.value.en
        return row.value[self.first], "" if same else row.value[self.second]

    def _schedule(self) -> list[Strip]:
        return self._fields(rows.party(self.content.particulars))

    def _claim_facts(self) -> list[Strip]:
        matter, who, first, width = self.content.matter, self.content.particulars, self.first, self.width
        answers = [Field(row.label, row.value) for row in rows.answers(matter, self.content.answers)]
        harm = who.account.harm if who.account else ""
        nothing = two_columns(word("facts.harm_none"), first, width, NOTE)
        return [
            *section_heading(word("facts.account"), first, width),
            *self._fields(rows.account(matter, who)),
            *section_heading(word("facts.answers"), first, width),
            *fields(answers, first, width, labels=0.52),
            *section_heading(word("facts.harm"), first, width),
            *(paragraph(harm, BODY, width) if harm else [nothing]),
        ]

    def _trades(self) -> Sequence[Strip]:
        securities = self.content.particulars.securities
        if not securities or not securities.trades:
            return [two_columns(word("trades.none"), self.first, self.width, NOTE)]
        cells = [
            [cell[self.first] if isinstance(cell, Text) else cell for cell in row]
            for row in rows.trades(self.content.particulars)
        ]
        strips = table(_trade_columns(), cells, self.first, self.width)
        if securities.lead_roles:
            strips += fields(
                [Field(word("trades.lead_roles"), securities.lead_roles)], self.first, self.width
            )
        return strips

    def _exhibits(self) -> Sequence[Strip]:
        return exhibit_list(self.content, self.page)

    def _declaration(self) -> list[Strip]:
        """The statutory form of 28 U.S.C. 1746, chosen by where the person was while signing."""
        act, form = self.content.act, "inside" if self.content.act.inside_us else "outside"
        said = word(f"declaration.{form}")
        dates = {
            lang: formats.local_date(act.signed_at, self.content.jurisdiction, lang) for lang in LANGUAGES
        }
        text = Text(ko=said.ko.format(date=dates["ko"]), en=said.en.format(date=dates["en"]))
        place, law = formats.country(act.place), word(f"declaration.{form}_form")
        law = Text(ko=law.ko.format(place=place.ko), en=law.en.format(place=place.en))
        return bind(
            [
                two_columns(text, self.first, self.width, VALUE),
                space(3),
                two_columns(law, self.first, self.width, NOTE),
            ]
        )


def _trade_columns() -> list[Column]:
    return [
        Column(word("trades.date"), 2.2),
        Column(word("trades.side"), 1.6),
        Column(word("trades.quantity"), 1.6, right=True),
        Column(word("trades.price"), 2, right=True),
        Column(word("trades.account"), 2.6),
    ]

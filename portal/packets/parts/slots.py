"""Personal content that stands among the terms: the party, the facts, trades, declaration, signature."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from portal.claims.act import SigningAct
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
from portal.packets.parts.signature import Signatures, consent_choice, signature_block, signing_act
from portal.packets.rows import Row
from portal.packets.setting.strips import Strip, bind, grouped, space
from portal.packets.setting.styles import Look
from portal.packets.words import other, word

_TOGETHER = 200.0  # points: a schedule that is not longer stands on one page
_REPEATED = frozenset({"schedule"})  # stands in several documents of one packet


class Filling:
    """Fills the slots of one packet's documents of one look; what several of them say alike is set once."""

    def __init__(self, content: PacketContent, look: Look, signatures: Signatures) -> None:
        self.content, self.look, self.signatures = content, look, signatures
        self.width = look.page.measure
        self.plan: PacketPlan = content.matter.packets[content.jurisdiction]
        self.first: Language = self.plan.governing_language
        self.second: Language = other(self.first)
        self._set: dict[str, list[Strip]] = {}
        self._acts: dict[tuple[int, int], Strip] = {}
        self._fillers: dict[str, Callable[[], Sequence[Strip]]] = {
            "schedule": self._schedule,
            "claim_facts": self._claim_facts,
            "trades": self._trades,
            "exhibits": self._exhibits,
        }

    def fill(self, name: str, document: PacketDocument) -> list[Strip]:
        """The strips of the slot of this name in this document."""
        act = self.content.act_of(document.id)
        if name == "signature":
            return self._signature(document, act)
        if name == "declaration":
            return [space(6, bound=True), *self._declaration(act), space(8)]
        if name not in self._set:
            strips = [space(6, bound=True), *self._fillers[name](), space(8)]
            self._set[name] = [grouped(strip) for strip in strips] if name in _REPEATED else strips
        return self._set[name]

    def _signature(self, document: PacketDocument, act: SigningAct) -> list[Strip]:
        scan = self.signatures.scans.get(document.id, 0)
        key = (id(act), scan)
        if key not in self._acts:
            self._acts[key] = signing_act(self.content, act, self.look, self.signatures, scan)
        block = signature_block(self.content, document, self.look, self._acts[key])
        if document.kind is DocumentKind.CONSENT:
            block = [*consent_choice(self.content, document, self.look), *block]
        return [*bind([space(6), *block]), space(8)]

    def _fields(self, entries: Iterable[Row]) -> list[Strip]:
        """Rows as fields. Their values go in as plain text, even where both languages have one: see `Field`."""
        shown = [self._field(row) for row in entries]
        return fields(shown, self.first, self.width, look=self.look)

    def _field(self, row: Row) -> Field:
        if row.value.ko == row.value.en:
            return Field(row.label, row.value.ko)
        first, second = (rows.Spoken(row.value[lang], lang) for lang in (self.first, self.second))
        return Field(row.label, first, second)

    def _schedule(self) -> list[Strip]:
        strips = self._fields(rows.party(self.content.particulars))
        return bind(strips) if sum(strip.height for strip in strips) < _TOGETHER else strips

    def _claim_facts(self) -> list[Strip]:
        matter, who, first, width = self.content.matter, self.content.particulars, self.first, self.width
        answers = [Field(row.label, row.value) for row in rows.answers(matter, self.content.answers)]
        harm = who.account.harm if who.account else ""
        nothing = two_columns(word("facts.harm_none"), first, width, self.look.note)
        return [
            *section_heading(word("facts.account"), first, width),
            *self._fields(rows.account(matter, who)),
            *section_heading(word("facts.answers"), first, width),
            *fields(answers, first, width, look=self.look, labels=0.52),
            *section_heading(word("facts.harm"), first, width),
            *(paragraph(harm, self.look.body[0], width) if harm else [nothing]),
        ]

    def _trades(self) -> Sequence[Strip]:
        securities = self.content.particulars.securities
        if not securities or not securities.trades:
            return [two_columns(word("trades.none"), self.first, self.width, self.look.note)]
        cells = rows.trade_cells(self.content.particulars, self.first)
        strips = table(_trade_columns(), cells, self.first, self.width, look=self.look)
        if securities.lead_roles:
            roles = [Field(word("trades.lead_roles"), securities.lead_roles)]
            strips += fields(roles, self.first, self.width, look=self.look)
        return strips

    def _exhibits(self) -> Sequence[Strip]:
        return exhibit_list(self.content, self.look)

    def _declaration(self, act: SigningAct) -> list[Strip]:
        """The statutory form of 28 U.S.C. 1746, chosen by where the person was while signing."""
        form = "inside" if act.inside_us else "outside"
        said = word(f"declaration.{form}")
        dates = {
            lang: formats.local_date(act.signed_at, self.content.jurisdiction, lang) for lang in LANGUAGES
        }
        text = Text(ko=said.ko.format(date=dates["ko"]), en=said.en.format(date=dates["en"]))
        place, law = formats.country(act.place), word(f"declaration.{form}_form")
        law = Text(ko=law.ko.format(place=place.ko), en=law.en.format(place=place.en))
        return bind(
            [
                two_columns(text, self.first, self.width, self.look.value),
                space(3),
                two_columns(law, self.first, self.width, self.look.note),
            ]
        )


def _trade_columns() -> list[Column]:
    shares = ((2.2, False), (1.6, False), (1.6, True), (2.0, True), (2.6, False))
    return [
        Column(word(head), share, right)
        for head, (share, right) in zip(rows.TRADE_HEADS, shares, strict=True)
    ]

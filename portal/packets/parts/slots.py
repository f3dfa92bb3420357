"""Personal content that stands among the terms: the party, the facts, trades, declaration, signature."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

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
    small_heading,
    table,
    two_columns,
)
from portal.packets.parts.signature import (
    Signatures,
    SignerBlock,
    consent_choice,
    named_act,
    signature_block,
    signing_act,
)
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
            "joinder": self._declared,
            "trades": self._trades,
            "exhibits": self._exhibits,
        }

    def fill(self, name: str, document: PacketDocument) -> list[Strip]:
        """The strips of the slot of this name in this document."""
        if name == "signature":
            return self._signature(document)
        if name == "declaration":
            return [space(6, bound=True), *self._declaration(document), space(8)]
        if name not in self._set:
            strips = [space(6, bound=True), *self._fillers[name](), space(8)]
            self._set[name] = [grouped(strip) for strip in strips] if name in _REPEATED else strips
        return self._set[name]

    def _signature(self, document: PacketDocument) -> list[Strip]:
        """A block for each signer; the first stays with the clause before it."""
        blocks = [self._signed(document, act) for act in self.content.acts_of(document.id)]
        strips = signature_block(self.content, document, self.look, blocks)
        return [space(6, bound=True), *strips, space(8)]

    def _signed(self, document: PacketDocument, act: SigningAct) -> SignerBlock:
        scan = self.signatures.scans.get(document.id, 0)
        key = (id(act), scan)
        if key not in self._acts:
            self._acts[key] = signing_act(self.content, act, self.look, self.signatures, scan)
        choice = consent_choice(self.content, document, act, self.look) if _consents(document) else []
        return SignerBlock(choice, named_act(self.content, document, self._acts[key]))

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
        strips: list[Strip] = []
        for group in rows.parties(self.content.matter, self.content.particulars):
            heading = small_heading(group.heading, self.first, self.width) if group.heading else ()
            strips += [*heading, *self._fields(group.rows)]
        return bind(strips) if sum(strip.height for strip in strips) < _TOGETHER else strips

    def _claim_facts(self) -> list[Strip]:
        matter, who, first, width = self.content.matter, self.content.particulars, self.first, self.width
        answers = [Field(row.label, row.value) for row in rows.answers(matter, self.content.answers)]
        strips = [
            *section_heading(word("facts.account"), first, width),
            *self._fields(rows.account(matter, who)),
            *section_heading(word("facts.answers"), first, width),
            *fields(answers, first, width, look=self.look, labels=0.52),
        ]
        if who.joinder:
            strips += [*section_heading(word("facts.joinder"), first, width), *self._declared()]
        harm = who.account.harm if who.account else ""
        if harm or not who.diary:
            nothing = two_columns(word("facts.harm_none"), first, width, self.look.note)
            strips += section_heading(word("facts.harm"), first, width)
            strips += paragraph(harm, self.look.body[0], width) if harm else [nothing]
        return [*strips, *self._diary()] if who.diary else strips

    def _declared(self) -> Sequence[Strip]:
        """What was declared about other suits, lawyers, releases and settlements."""
        if said := rows.declared(self.content.matter, self.content.particulars):
            return self._fields(said)
        return [two_columns(word("facts.joinder_none"), self.first, self.width, self.look.note)]

    def _diary(self) -> list[Strip]:
        """The incidents in order of date, with their exhibits' numbers, and what they come to."""
        content, who = self.content, self.content.particulars
        cells = rows.diary_cells(content.matter, who, content.exhibits, self.plan.exhibit_style, self.first)
        totals = self._fields(rows.diary_totals(who))
        return [
            *section_heading(word("diary.title"), self.first, self.width),
            *table(diary_columns(), cells, self.first, self.width, look=self.look),
            space(6),
            *bind(totals),
        ]

    def _trades(self) -> Sequence[Strip]:
        securities = self.content.particulars.securities
        if not securities or not securities.trades:
            return [two_columns(word("trades.none"), self.first, self.width, self.look.note)]
        cells = rows.trade_cells(self.content.particulars, self.first)
        strips = table(trade_columns(), cells, self.first, self.width, look=self.look)
        if securities.lead_roles:
            roles = [Field(word("trades.lead_roles"), securities.lead_roles)]
            strips += fields(roles, self.first, self.width, look=self.look)
        return strips

    def _exhibits(self) -> Sequence[Strip]:
        return exhibit_list(self.content, self.look)

    def _declaration(self, document: PacketDocument) -> list[Strip]:
        """The statutory form of 28 U.S.C. 1746, chosen by where each signer was while signing."""
        forms = {(one.inside_us, one.place, _day(one)): one for one in self.content.acts_of(document.id)}
        several = len(forms) > 1
        return [
            strip
            for act in forms.values()
            for strip in [*self._declared_by(act, named=several), *([space(6)] if several else [])]
        ]

    def _declared_by(self, act: SigningAct, *, named: bool) -> list[Strip]:
        form = "inside" if act.inside_us else "outside"
        said = word(f"declaration.{form}")
        dates = {
            lang: formats.local_date(act.signed_at, self.content.jurisdiction, lang) for lang in LANGUAGES
        }
        text = Text(ko=said.ko.format(date=dates["ko"]), en=said.en.format(date=dates["en"]))
        place, law = formats.country(act.place), word(f"declaration.{form}_form")
        law = Text(ko=law.ko.format(place=place.ko), en=law.en.format(place=place.en))
        who = [paragraph(self.content.signer_name(act), self.look.value, self.width)[0]] if named else []
        return bind(
            [
                *who,
                two_columns(text, self.first, self.width, self.look.value),
                space(3),
                two_columns(law, self.first, self.width, self.look.note),
            ]
        )


def _day(act: SigningAct) -> date:
    return act.signed_at.astimezone(formats.HOME[act.jurisdiction]).date()


def _consents(document: PacketDocument) -> bool:
    return document.kind is DocumentKind.CONSENT


def diary_columns() -> list[Column]:
    """The columns of the harm diary, under `rows.DIARY_HEADS`."""
    return [
        Column(word(head), share)
        for head, share in zip(rows.DIARY_HEADS, (2.2, 5.0, 2.0, 2.2, 2.1), strict=True)
    ]


def trade_columns() -> list[Column]:
    """The columns of trades, under `rows.TRADE_HEADS`."""
    shares = ((2.2, False), (1.6, False), (1.6, True), (2.0, True), (2.6, False))
    return [
        Column(word(head), share, right)
        for head, (share, right) in zip(rows.TRADE_HEADS, shares, strict=True)
    ]

"""The slots of the texts as HTML: what the reader sees filled in before signing, word for word as it will be printed.

As on paper each slot stands once over both columns, its labels in both languages and the governing one first. Every
word says its language; a name, a number or the claimant's own sentence has none (lang="").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy.orm import Session

from portal.claims import sealed
from portal.claims.models import Claim
from portal.claims.particulars import Particulars
from portal.evidence import numbering
from portal.evidence.exhibits import Listed
from portal.matters.bilingual import Language, Text
from portal.matters.matter import Matter
from portal.matters.shelf import PublishedMatter
from portal.packets import rows
from portal.packets.parts.exhibits import exhibit_cells
from portal.packets.words import filled, other, word
from portal.runtime import Runtime

Slots = Mapping[str, Markup]


def html_slots(
    session: Session, runtime: Runtime, published: PublishedMatter, claim: Claim, jurisdiction: str
) -> Slots:
    """Each slot's HTML, from the claim as it stands now."""
    matter = published.matter
    who = sealed.read_latest(session, runtime.vault, claim)
    given = sealed.read_answers(session, runtime.vault, claim)
    exhibits = numbering.exhibits_for(session, runtime, matter, claim, jurisdiction)
    return filled_slots(matter, jurisdiction, who, given, exhibits)


def filled_slots(
    matter: Matter,
    jurisdiction: str,
    who: Particulars,
    given: Mapping[str, str],
    exhibits: Sequence[Listed],
) -> Slots:
    """The slots of one jurisdiction's documents for one person."""
    plan = matter.packets[jurisdiction]
    twin = _Twin(plan.governing_language)
    return {
        "schedule": _joined(_group(twin, group) for group in rows.parties(matter, who)),
        "claim_facts": _claim_facts(twin, matter, who, given, exhibits, plan.exhibit_style),
        "joinder": _declared(twin, matter, who),
        "trades": _trades(twin, who),
        "exhibits": twin.table(
            rows.EXHIBIT_HEADS, exhibit_cells(exhibits, plan.exhibit_style, twin.first), "exhibits.none"
        ),
        "declaration": _declaration(twin),
        "signature": twin.note(word("reading.signature")),
    }


@dataclass(frozen=True)
class _Twin:
    """Writes what packets print as HTML, with the language of the packet first."""

    first: Language

    def said(self, value: rows.Cell) -> Markup:
        """A value: in both languages, in one, or in none; several parts one under another."""
        match value:
            case tuple():
                return Markup("<br>").join(self.said(part) for part in value)
            case rows.Spoken(text, lang):
                return _in(lang, text)
            case str():
                return _in("", value)
        if value.ko == value.en:
            return _in(self.first, value.ko)
        second = other(self.first)
        return _in(self.first, value[self.first]) + " " + _in(second, value[second], "second")

    def facts(self, entries: Iterable[rows.Row]) -> Markup:
        """Labelled values. What stands the same in both languages is a name or a number."""
        lines = (
            Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(
                self.said(row.label), self.said(row.value.ko if row.value.ko == row.value.en else row.value)
            )
            for row in entries
        )
        return Markup('<dl class="facts">{}</dl>').format(Markup("").join(lines))

    def heading(self, text: Text) -> Markup:
        return Markup("<h4>{}</h4>").format(self.said(text))

    def note(self, text: Text) -> Markup:
        """A sentence of the packet's own, a paragraph in each language."""
        paragraphs = (
            Markup('<p class="hint" lang="{}">{}</p>').format(lang, text[lang])
            for lang in (self.first, other(self.first))
        )
        return Markup("").join(paragraphs)

    def table(self, heads: Sequence[str], cells: Iterable[Sequence[rows.Cell]], empty: str) -> Markup:
        """A table, or the sentence that there is nothing to list."""
        labels = [word(one) for one in heads]
        body = [
            Markup('<tr role="row">{}</tr>').format(
                _joined(self._cell(label, cell) for label, cell in zip(labels, row, strict=True))
            )
            for row in cells
        ]
        if not body:
            return self.note(word(empty))
        column = Markup('<th scope="col" role="columnheader">{}</th>')
        # Where there is little room each row becomes a list with the column's name before each cell: the roles keep
        # it a table to those who listen.
        return Markup(
            '<table role="table"><thead role="rowgroup"><tr role="row">{}</tr></thead>'
            '<tbody role="rowgroup">{}</tbody></table>'
        ).format(_joined(column.format(self.said(label)) for label in labels), _joined(body))

    def _cell(self, label: Text, cell: rows.Cell) -> Markup:
        named = (
            label[self.first] if label.ko == label.en else f"{label[self.first]} {label[other(self.first)]}"
        )
        return Markup('<td role="cell" data-label="{}"><div>{}</div></td>').format(named, self.said(cell))


def _in(lang: str, text: str, css: str = "") -> Markup:
    if css:
        return Markup('<span lang="{}" class="{}">{}</span>').format(lang, css, text)
    return Markup('<span lang="{}">{}</span>').format(lang, text)


def _joined(parts: Iterable[Markup]) -> Markup:
    return Markup("").join(parts)


def _group(twin: _Twin, group: rows.Group) -> Markup:
    heading = twin.heading(group.heading) if group.heading else Markup("")
    return heading + twin.facts(group.rows)


def _claim_facts(
    twin: _Twin,
    matter: Matter,
    who: Particulars,
    given: Mapping[str, str],
    exhibits: Sequence[Listed],
    style: str,
) -> Markup:
    parts = [
        twin.heading(word("facts.account")),
        twin.facts(rows.account(matter, who)),
        twin.heading(word("facts.answers")),
        twin.facts(rows.answers(matter, given)),
    ]
    if who.joinder:
        parts += [twin.heading(word("facts.joinder")), _declared(twin, matter, who)]
    harm = who.account.harm if who.account else ""
    if harm or not who.diary:
        own = Markup('<p class="own-words" lang="">{}</p>').format(harm)
        parts += [twin.heading(word("facts.harm")), own if harm else twin.note(word("facts.harm_none"))]
    if who.diary:
        cells = rows.diary_cells(matter, who, exhibits, style, twin.first)
        parts += [
            twin.heading(word("diary.title")),
            twin.table(rows.DIARY_HEADS, cells, "facts.harm_none"),
            twin.facts(rows.diary_totals(who)),
        ]
    return _joined(parts)


def _declared(twin: _Twin, matter: Matter, who: Particulars) -> Markup:
    said = rows.declared(matter, who)
    return twin.facts(said) if said else twin.note(word("facts.joinder_none"))


def _trades(twin: _Twin, who: Particulars) -> Markup:
    table = twin.table(rows.TRADE_HEADS, rows.trade_cells(who, twin.first), "trades.none")
    if who.securities and who.securities.trades and who.securities.lead_roles:
        table += twin.facts([rows.plain(word("trades.lead_roles"), who.securities.lead_roles)])
    return table


def _declaration(twin: _Twin) -> Markup:
    """Both statutory forms: which of them is printed depends on where the person is when signing."""
    day, place = word("reading.day"), word("reading.place")
    parts = [twin.note(word("reading.declaration"))]
    for form in ("outside", "inside"):
        parts.append(twin.note(filled(f"declaration.{form}", date=day)))
        parts.append(twin.note(filled(f"declaration.{form}_form", place=place)))
    return _joined(parts)

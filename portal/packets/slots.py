"""The slots of the texts as HTML: what the reader sees filled in before signing."""

from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from portal.claims import sealed
from portal.claims.models import Claim
from portal.claims.particulars import Particulars
from portal.evidence import service as evidence
from portal.evidence.exhibits import Exhibit
from portal.matters.bilingual import LANGUAGES, Text
from portal.matters.shelf import PublishedMatter
from portal.packets import rows
from portal.packets.parts.exhibits import exhibit_label
from portal.packets.words import word
from portal.runtime import Runtime

Slots = Mapping[str, Mapping[str, Markup]]


def html_slots(
    session: Session, runtime: Runtime, published: PublishedMatter, claim: Claim, jurisdiction: str
) -> Slots:
    """Each slot's HTML in both languages, from the claim as it stands now."""
    matter = published.matter
    who = sealed.read_latest(session, runtime.vault, claim)
    given = sealed.read_answers(session, runtime.vault, claim)
    style = matter.packets[jurisdiction].exhibit_style
    exhibits = evidence.exhibits_for(session, runtime, matter, claim, jurisdiction)
    slots: dict[str, dict[str, Markup]] = {name: {} for name in _SLOTS}
    for lang in LANGUAGES:
        slots["schedule"][lang] = _facts(rows.party(who), lang)
        slots["claim_facts"][lang] = _claim_facts(
            who, rows.account(matter, who), rows.answers(matter, given), lang
        )
        slots["trades"][lang] = _trades(who, lang)
        slots["exhibits"][lang] = _table(
            ("exhibits.number", "exhibits.title", "exhibits.proves"),
            [(exhibit_label(one, style)[lang], _title(one, lang), one.kind.proves[lang]) for one in exhibits],
            "exhibits.none",
            lang,
        )
        slots["declaration"][lang] = _paragraph(word("reading.declaration")[lang])
        slots["signature"][lang] = _paragraph(word("reading.signature")[lang])
    return slots


def _title(exhibit: Exhibit, lang: str) -> str:
    """What the claimant called it; where it is called by its kind, in the column's own language."""
    kind = exhibit.kind.name
    return kind[lang] if exhibit.title in (kind.ko, kind.en) else exhibit.title


_SLOTS = ("schedule", "claim_facts", "trades", "exhibits", "declaration", "signature")


def _claim_facts(who: Particulars, about: Sequence[rows.Row], given: Sequence[rows.Row], lang: str) -> Markup:
    harm = who.account.harm if who.account and who.account.harm else word("facts.harm_none")[lang]
    return Markup("").join(
        (
            _heading(word("facts.account"), lang),
            _facts(about, lang),
            _heading(word("facts.answers"), lang),
            _facts(given, lang),
            _heading(word("facts.harm"), lang),
            Markup('<p class="own-words">{}</p>').format(harm),
        )
    )


def _trades(who: Particulars, lang: str) -> Markup:
    table = _table(
        ("trades.date", "trades.side", "trades.quantity", "trades.price", "trades.account"),
        [tuple(cell[lang] if isinstance(cell, Text) else cell for cell in row) for row in rows.trades(who)],
        "trades.none",
        lang,
    )
    if who.securities and who.securities.lead_roles:
        table += _facts([rows.plain(word("trades.lead_roles"), who.securities.lead_roles)], lang)
    return table


def _facts(entries: Iterable[rows.Row], lang: str) -> Markup:
    lines = (
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(row.label[lang], row.value[lang])
        for row in entries
    )
    return Markup('<dl class="facts">{}</dl>').format(Markup("").join(lines))


def _table(heads: Sequence[str], cells: Sequence[Sequence[str]], empty: str, lang: str) -> Markup:
    if not cells:
        return _paragraph(word(empty)[lang])
    labels = [word(one)[lang] for one in heads]
    head = Markup("").join(
        Markup('<th scope="col" role="columnheader">{}</th>').format(one) for one in labels
    )
    body = Markup("").join(Markup('<tr role="row">{}</tr>').format(_cells(labels, row)) for row in cells)
    # Where there is little room each row becomes a list with the column's name before each cell: the roles keep
    # it a table to those who listen.
    return Markup(
        '<table role="table"><thead role="rowgroup"><tr role="row">{}</tr></thead>'
        '<tbody role="rowgroup">{}</tbody></table>'
    ).format(head, body)


def _cells(labels: Sequence[str], row: Sequence[str]) -> Markup:
    cell = Markup('<td role="cell" data-label="{}">{}</td>')
    return Markup("").join(cell.format(label, value) for label, value in zip(labels, row, strict=True))


def _heading(text: Text, lang: str) -> Markup:
    return Markup("<h4>{}</h4>").format(text[lang])


def _paragraph(text: str) -> Markup:
    return Markup('<p class="hint">{}</p>').format(escape(text))

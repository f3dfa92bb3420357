"""What the slots of a packet's documents say of a claimant, as labelled values; pages and PDFs show the same rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from portal.claims.exposed import exposed_texts
from portal.claims.particulars import Particulars
from portal.matters.bilingual import LANGUAGES, Text
from portal.matters.matter import Matter
from portal.packets import formats
from portal.packets.words import word


@dataclass(frozen=True)
class Row:
    """A label and its value; values that have no language stand the same in both."""

    label: Text
    value: Text


@dataclass(frozen=True)
class Spoken:
    """A personal value in words of one language, such as a date; a `str` has none: a name, a number, own words."""

    text: str
    lang: str


TRADE_HEADS = ("trades.date", "trades.side", "trades.quantity", "trades.price", "trades.account")
EXHIBIT_HEADS = ("exhibits.number", "exhibits.title", "exhibits.date", "exhibits.author", "exhibits.proves")


def plain(label: Text, value: str) -> Row:
    """A row whose value is the claimant's own words, a name or a number."""
    return Row(label, Text(ko=value, en=value))


def party(who: Particulars) -> list[Row]:
    """Who the claimant is: the schedule of particulars."""
    rows = []
    if who.name:
        rows.append(plain(word("schedule.name"), formats.full_name(who.name)))
    if who.birth_date:
        rows.append(Row(word("schedule.birth"), _date(who.birth_date)))
    if who.address:
        rows.append(plain(word("schedule.address"), who.address.shown()))
    proved = {contact.value for contact in who.contacts}
    for contact in who.contacts:
        shown = formats.phone(contact.value) if contact.kind == "phone" else contact.value
        rows.append(plain(word(f"schedule.{contact.kind}_verified"), shown))
    if who.phone and who.phone not in proved:
        rows.append(plain(word("schedule.phone"), formats.phone(who.phone)))
    return rows


def account(matter: Matter, who: Particulars) -> list[Row]:
    """What was said about the account, and about other counsel, vouchers and releases."""
    rows = []
    if who.account:
        rows.append(plain(word("facts.account_email"), who.account.email or who.email))
        if who.account.phone:
            rows.append(plain(word("facts.account_phone"), formats.phone(who.account.phone)))
        if who.account.noticed_on:
            rows.append(Row(word("facts.noticed"), _date(who.account.noticed_on)))
        if who.account.exposed:
            named = exposed_texts(matter, who.account.exposed)
            joined = {lang: ", ".join(text[lang] for text in named) for lang in LANGUAGES}
            rows.append(Row(word("facts.exposed"), Text(**joined)))
    if who.other:
        said = (("lawyer", who.other.lawyer), ("voucher", who.other.voucher), ("release", who.other.release))
        rows.append(Row(word("facts.other"), _joined(word(f"facts.{kind}.{state}") for kind, state in said)))
        if who.other.details:
            rows.append(plain(word("facts.other_details"), who.other.details))
    return rows


def answers(matter: Matter, given: Mapping[str, str]) -> list[Row]:
    """The eligibility answers that the claim rests on."""
    return [
        Row(question.text, option.text)
        for question in matter.questions
        for option in question.options
        if option.value == given.get(question.id)
    ]


def trade_cells(who: Particulars, first: str) -> list[tuple[Spoken, Text, str, str, str]]:
    """Date (in the governing language), side, shares, price and account of each trade, in order of date."""
    held = who.securities.trades if who.securities else ()
    return [
        (
            Spoken(formats.legal_date(trade.on, first), first),
            word(f"trades.{trade.side}"),
            formats.amount(trade.quantity),
            formats.amount(trade.price),
            trade.account,
        )
        for trade in sorted(held, key=lambda trade: trade.on)
    ]


def _date(day: date) -> Text:
    return Text(**{lang: formats.legal_date(day, lang) for lang in LANGUAGES})


def _joined(texts: Iterable[Text]) -> Text:
    unique = list(dict.fromkeys((text.ko, text.en) for text in texts))
    return Text(ko=" · ".join(ko for ko, _en in unique), en="; ".join(en for _ko, en in unique))

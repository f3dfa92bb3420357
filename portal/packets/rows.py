"""What the slots of a packet's documents say of a claimant, as labelled values; pages and PDFs show the same rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.claims.exposed import exposed_texts
from portal.claims.particulars import Deceased, Incident, Joinder, Particulars, Representative
from portal.evidence.exhibits import Listed, Numbered
from portal.matters.bilingual import LANGUAGES, Language, Text
from portal.matters.matter import Matter
from portal.packets import formats
from portal.packets.words import filled, word


@dataclass(frozen=True)
class Row:
    """A label and its value; values that have no language stand the same in both."""

    label: Text
    value: Text


@dataclass(frozen=True)
class Group:
    """Rows under a small heading, or under none."""

    heading: Text | None
    rows: list[Row]


@dataclass(frozen=True)
class Spoken:
    """A personal value in words of one language, such as a date; a `str` has none: a name, a number, own words."""

    text: str
    lang: str


TRADE_HEADS = ("trades.date", "trades.side", "trades.quantity", "trades.price", "trades.account")
DIARY_HEADS = ("diary.when", "diary.what", "diary.cost", "diary.reported", "diary.exhibits")
EXHIBIT_HEADS = ("exhibits.number", "exhibits.title", "exhibits.date", "exhibits.author", "exhibits.proves")


Cell = Text | Spoken | str | tuple[Text | Spoken | str, ...]
"""What stands in one place of a table; several parts stand one under another."""


def exhibit_label(exhibit: Numbered, style: str) -> Text:
    """갑 제1호증 or Exhibit A; 갑 제1호증의 2 or Exhibit A-2 where one exhibit is several pieces."""
    part = exhibit.part
    if style == "gap":
        path = "exhibits.gap_sub" if part else "exhibits.gap"
        return filled(path, number=exhibit.number, sub=part)
    return filled("exhibits.letter", letter=exhibit_letter(exhibit))


def exhibit_letter(exhibit: Numbered) -> str:
    """A, or A-2 where one exhibit is several pieces."""
    letter = formats.exhibit_letter(exhibit.number)
    return f"{letter}-{exhibit.part}" if exhibit.part else letter


def plain(label: Text, value: str) -> Row:
    """A row whose value is the claimant's own words, a name or a number."""
    return Row(label, Text(ko=value, en=value))


def parties(matter: Matter, who: Particulars) -> list[Group]:
    """Who claims, and for whom or through whom: the schedule of particulars. The first group has no heading.

    Contacts of representatives stand in the authority record alone: one that is proved later changes no document.
    """
    groups = [Group(None, [*_claimant(who), *_contacts(who)])]
    if who.deceased:
        groups.append(Group(word("schedule.deceased"), list(_deceased(who.deceased))))
    for one in who.representatives:
        groups.append(Group(word(f"capacity.{one.kind}"), list(_representative(one))))
    if reason := _exception(matter, who):
        groups.append(Group(word("schedule.exception"), [Row(word("schedule.reason"), reason)]))
    return groups


def _claimant(who: Particulars) -> Iterator[Row]:
    if who.company:
        yield plain(word("schedule.company"), formats.claimant_name(who))
        if who.company.registration:
            number = formats.business_number(who.company.registration)
            yield plain(word("schedule.registration"), number)
        yield Row(word("schedule.country"), formats.country(who.company.country))
    elif who.name:
        yield plain(word("schedule.name"), formats.full_name(who.name))
    if who.birth_date:
        yield Row(word("schedule.birth"), _date(who.birth_date))
    if who.address:
        yield plain(word("schedule.address"), who.address.shown())


def _contacts(who: Particulars) -> Iterator[Row]:
    proved = {contact.value for contact in who.contacts}
    for contact in who.contacts:
        shown = formats.phone(contact.value) if contact.kind == "phone" else contact.value
        yield plain(word(f"schedule.{contact.kind}_verified"), shown)
    if who.phone and who.phone not in proved:
        yield plain(word("schedule.phone"), formats.phone(who.phone))


def _deceased(who: Deceased) -> Iterator[Row]:
    yield plain(word("schedule.name"), formats.full_name(who.name))
    if who.birth_date:
        yield Row(word("schedule.birth"), _date(who.birth_date))
    yield Row(word("schedule.died"), _date(who.died_on))
    yield Row(word("schedule.relation"), word(f"schedule.relations.{who.relation}"))
    yield plain(word("schedule.share"), f"{who.share_of}/{who.share_in}")


def _representative(one: Representative) -> Iterator[Row]:
    yield plain(word("schedule.name"), formats.full_name(one.name))
    if one.position:
        yield plain(word("schedule.position"), one.position)
    if one.birth_date:
        yield Row(word("schedule.birth"), _date(one.birth_date))


def _exception(matter: Matter, who: Particulars) -> Text | None:
    """Why fewer representatives sign than the rule asks for, in the matter's words."""
    if not who.exception:
        return None
    reasons = (kind.exception(who.exception) for kind in matter.claimants.kinds)
    return next((one.text for one in reasons if one), None)


def account(matter: Matter, who: Particulars) -> list[Row]:
    """What was said about the account; about other counsel, vouchers and releases where nothing was declared of them
    by the matter's questions.
    """
    rows = []
    if who.account:
        if address := who.account.email or who.email:
            rows.append(plain(word("facts.account_email"), address))
        if who.account.phone:
            rows.append(plain(word("facts.account_phone"), formats.phone(who.account.phone)))
        if who.account.noticed_on:
            rows.append(Row(word("facts.noticed"), _date(who.account.noticed_on)))
        if who.account.exposed:
            named = exposed_texts(matter, who.account.exposed)
            joined = {lang: ", ".join(text[lang] for text in named) for lang in LANGUAGES}
            rows.append(Row(word("facts.exposed"), Text(**joined)))
    return rows if who.joinder else [*rows, *_other(who)]


def declared(matter: Matter, who: Particulars) -> list[Row]:
    """What was declared about other suits, lawyers, releases and settlements, question by question."""
    return list(_declared(matter, who.joinder)) if who.joinder else list(_other(who))


def _other(who: Particulars) -> Iterator[Row]:
    """The same as older versions of matters asked it."""
    if who.other:
        said = (("lawyer", who.other.lawyer), ("voucher", who.other.voucher), ("release", who.other.release))
        yield Row(word("facts.other"), _joined(word(f"facts.{kind}.{state}") for kind, state in said))
        if who.other.details:
            yield plain(word("facts.other_details"), who.other.details)


def _declared(matter: Matter, joinder: Joinder) -> Iterator[Row]:
    """In the matter's order; an answer to a question that it no longer has stands by its ids."""
    known = [question.id for question in matter.joinder.questions] if matter.joinder else []
    for name in [*known, *sorted(joinder.answers.keys() - set(known))]:
        if name not in joinder.answers:
            continue
        question = matter.joinder.question(name) if matter.joinder else None
        option = question.option(joinder.answers[name]) if question else None
        label = question.name if question else Text(ko=name, en=name)
        yield Row(label, option.text if option else Text(ko=joinder.answers[name], en=joinder.answers[name]))
        if details := joinder.details.get(name):
            yield plain(word("facts.other_details"), details)


def answers(matter: Matter, given: Mapping[str, str]) -> list[Row]:
    """The eligibility answers that the claim rests on."""
    return [
        Row(question.text, option.text)
        for question in matter.questions
        for option in question.options
        if option.value == given.get(question.id)
    ]


def diary_cells(
    matter: Matter, who: Particulars, exhibits: Iterable[Listed], style: str, first: Language
) -> list[tuple[Cell, ...]]:
    """A row for each incident under `DIARY_HEADS`, in order of date, with the numbers of the exhibits that belong to
    it.
    """
    known = {kind.id: kind.name for kind in matter.incidents}
    belonging: dict[str, list[str]] = {}
    for one in exhibits:
        belonging.setdefault(one.incident, []).append(exhibit_label(one, style)[first])
    return [
        (
            Spoken(formats.span(one.on, one.until, first), first),
            (known.get(one.kind, Text(ko=one.kind, en=one.kind)), *([one.text] if one.text else [])),
            _cost(one, first),
            one.reported or "–",
            Spoken(", ".join(belonging[one.id]), first) if one.id in belonging else "–",
        )
        for one in in_order(who.diary)
    ]


def in_order(diary: Iterable[Incident]) -> list[Incident]:
    """Incidents by their first day, those of one day in the order in which they were written down."""
    return sorted(diary, key=lambda one: (one.on, int(one.id[1:])))


def diary_totals(who: Particulars) -> list[Row]:
    """How many incidents, and what they cost in money and time."""
    lost = {currency: sum(_amounts(who, currency), Decimal()) for currency in ("KRW", "USD")}
    minutes = sum(one.minutes for one in who.diary)
    rows = [Row(word("diary.count"), filled("diary.incidents", count=len(who.diary)))]
    if any(lost.values()):
        said = {
            lang: " + ".join(formats.money(value, name, lang) for name, value in lost.items() if value)
            for lang in LANGUAGES
        }
        rows.append(Row(word("diary.lost"), Text(**said)))
    if minutes:
        rows.append(
            Row(word("diary.time"), Text(**{lang: formats.duration(minutes, lang) for lang in LANGUAGES}))
        )
    return rows


def _amounts(who: Particulars, currency: str) -> list[Decimal]:
    return [one.lost.amount for one in who.diary if one.lost and one.lost.currency == currency]


def _cost(one: Incident, first: Language) -> Cell:
    said = []
    if one.lost:
        said.append(Spoken(formats.money(one.lost.amount, one.lost.currency, first), first))
    if one.minutes:
        said.append(Spoken(formats.duration(one.minutes, first), first))
    return tuple(said) or "–"


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
